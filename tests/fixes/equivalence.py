"""Runs a model before and after fixes and compares everything a safe fix promises to keep."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import cache
from types import ModuleType

import torch
from tests.fixes.aimet_stand_in import install
from torch import nn

# Tiny tensors: threads would only wait for each other.
torch.set_num_threads(1)

Shape = tuple[int, ...]


def load(source: str, name: str) -> ModuleType:
    module = ModuleType(name)
    exec(compile(source, f"{name}.py", "exec"), module.__dict__)
    return module


@cache
def observe(source: str, shapes: tuple[Shape, ...]) -> dict[str, object]:
    """What `Net()` of the source is and does, by name of the observation."""
    if "aimet_torch" in source:
        install()
    module = load(source, "net")
    torch.manual_seed(0)
    net: nn.Module = module.Net()
    seen: dict[str, object] = {
        "keys": list(net.state_dict()),
        "start": list(net.state_dict().values()),
        "random state after building": torch.get_rng_state(),
    }
    for mode in ("eval", "train"):
        getattr(net, mode)()
        for shape in shapes:
            seen |= _run(net, shape, f"{mode} {shape}")
    seen["state"] = list(net.state_dict().values())
    return seen


def same(one: object, other: object) -> bool:
    if isinstance(one, torch.Tensor) and isinstance(other, torch.Tensor):
        return one.dtype == other.dtype and torch.equal(torch.nan_to_num(one), torch.nan_to_num(other))
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


def differences(before: str, after: str, shapes: Sequence[Shape]) -> list[str]:
    expected, found = observe(before, tuple(shapes)), observe(after, tuple(shapes))
    return [name for name in expected if not same(expected[name], found.get(name))]


def _run(net: nn.Module, shape: Shape, name: str) -> dict[str, object]:
    torch.manual_seed(1)
    x = torch.randn(shape)
    given = x.clone()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            output: object = net(given)
        except (RuntimeError, TypeError, AttributeError, NameError, ValueError) as error:
            # A model that cannot take this shape must refuse it in the same way afterwards.
            output = f"{type(error).__name__}: {str(error).splitlines()[0]}"
    return {
        f"{name} output": output,
        f"{name} input afterwards": given,
        f"{name} random state": torch.get_rng_state(),
    }
