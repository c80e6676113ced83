"""Derives which spellings of torch reach ONNX: by which exporter, from which opset on, and what stands in the way.

Nothing is looked up by name: every spelling is run on torch's own samples and exported. That happens in processes of
their own, because the exporter on TorchScript frees memory twice for some samples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from torchready.torch_api.generation.isolation import Crash, isolated
from torchready.torch_api.generation.onnx_exporters import (
    EXPORTERS,
    Exporter,
    first_opset,
    offered,
    operators,
    opsets,
    refusals,
    registered,
    sample_error,
)
from torchready.torch_api.generation.onnx_samples import Sample, modules, samples, spellings
from torchready.torch_api.onnx import EVERYWHERE

LOOKED_AT_FIRST = 2
# So many spellings share a process, and so many processes run at a time: each takes a core and a gigabyte.
SHARING = 24
PROCESSES = 2


def exporters() -> dict[str, dict[str, Any]]:
    """Exporter -> the opsets it honours, and the operators it translates by the opset that brings them."""
    table: dict[str, dict[str, Any]] = {}
    for exporter in EXPORTERS:
        by_opset: dict[int, list[str]] = {}
        for name, opset in sorted(offered(exporter).items()):
            by_opset.setdefault(opset, []).append(name)
        table[f"{exporter} opsets"] = {"first": opsets(exporter)[0], "last": opsets(exporter)[-1]}
        for opset, names in sorted(by_opset.items()):
            table[f"{exporter} from {opset:02}"] = {"operators": " ".join(names)}
    return table


def rows(chosen: Callable[[str], bool] = lambda name: True) -> dict[str, dict[str, Any]]:
    """Spelling -> what each exporter makes of its samples; see `torch_api.onnx` for the fields."""
    names = [name for name in (*spellings(), *modules()) if chosen(name)]
    parts = [names[start : start + SHARING] for start in range(0, len(names), SHARING)]
    with ThreadPoolExecutor(PROCESSES) as pool:
        return {name: row for part in pool.map(_isolated_rows, parts) for name, row in part.items()}


def as_stored(table: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The names that both exporters translate at every opset share one row."""
    everywhere = " ".join(sorted(name for name, row in table.items() if not row))
    return {EVERYWHERE: {"names": everywhere}, **{name: row for name, row in table.items() if row}}


