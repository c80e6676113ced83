"""What the functions of torch return, for telling tensors from other values without running anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from functools import cache, lru_cache
from typing import Any

from torchready.torch_api.modules import canonical_name
from torchready.torch_api.signature import NUMPY_NAMES
from torchready.torch_api.tables import load

METHOD_NAMESPACE = "torch.Tensor."
# The same calls are looked at with every edit.
KEPT_CALLS = 4096


class Kind(Enum):
    """The kind of a value.

    TUPLE and LIST are sequences of tensors, SIZE one of numbers, PYTHON a value without tensors such as
    what tolist() and numpy() return. UNKNOWN must never be taken for a tensor.
    """

    TENSOR = "tensor"
    TUPLE = "tuple"
    LIST = "list"
    NUMBER = "number"
    BOOL = "bool"
    SIZE = "size"
    DTYPE = "dtype"
    DEVICE = "device"
    STRING = "string"
    NONE = "none"
    PYTHON = "python"
    UNKNOWN = "unknown"


# Kinds that cannot stand where a function takes a tensor only.
_NO_TENSORS = frozenset(
    {Kind.NUMBER, Kind.BOOL, Kind.SIZE, Kind.DTYPE, Kind.DEVICE, Kind.STRING, Kind.PYTHON}
)


def returned_kind(
    name: str,
    positional: Sequence[Kind] | None = None,
    keywords: Mapping[str, Kind] | None = None,
) -> Kind:
    """The kind of `name(...)`, for a full name such as torch.cat or torch.Tensor.size.

    `positional` and `keywords` are the kinds of the call's arguments, without a method's receiver; they
    decide between overloads such as x.max() and x.max(1). Without them only what all overloads
    share is told.
    """
    name = canonical_name(name)
    found = _returned().get(name)
    if found is not None:
        return found
    if positional is None or name not in load("overloads"):
        return Kind.UNKNOWN
    return _kind_of_overload(name, tuple(positional), tuple((keywords or {}).items()))


@lru_cache(KEPT_CALLS)
def _kind_of_overload(
    name: str, positional: tuple[Kind, ...], keywords: tuple[tuple[str, Kind], ...]
) -> Kind:
    receiver = (Kind.TENSOR,) if name.startswith(METHOD_NAMESPACE) else ()
    given, by_name = (*receiver, *positional), dict(keywords)
    fitting = {Kind(row[0]) for row in load("overloads")[name] if _fits(row[1:], given, by_name)}
    return fitting.pop() if len(fitting) == 1 else Kind.UNKNOWN


def attribute_kind(name: str) -> Kind:
    """The kind of an attribute that is not called: torch.Tensor.shape, torch.float32."""
    return _attributes().get(canonical_name(name), Kind.UNKNOWN)


def is_tensor_method(name: str) -> bool:
    """Whether tensors have a method of this short name."""
    full = METHOD_NAMESPACE + name
    return full in _returned() or full in load("overloads")


@cache
def _returned() -> dict[str, Kind]:
    return _names(attributes=False)


@cache
def _attributes() -> dict[str, Kind]:
    return _names(attributes=True)


def _names(*, attributes: bool) -> dict[str, Kind]:
    found: dict[str, Kind] = {}
    for key, names in load("tensors").items():
        namespace, kind = key.split(" ")
        if namespace.endswith(".*") == attributes:
            prefix, value = namespace.removesuffix(".*"), Kind(kind)
            found.update((f"{prefix}.{name}", value) for name in names.split(" "))
    return found


def _fits(parameters: Sequence[Any], positional: Sequence[Kind], keywords: Mapping[str, Kind]) -> bool:
    if len(positional) > len(parameters):
        return False
    given = {row[0]: kind for row, kind in zip(parameters, positional, strict=False)}
    names = {row[0] for row in parameters}
    for keyword, kind in keywords.items():
        name = keyword if keyword in names else NUMPY_NAMES.get(keyword, keyword)
        if name not in names or name in given:
            return False
        given[name] = kind
    return all(
        _accepts(accepted, given[name]) if name in given else not required
        for name, accepted, required in parameters
    )


def _accepts(accepted: str, given: Kind) -> bool:
    if accepted == "tensor":
        return given not in _NO_TENSORS
    if accepted == "none":
        return given is Kind.NONE
    return accepted == "any" or given is not Kind.TENSOR
