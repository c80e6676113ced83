"""Calls of torch: functions, methods of tensors, classes."""

from __future__ import annotations

import ast
from dataclasses import replace

from torchready.facts.arguments import Arguments
from torchready.facts.declarations import ImportedModule, ImportedName
from torchready.facts.events import Basis, FunctionalCall, UntraceableCall
from torchready.facts.given_arguments import constant_of
from torchready.facts.layouts import after_function, after_method, makes_tensors, sizes_made
from torchready.facts.paths import ASKS_FOR_TRACING, answer_to, exporters_at
from torchready.facts.ranks import ASKS_RANK, CHANGES_RANK, rank_after
from torchready.facts.sized_by_data import (
    KEEPS_LENGTH,
    is_boolean,
    is_sized_by_data,
    kind_of_sized,
    reads_length,
)
from torchready.facts.state_changes import StateChanges, changes_in_place
from torchready.facts.tracing import is_held_tensor, only_tensors_have
from torchready.facts.values import (
    DERIVED_TENSOR,
    LENGTH_BY_DATA,
    NONE,
    PARAMETER,
    PLAIN_NUMBER,
    SHAPE_NUMBER,
    UNKNOWN,
    Certainty,
    Constant,
    Container,
    Instance,
    Layout,
    Number,
    Size,
    Tensor,
    TorchName,
    Value,
    certainty,
    computed,
    has_rank,
    layout_of,
    loops_of,
    loops_of_all,
    without_rank,
)
from torchready.torch_api import aimet
from torchready.torch_api.functionals import find_functional
from torchready.torch_api.modules import canonical_name, find_module
from torchready.torch_api.onnx_operators import OPERATORS
from torchready.torch_api.tensors import Kind, is_tensor_method, returned_kind

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
READS_SHAPE = frozenset({"size", "numel", "nelement", "stride"})
# Functions that do so; what torch.tensor makes of a tensor is a constant to a trace.
READS_TENSORS = frozenset({"torch.equal", "torch.allclose", "torch.is_nonzero", "torch.tensor"})
# Methods of tensors that give Python what they hold.
LEAVES_TORCH = frozenset({"item", "tolist", "numpy", "equal", "allclose", "is_nonzero"})
KEEPS_SIZES = KEEPS_LENGTH - {"flatten", "squeeze"}
# Parameters by which methods name dimensions.
DIMENSIONS = ("dim", "dims", "start_dim", "dim0", "dim1")