def _isolated_rows(names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The rows of all these spellings, whatever one of them does to the process."""
    found = isolated(_rows, names)
    if not isinstance(found, Crash):
        return found
    if len(names) == 1:
        return _rows_by_exporter(names[0])
    half = len(names) // 2
    return _isolated_rows(names[:half]) | _isolated_rows(names[half:])


def _rows(names: Sequence[str]) -> dict[str, dict[str, Any]]:
    known = {name: found for name in names if (found := samples(name))}
    table: dict[str, dict[str, Any]] = {name: {} for name in known}
    for exporter in EXPORTERS:
        for name, found in _outcomes(exporter, known).items():
            table[name] |= _cell(exporter, found)
    return table


def _rows_by_exporter(name: str) -> dict[str, dict[str, Any]]:
    """The row of a spelling that ends the process of one exporter."""
    count = isolated(_count, name)
    if isinstance(count, Crash):
        # torch itself does not survive it, so that nothing is learned of exporters.
        return {}
    row: dict[str, Any] = {}
    for exporter in EXPORTERS:
        found = isolated(_outcomes_of, exporter, name, slice(None))
        row |= _cell(
            exporter, _outcomes_by_sample(exporter, name, count) if isinstance(found, Crash) else found
        )
    return {name: row}


def _outcomes_by_sample(exporter: Exporter, name: str, count: int) -> list[list[Any]]:
    """A sample that ends the process tells so, the others what they always do."""
    outcomes: list[list[Any]] = []
    for place in range(count):
        found = isolated(_outcomes_of, exporter, name, slice(place, place + 1))
        told = [[None, f"Crash: the process ends with {found.how}"]] if isinstance(found, Crash) else found
        for outcome in told:
            _add(outcomes, outcome)
    return outcomes


def _count(name: str) -> int:
    return len(samples(name))


def _outcomes_of(exporter: Exporter, name: str, which: slice) -> list[list[Any]]:
    return _outcomes(exporter, {name: samples(name)[which]})[name]


def _cell(exporter: Exporter, outcomes: list[list[Any]]) -> dict[str, Any]:
    """Nothing for a spelling that the exporter translates at every opset."""
    return {} if outcomes == [[first_opset(exporter)]] else {exporter: sorted(outcomes, key=str)}


def _outcomes(exporter: Exporter, known: dict[str, list[Sample]]) -> dict[str, list[list[Any]]]:
    """Spelling -> the different outcomes of its samples: [first opset], or [None, what is in the way].

    All samples are looked at only where the first ones do not come through: "none does" is what must be right.
    """
    observe = _torchscript_outcomes if exporter == "torchscript" else _dynamo_outcomes
    outcomes = observe({name: found[:LOOKED_AT_FIRST] for name, found in known.items()})
    stuck = [name for name, found in outcomes.items() if all(outcome[0] is None for outcome in found)]
    rest = observe({name: known[name][LOOKED_AT_FIRST:] for name in stuck})
    for name, found in rest.items():
        for outcome in found:
            _add(outcomes[name], outcome)
    return outcomes


def _dynamo_outcomes(known: dict[str, list[Sample]]) -> dict[str, list[list[Any]]]:
    flat = [(name, sample) for name, found in known.items() for sample in found]
    captured = operators("dynamo", [sample for _, sample in flat])
    lowest = first_opset("dynamo")
    outcomes: dict[str, list[list[Any]]] = {name: [] for name in known}
    candidates: dict[str, list[Sample]] = {}
    for (name, sample), found in zip(flat, captured, strict=True):
        if found is None:
            continue
        missing = sorted(found - registered("dynamo", lowest))
        if not missing:
            candidates.setdefault(name, []).append(sample)
        else:
            named = [one for one in missing if "::" in one] or missing
            _add(outcomes[name], [None, " ".join(named)])
    while candidates:
        # One sample of each spelling at a time, until the exporter writes one.
        tried = [(name, found.pop(0)) for name, found in candidates.items()]
        for (name, _), error in zip(tried, refusals([sample for _, sample in tried]), strict=True):
            _add(outcomes[name], [None, error] if error else [lowest])
            if not error:
                candidates.pop(name)
        candidates = {name: found for name, found in candidates.items() if found}
    return outcomes


def _torchscript_outcomes(known: dict[str, list[Sample]]) -> dict[str, list[list[Any]]]:
    outcomes: dict[str, list[list[Any]]] = {name: [] for name in known}
    for name, found in known.items():
        for sample, names in zip(found, operators("torchscript", found), strict=True):
            if names is not None:
                _add(outcomes[name], _torchscript_outcome(sample, names))
    return outcomes


def _add(outcomes: list[list[Any]], outcome: list[Any]) -> None:
    if outcome not in outcomes:
        outcomes.append(outcome)


def _torchscript_outcome(sample: Sample, names: Iterable[str]) -> list[Any]:
    """The first opset that works; higher ones work too, for its registry looks down from the opset asked for."""
    possible = opsets("torchscript")
    missing = {opset: sorted(set(names) - registered("torchscript", opset)) for opset in possible}
    low, high = 0, len(possible)
    error = ""
    while low < high:
        middle = len(possible) - 1 if (low, high) == (0, len(possible)) else (low + high - 1) // 2
        # At its newest opset the exporter itself has the last word.
        is_missing = bool(missing[possible[middle]]) and middle < len(possible) - 1
        found = "missing" if is_missing else sample_error("torchscript", sample, possible[middle])
        if found:
            low, error = middle + 1, found
        else:
            high = middle
    if low == 0:
        return [possible[0]]
    before = missing[possible[low - 1]]
    return [possible[low] if low < len(possible) else None, " ".join(before) if before else error]
