"""What the agent needs to know of torch: which functions are layers, and which of their arguments are weights.

The agent never imports torchready, so this travels with each request.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from torchready.facts.layers import may_be_layer
from torchready.torch_api.functionals import Functional, functionals


@cache
def layers() -> dict[str, dict[str, Any]]:
    """By full name: `module` in words (`nn.ReLU`, None when none is wanted), `parameters` in order, `weights`."""
    return {
        functional.name: {
            "module": _module(functional) if may_be_layer(functional, functional.name) else None,
            "parameters": [parameter.name for parameter in functional.parameters],
            "weights": list(functional.weights),
        }
        for functional in functionals()
    }


def _module(functional: Functional) -> str | None:
    module = functional.module or (functional.variants[0].module if functional.variants else None)
    if module is None:
        return None
    return module.replace("torch.nn.", "nn.") + (" or its like" if functional.module is None else "")
