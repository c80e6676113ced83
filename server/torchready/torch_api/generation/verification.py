"""Runs functions against the modules that shall replace them, through the same lookups a fix uses."""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from torchready.torch_api.functionals import Functional
from torchready.torch_api.generation.samples import inputs_of, sample_arguments
from torchready.torch_api.generation.signatures import resolve

# Parameter -> source texts tried for it, one at a time over a call with the required arguments only.
VALUES: dict[str, tuple[str, ...]] = {
    "align_corners": ("True", "False"),
    "alpha": ("0.5", "2.0"),
    "approximate": ("'none'", "'tanh'"),
    "beta": ("2", "0.5"),
    "ceil_mode": ("True",),
    "count_include_pad": ("False",),
    "delta": ("0.5",),
    "dilation": ("2", "1"),
    "dim": ("0", "1", "-1"),
    "divisor_override": ("3",),
    "downscale_factor": ("2", "4"),
    "end_dim": ("1", "2", "-2"),
    "eps": ("1e-3", "0.1"),
    "full": ("True",),
    "groups": ("1", "2", "4"),
    "ignore_index": ("3",),
    "inplace": ("True", "False"),
    "k": ("2.0",),
    "keepdim": ("True",),
    "kernel_size": ("2", "3", "(2,)", "(3, 2)", "(2, 1, 3)"),
    "label_smoothing": ("0.1",),
    "lambd": ("0.1", "0"),
    "log_input": ("False",),
    "log_target": ("True",),
    "lower": ("0.05",),
    "margin": ("0.3", "2.0"),
    "max_val": ("0.5", "-2", "6"),
    "min_val": ("-0.5", "0", "3"),
    "mode": ("'bilinear'", "'bicubic'", "'nearest-exact'", "'area'"),
    "negative_slope": ("0.2", "0"),
    "norm_type": ("1", "2.5"),
    "normalized_shape": ("(8,)", "[8, 8]", "(4, 8, 8)"),
    "output_ratio": ("0.5", "(0.5, 0.6)"),
    "output_size": ("1", "3", "(3,)", "(2, 3)", "(None, 3)", "(2, 3, 1)", "(4, 4)"),
    "p": ("0.0", "0.2", "1.0", "1"),
    "pad": (
        "(1, 2)",
        "[1, 1]",
        "(1, 0, 2, 1)",
        "(1, 1, 1, 1, 2, 0)",
        "(0, 0, 0, 0, 0, 0, 1, 1)",
    ),
    "padding": ("1", "0"),
    "recompute_scale_factor": ("True",),
    "reduction": ("'none'", "'sum'", "'mean'"),
    "return_indices": ("True", "False"),
    "scale_factor": ("2", "1.5", "(2.0, 3.0)"),
    "size": ("5", "(6, 5)", "3"),
    "sizes": ("(2, 2)", "(-1, 2)", "[4, 1]"),
    "start_dim": ("0", "1", "2"),
    "stride": ("1", "2", "None"),
    "swap": ("True",),
    "threshold": ("0.5", "5"),
    "upper": ("0.4", "0.9"),
    "upscale_factor": ("2", "1"),
    "value": ("0.25", "None", "-1"),
    "zero_infinity": ("True",),
}

# Arguments that only work together.
TOGETHER: dict[str, tuple[dict[str, str], ...]] = {
    "Upsample": (
        {"scale_factor": "2.0", "mode": "'bilinear'", "align_corners": "True"},
        {"size": "(7, 5)", "mode": "'bicubic'", "align_corners": "False"},
        {"scale_factor": "1.5", "mode": "'nearest'", "recompute_scale_factor": "True"},
    ),
    "MaxPool2d": (
        {"kernel_size": "3", "stride": "2", "padding": "1", "dilation": "1", "ceil_mode": "True"},
        {"kernel_size": "(3, 2)", "stride": "(2, 1)", "padding": "(1, 0)", "dilation": "(1, 2)"},
    ),
    "AvgPool2d": ({"kernel_size": "3", "stride": "2", "padding": "1", "count_include_pad": "False"},),
    "Hardtanh": ({"min_val": "0.0", "max_val": "6.0"}, {"min_val": "1.0", "max_val": "1.0"}),
}


@dataclass(frozen=True, slots=True)
class Tally:
    """Calls compared, those of them that were the same in every bit, and descriptions of the others."""

    compared: int
    equal: int
    different: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """`edges`: inputs on whole numbers, where activations have their kinks, in channels-last layout."""

    dtype: str
    training: bool
    edges: bool


CIRCUMSTANCES = tuple(
    Circumstances(dtype, training, edges)
    for dtype in ("float32", "float64")
    for training in (False, True)
    for edges in (False, True)
)


def verify(functional: Functional) -> Tally:
    """Compare all sample calls that `obstacles` lets pass; calls that torch itself refuses do not count."""
    torch: Any = import_module("torch")
    threads: int = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        outcomes = [
            (equal, f"{functional.name} {arguments} {circumstances}")
            for arguments in sample_calls(functional)
            for circumstances in CIRCUMSTANCES
            if (equal := _same(functional, arguments, circumstances)) is not None
        ]
    finally:
        torch.set_num_threads(threads)
    different = tuple(text for equal, text in outcomes if not equal)
    return Tally(len(outcomes), len(outcomes) - len(different), different)


