"""Names for new submodules that collide with nothing."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Container

from torchready.fixes.class_shape import ClassShape
from torchready.fixes.module_attributes import MODULE_ATTRIBUTES
from torchready.fixes.refusal import Refusal

# The number is part of the operation's name, not a count.
_NUMBERED_OPERATIONS = {"relu6"}
# More submodules of one kind than any class has.
_MANY = 10_000


class AttributeNames:
    """Hands out names for one class; none twice, none that the class, its bases or torch already use."""

    def __init__(self, shape: ClassShape, taken: Container[str], contested: Container[str] = ()) -> None:
        self._shape = shape
        self._taken = taken
        self._contested = contested
        self._given: set[str] = set()
        # By wanted name the number of the first candidate that may be free.
        self._next: dict[str, int] = {}
        self._last: tuple[str, str, int] | None = None

    def allocate(self, wanted: str) -> str | Refusal:
        """`relu`, or `relu2`, `relu3` ... where that is taken."""
        if _stem_of(wanted)[0].rstrip("_") in self._contested:
            # A fix of a base may use the name at the same time, so the name says whose it is.
            wanted = f"{name_of_class(self._shape.node.name)}_{wanted}"
        for number in range(self._next.get(wanted, 0), 2 * _MANY):
            name = _candidate(wanted, number)
            if self._is_free(name):
                self._given.add(name)
                self._next[wanted] = number + 1
                self._last = (name, wanted, number)
                return name
        self._next[wanted] = 2 * _MANY
        return Refusal("every name for it may be one that the class computes at run time: add it by hand")

    def release(self, name: str) -> None:
        """Take back the name that was handed out last, for a fix that failed."""
        if self._last is not None and self._last[0] == name:
            _, wanted, number = self._last
            self._next[wanted] = number
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


def _candidate(wanted: str, number: int) -> str:
    """`relu`, `relu2` and so on, and from `_MANY` on `module_relu`, `module_relu2` and so on."""
    name, count = (wanted, number) if number < _MANY else (f"module_{wanted}", number - _MANY)
    if count == 0:
        return name
    stem, last = _stem_of(name)
    return f"{stem}{last + count}"


def _stem_of(name: str) -> tuple[str, int]:
    """What numbers are appended to, and the last number that is spoken for."""
    match = re.fullmatch(r"(.*[a-z])(\d+)", name)
    if match and name not in _NUMBERED_OPERATIONS and not re.search(r"\d", match[1]):
        return match[1], int(match[2])
    return (f"{name}_", 1) if re.search(r"\d", name) else (name, 1)
