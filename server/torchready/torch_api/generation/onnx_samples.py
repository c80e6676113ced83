"""Calls of the functions, methods and modules of torch with real arguments, to see what an exporter makes of them.

The arguments are torch's own: those its test suite runs each operator and each module with.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from itertools import islice, zip_longest
from typing import Any

from torchready.torch_api.generation import onnx_calls
from torchready.torch_api.generation.samples import inputs_of, sample_arguments
from torchready.torch_api.generation.signatures import classes_in, public_callables, resolve
from torchready.torch_api.generation.tensors import NAMESPACES, kind_of_function, takes_tensors

# Of torch's many samples of one operator so many are run for each kind of numbers, evenly chosen among the first.
SAMPLES = 4
SAMPLES_OF_OTHERS = 1
LOOKED_AT = 120
# Models compute with the first; of complex numbers only what takes no others.
DTYPES = ("float32", "int64", "bool")
LAST_RESORT = "complex64"
# Functions of Python's module operator that stand for syntax are found by the operator of torch's samples.
OPERATOR = "operator."


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """One call. `tensors` are the model's inputs, `run` makes the call with them."""

    tensors: tuple[Any, ...]
    run: Callable[..., Any]


def spellings() -> Iterator[str]:
    """Functions and methods that take tensors and may return some, and Python's operators."""
    for namespace in NAMESPACES:
        for name in public_callables(namespace):
            kind = kind_of_function(name)
            if kind in ("tensor", "tuple", "list", "overloaded", "unknown") and takes_tensors(name):
                yield name
    by_hand = (name for name in onnx_calls.FUNCTIONS if name.startswith(OPERATOR))
    yield from sorted({*(OPERATOR + name for name in _operators()), *by_hand})


def modules() -> Iterator[str]:
    """Classes of torch.nn that can be built and run."""
    nn: Any = import_module("torch.nn")
    for name, found in sorted(classes_in("torch.nn").items()):
        if issubclass(found, nn.Module):
            yield f"torch.nn.{name}"


def samples(spelling: str) -> list[Sample]:
    """Calls that torch itself runs; none for what its test suite does not know."""
    torch: Any = import_module("torch")
    # The samples draw random numbers, and now and then an exporter looks at one.
    torch.manual_seed(0)
    random.seed(0)
    found = module_samples(spelling) if _is_module(spelling) else function_samples(spelling)
    groups = [running for group in found if (running := [sample for sample in group if _runs(sample)])]
    counts = [SAMPLES, *[SAMPLES_OF_OTHERS] * len(groups)]
    chosen = [_spread(group, count) for group, count in zip(groups, counts, strict=False)]
    # One of each kind first: who looks at few of them sees the kinds.
    return [one for turn in zip_longest(*chosen) for one in turn if one is not None]


def function_samples(spelling: str) -> Iterator[list[Sample]]:
    """Groups of samples that are of one kind."""
    function = _function(spelling)
    infos = _infos(spelling)
    kinds = [dtype for dtype in DTYPES if any(_chosen(info, dtype) for info in infos)] or [LAST_RESORT]
    for kind in kinds:
        found = [one for info in infos for one in _chosen(info, kind)]
        yield [_sample(function, [one.input, *one.args], one.kwargs) for one in found]
    for text in onnx_calls.FUNCTIONS.get(spelling, ()):
        yield [_sample(function, onnx_calls.arguments(text), {})]


def module_samples(name: str) -> Iterator[list[Sample]]:
    """Groups of samples: torch's own, then those by hand."""
    torch: Any = import_module("torch")
    found = resolve(name)
    database: Any = import_module("torch.testing._internal.common_modules")
    infos = [info for info in database.module_db if info.module_cls is found]
    for info in infos:
        given = info.module_inputs_func(info, "cpu", torch.float32, requires_grad=False, training=False)
        calls = [(one.constructor_input, one.forward_input) for one in given]
        yield [
            _sample(found(*built.args, **built.kwargs).eval(), list(inputs.args), inputs.kwargs)
            for built, inputs in calls
            if inputs is not None
        ]
    if not infos:
        try:
            module = found(**sample_arguments(found)).eval()
        except (KeyError, TypeError, ValueError):
            # Base classes and containers, which run nothing by themselves.
            return
        yield [_sample(module, list(inputs_of(found)), {})]
    for built, name_of_input in onnx_calls.MODULES.get(name, ()):
        yield [_sample(found(*onnx_calls.arguments(built)).eval(), [onnx_calls.tensors()[name_of_input]], {})]


