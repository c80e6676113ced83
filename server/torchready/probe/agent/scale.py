"""Models that do not fit in memory: built with the shapes of their weights only.

Large tensors that a constructor asks for go to the meta device, where they cost nothing and are not initialized; small
ones stay real, so that a constructor may compute with them. Afterwards all become fake tensors, which know shapes,
dtypes and devices and no values: forward, torch.export and the newer ONNX exporter can be followed with them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

FACTORIES = (torch.empty, torch.zeros, torch.ones, torch.full, torch.rand, torch.randn)
SMALL = 65_536
# Checks hold copies of the weights: the traced graph's, the ONNX file's, onnxruntime's.
SHARE_OF_MEMORY = 5


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
        from contextlib import nullcontext

        return nullcontext() if self._fake is None else self._fake

    def inputs(self, change: Callable[[Callable[[Any], Any]], Any]) -> Any:
        """Inputs as the model takes them. `change` maps a function over the tensors of what is given."""
        return change(lambda tensor: tensor if self._fake is None else self._fake.from_tensor(tensor))


def build(make: Callable[[], Any], device: str, memory: int | None) -> tuple[Any, Scale]:
    """The model, and how it is held: real when asked for or when it fits, else by its shapes."""
    if device == "real":
        return make(), Scale()
    if device == "auto":
        try:
            with Counting(_limit(memory)):
                return make(), Scale()
        except TooLargeError:
            pass
    return _without_values(make)


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
        self._before: dict[int, Any] = {}

    def __enter__(self) -> None:
        self._before.clear()
        _replaced(self._model, self._moved)

    def __exit__(self, *_error: object) -> None:
        _replaced(self._model, lambda tensor: self._before.get(id(tensor), tensor))

    def _moved(self, tensor: Any) -> Any:
        made = on_meta(tensor)
        if isinstance(tensor, torch.nn.Parameter):
            made = torch.nn.Parameter(made, tensor.requires_grad)
        known = next((one for one in self._before.items() if one[1] is tensor), None)
        if known is not None:
            return self._kept[known[0]]
        self._before[id(made)] = tensor
        self._kept = {**getattr(self, "_kept", {}), id(made): made}
        return made


def on_meta(tensor: Any) -> Any:
    return torch.empty_strided(tensor.size(), tensor.stride(), dtype=tensor.dtype, device="meta")
