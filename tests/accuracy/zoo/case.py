"""What every library of the zoo offers: a name, and how to build the model and its inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch

# Weights above this many are not worth the memory: the code that runs does not depend on the sizes.
MOST_PARAMETERS = 150_000_000


@dataclass(frozen=True)
class Inputs:
    """Arguments of one forward. `mode` limits it to eval or train; None means both."""

    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] | None = None
    mode: str | None = None


@dataclass(frozen=True)
class BuiltModel:
    model: torch.nn.Module
    inputs: tuple[Inputs, ...]


@dataclass(frozen=True)
class Case:
    name: str
    build: Callable[[], BuiltModel]
