"""Observes every class of torch.nn: what it is made of, what it keeps and what it returns."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import Any

from torchready.torch_api.generation.samples import inputs_of, sample_arguments
from torchready.torch_api.generation.signatures import classes_in, constructor, forward_arguments
from torchready.torch_api.generation.stubs import Argument

CONTAINERS = ("Sequential", "ModuleList", "ModuleDict", "ParameterList", "ParameterDict")
# Switches that decide whether a module owns parameters or buffers.
SWITCHES = ("affine", "elementwise_affine", "track_running_stats")
# Base classes and wrappers, which nobody calls by themselves.
NOT_BUILT = ("Container", "DataParallel", "RNNBase", "RNNCellBase")


def classes() -> dict[str, Any]:
    """`torch.nn.X` -> class, for the public classes of torch.nn."""
    return {f"torch.nn.{name}": found for name, found in classes_in("torch.nn").items()}


def private_bases() -> dict[str, Any]:
    """`torch.nn.modules.loss._Loss` -> class, for the modules that only other modules of torch derive from.

    Models derive from them all the same.
    """
    nn: Any = import_module("torch.nn")
    found: dict[str, Any] = {}
    for place in _places():
        for name, value in vars(import_module(place)).items():
            is_own = isinstance(value, type) and value.__module__ == place and name.startswith("_")
            if is_own and issubclass(value, nn.Module):
                found[f"{place}.{name}"] = value
    return found


def rows() -> dict[str, dict[str, Any]]:
    """Full name -> what is known about the class; empty entries are left out."""
    known = {found: name for name, found in classes().items()}
    public = {name: _without_empty(_row(name, found, known)) for name, found in classes().items()}
    return public | {
        name: {"bases": [known[base] for base in found.__mro__[1:] if base in known]}
        | {"is_module": True, "state": "unknown"}
        for name, found in private_bases().items()
    }


def _places() -> list[str]:
    torch: Any = import_module("torch")
    return [f"torch.nn.modules.{found.name}" for found in pkgutil.iter_modules(torch.nn.modules.__path__)]


def aliases() -> dict[str, str]:
    """Other full names under which torch.nn and torch show their classes, functions and modules."""
    torch: Any = import_module("torch")
    canonical = {id(found): name for name, found in classes().items()}
    canonical[id(torch.Tensor)] = "torch.Tensor"
    canonical[id(torch.nn)] = "torch.nn"
    canonical[id(torch.nn.functional)] = "torch.nn.functional"
    places = ["torch.nn.modules", "torch.nn.parameter", "torch.functional", "torch._tensor", *_places()]
    found: dict[str, str] = {}
    for place in places:
        for name, value in vars(import_module(place)).items():
            full = f"{place}.{name}"
            if id(value) in canonical and canonical[id(value)] != full:
                found[full] = canonical[id(value)]
            elif place == "torch.functional" and getattr(torch, name, None) is value and callable(value):
                found[full] = f"torch.{name}"
    return found


def _row(name: str, found: Any, known: dict[Any, str]) -> dict[str, Any]:
    nn: Any = import_module("torch.nn")
    bases = [known[base] for base in found.__mro__[1:] if base in known]
    row: dict[str, Any] = {"bases": bases}
    if not issubclass(found, nn.Module):
        return row
    row["is_module"] = True
    row["is_loss"] = found.__module__ == "torch.nn.modules.loss"
    row["parameters"] = [arg.row() for arg in constructor(found)]
    row["forward"] = list(forward_arguments(found))
    row["container"] = next((c for c in CONTAINERS if f"torch.nn.{c}" in (name, *bases)), "")
    if not row["container"] and name != "torch.nn.Module":
        row |= _observed(found)
    return row


def _observed(found: Any) -> dict[str, Any]:
    torch: Any = import_module("torch")
    if found.__name__ in NOT_BUILT:
        return {"state": "unknown"}
    arguments = sample_arguments(found)
    torch.manual_seed(0)
    module = found(**arguments).train()
    row: dict[str, Any] = {"state": state_of(module)}
    row["stateless_when"] = _stateless_switches(found, arguments)
    row["stateful_when_given"] = [
        arg.name for arg in constructor(found) if row["state"] == "none" and _may_add_state(arg)
    ]
    before = torch.random.get_rng_state()
    result = module(*inputs_of(found))
    row["random"] = not torch.equal(before, torch.random.get_rng_state())
    row["returns"] = kind_of(result)
    return row


def _may_add_state(argument: Argument) -> bool:
    """A tensor becomes a buffer, a callable may be a module; neither is given by default."""
    takes = "Tensor" in argument.annotation or "Callable" in argument.annotation
    return argument.default == "None" and (takes or argument.name == "_random_samples")


def state_of(module: Any) -> str:
    """What a module keeps between calls: `none`, `parameters` (perhaps buffers too) or `buffers`."""
    if next(iter(module.parameters()), None) is not None:
        return "parameters"
    return "buffers" if next(iter(module.buffers()), None) is not None else "none"


def kind_of(value: Any) -> str:
    torch: Any = import_module("torch")
    if isinstance(value, torch.Tensor):
        return "tensor"
    return "tuple" if isinstance(value, tuple) else "unknown"


def _stateless_switches(found: Any, arguments: dict[str, Any]) -> dict[str, str]:
    """The switches that must all be off for the module to keep nothing; none where that is not enough."""
    usable = [arg.name for arg in constructor(found) if arg.name in SWITCHES]
    off = dict.fromkeys(usable, False)
    if not usable or state_of(found(**arguments, **off)) != "none":
        return {}
    return {name: "False" for name in usable if state_of(found(**arguments, **{**off, name: True})) != "none"}


def _without_empty(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value not in (None, "", False, [], {})}
