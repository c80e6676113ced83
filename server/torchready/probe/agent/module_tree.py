"""The model's modules with where they are defined and registered, and how they were called."""

from __future__ import annotations

import ast
from typing import Any

import torch

from .module_calls import Call, ModuleCalls
from .places import Places
from .source_file import Place


def module_tree(model: torch.nn.Module, calls: ModuleCalls, places: Places) -> list[dict[str, Any]]:
    """As `verification.ModuleNode`, parents before children. A module under several names is listed at the first."""
    tree = _Tree(places)
    return [tree.node(path, module, model, calls.of(module)) for path, module in model.named_modules()]


class _Tree:
    def __init__(self, places: Places) -> None:
        self._places = places
        self._registrations: dict[type, dict[str, Place]] = {}
        self._definitions: dict[type, Place | None] = {}

    def node(
        self, path: str, module: torch.nn.Module, model: torch.nn.Module, calls: list[Call]
    ) -> dict[str, Any]:
        kind = type(module)
        parameters = {id(one): one.numel() for one in module.parameters()}
        return {
            "path": path,
            "class_name": f"{kind.__module__}.{kind.__qualname__}",
            "parameters": sum(parameters.values()),
            "calls": [_call(call) for call in calls],
            "defined": place_json(self._defined(kind)),
            "registered": place_json(self._registered(path, model)),
        }

    def _defined(self, kind: type) -> Place | None:
        if kind not in self._definitions:
            self._definitions[kind] = self._places.definition_of(kind)
        return self._definitions[kind]

    def _registered(self, path: str, model: torch.nn.Module) -> Place | None:
        if not path:
            return None
        owner, _, name = path.rpartition(".")
        for kind in type(model.get_submodule(owner) if owner else model).__mro__:
            found = self._registrations_of(kind).get(name)
            if found is not None:
                return found
        return None

    def _registrations_of(self, kind: type) -> dict[str, Place]:
        known = self._registrations.get(kind)
        if known is None:
            known = self._registrations[kind] = self._read(kind)
        return known

    def _read(self, kind: type) -> dict[str, Place]:
        """Where the methods of a class assign to attributes of `self`, by their names; the first of several."""
        defined = self._defined(kind)
        if defined is None:
            return {}
        file = self._places.file(defined.filename)
        node = file.definition(kind.__qualname__)
        found: dict[str, Place] = {}
        for inside in ast.walk(node) if node is not None else ():
            if not isinstance(inside, ast.Attribute) or not isinstance(inside.ctx, ast.Store):
                continue
            if isinstance(inside.value, ast.Name) and inside.value.id == "self":
                found.setdefault(inside.attr, Place(defined.filename, file.range_of(inside)))
        return found


def _call(call: Call) -> dict[str, Any]:
    return {
        "place": place_json(call.site.place if call.site is not None else None),
        "inputs": list(call.inputs),
        "outputs": list(call.outputs),
        "seconds": call.seconds,
    }


def place_json(place: Place | None) -> dict[str, Any] | None:
    return None if place is None else {"filename": place.filename, "range": list(place.range)}
