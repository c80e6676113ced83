"""From a call of a functional to the constructor of the module that replaces it."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from torchready.fixes.places import source_of
from torchready.fixes.refusal import Refusal
from torchready.fixes.sites import attribute_of
from torchready.text import Text
from torchready.torch_api.functionals import Functional, same_value
from torchready.torch_api.modules import find_module
from torchready.torch_api.signature import RECEIVER

# Constructor parameters that read well without their name, where they come first.
_PLAIN_FIRST = frozenset(
    {"p", "kernel_size", "output_size", "negative_slope", "alpha", "upscale_factor", "downscale_factor"}
    | {"groups", "lambd", "normalized_shape", "norm_type", "padding", "threshold", "min_val"}
)

_EFFECTS = (ast.Call, ast.Await, ast.NamedExpr, ast.Yield, ast.YieldFrom)

ALWAYS_ACTIVE = "the function is always active, also in eval mode; the module is active in train mode only"


@dataclass(frozen=True, slots=True)
class Conversion:
    """A call taken apart.

    - `module`: full name of the class; `arguments`: what its constructor is given, as source text.
    - `moved`: the arguments whose values the constructor needs; `removed`: all that leave the call.
    - `unnamed`: keywords of arguments that stay and can be written without their name.
    - `warning`: why the replacement may change what the model does; None when it cannot.
    """

    module: str
    arguments: str
    moved: tuple[ast.expr, ...]
    removed: tuple[ast.expr, ...]
    unnamed: tuple[ast.keyword, ...]
    warning: str | None = None

    @property
    def constructor(self) -> str:
        """`nn.Dropout(0.2)`, for messages."""
        return f"{self.module.removeprefix('torch.')}({self.arguments})"


def convert(
    text: Text, call: ast.Call, functional: Functional, *, receiver: bool, self_name: str
) -> Conversion | Refusal:
    """Bind a call's arguments and say how the module is built."""
    values = _bind(call, functional, receiver=receiver)
    if isinstance(values, Refusal):
        return values
    sources = {name: _source_of(value, self_name) for name, value in values.items()}
    row = functional.for_call(sources) or functional
    training = sources.get(row.training, row.default(row.training)) if row.training else None
    if same_value(training, "False"):
        return Refusal("it does nothing without `training=True`: remove the call")
    always = same_value(training, "True")
    obstacles = functional.obstacles(sources | {str(row.training): "self.training"} if always else sources)
    if obstacles:
        return Refusal("; ".join(obstacles))
    kept = [name for name in row.call_arguments if name in values]
    removed = [value for name, value in values.items() if name not in kept]
    if any(isinstance(node, _EFFECTS) for value in removed for node in ast.walk(value)):
        return Refusal("its arguments are computed by calls: set them in __init__ and pass them from there")
    written = {name: _as_written(text, value) for name, value in values.items() if name not in kept}
    return Conversion(
        module=str(row.module),
        arguments=_constructor_arguments(row, sources, written),
        moved=tuple(value for name, value in values.items() if name in row.constructor_arguments),
        removed=tuple(removed),
        unnamed=_unnamed(call, row, kept, values),
        warning=ALWAYS_ACTIVE if always else None,
    )


def _bind(call: ast.Call, functional: Functional, *, receiver: bool) -> Mapping[str, ast.expr] | Refusal:
    """The expression given for each parameter, without the receiver's."""
    if any(isinstance(argument, ast.Starred) for argument in call.args) or any(
        k.arg is None for k in call.keywords
    ):
        return Refusal("its arguments are unpacked from a sequence or dict: write them out first")
    keywords = {keyword.arg or "": keyword for keyword in call.keywords}
    places = functional.bind(len(call.args), list(keywords), receiver=receiver)
    if places is None:
        return Refusal("its arguments do not fit its signature: check the call")
    return {
        name: keywords[place].value if isinstance(place, str) else call.args[place]
        for name, place in places.items()
        if place != RECEIVER
    }


def attribute_for(functional: Functional) -> str:
    """The name a user would give: `relu` for torch.Tensor.relu_."""
    return functional.name.rpartition(".")[2].removesuffix("_with_indices").strip("_")


def arguments_text(pairs: Sequence[tuple[str, str]], module: str) -> str:
    """`0.5, inplace=True`: the first without its name where that reads well."""
    row = find_module(module)
    first = row.parameters[0].name if row and row.parameters else None
    written = [
        value if index == 0 and name == first and name in _PLAIN_FIRST else f"{name}={value}"
        for index, (name, value) in enumerate(pairs)
    ]
    return ", ".join(written)


def _constructor_arguments(row: Functional, sources: Mapping[str, str], written: Mapping[str, str]) -> str:
    by_target = {target: name for name, target in row.constructor_arguments.items()}
    pairs = [
        (target, written.get(by_target.get(target, ""), value))
        for target, value in row.constructor_call(sources)
    ]
    return arguments_text(pairs, str(row.module))


def _source_of(value: ast.expr, self_name: str) -> str:
    if attribute_of(value, self_name) == "training":
        return "self.training"
    return ast.unparse(value)


def _as_written(text: Text, value: ast.expr) -> str:
    """The user's own spelling, in one line."""
    return source_of(text, value) if value.lineno == value.end_lineno else ast.unparse(value)


def _unnamed(
    call: ast.Call, row: Functional, kept: Sequence[str], values: Mapping[str, ast.expr]
) -> tuple[ast.keyword, ...]:
    """Keywords that can go: all, if what stays is the beginning of `forward`'s parameters."""
    written = sorted((values[name].lineno, values[name].col_offset) for name in kept)
    ordered = [(values[name].lineno, values[name].col_offset) for name in kept]
    if written != ordered or list(row.call_arguments)[: len(kept)] != list(kept):
        return ()
    staying = [values[name] for name in kept]
    return tuple(keyword for keyword in call.keywords if keyword.value in staying)
