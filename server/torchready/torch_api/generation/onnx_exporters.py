"""What both exporters of the installed torch translate, asked of their own registries and passes.

An operator is written as the exporter looks it up: `aten::_linalg_svd`, with `[complex]` behind it where the
exporter keeps translations for complex numbers apart.
"""

from __future__ import annotations

import io
import logging
import re
import warnings
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import Any, Literal

from torchready.torch_api.generation.onnx_samples import Sample

Exporter = Literal["dynamo", "torchscript"]
EXPORTERS: tuple[Exporter, ...] = ("dynamo", "torchscript")
# So many calls are captured together: most of an export's time does not depend on what is exported.
BATCH = 24
# Of the TorchScript exporter: these become structure or constants, no operator is looked up for them.
STRUCTURE = ("onnx::", "prim::")


@cache
def opsets(exporter: Exporter) -> tuple[int, ...]:
    """The opsets that an exporter is written for and honours, found by exporting to each.

    The exporter on torch.export answers to some older ones too, with what a converter makes of its oldest.
    """
    return tuple(opset for opset in _possible_opsets(exporter) if _honours(exporter, opset))


@cache
def first_opset(exporter: Exporter) -> int:
    """The same as the first of them, without trying the others."""
    return next(opset for opset in _possible_opsets(exporter) if _honours(exporter, opset))


def offered(exporter: Exporter) -> dict[str, int]:
    """Operator -> the first opset from which on the exporter translates it."""
    found: dict[str, int] = {}
    for opset in opsets(exporter):
        for name in registered(exporter, opset):
            found.setdefault(name, opset)
    return found


@cache
def registered(exporter: Exporter, opset: int) -> frozenset[str]:
    if exporter == "torchscript":
        registry = import_module("torch.onnx._internal.torchscript_exporter.registration").registry
        return frozenset(name for name in registry.all_functions() if registry.is_registered_op(name, opset))
    return frozenset(
        _operator_name(target, is_complex=one.is_complex)
        for target, known in _dynamo_registry(opset).functions.items()
        for one in known
    )


def operators(exporter: Exporter, samples: Sequence[Sample]) -> list[frozenset[str] | None]:
    """Of each sample the operators that the exporter has to translate; None where it captures no graph."""
    if exporter == "torchscript":
        return [_torchscript_operators(sample) for sample in samples]
    return [found for batch in _batches(samples) for found in _dynamo_operators(batch)]


def refusals(samples: Sequence[Sample]) -> list[str]:
    """What the exporter on torch.export raises for each sample whose operators it knows; empty for nothing."""
    return [found for batch in _batches(samples) for found in _dynamo_refusals(batch)]


def export_error(exporter: Exporter, model: Any, inputs: Sequence[Any], opset: int, **options: Any) -> str:
    """What an exporter says: the first line of the error it raises, empty when it writes a model."""
    try:
        exported(exporter, model, inputs, opset, **options)
    except Exception as error:
        return told(error)
    return ""


def exported(exporter: Exporter, model: Any, inputs: Sequence[Any], opset: int, **options: Any) -> bytes:
    """The ONNX model that an exporter writes."""
    torch: Any = import_module("torch")
    written = io.BytesIO()
    if exporter == "dynamo":
        options |= {"verbose": False}
    with _quietly():
        torch.onnx.export(
            model, tuple(inputs), written, opset_version=opset, dynamo=exporter == "dynamo", **options
        )
    return written.getvalue()


def told(error: BaseException) -> str:
    """The innermost reason of an error, in one line."""
    while error.__cause__ is not None:
        error = error.__cause__
    line = next(iter(str(error).strip().splitlines()), "")
    # What follows asks to report it to torch.
    return f"{type(error).__name__}: {re.split(r'[.] (?:Please|Try|If|Signature:) ', line)[0][:120].rstrip('. ')}"


def sample_error(exporter: Exporter, sample: Sample, opset: int) -> str:
    return export_error(exporter, _model([sample]), (list(sample.tensors),), opset)


def _batches(samples: Sequence[Sample]) -> Iterator[Sequence[Sample]]:
    for start in range(0, len(samples), BATCH):
        yield samples[start : start + BATCH]


def _possible_opsets(exporter: Exporter) -> range:
    onnx: Any = import_module("onnx")
    oldest = {
        "torchscript": import_module("torch.onnx._constants").ONNX_BASE_OPSET,
        "dynamo": import_module("torch.onnx._internal.exporter._constants").TORCHLIB_OPSET,
    }
    return range(oldest[exporter], onnx.defs.onnx_opset_version() + 1)


def _honours(exporter: Exporter, opset: int) -> bool:
    torch: Any = import_module("torch")
    onnx: Any = import_module("onnx")
    try:
        written = exported(exporter, torch.nn.ReLU(), (torch.ones(1, 2),), opset)
    except Exception:
        return False
    model = onnx.load_from_string(written)
    return any(one.domain == "" and one.version == opset for one in model.opset_import)


