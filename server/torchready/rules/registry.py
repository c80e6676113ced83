"""All rules, in the order of their codes."""

from __future__ import annotations

from torchready.rules import (
    batch_frozen,
    data_dependent_branch,
    data_dependent_loop,
    export_failed,
    forward_failed,
    functional_layer,
    functional_operator,
    functional_with_parameters,
    functional_without_module,
    known_onnx_limit,
    model_not_built,
    module_built_in_forward,
    module_reused_in_loop,
    no_onnx_translation,
    non_tensor_io,
    onnx_differs,
    onnx_export_failed,
    reused_module,
    shape_frozen_by_trace,
    shared_module,
    state_changed_in_forward,
    tensor_to_python,
    trace_differs,
    trace_failed,
    tracer_warning,
    unregistered_modules,
    untraceable_call,
    unused_suppression,
)
from torchready.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    unused_suppression.RULE,
    functional_layer.RULE,
    functional_with_parameters.RULE,
    functional_operator.RULE,
    functional_without_module.RULE,
    module_built_in_forward.RULE,
    unregistered_modules.RULE,
    reused_module.RULE,
    module_reused_in_loop.RULE,
    shared_module.RULE,
    data_dependent_branch.RULE,
    data_dependent_loop.RULE,
    tensor_to_python.RULE,
    shape_frozen_by_trace.RULE,
    non_tensor_io.RULE,
    state_changed_in_forward.RULE,
    untraceable_call.RULE,
    trace_failed.RULE,
    tracer_warning.RULE,
    trace_differs.RULE,
    export_failed.RULE,
    no_onnx_translation.RULE,
    known_onnx_limit.RULE,
    batch_frozen.RULE,
    model_not_built.RULE,
    forward_failed.RULE,
    onnx_export_failed.RULE,
    onnx_differs.RULE,
)


def find_rule(code: str) -> Rule | None:
    """The rule with this code, whatever the case of its letters."""
    return next((rule for rule in RULES if rule.code == code.upper()), None)
