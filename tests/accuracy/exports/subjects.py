"""A model of the zoo as the probe's checks take it: as it is, and with nothing but tensors going in and out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from tests.accuracy.zoo.case import BuiltModel
from torch import nn

from torchready.probe.agent.places import Places
from torchready.probe.agent.subject import Inputs, Options, Subject, mapped
from torchready.probe.agent.values import tensors, what_is_no_tensor


class Library:
    """The files of one package: to the checks, they are the user's."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._prefix = f"{root}{os.sep}"

    def is_users(self, filename: str) -> bool:
        return filename.startswith(self._prefix) and filename.endswith(".py")

    def text(self, filename: str) -> str | None:
        return Path(filename).read_bytes().decode("utf-8-sig")


class Tensors(nn.Module):
    """Takes the tensors among a model's inputs and gives those among its outputs."""

    def __init__(self, model: nn.Module, inputs: Inputs) -> None:
        super().__init__()
        self.model = model
        self.example = inputs
        self.takes_lists = any(isinstance(one, list) for one in (*inputs.args, *inputs.kwargs.values()))

    def forward(self, *given: torch.Tensor) -> tuple[torch.Tensor, ...]:
        left: Iterator[torch.Tensor] = iter(given)
        args, kwargs = mapped(lambda _: next(left), tuple(self.example))
        return tuple(tensor for _, tensor in tensors(_fields(self.model(*args, **kwargs))))


def _fields(value: Any) -> Any:
    """The outputs of transformers are dictionaries and dataclasses at once."""
    return dict(value) if isinstance(value, dict) else value


def subjects(built: BuiltModel, root: Path) -> tuple[Subject, Subject]:
    """The model as it is, and as it is exported: two subjects, or the same one twice where both are one."""
    model, places = built.model, Places(Library(root))
    configuration = getattr(model, "config", None)
    if hasattr(configuration, "use_cache"):
        # A cache is no output of an exported model.
        configuration.use_cache = False
    first = next(one for one in built.inputs if one.mode in (None, "eval"))
    inputs = Inputs(first.args, dict(first.kwargs or {}))
    as_it_is = Subject(model, inputs, places, {}, Options())
    with torch.no_grad():
        output = as_it_is.run(model, inputs)
    if not inputs.kwargs and not any(map(what_is_no_tensor, (*inputs.args, output))):
        return as_it_is, as_it_is
    flat = tuple(tensor for _, tensor in tensors([*inputs.args, *inputs.kwargs.values()]))
    return as_it_is, Subject(Tensors(model, inputs), Inputs(flat, {}), places, {}, Options())
