"""Whether a dictionary of modules can become an `nn.ModuleDict`."""

from __future__ import annotations

from collections.abc import Hashable

from torchready.fixes.module_attributes import MODULE_ATTRIBUTES
from torchready.fixes.refusal import Refusal

METHODS = frozenset({"clear", "items", "keys", "pop", "update", "values"})
METHODS_OF_DICTIONARIES_ONLY = frozenset({"copy", "fromkeys", "get", "popitem", "setdefault"})


def why_no_module_dict(keys: tuple[Hashable, ...] | None, asked_for: frozenset[str]) -> Refusal | None:
    """`keys` are None where some are not known; `asked_for` are the attributes that the class takes from it."""
    if keys is None or not all(isinstance(key, str) for key in keys):
        return Refusal(
            "an `nn.ModuleDict` wants names as keys, and these are not known to be: change it by hand"
        )
    for key in map(str, keys):
        if not key or "." in key or key in MODULE_ATTRIBUTES | METHODS:
            return Refusal(f"no module in an `nn.ModuleDict` can be called `{key}`: rename it")
    for name in sorted(asked_for & METHODS_OF_DICTIONARIES_ONLY):
        return Refusal(f"an `nn.ModuleDict` has no `{name}`: look the module up in another way")
    return None
