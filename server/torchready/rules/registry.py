"""All rules, in the order of their codes."""

from __future__ import annotations

from torchready.rules import (
    data_dependent_branch,
    data_dependent_loop,
    functional_layer,
    functional_operator,
    functional_with_parameters,
    functional_without_module,
    known_onnx_limit,
    module_built_in_forward,
    module_reused_in_loop,
    reused_module,
    shape_frozen_by_trace,
    shared_module,
    tensor_to_python,
    unregistered_modules,
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
    known_onnx_limit.RULE,
)


def find_rule(code: str) -> Rule | None:
    """The rule with this code, whatever the case of its letters."""
    return next((rule for rule in RULES if rule.code == code.upper()), None)
