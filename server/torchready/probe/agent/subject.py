"""A built model with its dummy inputs, and the eager runs that checks compare with."""

from __future__ import annotations

import copy
import inspect
import random
import sys
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import torch

from .comparison import Outputs, as_outputs, same
from .observation import Observation
from .outcomes import Finding
from .places import Places
from .scale import Scale
from .source_file import Place
from .values import what_is_no_tensor

TORCHSCRIPT, DYNAMO = "torchscript", "dynamo"
REGISTERED = ("_parameters", "_buffers", "_modules")
FIRST, SECOND, LARGER = "first", "second", "larger"


class Inputs(NamedTuple):
    args: tuple[Any, ...]
    kwargs: dict[str, Any]

    def copied(self) -> Inputs:
        """For a run that may change its inputs."""
        return Inputs(*mapped(lambda tensor: tensor.detach().clone(), self))


class Crash(NamedTuple):
    """How an exporter ended an earlier run of the same verification, in words that go on after its name."""

    message: str
    detail: str
    place: Place | None


class Options(NamedTuple):
    """What the request says about exports.

    `exporters` in the order in which they count; empty: torch's own. `is_below_dynamo` when the dynamo exporter has no
    translations to an opset that old.
    """

    opset: int | None = None
    dynamic_batch: bool = False
    exporters: tuple[str, ...] = ()
    crashes: Mapping[str, Crash] = {}
    is_below_dynamo: bool = False


