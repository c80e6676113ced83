"""The words by which code names layers of torch."""

from __future__ import annotations

from functools import cache

from torchready.torch_api.functionals import functionals


@cache
def layer_words() -> frozenset[str]:
    """The last parts of all names under which torch offers a layer as a function."""
    return frozenset(
        row.name.rpartition(".")[2] for row in functionals() if row.module or row.variants or row.weights
    )