# -- the exporter on torch.export


@cache
def _dynamo_registry(opset: int) -> Any:
    registration: Any = import_module("torch.onnx._internal.exporter._registration")
    with _quietly():
        return registration.ONNXRegistry.from_torchlib(opset)


def _dynamo_operators(samples: Sequence[Sample]) -> list[frozenset[str] | None]:
    try:
        return _operators_of(_captured(samples), len(samples))
    except Exception:
        if len(samples) == 1:
            return [None]
    half = len(samples) // 2
    return [*_dynamo_operators(samples[:half]), *_dynamo_operators(samples[half:])]


def _dynamo_refusals(samples: Sequence[Sample]) -> list[str]:
    core: Any = import_module("torch.onnx._internal.exporter._core")
    try:
        with _quietly():
            core._exported_program_to_onnx_program(
                _captured(samples), registry=_dynamo_registry(first_opset("dynamo"))
            )
    except Exception as error:
        if len(samples) == 1:
            return [told(error)]
        half = len(samples) // 2
        return [*_dynamo_refusals(samples[:half]), *_dynamo_refusals(samples[half:])]
    return [""] * len(samples)


def _captured(samples: Sequence[Sample]) -> Any:
    """The program of all calls after the exporter's decomposition for the oldest opset it offers."""
    torch: Any = import_module("torch")
    core: Any = import_module("torch.onnx._internal.exporter._core")
    tensors = [tensor for sample in samples for tensor in sample.tensors]
    with _quietly():
        program = torch.export.export(_model(samples), (tensors,), strict=False)
        return core._prepare_exported_program_for_export(
            program, registry=_dynamo_registry(first_opset("dynamo"))
        )


def _operators_of(program: Any, calls: int) -> list[frozenset[str] | None]:
    dispatching: Any = import_module("torch.onnx._internal.exporter._dispatching")
    found: list[set[str]] = [set() for _ in range(calls)]
    for node in program.graph.nodes:
        stack: dict[str, tuple[str, Any]] = node.meta.get("nn_module_stack") or {}
        paths = [path for path, _ in stack.values() if path.startswith("calls.")]
        if node.op == "call_function" and paths:
            is_complex = any(map(dispatching._arg_has_complex_dtype, (*node.args, *node.kwargs.values())))
            name = _operator_name(node.target, is_complex=is_complex)
            found[int(paths[0].split(".")[1])].add(name)
    return [frozenset(names) for names in found]


def _operator_name(target: Any, *, is_complex: bool = False) -> str:
    name = target if isinstance(target, str) else _name_of_target(target)
    return f"{name}[complex]" if is_complex else name


def _name_of_target(target: Any) -> str:
    torch: Any = import_module("torch")
    if isinstance(target, torch._ops.OperatorBase):
        return target.name()
    return f"{target.__module__}.{target.__name__}"


# -- the exporter on TorchScript


def _torchscript_operators(sample: Sample) -> frozenset[str] | None:
    utils: Any = import_module("torch.onnx._internal.torchscript_exporter.utils")
    with _quietly():
        try:
            graph, _ = utils.unconvertible_ops(_model([sample]), (list(sample.tensors),), opset_version=20)
        except Exception:
            return None
    # One underscore only, as the exporter does: that of `relu_`, while `__and__` is registered as `__and_`.
    kinds = {node.kind().removesuffix("_") for node in graph.nodes()}
    return frozenset(kind for kind in kinds if not kind.startswith(STRUCTURE))


# -- both


@cache
def _model_class() -> Any:
    torch: Any = import_module("torch")

    class Call(torch.nn.Module):
        def __init__(self, sample: Sample) -> None:
            torch.nn.Module.__init__(self)
            self.sample = sample

        def forward(self, *tensors: Any) -> Any:
            # Clones, because a model's own inputs written in place are another matter.
            return self.sample.run(*(tensor.clone() for tensor in tensors))

    class Model(torch.nn.Module):
        def __init__(self, samples: Sequence[Sample]) -> None:
            torch.nn.Module.__init__(self)
            self.calls = torch.nn.ModuleList(Call(sample) for sample in samples)
            self.counts = [len(sample.tensors) for sample in samples]

        def forward(self, tensors: list[Any]) -> list[Any]:
            pytree: Any = import_module("torch.utils._pytree")
            results: list[Any] = []
            start = 0
            for call, count in zip(self.calls, self.counts, strict=True):
                results.append(call(*tensors[start : start + count]))
                start += count
            return [leaf for leaf in pytree.tree_leaves(results) if isinstance(leaf, torch.Tensor)]

    return Model


def _model(samples: Sequence[Sample]) -> Any:
    return _model_class()(samples).eval()


@contextmanager
def _quietly() -> Generator[None, None, None]:
    """Without the exporters' warnings and reports."""
    disabled = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(disabled)
