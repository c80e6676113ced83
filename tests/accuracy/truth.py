"""What the models of one library did, merged over models, as written to and read from JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

REUSE = "reuse"
LOOP_REUSE = "loop-reuse"
SHARED = "shared"

# File, then the span of the call.
Place = tuple[str, int, int, int, int]


def place_of(entry: dict[str, Any]) -> Place:
    return (entry["file"], *entry["span"])


@dataclass
class Truth:
    """Entries are keyed by what makes them one: place and API, or place and kind of reuse."""

    library: str
    version: str
    models: dict[str, Any] = field(default_factory=dict)
    functional: dict[tuple[Any, ...], dict[str, Any]] = field(default_factory=dict)
    reuse: dict[tuple[Any, ...], dict[str, Any]] = field(default_factory=dict)
    module_calls: dict[Place, dict[str, Any]] = field(default_factory=dict)
    executed: dict[str, set[tuple[int, ...]]] = field(default_factory=dict)

    @property
    def models_that_ran(self) -> list[str]:
        """Models that finished at least one forward in eval mode."""
        return [name for name, runs in self.models.items() if None in runs.get("eval", [])]

    def add(self, model: str, answer: dict[str, Any]) -> None:
        self.models[model] = answer["runs"]
        for call in answer.get("functional", []):
            self._merge(self.functional, (place_of(call), call["api"], call["takes_parameters"]), call, model)
        for reuse in answer.get("reuse", []):
            self._merge(self.reuse, (place_of(reuse), reuse["kind"]), reuse, model)
        for call in answer.get("module_calls", []):
            known = self.module_calls.setdefault(place_of(call), call)
            known["modules"] = sorted({*known["modules"], *call["modules"]})
            known["repeated"] = known["repeated"] or call["repeated"]
        for entry in answer.get("executed", []):
            self.executed.setdefault(entry["file"], set()).add(tuple(entry["span"]))

    @staticmethod
    def _merge(
        entries: dict[tuple[Any, ...], dict[str, Any]],
        key: tuple[Any, ...],
        entry: dict[str, Any],
        model: str,
    ) -> None:
        entries.setdefault(key, {**entry, "models": []})["models"].append(model)

    def summary(self) -> str:
        return (
            f"{self.library} {self.version}: {len(self.models_that_ran)} of {len(self.models)} models ran, "
            f"{len({place_of(call) for call in self.functional.values()})} places of functional calls, "
            f"{len({place_of(reuse) for reuse in self.reuse.values()})} of reuse, "
            f"{sum(len(spans) for spans in self.executed.values())} call expressions executed"
        )

    def to_json(self) -> str:
        content = {
            "library": self.library,
            "version": self.version,
            "models": self.models,
            "functional": sorted(self.functional.values(), key=place_of),
            "reuse": sorted(self.reuse.values(), key=place_of),
            "module_calls": sorted(self.module_calls.values(), key=place_of),
            "executed": {file: sorted(spans) for file, spans in sorted(self.executed.items())},
        }
        return json.dumps(content, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Truth:
        content = json.loads(text)
        truth = cls(content["library"], content["version"], content["models"])
        truth.functional = {(place_of(c), c["api"], c["takes_parameters"]): c for c in content["functional"]}
        truth.reuse = {(place_of(c), c["kind"]): c for c in content["reuse"]}
        truth.module_calls = {place_of(call): call for call in content["module_calls"]}
        truth.executed = {file: {tuple(s) for s in spans} for file, spans in content["executed"].items()}
        return truth