class TorchCalls(StateChanges):
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
        if name.rpartition(".")[2] in ASKS_FOR_TRACING:
            return answer_to(name.rpartition(".")[2])
        if name in WRAPS_MODULE and arguments.positional and isinstance(arguments.positional[0], Instance):
            return arguments.positional[0]
        if name.startswith("torch.utils.checkpoint."):
            return self._run_argument(arguments, node)
        if name.endswith("skip_init") and arguments.positional:
            return self.call_value(arguments.positional[0], Arguments((), {}, ()), node, place)
        self._record_functional(name, node, place, arguments, None)
        if arguments.positional and certainty(arguments.positional[0]) is not None:
            self.tensor_calls += 1
        if arguments.positional and is_tensor_method(name.rpartition(".")[2]):
            self.show_tensor(arguments.positional[0])
        if name in READS_TENSORS and arguments.positional:
            given = arguments.positional[0]
            basis = self.record_conversion(place, node, given, name) if certainty(given) is not None else None
            if name != "torch.tensor":
                return Number(("call", self.place(node)), from_tensor=basis is Basis.TENSOR)
        return self._returned(name, arguments, node)

    def _tensor_method(
        self, node: ast.Call, func: ast.Attribute, receiver: Tensor, arguments: Arguments
    ) -> Value:
        name = f"torch.Tensor.{func.attr}"
        self._record_functional(name, node, func, arguments, receiver)
        if only_tensors_have(func.attr):
            self.show_tensor(receiver)
            if receiver.assumed is not None:
                receiver = replace(receiver, assumed=None)
        self.tensor_calls += 1
        if changes_in_place(func.attr):
            self.record_in_place(func.value, receiver, func)
        if func.attr == "backward" and self.counts_here():
            self.record(UntraceableCall(self.site(func), name, "backward", receiver.assumed))
        if func.attr in LEAVES_TORCH:
            return self._read_by_python(node, func, receiver)
        return self._returned(name, arguments, node, receiver)

    def _read_by_python(self, node: ast.Call, func: ast.Attribute, receiver: Tensor) -> Value:
        """`x.item()` and its like."""
        symbol = f"torch.Tensor.{func.attr}"
        is_read = self.record_conversion(func, node, receiver, symbol) is Basis.TENSOR
        number = Number(("call", self.place(node)), varies=loops_of(receiver), from_tensor=is_read)
        match func.attr:
            case "numpy":
                return UNKNOWN
            case "tolist":
                return Container("list", self.place(node), None, None, number) if is_read else UNKNOWN
            case _:
                return number if is_read else UNKNOWN

    def _returned(
        self, name: str, arguments: Arguments, node: ast.Call, receiver: Tensor | None = None
    ) -> Value:
        kind = kind_of_sized(name, arguments) or returned_kind(name)
        if kind is Kind.UNKNOWN:
            keywords = {key: _kind(value) for key, value in arguments.keywords.items()}
            kind = returned_kind(name, tuple(map(_kind, arguments.positional)), keywords)
        rank = self._rank_after(name, arguments, receiver, node)
        sure = receiver is None or receiver.certainty >= Certainty.LIKELY
        is_held = receiver is not None and is_held_tensor(node.func, receiver)
        if sure and kind is Kind.NUMBER:
            return PLAIN_NUMBER if is_held else _number_of(name.rpartition(".")[2], arguments, receiver)
        if sure and kind in (Kind.SIZE, Kind.NONE):
            is_by_data = _given(arguments, receiver).is_sized_by_data
            return Size(is_by_data, is_fixed=is_held) if kind is Kind.SIZE else NONE
        if kind not in (Kind.TUPLE, Kind.LIST, Kind.TENSOR, Kind.UNKNOWN):
            return UNKNOWN if sure else DERIVED_TENSOR
        values = (*arguments.all(), *((receiver,) if receiver is not None else ()))
        if kind is Kind.UNKNOWN and not name.startswith("torch.Tensor."):
            return self.derived_from(values)
        tensor = self._returned_tensor(name, arguments, node, receiver, rank)
        return (
            tensor
            if kind in (Kind.TENSOR, Kind.UNKNOWN)
            else Container("tuple", self.place(node), None, None, tensor)
        )

    def _returned_tensor(
        self,
        name: str,
        arguments: Arguments,
        node: ast.Call,
        receiver: Tensor | None,
        rank: int | None,
    ) -> Tensor:
        given = _given(arguments, receiver)
        # A view or a cast of a parameter has the parameter's place in the model.
        stays = receiver is not None and receiver.is_parameter and aimet.is_math_invariant(name)
        return Tensor(
            Certainty.SURE if receiver is None else receiver.certainty,
            stays,
            loops_of_all((*arguments.all(), *((receiver,) if receiver is not None else ()))),
            None if receiver is None else receiver.assumed,
            self._layout_after(name, arguments, receiver),
            is_sized_by_data=is_sized_by_data(name, arguments, given),
            is_boolean=is_boolean(name, arguments, given, node),
            sizes=self._sizes_after(name, arguments, receiver),
            rank=rank,
        )

    def _rank_after(
        self, name: str, arguments: Arguments, receiver: Tensor | None, node: ast.Call
    ) -> int | None:
        if self.in_constructor or self.frame.function is None:
            # What methods may assign anew before they use it.
            return None
        rank = rank_after(name, arguments, receiver, node.args)
        self.knows_ranks |= rank is not None
        if self.knows_ranks:
            self._note_rank(name.rpartition(".")[2], arguments, receiver)
        return rank

    def _note_rank(self, name: str, arguments: Arguments, receiver: Tensor | None) -> None:
        asked = receiver if receiver is not None else next(iter(arguments.positional), UNKNOWN)
        if name in CHANGES_RANK or (name in ASKS_RANK and has_rank(asked)):
            self.trusts_ranks = False

    def _layout_after(self, name: str, arguments: Arguments, receiver: Tensor | None) -> Layout | None:
        values = (receiver, *arguments.positional) if receiver is not None else arguments.positional
        given = layout_of(values[0]) if values else None
        size = values[1] if len(values) > 1 else UNKNOWN
        if given is not None:
            last, keywords = name.rpartition(".")[2], arguments.keywords
            others = [*values[1:], *(keywords[key] for key in DIMENSIONS if key in keywords)]
            kept = after_method(last, given, [constant_of(value) for value in others])
            if kept is not None:
                return kept
        return after_function(
            name, given, {"output_size": constant_of(arguments.keywords.get("output_size", size))}
        )

    def _sizes_after(
        self, name: str, arguments: Arguments, receiver: Tensor | None
    ) -> tuple[int | None, ...]:
        """The sizes of a tensor that the code makes, here or before it is moved to a device."""
        if receiver is not None and name != "torch.Tensor.expand":
            return receiver.sizes if receiver.sizes and name.rpartition(".")[2] in KEEPS_SIZES else ()
        return (
            sizes_made(name, [constant_of(one) for one in arguments.positional])
            if makes_tensors(name) and not arguments.is_open
            else ()
        )

    def _record_functional(
        self, name: str, node: ast.Call, place: ast.expr, arguments: Arguments, receiver: Tensor | None
    ) -> None:
        if not self.is_of_interest(name, receiver):
            return
        site = self.site(place)
        repeats = self.visited_before(("site", site.key))
        known = self.events.functional_calls.get(site.key)
        exporters = exporters_at(self.guards)
        if known is not None:
            known.repeats |= repeats or bool(self.loops)
            known.exporters |= exporters
            known.in_loop |= bool(self.loops)
            return
        values = (receiver, *arguments.positional) if receiver is not None else arguments.positional
        keywords = arguments.keywords
        if not self.trusts_ranks:
            values = tuple(map(without_rank, values))
            keywords = {key: without_rank(value) for key, value in keywords.items()}
        level = receiver.certainty if receiver is not None else Certainty.SURE
        self.events.functional_calls[site.key] = FunctionalCall(
            site, place, node, name, receiver is not None, level, values, keywords,
            self._is_direct(place), repeats or bool(self.loops), bool(self.loops), exporters,
            self.is_test and not changes_in_place(name.rpartition(".")[2]),
        )  # fmt: skip

    def is_of_interest(self, name: str, receiver: Tensor | None) -> bool:
        if find_functional(name) is not None:
            return True
        if receiver is not None and receiver.certainty < Certainty.LIKELY:
            return False
        if canonical_name(name) in self.project.watched:
            return True
        if name.startswith(f"{OPERATORS}."):
            return OPERATORS in self.project.watched
        if not self.project.records_operations:
            return False
        return aimet.find_operator(name) is not None or name.startswith("torch.nn.functional.")

    def record_python_operator(self, name: str, arguments: Arguments, node: ast.Call) -> Value | None:
        """`operator.add(x, y)` and `abs(x)` of tensors; None when none of the arguments is one."""
        levels = [level for value in arguments.all() if (level := certainty(value)) is not None]
        if not levels:
            return None
        if max(levels) >= Certainty.LIKELY:
            self._record_functional(name, node, node.func, arguments, None)
        values = arguments.all()
        return computed(values, max(levels), loops_of_all(values))

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


def _given(arguments: Arguments, receiver: Tensor | None) -> Tensor:
    """The tensor that a method or a function works on, one of which nothing is known where there is none."""
    first = receiver if receiver is not None else next(iter(arguments.positional), None)
    return first if isinstance(first, Tensor) else DERIVED_TENSOR


def _number_of(function: str, arguments: Arguments, receiver: Tensor | None) -> Number:
    """What `x.size(0)`, `x.numel()`, `x.dim()` give."""
    if function not in READS_SHAPE:
        return PLAIN_NUMBER
    others = arguments.positional if receiver is not None else arguments.positional[1:]
    dimension = next(iter(others), arguments.keywords.get("dim"))
    is_length = reads_length(function, dimension)
    return LENGTH_BY_DATA if is_length and _given(arguments, receiver).is_sized_by_data else SHAPE_NUMBER


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