def sample_calls(functional: Functional) -> Iterator[dict[str, str]]:
    """Source texts of the arguments besides the tensors, for calls that a fix may replace."""
    base = _base(functional)
    calls = [base]
    for parameter in functional.parameters:
        name = parameter.name
        if name not in functional.call_arguments and name not in functional.required_values:
            calls += [base | {name: value} for value in VALUES.get(name, ())]
    calls += [base | together for together in TOGETHER.get(_class_name(functional), ())]
    if functional.name == "torch.nn.functional.pad":
        calls = [
            {"pad": pad, "mode": mode} | value
            for pad in VALUES["pad"]
            for mode in ("'constant'", "'reflect'", "'replicate'", "'circular'")
            for value in ({}, {"value": "0.5"}, {"value": "None"})
        ] + [{"pad": pad} for pad in VALUES["pad"]]
    for call in calls:
        if functional.training is not None:
            call = {**call, functional.training: "self.training"}
        if not functional.obstacles(call):
            yield call


def _base(functional: Functional) -> dict[str, str]:
    if not functional.module:
        return {}
    required = {name: repr(value) for name, value in sample_arguments(resolve(functional.module)).items()}
    sources = {n: required[t] for n, t in functional.constructor_arguments.items() if t in required}
    needed = [p.name for p in functional.parameters if p.required and p.name not in functional.call_arguments]
    return {**{name: VALUES[name][0] for name in needed if name in VALUES}, **sources}


def _class_name(functional: Functional) -> str:
    return (functional.module or "").rpartition(".")[2]


def _same(functional: Functional, arguments: Mapping[str, str], circumstances: Circumstances) -> bool | None:
    """Whether all that a caller can notice agrees; None where torch refuses the call."""
    row = functional.for_call(arguments)
    assert row is not None and row.module is not None
    module_class = resolve(row.module)
    training = circumstances.training

    def function(inputs: list[Any]) -> Any:
        values = {name: _value(source, training) for name, source in arguments.items()}
        tensors = dict(zip(row.call_arguments, inputs, strict=False))
        receiver = [tensors.pop("input")] if row.spelling == "method" else []
        return resolve(row.name)(*receiver, **tensors, **values)

    def layer(inputs: list[Any]) -> Any:
        options = {name: _value(source, training) for name, source in row.constructor_call(arguments)}
        built = module_class(**options).train(training)
        if built.state_dict():
            raise AssertionError(f"{row.module} adds keys to the state dict")
        return built(*inputs)

    try:
        expected = _observe(function, module_class, circumstances)
    except Exception:
        # Not a call that a model can contain: the samples combine arguments blindly.
        return None
    try:
        found = _observe(layer, module_class, circumstances)
    except Exception:
        return False
    return len(expected) == len(found) and all(
        _same_value(first, second) for first, second in zip(expected, found, strict=True)
    )


def _value(source: str, training: bool) -> Any:
    return training if source == "self.training" else literal_eval(source)


def _observe(run: Any, module_class: Any, circumstances: Circumstances) -> list[Any]:
    """Result and its type, inputs afterwards, aliasing, gradient and random state."""
    torch: Any = import_module("torch")
    inputs = [_prepared(tensor, module_class, circumstances) for tensor in inputs_of(module_class)]
    leaf = inputs[0].requires_grad_(inputs[0].is_floating_point())
    inputs[0] = leaf.clone()
    torch.manual_seed(3)
    result = run(inputs)
    kind: Any = result.__class__
    results: list[Any] = [*result] if kind is tuple else [result]
    aliased = [any(value.data_ptr() == given.data_ptr() for given in inputs) for value in results]
    differentiable = [value for value in results if value.requires_grad]
    if differentiable:
        torch.stack([value.sum() for value in differentiable]).sum().backward()
    return [*results, *inputs, leaf.grad, torch.random.get_rng_state(), aliased, kind]


def _prepared(tensor: Any, module_class: Any, circumstances: Circumstances) -> Any:
    torch: Any = import_module("torch")
    if not tensor.is_floating_point():
        return tensor
    tensor = tensor.to(getattr(torch, circumstances.dtype))
    if not circumstances.edges or module_class.__name__.endswith("Loss"):
        return tensor
    tensor = (tensor * 4).round()
    return tensor.contiguous(memory_format=torch.channels_last) if tensor.dim() == 4 else tensor


def _same_value(first: Any, second: Any) -> bool:
    torch: Any = import_module("torch")
    if not isinstance(first, torch.Tensor) or not isinstance(second, torch.Tensor):
        return bool(first is second or first == second)
    if first.dtype != second.dtype or first.stride() != second.stride():
        return False
    # numpy compares bytes: signed zeros and NaNs count.
    return first.detach().numpy().tobytes() == second.detach().numpy().tobytes()
