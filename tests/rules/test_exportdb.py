"""torch's own examples of what torch.export supports, against what TR301 to TR307 find in their sources."""

from __future__ import annotations

import inspect
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import torch
from torch._export.db.case import SupportLevel
from torch._export.db.examples import all_examples

from torchready.config import Config
from torchready.engine import Engine
from torchready.finding import Severity

EXAMPLES: dict[str, Any] = all_examples()
TRACE_ONLY = "torch.export keeps it, torch.jit.trace does not"
ONNX_ONLY = "torch.export keeps it, torch.onnx.export refuses it"
ACCEPTED = "this torch exports it, whatever the database says"
DISAGREEMENTS = {
    "constrain_as_size_example": TRACE_ONLY,
    "constrain_as_value_example": TRACE_ONLY,
    "dictionary": TRACE_ONLY,
    "dynamic_shape_round": ACCEPTED,
    "fn_with_kwargs": TRACE_ONLY,
    "scalar_output": ONNX_ONLY,
}


@cache
def warned_codes(name: str) -> frozenset[str]:
    path = Path(inspect.getfile(type(EXAMPLES[name].model)))
    report = Engine(Config(select=("TR30",)), path.parent).check(path, path.read_text(encoding="utf-8"))
    return frozenset(
        finding.code for finding in report.findings if finding.severity is not Severity.INFORMATION
    )


def is_supported(name: str) -> bool:
    return EXAMPLES[name].support_level is SupportLevel.SUPPORTED


def trace_complains(name: str) -> bool:
    """Whether a trace warns, or fails."""
    case = EXAMPLES[name]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            torch.jit.trace(case.model, case.example_args, check_trace=False)
        except (RuntimeError, TypeError, NameError):
            return True
    return any(issubclass(one.category, torch.jit.TracerWarning) for one in caught)


def test_findings_agree_with_the_database() -> None:
    disagreements = {name for name in EXAMPLES if is_supported(name) is bool(warned_codes(name))}
    assert disagreements == set(DISAGREEMENTS)


@pytest.mark.parametrize("name", [name for name, why in DISAGREEMENTS.items() if why == TRACE_ONLY])
def test_a_trace_complains_of_what_only_it_cannot_do(name: str) -> None:
    assert is_supported(name)
    assert trace_complains(name)


@pytest.mark.parametrize("name", [name for name, why in DISAGREEMENTS.items() if why == ONNX_ONLY])
def test_an_export_to_onnx_refuses_what_only_it_cannot_do(name: str) -> None:
    case = EXAMPLES[name]
    assert is_supported(name)
    with pytest.raises(torch.onnx.errors.OnnxExporterError):
        torch.onnx.export(case.model, case.example_args, verbose=False)


@pytest.mark.parametrize("name", [name for name, why in DISAGREEMENTS.items() if why == ACCEPTED])
def test_what_is_accepted_exports(name: str) -> None:
    case = EXAMPLES[name]
    assert not is_supported(name)
    torch.export.export(case.model, case.example_args, case.example_kwargs, strict=False)
