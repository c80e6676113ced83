"""What is known of a tensor's dimensions: that the first one is the batch, and what a sample holds.

Convolutions, pools and batch norms say so of what they return; activations and the like keep it. Nothing else is
known: a tensor without a layout may have any shape.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import cast

from torchready.facts.values import Instance, Layout
from torchready.torch_api.functionals import find_functional

ESTABLISHES = re.compile(r"torch\.nn\.(Conv|ConvTranspose|BatchNorm|InstanceNorm|\w*Pool)[123]d")


_NEEDS_BATCH = frozenset({"torch.nn.BatchNorm2d", "torch.nn.BatchNorm3d"})
# Functions and methods by their last name. The first ones return all numbers at their places.
_KEEPS_EVERYTHING = frozenset(
    {"clone", "contiguous", "cuda", "cpu", "detach", "double", "float", "half", "to", "type_as"}
)
_MOVES_DIMENSIONS = frozenset({"squeeze", "swapaxes", "transpose", "unsqueeze"})
_REDUCES = frozenset({"amax", "amin", "mean", "sum"})
_MAKES_TENSORS = frozenset(
    f"torch.{name}" for name in ("empty", "full", "ones", "rand", "randn", "zeros", "Tensor.expand")
)
# Classes of torch.nn that return a tensor of their input's shape.
_KEEPS_SHAPE = frozenset(
    f"torch.nn.{name}"
    for name in (
        *(
            "Threshold",
            "ReLU",
            "RReLU",
            "Hardtanh",
            "ReLU6",
            "Sigmoid",
            "Hardsigmoid",
            "Tanh",
            "SiLU",
            "Mish",
        ),
        *("Hardswish", "ELU", "CELU", "SELU", "GELU", "Hardshrink", "LeakyReLU", "LogSigmoid", "Softplus"),
        *("Softshrink", "PReLU", "Softsign", "Tanhshrink", "Softmin", "Softmax", "Softmax2d", "LogSoftmax"),
        *("Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout"),
        *("Identity", "GroupNorm", "LayerNorm", "LocalResponseNorm"),
    )
)


def after_module(
    module: Instance, given: Layout | None, arguments: Callable[[Instance], Mapping[str, object] | None]
) -> Layout | None:
    """The layout of what a module of torch returns; `arguments` finds the constants given to its constructor."""
    name = module.torch_class or ""
    if name == "torch.nn.Flatten":
        return flattened(given) if not arguments(module) else None
    return _after(name, given, (arguments(module) or {}) if _establishes(name) else {})


def after_function(name: str, given: Layout | None, arguments: Mapping[str, object]) -> Layout | None:
    """The layout of what a function or method returns that does what a module of torch.nn does."""
    functional = find_functional(name)
    module = functional.module if functional is not None else None
    if module is None or module == "torch.nn.Flatten":
        return None
    return _after(module, given, arguments)


def after_method(name: str, given: Layout | None, arguments: Sequence[object]) -> Layout | None:
    """The layout of what a function or method returns that leaves the first dimension where it is, by its last name.

    `arguments` are those behind the tensor, as far as they are constants.
    """
    if given is None:
        return None
    if name in _KEEPS_EVERYTHING:
        return given
    if name == "flatten":
        return flattened(given) if all(map(_is_behind_the_first, arguments[:1] or (0,))) else None
    if name in _MOVES_DIMENSIONS and arguments and all(map(_is_behind_the_first, arguments)):
        return replace(given, channels=None)
    if name in _REDUCES and len(arguments) == 1 and all(map(_is_behind_the_first, _each(arguments[0]))):
        return Layout(is_certain=given.is_certain)
    if name == "permute":
        order = _each(arguments[0]) if len(arguments) == 1 else tuple(arguments)
        return replace(given, channels=None) if order[:1] == (0,) else None
    return None


def makes_tensors(name: str) -> bool:
    """Whether a function makes a tensor of the sizes that it is given."""
    return name in _MAKES_TENSORS


def sizes_made(name: str, arguments: Sequence[object]) -> tuple[int | None, ...]:
    """The sizes that a call gives to a tensor that it makes."""
    if not makes_tensors(name) or not arguments:
        return ()
    given = _each(arguments[0]) if name == "torch.full" or len(arguments) == 1 else arguments
    numbers = map(_number, given)
    return tuple(number if number is not None and number > 0 else None for number in numbers)


def flattened(given: Layout | None) -> Layout | None:
    """The layout behind a flatten of all dimensions but the first."""
    return replace(given, channels=None) if given is not None else None


def parts_of_sequence(module: Instance) -> tuple[Instance, ...] | None:
    """The modules that a Sequential runs, in order; None when not all of them are known."""
    contents = module.contents
    if module.torch_class != "torch.nn.Sequential" or contents is None or contents.element is not None:
        return None
    parts = tuple(item for item in contents.items or () if isinstance(item, Instance))
    return parts if contents.items is not None and len(parts) == len(contents.items) else None


@cache
def _establishes(name: str) -> bool:
    """Whether this class of torch.nn takes the batch in front and keeps it there."""
    return ESTABLISHES.fullmatch(name) is not None


def _after(name: str, given: Layout | None, arguments: Mapping[str, object]) -> Layout | None:
    if name == "torch.nn.Linear":
        # It works on the last dimension, and there is one behind the batch.
        return Layout(is_certain=given.is_certain) if given is not None else None
    if not _establishes(name):
        return given if name in _KEEPS_SHAPE else None
    if "Norm" in name:
        channels = _number(arguments.get("num_features"))
        known = given or Layout(channels)
        return replace(known, is_certain=True) if name in _NEEDS_BATCH else known
    is_certain = given is not None and given.is_certain
    if "Conv" in name:
        return Layout(_number(arguments.get("out_channels")), None, is_certain)
    if arguments.get("return_indices") or "Unpool" in name:
        return None
    channels = given.channels if given is not None else None
    size = arguments.get("output_size") if "Adaptive" in name else None
    return Layout(channels, _elements(channels, size, int(name[-2])), is_certain)


def _elements(channels: int | None, size: object, dimensions: int) -> int | None:
    """How many numbers a sample holds behind a pool to this size, given as one number or one per dimension."""
    match size:
        case int():
            places = size**dimensions
        case (int() as height, int() as width):
            places = height * width
        case (int() as depth, int() as height, int() as width):
            places = depth * height * width
        case _:
            return None
    return channels * places if channels is not None else None


def _each(argument: object) -> tuple[object, ...]:
    return cast("tuple[object, ...]", argument) if isinstance(argument, tuple) else (argument,)


def _is_behind_the_first(dimension: object) -> bool:
    number = _number(dimension)
    return number is not None and number > 0


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
