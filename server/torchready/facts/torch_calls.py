"""Calls of torch: functions, methods of tensors, classes."""

from __future__ import annotations

import ast

from torchready.facts.arguments import Arguments
from torchready.facts.core import Core
from torchready.facts.declarations import ImportedModule, ImportedName
from torchready.facts.events import FunctionalCall
from torchready.facts.values import (
    DERIVED_TENSOR,
    NONE,
    PARAMETER,
    SHAPE_NUMBER,
    SIZE,
    SURE_TENSOR,
    UNKNOWN,
    Certainty,
    Constant,
    Container,
    Instance,
    Number,
    Size,
    Tensor,
    TorchName,
    Value,
    certainty,
    loops_of,
)
from torchready.torch_api import aimet
from torchready.torch_api.functionals import find_functional
from torchready.torch_api.modules import find_module
from torchready.torch_api.tensors import Kind, returned_kind

WRAPS_MODULE = frozenset(
    {
        "torch.compile",
        "torch.jit.script",
        "torch.nn.utils.spectral_norm",
        "torch.nn.utils.weight_norm",
        "torch.nn.utils.parametrizations.spectral_norm",
        "torch.nn.utils.parametrizations.weight_norm",
        "torch.nn.utils.parametrizations.orthogonal",
        "torch.nn.utils.skip_init",
    }
)
TENSOR_KINDS = {
    Kind.TENSOR: SURE_TENSOR,
    Kind.NUMBER: SHAPE_NUMBER,
    Kind.SIZE: SIZE,
    Kind.NONE: NONE,
}


class TorchCalls(Core):
    """Calls of torch."""

    def _call_torch(self, name: str, arguments: Arguments, node: ast.Call, place: ast.expr) -> Value:
        module = find_module(name)
        if module is not None:
            if not module.is_module:
                if name in ("torch.nn.Parameter", "torch.nn.Buffer"):
                    return PARAMETER
                return UNKNOWN
            return self.build_torch(name, module.container, arguments, node)
        if name.startswith("torch.ao.") and name.rpartition(".")[2][:1].isupper() and self.in_constructor:
            return Instance(("built", self.place(node)), created_in=frozenset(self.loops))
        if name in WRAPS_MODULE and arguments.positional and isinstance(arguments.positional[0], Instance):
            return arguments.positional[0]
        if name.startswith("torch.utils.checkpoint."):
            return self._run_argument(arguments, node)
        if name.endswith("skip_init") and arguments.positional:
            return self.call_value(arguments.positional[0], Arguments((), {}, ()), node, place)
        self._record_functional(name, node, place, arguments, None)
        return self._returned(name, arguments, node)

    def _tensor_method(
        self, node: ast.Call, func: ast.Attribute, receiver: Tensor, arguments: Arguments
    ) -> Value:
        name = f"torch.Tensor.{func.attr}"
        self._record_functional(name, node, func, arguments, receiver)
        if func.attr in ("item", "tolist", "numpy"):
            return UNKNOWN
        return self._returned(name, arguments, node, receiver)

    def _returned(
        self, name: str, arguments: Arguments, node: ast.Call, receiver: Tensor | None = None
    ) -> Value:
        keywords = {key: _kind(value) for key, value in arguments.keywords.items()}
        kind = returned_kind(name, [_kind(value) for value in arguments.positional], keywords)
        sure = receiver is None or receiver.certainty >= Certainty.LIKELY
        level = Certainty.SURE if receiver is None else receiver.certainty
        values = (*arguments.all(), *((receiver,) if receiver is not None else ()))
        varies = frozenset[int]().union(*(loops_of(value) for value in values))
        # A view or a cast of a parameter has the parameter's place in the model.
        stays = receiver is not None and receiver.is_parameter and aimet.is_math_invariant(name)
        tensor = Tensor(level, stays, varies)
        if kind in (Kind.TUPLE, Kind.LIST):
            return Container("tuple", self.place(node), None, None, tensor)
        if kind is Kind.TENSOR:
            return tensor
        if kind in TENSOR_KINDS and sure:
            return TENSOR_KINDS[kind]
        if kind is Kind.UNKNOWN:
            return tensor if name.startswith("torch.Tensor.") else self.derived_from(values)
        return UNKNOWN if sure else DERIVED_TENSOR

    def _record_functional(
        self, name: str, node: ast.Call, place: ast.expr, arguments: Arguments, receiver: Tensor | None
    ) -> None:
        if not self.is_of_interest(name, receiver):
            return
        site = self.site(place)
        repeats = self.visited_before(("site", site.key))
        known = self.events.functional_calls.get(site.key)
        if known is not None:
            known.repeats |= repeats or bool(self.loops)
            known.in_loop |= bool(self.loops)
            return
        values = (receiver, *arguments.positional) if receiver is not None else arguments.positional
        level = receiver.certainty if receiver is not None else Certainty.SURE
        self.events.functional_calls[site.key] = FunctionalCall(
            site, place, node, name, receiver is not None, level, values, arguments.keywords,
            self._is_direct(place), repeats or bool(self.loops), bool(self.loops),
        )  # fmt: skip

    def is_of_interest(self, name: str, receiver: Tensor | None) -> bool:

        if find_functional(name) is not None:
            return True
        if not self.project.records_operations or (
            receiver is not None and receiver.certainty < Certainty.LIKELY
        ):
            return False
        return aimet.find_operator(name) is not None or name.startswith("torch.nn.functional.")

    def record_python_operator(self, name: str, arguments: Arguments, node: ast.Call) -> Value | None:
        """`operator.add(x, y)` and `abs(x)` of tensors; None when none of the arguments is one."""
        levels = [level for value in arguments.all() if (level := certainty(value)) is not None]
        if not levels:
            return None
        if max(levels) >= Certainty.LIKELY:
            self._record_functional(name, node, node.func, arguments, None)
        return Tensor(
            max(levels), varies=frozenset[int]().union(*(loops_of(value) for value in arguments.all()))
        )

    def _is_direct(self, place: ast.expr) -> bool:
        """Whether the callee names its function through imports only, or is a method of a tensor."""
        root = place
        while isinstance(root, ast.Attribute):
            root = root.value
        if not isinstance(root, ast.Name):
            return isinstance(place, ast.Attribute)
        if root.id in self.frame.names:
            return isinstance(place, ast.Attribute) and not isinstance(
                self.frame.names[root.id], (Instance, TorchName)
            )
        file = self.project.file(self.path)
        bindings = file.scope.get(root.id, ()) if file is not None else ()
        return all(isinstance(binding, (ImportedModule, ImportedName)) for binding in bindings)


def _kind(value: Value) -> Kind:
    match value:
        case Tensor():
            return Kind.TENSOR
        case Number() | Constant(int() | float()):
            return Kind.NUMBER
        case Size():
            return Kind.SIZE
        case Constant(str()):
            return Kind.STRING
        case Constant(None):
            return Kind.NONE
        case Container():
            return Kind.LIST if value.kind == "list" else Kind.TUPLE
        case _:
            return Kind.TENSOR if certainty(value) is not None else Kind.UNKNOWN
