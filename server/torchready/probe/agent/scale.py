"""Models that do not fit in memory: built with the shapes of their weights only.

Large tensors that a constructor asks for go to the meta device, where they cost nothing and are not initialized; small
ones stay real, so that a constructor may compute with them. Afterwards all become fake tensors, which know shapes,
dtypes and devices and no values: forward, torch.export and the newer ONNX exporter can be followed with them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from .places import chain

FACTORIES = (torch.empty, torch.zeros, torch.ones, torch.full, torch.rand, torch.randn)
SMALL = 65_536
# Checks hold copies of the weights: the traced graph's, the ONNX file's, onnxruntime's.
SHARE_OF_MEMORY = 5
QUICKLY_MADE = 1 << 29


class TooLargeError(BaseException):
    """The weights would not fit. No Exception: the user's code must not take it for one of its own."""


class Counting(TorchFunctionMode):
    """Stops a constructor that asks for more bytes than there are."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._left = limit

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if func in FACTORIES and _is_for_cpu(kwargs):
            dtype = kwargs.get("dtype") or torch.get_default_dtype()
            self._left -= _elements(func, args, kwargs) * dtype.itemsize
            if self._left < 0:
                raise TooLargeError
        return func(*args, **kwargs)


class LargeToMeta(TorchFunctionMode):
    """Sends large tensors to the meta device."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if func in FACTORIES and _is_for_cpu(kwargs) and _elements(func, args, kwargs) >= SMALL:
            kwargs = {**kwargs, "device": "meta"}
        return func(*args, **kwargs)


def _is_for_cpu(kwargs: Mapping[str, Any]) -> bool:
    device = kwargs.get("device")
    return device is None or torch.device(device).type == "cpu"


def _elements(func: Any, args: Any, kwargs: Mapping[str, Any]) -> int:
    size = kwargs.get("size")
    if size is None and args:
        size = args[0] if isinstance(args[0], (tuple, list)) else args
    if func is torch.full and args:
        size = args[0]
    try:
        return math.prod(int(one) for one in size or ())
    except (TypeError, ValueError):
        return 0


class Scale:
    """How a model is held: real, with values, or by its shapes only. `mode` is active whenever it runs."""

    def __init__(self, fake: Any = None) -> None:
        self._fake = fake

    @property
    def has_values(self) -> bool:
        return self._fake is None

    def mode(self) -> AbstractContextManager[Any]:
        return nullcontext() if self._fake is None else self._fake

    def held(self, tensor: Any) -> Any:
        """An input as the model takes it."""
        return tensor if self._fake is None else self._fake.from_tensor(tensor)


def build(make: Callable[[], Any], device: str, memory: int | None) -> tuple[Any, Scale]:
    """The model, and how it is held: real when asked for or when it fits, else by its shapes."""
    if device == "real":
        return make(), Scale()
    if device != "auto":
        return _without_values(make)
    limit = _limit(memory)
    try:
        with Counting(min(limit, QUICKLY_MADE)):
            return make(), Scale()
    except TooLargeError:
        # Filling gigabytes with random numbers takes long, learning how many there are takes nothing.
        model, scale = _without_values(make)
    if isinstance(model, torch.nn.Module) and _bytes(model) <= limit:
        return make(), Scale()
    return model, scale


def _bytes(model: torch.nn.Module) -> int:
    tensors = {id(one): one for one in (*model.parameters(), *model.buffers())}
    return sum(one.numel() * one.element_size() for one in tensors.values())


def _limit(memory: int | None) -> int:
    available = memory or _available_memory()
    return available // SHARE_OF_MEMORY


def _available_memory() -> int:
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:
            amounts = {line.split(":")[0]: int(line.split()[1]) for line in lines}
        return amounts["MemAvailable"] * 1024
    except (OSError, KeyError, ValueError, IndexError):
        # Where nobody says: what a machine for work has.
        return 16 << 30


def _without_values(make: Callable[[], Any]) -> tuple[Any, Scale]:
    from torch._subclasses.fake_tensor import FakeTensorMode

    fake = FakeTensorMode(allow_non_fake_inputs=True)
    try:
        with LargeToMeta():
            model = make()
    except Exception:
        # A constructor that computes with a large tensor cannot do so on the meta device, but with fake ones it may.
        with fake:
            model = make()
    if isinstance(model, torch.nn.Module):
        _made_fake(model, fake)
    return model, Scale(fake)


def _made_fake(model: torch.nn.Module, fake: Any) -> None:
    """All tensors of the model, tied ones still tied."""
    from torch._subclasses.fake_tensor import FakeTensor

    known: dict[int, Any] = {}

    def converted(tensor: Any) -> Any:
        if isinstance(tensor, FakeTensor):
            return tensor
        if id(tensor) not in known:
            if tensor.device.type == "meta":
                with fake:
                    made = torch.empty_strided(
                        tensor.size(), tensor.stride(), dtype=tensor.dtype, device="cpu"
                    )
            else:
                made = fake.from_tensor(tensor.detach())
            is_parameter = isinstance(tensor, torch.nn.Parameter)
            known[id(tensor)] = torch.nn.Parameter(made, tensor.requires_grad) if is_parameter else made
        return known[id(tensor)]

    _replaced(model, converted)


def _replaced(model: torch.nn.Module, change: Callable[[Any], Any]) -> None:
    for module in model.modules():
        for registered in (module._parameters, module._buffers):
            for name, tensor in registered.items():
                if tensor is not None:
                    registered[name] = change(tensor)
        for name, value in list(module.__dict__.items()):
            if isinstance(value, torch.Tensor):
                module.__dict__[name] = change(value)


class OnMeta:
    """While entered, all tensors of the model are on the meta device: torch.jit.trace takes no fake ones."""

    def __init__(self, model: torch.nn.Module) -> None:
        self._model = model
        self._moved: dict[int, tuple[Any, Any]] = {}

    def __enter__(self) -> None:
        _replaced(self._model, self._move)

    def __exit__(self, *_error: object) -> None:
        back = {id(moved): tensor for tensor, moved in self._moved.values()}
        _replaced(self._model, lambda tensor: back.get(id(tensor), tensor))
        self._moved.clear()

    def _move(self, tensor: Any) -> Any:
        if id(tensor) not in self._moved:
            moved = on_meta(tensor)
            if isinstance(tensor, torch.nn.Parameter):
                moved = torch.nn.Parameter(moved, tensor.requires_grad)
            self._moved[id(tensor)] = (tensor, moved)
        return self._moved[id(tensor)][1]


def on_meta(tensor: Any) -> Any:
    return torch.empty_strided(tensor.size(), tensor.stride(), dtype=tensor.dtype, device="meta")


def needs_values(error: BaseException) -> bool:
    """Whether something failed only because tensors had no values."""
    names = ("DataDependentOutputException", "DynamicOutputShapeException", "GuardOnDataDependentSymNode")
    written = ("meta tensor", "FakeTensor", "fake tensor", "tensor subclasses", "meta device")
    return any(
        type(one).__name__ in names or any(word in str(one) for word in written) for one in chain(error)
    )
