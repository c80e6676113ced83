"""Operators that code names itself, as `torch.ops.aten._linalg_svd`: what the exporters' registries and samples say."""

from __future__ import annotations

from functools import cache

from torchready.torch_api.onnx import Target, operators_in_the_way
from torchready.torch_api.tables import load

OPERATORS = "torch.ops"
LONGEST = 3


def operator_named(spelling: str) -> str | None:
    """`torch.ops.mylib.scale.default` is `mylib::scale`, `torch.ops.aten.add.Tensor` is `aten::add.Tensor`."""
    namespace, *rest = spelling.removeprefix(f"{OPERATORS}.").split(".")
    if not spelling.startswith(f"{OPERATORS}.") or not 1 <= len(rest) < LONGEST:
        return None
    return f"{namespace}::{'.'.join(rest).removesuffix('.default')}"


def is_of_torch(operator: str) -> bool:
    """Whether an exporter of torch has translations for some operators of this one's namespace."""
    return operator.partition("::")[0] in _namespaces()


def is_untranslated(spelling: str, where: Target) -> bool:
    """Whether samples met this operator, and the exporter had nothing for it.

    Others may be taken apart before anything is looked up. Without an overload, the arguments say which one is meant.
    """
    operator = operator_named(spelling)
    return operator is not None and spelling.count(".") > LONGEST and operator in operators_in_the_way(where)


@cache
def _namespaces() -> frozenset[str]:
    rows = load("onnx_operators").values()
    names = (name for row in rows for name in row.get("operators", "").split(" "))
    return frozenset(name.partition("::")[0] for name in names if "::" in name)
