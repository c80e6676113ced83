"""Which functions and modules of torch reach ONNX, by which exporter and from which opset on.

Two exporters translate models: "dynamo", torch's default, works on torch.export; "torchscript" on
torch.jit.trace. Both were asked about every spelling with torch's own samples when the data was generated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from torchready.torch_api.modules import canonical_name
from torchready.torch_api.tables import load

Exporter = Literal["dynamo", "torchscript"]
EXPORTERS: tuple[Exporter, ...] = ("dynamo", "torchscript")
Translated = Literal["all", "some", "none"]
# What `torch.onnx.export` is called with to choose each exporter.
SHORT = (("torch.nn.functional.", "F."), ("torch.Tensor.", "Tensor."), ("torch.nn.", "nn."))
ARGUMENT = {"dynamo": "dynamo=True", "torchscript": "dynamo=False"}


@dataclass(frozen=True, slots=True)
class Target:
    """What a model is exported with."""

    exporter: Exporter
    opset: int

    @property
    def other(self) -> Target:
        """The other exporter at the same opset, or the nearest one that it offers."""
        other: Exporter = "torchscript" if self.exporter == "dynamo" else "dynamo"
        return Target(other, _within(other, self.opset))


@dataclass(frozen=True, slots=True)
class Coverage:
    """What an exporter made of the samples of one spelling.

    - `translated`: how many of them it translates at the opset asked for.
    - `operators`: those in its way, as the exporter names them: `aten::_linalg_svd`.
    - `refusal`: its error for a sample of which it knows all operators.
    - `first`: the first later opset at which it translates some, None when there is none.
    """

    translated: Translated
    operators: tuple[str, ...]
    refusal: str
    first: int | None


def target(opset: int | None) -> Target:
    """The exporter for a configured opset, torch's default for None.

    torch's default exporter writes no model for an opset older than its translations, so that such an opset
    says that the other one is used.
    """
    if opset is None:
        return Target("dynamo", max(opsets("dynamo")[0], opsets("torchscript")[0]))
    exporter: Exporter = "dynamo" if opset >= opsets("dynamo")[0] else "torchscript"
    return Target(exporter, _within(exporter, opset))


@cache
def opsets(exporter: Exporter) -> tuple[int, int]:
    """The first and the last opset that an exporter is written for."""
    row = load("onnx_operators")[f"{exporter} opsets"]
    return row["first"], row["last"]


def described(where: Target) -> str:
    """The exporter in words that `torch.onnx.export` understands."""
    return f"torch's exporter (`{ARGUMENT[where.exporter]}`, opset {where.opset})"


def shown(spelling: str) -> str:
    """A full name as people write it: `F.relu`, `Tensor.relu`, `nn.ReLU`."""
    for full, short in SHORT:
        if spelling.startswith(full):
            return short + spelling.removeprefix(full)
    return spelling


def known_as(spelling: str) -> str:
    """The name under which the data has a spelling: that of torch's documentation."""
    return canonical_name(spelling)


def coverage(spelling: str, where: Target) -> Coverage | None:
    """What becomes of `torch.linalg.svd`, `torch.Tensor.histc`, `torch.nn.PReLU`; None for what was not run."""
    row: dict[str, list[list[Any]]] | None = load("onnx_spellings").get(canonical_name(spelling))
    if row is None:
        return Coverage("all", (), "", None) if canonical_name(spelling) in _translated_by_both() else None
    return _of_row(row, where)


@cache
def untranslated(where: Target) -> frozenset[str]:
    """All spellings of which the exporter translates no sample, for want of an operator each time.

    What it refuses although it knows the operators depends on arguments, and others may be taken.
    """
    found = (
        (name, _of_row(row, where)) for name, row in load("onnx_spellings").items() if name != EVERYWHERE
    )
    return frozenset(
        name
        for name, known in found
        if known is not None and known.translated == "none" and not known.refusal
    )


@cache
def operators_in_the_way(where: Target) -> frozenset[str]:
    """Operators that stopped an export each time one of torch's samples came to them.

    Not `aten::adaptive_max_pool2d`: for some arguments of the function of that name the exporter takes it apart.
    """
    known = {name: _of_row(row, where) for name, row in load("onnx_spellings").items() if name != EVERYWHERE}
    found = {one for row in known.values() if row is not None for one in row.operators}
    passing = {name for name, row in known.items() if row is not None and row.translated != "none"}
    names = {name.rpartition(".")[2].removesuffix("_") for name in passing | _translated_by_both()}
    return frozenset(one for one in found if one.partition("::")[2].partition(".")[0] not in names)


# The row of `onnx_spellings.json` that lists what both exporters translate at every opset.
EVERYWHERE = ""


@cache
def _translated_by_both() -> frozenset[str]:
    return frozenset(load("onnx_spellings")[EVERYWHERE]["names"].split(" "))


def _of_row(row: dict[str, list[list[Any]]], where: Target) -> Coverage | None:
    return _judged(row.get(where.exporter, [[opsets(where.exporter)[0]]]), where.opset)


def _judged(outcomes: Sequence[Sequence[Any]], opset: int) -> Coverage | None:
    """Outcomes are [first opset] or [first opset or None, what was in the way before it]."""
    if not outcomes:
        return None
    works = [outcome[0] is not None and outcome[0] <= opset for outcome in outcomes]
    if all(works):
        return Coverage("all", (), "", None)
    reasons = [outcome[1] for outcome, is_fine in zip(outcomes, works, strict=True) if not is_fine]
    operators = dict.fromkeys(name for reason in reasons for name in _operators_in(reason))
    refusals = [reason for reason in reasons if reason and not _operators_in(reason)]
    later = [outcome[0] for outcome in outcomes if outcome[0] is not None and outcome[0] > opset]
    return Coverage(
        "some" if any(works) else "none",
        tuple(operators),
        refusals[0] if refusals else "",
        min(later, default=None),
    )


def _operators_in(reason: str) -> tuple[str, ...]:
    """Operators hold no blank; an error's text begins with its type and a colon."""
    return () if ": " in reason else tuple(reason.split(" "))


def _within(exporter: Exporter, opset: int) -> int:
    first, last = opsets(exporter)
    return min(max(opset, first), last)
