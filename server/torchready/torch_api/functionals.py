"""Spellings of layers as functions: torch.nn.functional.*, torch.*, torch.special.* and torch.Tensor.*."""

from __future__ import annotations

from ast import List, Starred, Tuple, literal_eval, parse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any, Literal

from torchready.torch_api.modules import canonical_name, find_module
from torchready.torch_api.signature import Parameter, Place, bind, parameters_of
from torchready.torch_api.tables import load

Category = Literal["safe", "conditional", "never", "no_module"]
Spelling = Literal["functional", "torch", "method"]

FUNCTIONAL_NAMESPACE = "torch.nn.functional."
METHOD_NAMESPACE = "torch.Tensor."
# The same few literals are given to calls over and over.
KEPT_LITERALS = 2048


@dataclass(frozen=True, slots=True)
class Variant:
    """One module of several that a function may stand for: see `Functional.for_call`."""

    module: str
    when: Mapping[str, str]
    length: Mapping[str, int]
    constructor_arguments: Mapping[str, str]
    required_values: Mapping[str, str]
    emit_when_omitted: Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Functional:
    """One spelling of an operation. All values and defaults are Python source text.

    - `module`: the class of torch.nn that does the same, None when there is none or `variants` decide;
      `alternatives` are its forms for other numbers of dimensions where the function serves all.
    - `category`: "safe" with constant arguments; "conditional": safe when `obstacles` finds none; "never":
      a module exists, but no rewrite of the call alone is right, `note` says why; "no_module".
    - `parameters`: in the order of the call; of a method the first is the receiver, named `input`.
    - `call_arguments`: parameter -> its name in `forward`, for those that stay in the call, in order.
    - `constructor_arguments`: parameter -> its name in the module's constructor.
    - `constructor_fixed`: constructor parameter -> value that the spelling implies (`relu_`: inplace).
    - `required_values`: parameters the module cannot take; each must be absent or have this value.
    - `ignored`: parameters without influence on the result, which a rewrite drops.
    - `must_be_given`: parameters that a call must give for the rewrite to be right.
    - `emit_when_omitted`: parameter -> its default, where the module has another default.
    - `exclusive`: parameters of which the module takes at most one.
    - `greater_than`: parameter -> parameter it must exceed, which only the module checks.
    - `training`: the parameter that says whether to train; the module uses `self.training` instead.
    - `weights`: tensors that the module would own as parameters or buffers.
    - `in_place`: works on its input; as a statement the result must be assigned or the input stays used.
    - `verified`: (calls compared with the module, of these bit-equal) when the data was generated.
    """

    name: str
    spelling: Spelling
    module: str | None
    alternatives: tuple[str, ...]
    group: str
    category: Category
    parameters: tuple[Parameter, ...]
    call_arguments: Mapping[str, str]
    constructor_arguments: Mapping[str, str]
    constructor_fixed: Mapping[str, str]
    required_values: Mapping[str, str]
    ignored: frozenset[str]
    must_be_given: tuple[str, ...]
    emit_when_omitted: Mapping[str, str]
    exclusive: tuple[str, ...]
    greater_than: Mapping[str, str]
    training: str | None
    weights: tuple[str, ...]
    variants: tuple[Variant, ...]
    in_place: bool
    note: str
    verified: tuple[int, int]

    @property
    def random(self) -> bool:
        """Whether it draws random numbers in training mode."""
        module = find_module(self.module or "")
        return module is not None and module.random

    def default(self, parameter: str) -> str | None:
        """The default of a parameter, None when it is required."""
        return next((p.default for p in self.parameters if p.name == parameter), None)

    def bind(
        self, positional: int, keywords: Sequence[str], *, receiver: bool | None = None
    ) -> Mapping[str, Place] | None:
        """Parameter -> place of its argument: position, keyword as written, or RECEIVER. None: no fit.

        `receiver` tells whether the first argument stands before the dot; by default that is so for
        methods. `torch.Tensor.relu(x)` is a method without one.
        """
        method = self.spelling == "method"
        return bind(
            self.parameters,
            positional,
            keywords,
            receiver=method if receiver is None else receiver,
            numpy_names=self.spelling != "functional",
        )

    def deciding_parameters(self) -> frozenset[str]:
        """The parameters of which `for_call` looks at the arguments."""
        return _deciding_parameters(self)

    def for_call(self, arguments: Mapping[str, str]) -> Functional | None:
        """This row for one call: the same, or with the module its arguments choose; None when none fits.

        `arguments` maps parameters to the source text given for them.
        """
        if not self.variants:
            return self if self.module else None
        chosen = next((variant for variant in self.variants if self._fits(variant, arguments)), None)
        return None if chosen is None else _with_variant(self, self.variants.index(chosen))

    def obstacles(self, arguments: Mapping[str, str]) -> tuple[str, ...]:
        """Why replacing a call by the module would not be exactly the same; empty when it would be.

        `arguments` maps every parameter that the call gives to its source text. Whether they are constant is
        the caller's to know. The texts are for people and follow "no safe fix: ".
        """
        if self.category == "never":
            return (self.note,)
        if self.category == "no_module":
            return ("torch.nn has no module for it",)
        row = self.for_call(arguments)
        if row is None:
            return (self._why_none_fits(arguments),)
        return tuple(row._obstacles(arguments))

    def constructor_call(self, arguments: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        """(constructor parameter, source text) of the module for a call, in the constructor's order.

        Values equal to the module's defaults are left out. Ask `obstacles` first; rows with variants
        first go through `for_call`.
        """
        given = {
            target: arguments.get(name, self.emit_when_omitted.get(name))
            for name, target in self.constructor_arguments.items()
        }
        values = {target: value for target, value in given.items() if value is not None}
        values |= self.constructor_fixed
        module = find_module(self.module or "")
        order = module.parameters if module else ()
        return tuple(
            (parameter.name, values[parameter.name])
            for parameter in order
            if parameter.name in values and values[parameter.name] != parameter.default
        )

    def _why_none_fits(self, arguments: Mapping[str, str]) -> str:
        deciding = {name for variant in self.variants for name in variant.length if name in arguments}
        hidden = sorted(name for name in deciding if _length(arguments[name]) is None)
        if hidden:
            return f"the length of `{arguments[hidden[0]]}` decides which module fits: write its numbers into the call"
        return "no module of torch.nn fits these arguments"

    def _fits(self, variant: Variant, arguments: Mapping[str, str]) -> bool:
        chosen = all(
            same_value(arguments.get(name, self.default(name)), value) for name, value in variant.when.items()
        )
        return chosen and all(
            _length(arguments.get(name)) == length for name, length in variant.length.items()
        )

    def _obstacles(self, arguments: Mapping[str, str]) -> Iterator[str]:
        for name, value in self.required_values.items():
            if name in arguments and not same_value(arguments[name], value):
                yield f"`{name}` must be {value}, {self._module_name()} does not take it"
        for name in self.must_be_given:
            if same_value(arguments.get(name, "None"), "None"):
                yield f"`{name}` is not given"
        if sum(not same_value(arguments.get(name, "None"), "None") for name in self.exclusive) > 1:
            yield f"{self._module_name()} takes only one of {', '.join(self.exclusive)}"
        for greater, smaller in self.greater_than.items():
            if not _exceeds(self._value(greater, arguments), self._value(smaller, arguments)):
                yield f"{self._module_name()} wants `{greater}` above `{smaller}`"
        if self.training is not None and arguments.get(self.training) != "self.training":
            yield self._training_obstacle(arguments)

    def _training_obstacle(self, arguments: Mapping[str, str]) -> str:
        given = arguments.get(str(self.training))
        if given is not None:
            return f"`{self.training}` is {given}, {self._module_name()} follows self.training"
        default = self.default(str(self.training))
        return f"`{self.training}` defaults to {default}, {self._module_name()} follows self.training"

    def _value(self, name: str, arguments: Mapping[str, str]) -> str | None:
        return arguments.get(name, self.default(name))

    def _module_name(self) -> str:
        return (self.module or "the module").removeprefix("torch.")


@cache
def _deciding_parameters(row: Functional) -> frozenset[str]:
    return frozenset(name for variant in row.variants for name in (*variant.when, *variant.length))


@cache
def _with_variant(row: Functional, index: int) -> Functional:
    chosen = row.variants[index]
    return replace(
        row,
        module=chosen.module,
        constructor_arguments=chosen.constructor_arguments,
        required_values=chosen.required_values,
        emit_when_omitted=chosen.emit_when_omitted,
        ignored=row.ignored | chosen.when.keys(),
        variants=(),
    )


def find_functional(name: str) -> Functional | None:
    """The row of a full name such as torch.nn.functional.relu; aliases of torch's modules resolve."""
    return _find(canonical_name(name))


@cache
def _find(name: str) -> Functional | None:
    row = load("functionals").get(name)
    return None if row is None else functional_from(name, row)


def functionals() -> tuple[Functional, ...]:
    """All rows, sorted by name."""
    return tuple(found for name in sorted(load("functionals")) if (found := find_functional(name)))


@lru_cache(KEPT_LITERALS)
def same_value(given: str | None, expected: str | None) -> bool:
    """Whether two source texts are the same constant; texts that are no literals are compared as texts."""
    if given is None or expected is None:
        return given is expected
    try:
        return literal_eval(given) == literal_eval(expected)
    except (ValueError, SyntaxError, TypeError):
        return given == expected


def _exceeds(greater: str | None, smaller: str | None) -> bool:
    try:
        return bool(literal_eval(greater or "") > literal_eval(smaller or ""))
    except (ValueError, SyntaxError, TypeError):
        return False


@lru_cache(KEPT_LITERALS)
def _length(source: str | None) -> int | None:
    """How many elements a tuple or list has that is written out, whatever these are."""
    try:
        written = parse(source or "", mode="eval").body
    except (ValueError, SyntaxError):
        return None
    if not isinstance(written, (Tuple, List)) or any(isinstance(one, Starred) for one in written.elts):
        return None
    return len(written.elts)


def _spelling(name: str) -> Spelling:
    if name.startswith(METHOD_NAMESPACE):
        return "method"
    return "functional" if name.startswith(FUNCTIONAL_NAMESPACE) else "torch"


def functional_from(name: str, row: Mapping[str, Any]) -> Functional:
    """A row of the data file as an object."""
    verified = row.get("verified", (0, 0))
    return Functional(
        name=name,
        spelling=_spelling(name),
        module=row.get("module"),
        alternatives=tuple(row.get("alternatives", ())),
        group=row.get("group", ""),
        category=row["category"],
        parameters=parameters_of(row["parameters"]),
        call_arguments=row.get("call_arguments", {}),
        constructor_arguments=row.get("constructor_arguments", {}),
        constructor_fixed=row.get("constructor_fixed", {}),
        required_values=row.get("required_values", {}),
        ignored=frozenset(row.get("ignored", ())),
        must_be_given=tuple(row.get("must_be_given", ())),
        emit_when_omitted=row.get("emit_when_omitted", {}),
        exclusive=tuple(row.get("exclusive", ())),
        greater_than=row.get("greater_than", {}),
        training=row.get("training"),
        weights=tuple(row.get("weights", ())),
        variants=tuple(_variant(variant) for variant in row.get("variants", ())),
        in_place=row.get("in_place", False),
        note=row.get("note", ""),
        verified=(verified[0], verified[1]),
    )


def _variant(row: dict[str, Any]) -> Variant:
    return Variant(
        module=row["module"],
        when=row["when"],
        length=row["length"],
        constructor_arguments=row["constructor_arguments"],
        required_values=row.get("required_values", {}),
        emit_when_omitted=row.get("emit_when_omitted", {}),
    )
