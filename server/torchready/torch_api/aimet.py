"""What AIMET wants of tensor arithmetic: which ops may stay functions, and its module for the others.

AIMET's validator sees the ops of a traced graph; here they are told from their spelling in Python.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from torchready.torch_api.modules import canonical_name
from torchready.torch_api.signature import Parameter, parameters_of
from torchready.torch_api.tables import COMPUTED_WEIGHT, load

CUSTOM_MODULES = "aimet_torch.nn.modules.custom"
# Functions of the standard library -> the syntax they stand for.
PYTHON_OPERATORS: Mapping[str, str] = {
    "builtins.abs": "abs()",
    "builtins.pow": "**",
    "operator.abs": "abs()",
    "operator.add": "+",
    "operator.and_": "&",
    "operator.floordiv": "//",
    "operator.ge": ">=",
    "operator.gt": ">",
    "operator.iadd": "+=",
    "operator.iand": "&",
    "operator.ifloordiv": "//=",
    "operator.imatmul": "@=",
    "operator.imod": "%=",
    "operator.imul": "*=",
    "operator.inv": "unary ~",
    "operator.invert": "unary ~",
    "operator.ior": "|",
    "operator.ipow": "**=",
    "operator.isub": "-=",
    "operator.itruediv": "/=",
    "operator.ixor": "^",
    "operator.le": "<=",
    "operator.lt": "<",
    "operator.matmul": "@",
    "operator.mod": "%",
    "operator.mul": "*",
    "operator.neg": "unary -",
    "operator.or_": "|",
    "operator.pow": "**",
    "operator.sub": "-",
    "operator.truediv": "/",
    "operator.xor": "^",
}


@dataclass(frozen=True, slots=True, eq=False)
class Operator:
    """One spelling that AIMET's validator reports: a function, a method or a Python operator.

    - `op`: its type in the validator's message.
    - `module`: full name of AIMET's class; None when AIMET has none (TR104).
    - `note`: why no fix may use the class, empty otherwise.
    - `in_place`: writes into its first operand, the module does not.
    - `number_first`: of operators: the module also takes a Python number as first operand, as in 1 - x.
    - `variadic`: of methods: `x.tile(2, 2)` is also spelt with separate numbers, the module wants a tuple.
    - `unpacked`: the parameter whose elements become separate arguments of the module's call.
    - `constructor_arguments`: parameter -> constructor parameter; all others stay in the call as they are.
    - `parameters`: of functions whose arguments do not all pass on to the module, else empty.
    - `required_values`: parameters the module lacks; each must be absent or have this value (source text).
    """

    spelling: str
    op: str
    module: str | None
    note: str
    in_place: bool
    number_first: bool
    variadic: bool
    unpacked: str | None
    constructor_arguments: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    required_values: Mapping[str, str]


def find_operator(spelling: str) -> Operator | None:
    """The operator of a full name (torch.add, torch.Tensor.add_) or of Python syntax.

    Syntax is spelt `+`, `+=`, `@`, `>`, `unary -`, `unary ~` and `abs()`, or by the function of Python that
    does the same: `operator.add`. None for what AIMET accepts as it is and for what is a layer of torch.nn.
    """
    return _find(PYTHON_OPERATORS.get(spelling) or canonical_name(spelling))


def find_computed_weight_layer(name: str) -> Operator | None:
    """AIMET's form of a layer of torch.nn whose weight is not a parameter but computed by the model."""
    return _find(COMPUTED_WEIGHT + canonical_name(name))


@cache
def _find(name: str) -> Operator | None:
    row: dict[str, Any] | None = load("aimet").get(name)
    if row is None:
        return None
    found = row.get("class")
    return Operator(
        spelling=name,
        op=row["op"],
        module=f"{CUSTOM_MODULES}.{found}" if found else None,
        note=row.get("note", ""),
        in_place=row.get("in_place", False),
        number_first=row.get("number_first", False),
        variadic=row.get("variadic", False),
        unpacked=row.get("unpacked"),
        constructor_arguments=row.get("constructor_arguments", {}),
        parameters=parameters_of(row.get("parameters", ())),
        required_values=row.get("required_values", {}),
    )


@cache
def is_math_invariant(name: str) -> bool:
    """Whether AIMET lets a function, method or operator pass without a module: views, casts, indexing.

    Takes full names (torch.flatten, torch.Tensor.view), operators (`==`) and op types (`reshape`).
    """
    known = load("aimet_sources")
    plain = {"==": "eq", "!=": "ne"}.get(name, canonical_name(name).rpartition(".")[2].rstrip("_"))
    return plain in known["math_invariant"] or plain in known["passthrough"] or plain in known["conversions"]
