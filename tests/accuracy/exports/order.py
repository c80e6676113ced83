"""Which models of the zoo are run, in an order whose beginning is a cross-section of it."""

from __future__ import annotations

import importlib
import random
from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest

from tests.accuracy.verify import ARCHITECTURES
from tests.accuracy.zoo.case import Case

# Of each library that many at a time.
SHARES = {"torchvision": 1, "timm": 1, "transformers": 3}

Named = tuple[str, Case]


def in_order() -> Iterator[Named]:
    """Library and case: all libraries side by side, each in an order that does not follow the alphabet."""
    turns = [_turns(library, share) for library, share in SHARES.items()]
    for turn in zip_longest(*turns, fillvalue=()):
        yield from chain.from_iterable(turn)


def _turns(library: str, share: int) -> list[Sequence[Named]]:
    zoo = importlib.import_module(f"tests.accuracy.zoo.{library}_models")
    cases = [(library, case) for case in zoo.cases()]
    random.Random(0).shuffle(cases)
    cases.sort(key=lambda named: not (library == "transformers" and named[1].name in ARCHITECTURES))
    return [cases[start : start + share] for start in range(0, len(cases), share)]
