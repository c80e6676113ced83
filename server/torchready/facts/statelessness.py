"""Whether a module keeps anything: parameters, buffers or submodules that do."""

from __future__ import annotations

import ast

from torchready.facts.classes import attributes_of, lineage
from torchready.facts.declarations import SourceClass
from torchready.facts.project import Project
from torchready.facts.values import Container, Instance, Tensor, alternatives
from torchready.torch_api.modules import find_module
from torchready.torch_api.signature import RECEIVER, bind


def is_stateless(project: Project, module: Instance) -> bool | None:
    """True when a module certainly keeps nothing, False when it certainly does, else None."""
    if module.torch_class is None:
        keeps = module.source is not None and _keeps_weights(project, module.source, frozenset())
        return False if keeps else None
    known = find_module(module.torch_class)
    if known is None or known.name == "torch.nn.Module":
        return None
    if known.container is not None:
        return False
    arguments = _constructor_arguments(module)
    if arguments is None:
        return None
    return known.is_stateless(arguments)


def _keeps_weights(project: Project, source: SourceClass, outer: frozenset[SourceClass]) -> bool:
    """Whether a class of the workspace certainly keeps parameters or buffers, or modules that do."""
    if source in outer or lineage(project, source).torch_base not in (None, "torch.nn.Module"):
        return source not in outer
    attributes = attributes_of(project, source)
    if attributes is None:
        return False
    pending = [part for value in attributes.values.values() for part in alternatives(value)]
    while pending:
        part = pending.pop()
        if isinstance(part, Container):
            inner = (*(part.items or ()), *((part.element,) if part.element is not None else ()))
            pending += [one for value in inner for one in alternatives(value)]
        elif isinstance(part, Tensor) and part.is_parameter:
            return True
        elif isinstance(part, Instance) and part.source is not None:
            if _keeps_weights(project, part.source, outer | {source}):
                return True
        elif isinstance(part, Instance) and is_stateless(project, part) is False:
            return True
    return False


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
