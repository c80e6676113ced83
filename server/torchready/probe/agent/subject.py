"""A built model with its dummy inputs, and the eager runs that checks compare with."""

from __future__ import annotations

import copy
import inspect
import random
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import torch

from .comparison import Outputs, as_outputs, same
from .observation import Observation
from .outcomes import Finding
from .places import Places
from .source_file import Place

TORCHSCRIPT, DYNAMO = "torchscript", "dynamo"


class Inputs(NamedTuple):
    args: tuple[Any, ...]
    kwargs: dict[str, Any]

    def copied(self) -> Inputs:
        """For a run that may change its inputs."""
        return Inputs(*mapped(lambda tensor: tensor.detach().clone(), self))


class Options(NamedTuple):
    """What the request says about exports. `exporters` in the order in which they count; empty: torch's own."""

    opset: int | None = None
    dynamic_batch: bool = False
    exporters: tuple[str, ...] = ()


class Subject:
    """What all checks look at. Models are run in evaluation mode and without gradients, as they are deployed."""

    def __init__(
        self,
        model: torch.nn.Module,
        inputs: Inputs,
        places: Places,
        layers: Mapping[str, Mapping[str, Any]],
        options: Options,
    ) -> None:
        self.model = model.eval()
        self.inputs = inputs
        self.places = places
        self.options = options
        self.observation = Observation(model, places, layers)
        self._results: dict[tuple[bool, int, int], Outputs | None] = {}
        self._second: Inputs | None = None

    def finding(
        self, code: str, message: str, place: Place | None, severity: str | None = None
    ) -> list[Finding]:
        """At the place, or at forward when nothing says where; none when all of it is somebody else's code."""
        place = place or self.observation.forward_place()
        if place is None:
            return []
        return [Finding(code, message, place, self.places.class_name(place), severity=severity)]

    @property
    def second_inputs(self) -> Inputs:
        """Other values of the same shapes: floating point ones negated and reversed, others reversed."""
        if self._second is None:
            self._second = Inputs(*mapped(_other_values, self.inputs))
        return self._second

    def eager(self, second: bool = False, seed: int = 0, python_seed: int = 0) -> Outputs | None:
        """What the model gives, computed once, outside of any mode. None when it fails, as on values it refuses."""
        key = (second, seed, python_seed)
        if key not in self._results:
            try:
                result = self.run(
                    self.model, self.second_inputs if second else self.inputs, seed, python_seed
                )
                self._results[key] = as_outputs(result)
            except Exception:
                self._results[key] = None
        return self._results[key]

    def run(self, model: Any, inputs: Inputs, seed: int = 0, python_seed: int = 0) -> Any:
        """One run on copies of inputs, from a known random state; buffers are put back afterwards."""
        inputs = inputs.copied()
        with torch.no_grad(), self.kept_buffers(), seeded(seed, python_seed):
            return model(*inputs.args, **inputs.kwargs)

    @contextmanager
    def kept_buffers(self) -> Generator[None, None, None]:
        before = {name: buffer.clone() for name, buffer in self.model.named_buffers()}
        try:
            yield
        finally:
            now = dict(self.model.named_buffers())
            with torch.no_grad():
                for name, value in before.items():
                    if name in now and now[name].shape == value.shape and now[name].dtype == value.dtype:
                        now[name].copy_(value)

    @property
    def is_random(self) -> bool:
        """Whether forward gives other numbers for the same input from another random state of torch's."""
        one, other = self.eager(), self.eager(seed=1)
        return one is None or other is None or not same(one, other)

    @property
    def uses_python_randomness(self) -> bool:
        """Whether it does so from another random state of Python's or numpy's, or with time."""
        one, other = self.eager(), self.eager(python_seed=1)
        return one is None or other is None or not same(one, other)

    def positional_inputs(self) -> Inputs:
        """Keyword inputs at their positions where `forward` allows that, for exporters that know no keywords."""
        if not self.inputs.kwargs:
            return self.inputs
        try:
            bound = inspect.signature(type(self.model).forward).bind(
                self.model, *self.inputs.args, **self.inputs.kwargs
            )
        except (TypeError, ValueError):
            return self.inputs
        return Inputs(bound.args, dict(bound.kwargs))


@contextmanager
def seeded(seed: int, python_seed: int = 0) -> Generator[None, None, None]:
    """Random numbers from known states; the states from before come back."""
    before = random.getstate()
    numpy = sys.modules.get("numpy")
    numpy_before = numpy.random.get_state() if numpy is not None else None
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        random.seed(python_seed)
        if numpy is not None:
            numpy.random.seed(python_seed)
        try:
            yield
        finally:
            random.setstate(before)
            if numpy is not None:
                numpy.random.set_state(numpy_before)


def mapped(change: Any, value: Any) -> Any:
    """The same containers with other tensors in them; values that are neither are copied."""
    if isinstance(value, torch.Tensor):
        return change(value)
    if isinstance(value, dict):
        return (
            type(value)((key, mapped(change, one)) for key, one in value.items()) if _plain(value) else value
        )
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(mapped(change, one) for one in value))
    if isinstance(value, (list, tuple)):
        return type(value)(mapped(change, one) for one in value)
    try:
        return copy.deepcopy(value)
    except Exception:
        return value


def _plain(value: Any) -> bool:
    return type(value).__name__ in ("dict", "OrderedDict")


def _other_values(tensor: torch.Tensor) -> torch.Tensor:
    if tensor.is_floating_point() or tensor.is_complex():
        tensor = -tensor
    elif tensor.dtype is torch.bool:
        return ~tensor
    dimensions = [index for index, size in enumerate(tensor.shape) if size > 1]
    return torch.flip(tensor, dimensions) if dimensions else tensor.clone()
