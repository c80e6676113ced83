"""One eager forward, watched: what only a run can know for sure."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

import torch

from .function_calls import FunctionCalls
from .lines import Lines
from .module_calls import Hooks, ModuleCalls
from .module_tree import module_tree
from .outcomes import Finding
from .places import Places
from .source_file import FUNCTIONS, Place
from .values import described, what_is_no_tensor


class Observation:
    """Runs the model once. What was seen until an exception is kept; the exception goes to the caller."""

    def __init__(
        self, model: torch.nn.Module, places: Places, layers: Mapping[str, Mapping[str, Any]]
    ) -> None:
        self._model = model
        self._places = places
        self._calls = ModuleCalls(places)
        self._functions = FunctionCalls(places, layers, model)
        self._lines = Lines(places, self._calls, model)
        self._inputs: tuple[str, ...] = ()
        self._outputs: tuple[str, ...] = ()
        self._findings: list[Finding] = []
        # In words what comes out of the model that is no tensor.
        self.strange_output: tuple[str, ...] = ()

    def run(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        keywords = tuple(f"{name}={described(value)}" for name, value in kwargs.items())
        self._inputs = (*(described(value) for value in args), *keywords)
        with torch.no_grad(), Hooks(self._calls), self._functions, self._lines:
            output = self._model(*args, **kwargs)
        outputs = output if type(output) is tuple else (output,)
        self._outputs = tuple(described(value) for value in outputs)
        self._findings = [*self._strange_inputs(args, kwargs), *self._strange_output(output)]
        return output

    @property
    def findings(self) -> list[Finding]:
        seen = (*self._functions.findings.values(), *self._calls.findings.values(), *self._findings)
        return sorted(seen, key=lambda finding: (finding.place or (), finding.code))

    def as_json(self) -> dict[str, Any]:
        return {
            "executed": {file: sorted(lines) for file, lines in self._lines.executed.items()},
            "modules": module_tree(self._model, self._calls, self._places),
            "tensors": [
                {
                    "place": {"filename": place.filename, "range": list(place.range)},
                    "name": name,
                    "description": text,
                }
                for place, (name, _, _, text) in sorted(self._lines.tensors.items())
            ],
            "inputs": list(self._inputs),
            "outputs": list(self._outputs),
            "findings": [finding.as_json() for finding in self.findings],
        }

    # Where the model takes and gives

    def forward_place(self) -> Place | None:
        """The name in `def forward`, or that of the model's class when forward is not the user's."""
        return self._places.definition_of(type(self._model).forward) or self._places.definition_of(
            type(self._model)
        )

    def return_place(self, index: int | None = None) -> Place | None:
        """What the model's forward returned, or one element of it; else the place of forward."""
        if self._lines.returned is None:
            return self.forward_place()
        filename, line = self._lines.returned
        file = self._places.file(filename)
        statement = file.statement_at(line)
        if not isinstance(statement, ast.Return):
            return self.forward_place()
        value = statement.value
        if index is not None and isinstance(value, ast.Tuple) and index < len(value.elts):
            value = value.elts[index]
        return Place(filename, file.range_of(value or statement))

    def parameter_place(self, index: int, name: str | None = None) -> Place | None:
        """A parameter of the model's forward: by name, or by its number behind `self`."""
        forward = self.forward_place()
        if forward is None:
            return None
        file = self._places.file(forward.filename)
        function = file.definition(getattr(type(self._model).forward, "__qualname__", ""))
        if not isinstance(function, FUNCTIONS):
            return forward
        positional = [*function.args.posonlyargs, *function.args.args][1:]
        named = [one for one in (*positional, *function.args.kwonlyargs) if one.arg == name]
        if name is None:
            named = positional[index : index + 1]
        return Place(forward.filename, file.range_of(named[0])) if named else forward

    def _strange_inputs(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> list[Finding]:
        given = [(index, None, value) for index, value in enumerate(args)]
        found: list[Finding] = []
        for index, name, value in (*given, *((0, name, value) for name, value in kwargs.items())):
            strange = what_is_no_tensor(value)
            place = self.parameter_place(index, name) if strange else None
            if place is not None:
                message = (
                    f"forward takes {' and '.join(strange)}: a trace takes only tensors and tuples of them"
                )
                found.append(Finding("TR305", message, place, self._places.class_name(place)))
        return found

    def _strange_output(self, output: Any) -> list[Finding]:
        strange = self.strange_output = what_is_no_tensor(output)
        place = self.return_place() if strange else None
        if place is None:
            return []
        message = f"forward gives {' and '.join(strange)}: a trace gives tensors only, and tuples of them"
        return [Finding("TR305", message, place, self._places.class_name(place))]
