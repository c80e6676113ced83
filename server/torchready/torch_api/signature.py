"""Parameters of a function, and how the arguments of a call fall on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Where a bound argument stands: its position among the positional arguments, or the keyword as written.
Place = int | str
# The place of `x` in `x.relu()`.
RECEIVER = -1

# Other keywords that functions implemented in C++ accept for a parameter, as numpy names them.
NUMPY_NAMES = {"axis": "dim", "keepdims": "keepdim", "x": "input", "a": "input"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """`default` is Python source text, None when the argument is required."""

    name: str
    default: str | None = None
    keyword_only: bool = False

    @property
    def required(self) -> bool:
        return self.default is None


def parameters_of(rows: Sequence[Sequence[str | None]]) -> tuple[Parameter, ...]:
    """Parameters from their rows in the data files: [name], [name, default] or [name, default, "keyword"]."""
    return tuple(
        Parameter(str(row[0]), row[1] if len(row) > 1 else None, keyword_only=len(row) > 2) for row in rows
    )


def bind(
    parameters: Sequence[Parameter],
    positional: int,
    keywords: Sequence[str],
    *,
    receiver: bool = False,
    numpy_names: bool = False,
) -> Mapping[str, Place] | None:
    """Parameter name -> place of its argument; None when the call does not fit the parameters.

    `positional` counts the arguments without the receiver. The caller has made sure that the call has
    neither `*args` nor `**kwargs`.
    """
    by_position = [parameter for parameter in parameters if not parameter.keyword_only]
    places: list[Place] = [RECEIVER, *range(positional)] if receiver else list(range(positional))
    if len(places) > len(by_position):
        return None
    bound: dict[str, Place] = {p.name: place for p, place in zip(by_position, places, strict=False)}
    names = {parameter.name for parameter in parameters}
    for keyword in keywords:
        name = NUMPY_NAMES.get(keyword, keyword) if numpy_names and keyword not in names else keyword
        if name not in names or name in bound:
            return None
        bound[name] = keyword
    if any(parameter.required and parameter.name not in bound for parameter in parameters):
        return None
    return bound