class Subject:
    """What all checks look at. Models are run in evaluation mode and without gradients, as they are deployed."""

    def __init__(
        self,
        model: torch.nn.Module,
        inputs: Inputs,
        places: Places,
        layers: Mapping[str, Mapping[str, Any]],
        options: Options,
        scale: Scale | None = None,
        exporter_started: Callable[[str], None] = lambda exporter: None,
    ) -> None:
        """`exporter_started` is told what is tried next, by name: native code may end the process in it."""
        self.exporter_started = exporter_started
        self.scale = scale or Scale()
        self.model = model.eval()
        self.inputs = Inputs(*mapped(self.scale.held, inputs))
        self.places = places
        self.options = options
        self.observation = Observation(model, places, layers)
        # The program of the export check, for those that go on from there.
        self.program: Any = None
        self.export_failed_at: Place | None = None
        # Where a trace froze what depends on values, by the name of the inputs that showed it.
        self.frozen_at: dict[str, Place | None] = {}
        self._results: dict[tuple[str, int, int], Outputs | None] = {}
        self._inputs = {FIRST: self.inputs}

    def finding(
        self, code: str, message: str, place: Place | None, severity: str | None = None
    ) -> list[Finding]:
        """At the place, or at forward when nothing says where; nowhere when all of it is somebody else's code."""
        place = place or self.observation.forward_place()
        owner = self.places.class_name(place) if place is not None else None
        return [Finding(code, message, place, owner, severity=severity)]

    def inputs_named(self, which: str) -> Inputs:
        """FIRST: the dummy input. SECOND: other values of the same shapes. LARGER: a batch of twice the size."""
        if which not in self._inputs:
            change = _other_values if which == SECOND else _twice
            self._inputs[which] = Inputs(*mapped(change, self.inputs))
        return self._inputs[which]

    def eager(self, which: str = FIRST, seed: int = 0, python_seed: int = 0) -> Outputs | None:
        """What the model gives, computed once, outside of any mode. None when it fails, as on values it refuses."""
        if not self.scale.has_values:
            return None
        key = (which, seed, python_seed)
        if key not in self._results:
            try:
                result = self.run(self.model, self.inputs_named(which), seed, python_seed)
                self._results[key] = as_outputs(result)
            except BaseException:
                # Also sys.exit() in the user's code.
                self._results[key] = None
        return self._results[key]

    def references(self) -> Iterator[tuple[str, Outputs]]:
        """Names of inputs, and what the model gives for them: what a graph that was made of it must give too.

        Another state of Python's random numbers than the graph was made in: what they decided must not matter.
        """
        for which in (SECOND, LARGER) if self.options.dynamic_batch else (SECOND,):
            expected = self.eager(which, python_seed=1)
            if expected is not None:
                yield which, expected
            elif which == SECOND:
                first = self.eager(python_seed=1)
                yield from [(FIRST, first)] if first is not None else []

    def run(self, model: Any, inputs: Inputs, seed: int = 0, python_seed: int = 0) -> Any:
        """One run on copies of inputs, from a known random state; the model is put back afterwards."""
        inputs = inputs.copied()
        with self.prepared(seed, python_seed):
            return model(*inputs.args, **inputs.kwargs)

    @contextmanager
    def prepared(self, seed: int = 0, python_seed: int = 0) -> Generator[None, None, None]:
        """All that the model runs, is traced and is exported in."""
        with torch.no_grad(), self.kept_state(), seeded(seed, python_seed), self.scale.mode():
            yield

    @property
    def size(self) -> str:
        """In words how large the model is."""
        return f"{sum(one.numel() for one in self.model.parameters()):,} parameters"

    @contextmanager
    def kept_state(self) -> Generator[None, None, None]:
        """What forward changes in the model, buffers and attributes, is put back: every run starts from the same."""
        modules = list(self.model.modules())
        attributes = [(one, dict(one.__dict__)) for one in modules]
        inside = [(one.__dict__[name], dict(one.__dict__[name])) for one in modules for name in REGISTERED]
        values = [
            (buffer, buffer.clone())
            for one in modules
            for buffer in one._buffers.values()
            if buffer is not None
        ]
        try:
            yield
        finally:
            for module, before in attributes:
                module.__dict__.clear()
                module.__dict__.update(before)
            for registered, before in inside:
                registered.clear()
                registered.update(before)
            with torch.no_grad():
                for buffer, value in values:
                    if buffer.shape == value.shape and buffer.dtype == value.dtype:
                        buffer.copy_(value)

    @property
    def is_random(self) -> bool:
        """Whether forward gives other numbers for the same input from another random state of torch's."""
        one, other = self.eager(), self.eager(seed=1)
        return one is None or other is None or not same(one, other)

    @property
    def uses_python_randomness(self) -> bool:
        """Whether it does so from another random state of Python's or numpy's."""
        one, other = self.eager(), self.eager(python_seed=1)
        return one is None or other is None or not same(one, other)

    def strange_input(self) -> Place | None:
        """The first parameter of forward that is given something that is no tensor."""
        for index, value in enumerate(self.inputs.args):
            if what_is_no_tensor(value):
                return self.observation.parameter_place(index)
        for name, value in self.inputs.kwargs.items():
            if what_is_no_tensor(value):
                return self.observation.parameter_place(0, name)
        return None

    def positional_inputs(self) -> Inputs:
        """Keyword inputs at their positions where `forward` allows that, for exporters that know no keywords."""
        if not self.inputs.kwargs:
            return self.inputs
        try:
            signature = inspect.signature(self.model.forward)
            bound = signature.bind(*self.inputs.args, **self.inputs.kwargs)
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


def _twice(tensor: torch.Tensor) -> torch.Tensor:
    return torch.cat([tensor, _other_values(tensor)]) if tensor.dim() else tensor


def _other_values(tensor: torch.Tensor) -> torch.Tensor:
    """Other numbers in other places. What is nowhere negative keeps its range, the rest changes signs."""
    if tensor.dtype is torch.bool:
        return ~tensor
    dimensions = [index for index, size in enumerate(tensor.shape) if size > 1]
    turned = torch.flip(tensor, dimensions) if dimensions else tensor.clone()
    if tensor.is_complex():
        return turned * -2.5
    if not tensor.is_floating_point() or tensor.numel() == 0:
        return turned
    low, high = tensor.min(), tensor.max()
    if low < 0:
        return turned * -2.5 + 0.125
    return tensor * 0.5 if low == high else low + (high - turned) * 0.5