def _sample(function: Callable[..., Any], arguments: Sequence[Any], options: dict[str, Any]) -> Sample:
    torch: Any = import_module("torch")
    pytree: Any = import_module("torch.utils._pytree")
    leaves, spec = pytree.tree_flatten((list(arguments), dict(options)))
    places = [place for place, leaf in enumerate(leaves) if isinstance(leaf, torch.Tensor)]

    def run(*tensors: Any) -> Any:
        given = list(leaves)
        for place, tensor in zip(places, tensors, strict=True):
            given[place] = tensor
        positional, keywords = pytree.tree_unflatten(given, spec)
        return function(*positional, **keywords)

    return Sample(tuple(leaves[place].detach() for place in places), run)


def _runs(sample: Sample) -> bool:
    """Whether torch runs the call and gives tensors for tensors."""
    torch: Any = import_module("torch")
    pytree: Any = import_module("torch.utils._pytree")
    if not sample.tensors or not all(tensor.numel() for tensor in sample.tensors):
        return False
    if any(tensor.layout is not torch.strided for tensor in sample.tensors):
        return False
    try:
        result = sample.run(*(tensor.clone() for tensor in sample.tensors))
    except Exception:
        # The samples are those of the operator, and not all spellings take the same arguments.
        return False
    leaves = pytree.tree_leaves(result)
    return any(isinstance(leaf, torch.Tensor) and leaf.layout is torch.strided for leaf in leaves)


def _chosen(info: Any, dtype: str) -> list[Any]:
    """Some more samples than are wanted: not all of them run under every spelling."""
    torch: Any = import_module("torch")
    wanted = getattr(torch, dtype)
    if wanted not in info.supported_dtypes("cpu"):
        return []
    try:
        looked_at: list[Any] = list(islice(info.sample_inputs("cpu", wanted, requires_grad=False), LOOKED_AT))
    except Exception:
        return []
    return _spread(looked_at, 3 * SAMPLES)


def _spread(found: list[Any], count: int) -> list[Any]:
    """So many of them, evenly chosen: neighbours differ in little."""
    step = max(len(found) // count, 1)
    return found[::step][:count]


def _function(spelling: str) -> Callable[..., Any]:
    if spelling.startswith(OPERATOR):
        return getattr(import_module("operator"), spelling.removeprefix(OPERATOR))
    return resolve(spelling)


def _is_module(spelling: str) -> bool:
    nn: Any = import_module("torch.nn")
    found = None if spelling.startswith(OPERATOR) else resolve(spelling)
    return isinstance(found, type) and issubclass(found, nn.Module)


def _infos(spelling: str) -> list[Any]:
    """What torch's test suite knows of a function: under its name, an alias of it, or the layer's name."""
    if spelling.startswith(OPERATOR):
        return _operators().get(spelling.removeprefix(OPERATOR), [])
    short = spelling.removeprefix("torch.").removeprefix("Tensor.")
    plain = short.removesuffix("_")
    last = plain.rpartition(".")[2]
    known = _known()
    for name in (short, plain, f"nn.functional.{plain}", last, f"special.{last}", f"linalg.{last}"):
        if name in known:
            return known[name]
    return []


@cache
def _known() -> dict[str, list[Any]]:
    database: Any = import_module("torch.testing._internal.common_methods_invocations")
    found: dict[str, list[Any]] = {}
    for info in database.op_db:
        for name in (info.name, *(alias.name for alias in info.aliases)):
            found.setdefault(name.removeprefix("torch."), []).append(info)
    return found


@cache
def _operators() -> dict[str, list[Any]]:
    functions: dict[str, Any] = vars(import_module("operator"))
    names = {id(value): name for name, value in functions.items() if not name.startswith("__")}
    database: Any = import_module("torch.testing._internal.common_methods_invocations")
    found: dict[str, list[Any]] = {}
    for info in database.op_db:
        for variant in (info.operator_variant, info.inplace_operator_variant):
            if id(variant) in names:
                found.setdefault(names[id(variant)], []).append(info)
    return found
