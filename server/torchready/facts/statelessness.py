"""Whether a module keeps anything: parameters, buffers or submodules that do."""

from __future__ import annotations

import ast

from torchready.facts.project import Project
from torchready.facts.values import Instance
from torchready.torch_api.modules import find_module
from torchready.torch_api.signature import RECEIVER, bind


def is_stateless(project: Project, module: Instance) -> bool | None:
    """True when a module certainly keeps nothing, False when it certainly does, else None."""
    del project
    if module.torch_class is None:
        return False if module.source is not None else None
    known = find_module(module.torch_class)
    if known is None or known.name == "torch.nn.Module":
        return None
    if known.container is not None:
        return False
    arguments = _constructor_arguments(module)
    if arguments is None:
        return None
    return known.is_stateless(arguments)


def _constructor_arguments(module: Instance) -> dict[str, str] | None:
    if module.creation is None:
        return None
    call = module.creation.call
    if any(isinstance(argument, ast.Starred) for argument in call.args):
        return None
    if any(keyword.arg is None for keyword in call.keywords):
        return None
    known = find_module(module.torch_class or "")
    if known is None:
        return None
    bound = bind(known.parameters, len(call.args), [keyword.arg or "" for keyword in call.keywords])
    if bound is None:
        return None
    by_keyword = {keyword.arg: keyword.value for keyword in call.keywords}
    sources: dict[str, str] = {}
    for name, place in bound.items():
        if place == RECEIVER:
            continue
        sources[name] = ast.unparse(call.args[place] if isinstance(place, int) else by_keyword[place])
    return sources
