"""The classes of torch.nn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from torchready.torch_api.signature import Parameter, parameters_of
from torchready.torch_api.tables import load

State = Literal["none", "buffers", "parameters", "unknown"]
Container = Literal["Sequential", "ModuleList", "ModuleDict", "ParameterList", "ParameterDict"]


@dataclass(frozen=True, slots=True, eq=False)
class TorchModule:
    """One class of torch.nn, observed on the torch the data was generated from.

    - `bases`: its bases within torch.nn, nearest first, as full names.
    - `parameters`: of the constructor; `forward` the names of those of `forward`.
    - `state`: what an instance keeps with default arguments, "unknown" for base classes, private ones
      (`torch.nn.modules.loss._Loss`) among them.
    - `stateless_when`: switches that must all have this value (source text) for it to keep nothing.
    - `stateful_when_given`: parameters that add a buffer or child when they are not None.
    - `random`: draws random numbers in training mode.
    - `returns`: "tensor", "tuple" or "unknown".
    """

    name: str
    is_module: bool
    is_loss: bool
    bases: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    forward: tuple[str, ...]
    container: Container | None
    state: State
    stateless_when: Mapping[str, str]
    stateful_when_given: tuple[str, ...]
    random: bool
    returns: Literal["tensor", "tuple", "unknown"]

    def is_stateless(self, arguments: Mapping[str, str]) -> bool:
        """Whether an instance keeps neither parameters nor buffers.

        `arguments` maps constructor parameters to the source text given for them; all must be in it.
        """
        if any(arguments.get(name, "None") != "None" for name in self.stateful_when_given):
            return False
        if not self.stateless_when:
            return self.state == "none"
        defaults = {parameter.name: parameter.default for parameter in self.parameters}
        return all(
            arguments.get(name, defaults.get(name)) == value for name, value in self.stateless_when.items()
        )


def find_module(name: str) -> TorchModule | None:
    """The class of torch.nn with this full name or an alias of it; None for anything else."""
    return _find(canonical_name(name))


@cache
def _find(name: str) -> TorchModule | None:
    row = load("modules").get(name)
    if row is None:
        return None
    container = row.get("container")
    return TorchModule(
        name=name,
        is_module=row.get("is_module", False),
        is_loss=row.get("is_loss", False),
        bases=tuple(row.get("bases", ())),
        parameters=parameters_of(row.get("parameters", ())),
        forward=tuple(row.get("forward", ())),
        container=container if container in get_args(Container) else None,
        state=row.get("state", "none"),
        stateless_when=row.get("stateless_when", {}),
        stateful_when_given=tuple(row.get("stateful_when_given", ())),
        random=row.get("random", False),
        returns=row.get("returns", "unknown"),
    )


def is_module_class(name: str) -> bool:
    """Whether the full name, or an alias, is torch.nn.Module or a class of torch.nn derived from it."""
    found = find_module(name)
    return found is not None and found.is_module


@cache
def canonical_name(name: str) -> str:
    """The name under which torch documents an object: torch.nn.modules.conv.Conv2d -> torch.nn.Conv2d.

    Names that are not torch's, or have no other name, come back unchanged. Functions that do the same are
    not merged: torch.relu and torch.nn.functional.relu are two spellings.
    """
    aliases = load("aliases")
    head, rest = name, ""
    while head:
        if head in aliases:
            return aliases[head] + rest
        head, dot, last = head.rpartition(".")
        rest = f"{dot}{last}{rest}"
    return name
