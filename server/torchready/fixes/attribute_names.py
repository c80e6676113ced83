"""Names for new submodules that collide with nothing."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Container, Iterator

from torchready.fixes.class_shape import ClassShape
from torchready.fixes.module_attributes import MODULE_ATTRIBUTES
from torchready.fixes.refusal import Refusal

# The number is part of the operation's name, not a count.
_NUMBERED_OPERATIONS = {"relu6"}
# More submodules of one kind than any class has.
_MANY = 1000


class AttributeNames:
    """Hands out names for one class; none twice, none that the class, its bases or torch already use."""

    def __init__(self, shape: ClassShape, taken: Container[str], contested: Container[str] = ()) -> None:
        self._shape = shape
        self._taken = taken
        self._contested = contested
        self._given: set[str] = set()

    def allocate(self, wanted: str) -> str | Refusal:
        """`relu`, or `relu2`, `relu3` ... where that is taken."""
        if _stem_of(wanted)[0].rstrip("_") in self._contested:
            # A fix of a base may use the name at the same time, so the name says whose it is.
            wanted = f"{name_of_class(self._shape.node.name)}_{wanted}"
        name = next(filter(self._is_free, _candidates(wanted)), None)
        if name is None:
            return Refusal("every name for it may be one that the class computes at run time: add it by hand")
        self._given.add(name)
        return name

    def release(self, name: str) -> None:
        """Take back a name that was handed out for a fix that failed."""
        self._given.discard(name)

    def _is_free(self, name: str) -> bool:
        if name in self._given or name in self._taken or name in self._shape.names:
            return False
        if name in MODULE_ATTRIBUTES or keyword.iskeyword(name):
            return False
        return not any(pattern.fullmatch(name) for pattern in self._shape.computed_names)


def contested_names(node: ast.ClassDef) -> frozenset[str]:
    """The names, without numbers, that fixes of a class may give to new modules, whichever they are."""
    found: set[str] = set()
    for inner in ast.walk(node):
        name = (
            inner.attr
            if isinstance(inner, ast.Attribute)
            else inner.id
            if isinstance(inner, ast.Name)
            else ""
        )
        if name:
            found |= {_stem_of(name.strip("_"))[0].rstrip("_"), name_of_class(name)}
    return frozenset(found)


def name_of_class(class_name: str) -> str:
    """The usual attribute name for a class: ReLU -> relu, MaxPool2d -> max_pool2d, MSELoss -> mse_loss."""
    whole = re.sub(r"([PRGSC]?)(?:RELU|ReLU|ELU)(?=[A-Z0-9]|$)", _lower_unit, class_name)
    whole = re.sub(r"^SiLU$", "Silu", whole)
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", whole)
    return words.lower().strip("_")


def _lower_unit(match: re.Match[str]) -> str:
    return match.group().capitalize()


def _candidates(wanted: str) -> Iterator[str]:
    for name in (wanted, f"module_{wanted}"):
        yield name
        stem, last = _stem_of(name)
        yield from (f"{stem}{number}" for number in range(last + 1, last + _MANY))


def _stem_of(name: str) -> tuple[str, int]:
    """What numbers are appended to, and the last number that is spoken for."""
    match = re.fullmatch(r"(.*[a-z])(\d+)", name)
    if match and name not in _NUMBERED_OPERATIONS and not re.search(r"\d", match[1]):
        return match[1], int(match[2])
    return (f"{name}_", 1) if re.search(r"\d", name) else (name, 1)
