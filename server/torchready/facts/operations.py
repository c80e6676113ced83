"""What AIMET asks for beside the layers of torch.nn: arithmetic and functions as modules of its own."""

from __future__ import annotations

from dataclasses import dataclass

from torchready.facts.events import FunctionalCall, Operation
from torchready.facts.layers import arguments_by_parameter, has_weights_of_module, layer_of
from torchready.facts.values import Certainty, Constant, Tensor, Value, alternatives, certainty
from torchready.torch_api import aimet
from torchready.torch_api.functionals import Functional, find_functional

WITHOUT_GRADIENT = frozenset({"no_grad", "inference_mode"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """`module` is the full name of AIMET's class, None when it has none; `operator` its row in the table."""

    symbol: str
    module: str | None
    operator: aimet.Operator | None


def wanted_module(event: FunctionalCall | Operation) -> Wanted | None:
    """What AIMET wants instead of an operation; None when it accepts it, or it is a layer of torch.nn."""
    if _never_learns(event):
        return None
    if isinstance(event, Operation):
        return _by_name(event.symbol)
    if event.is_test or (event.is_method and event.certainty < Certainty.LIKELY):
        return None
    functional = find_functional(event.symbol)
    if functional is None:
        return _by_name(event.symbol)
    has_own_weights = has_weights_of_module(event, functional)
    if has_own_weights is not None:
        return None if has_own_weights else _on_computed_weights(event, functional)
    return _by_name(event.symbol) if layer_of(event, functional) is None else None


def _never_learns(event: FunctionalCall | Operation) -> bool:
    """Free functions under `no_grad` load and initialise weights, though a constructor may name them."""
    function = event.site.function
    if function is None or function.owner is not None:
        return False
    return not WITHOUT_GRADIENT.isdisjoint(function.decorator_names())


def _by_name(symbol: str) -> Wanted | None:
    operator = aimet.find_operator(symbol)
    return Wanted(symbol, operator.module, operator) if operator is not None else None


def _on_computed_weights(call: FunctionalCall, functional: Functional) -> Wanted | None:
    if call.site.owner is None:
        # Of a function by itself nobody knows whose weights it is given.
        return None
    values = arguments_by_parameter(call, functional) or {}
    given = [values[name] for name in functional.weights if name in values]
    if not any(_is_computed(value) for value in given):
        return None
    operator = aimet.find_computed_weight_layer(call.symbol) or aimet.find_operator(call.symbol)
    return Wanted(call.symbol, operator.module if operator is not None else None, operator)


def _is_computed(value: Value) -> bool:
    if isinstance(value, Constant) or any(
        isinstance(part, Tensor) and part.is_parameter for part in alternatives(value)
    ):
        return False
    level = certainty(value)
    return level is not None and level >= Certainty.LIKELY
