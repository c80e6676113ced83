"""TR203: one module object registered at two places."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from torchready.facts.events import SharedModule
from torchready.facts.statelessness import is_stateless
from torchready.finding import Fix, Severity
from torchready.fixes.refusal import Refusal
from torchready.fixes.repairs import Repairs
from torchready.rules.context import Draft, RuleContext
from torchready.rules.rule import Example, Rule

DOCUMENTATION = """
## What it does
Reports the second and each later place where one module object is registered: `self.b = self.a`, the same object
twice in an `nn.Sequential`, `[nn.ReLU()] * 2`, one activation handed to two submodules that keep it.

Modules that share a parameter (`self.head.weight = self.embedding.weight`) are not reported.

## Why is this bad?
Both names mean one object, so its quantizers, its batch norm statistics and its hooks are shared, and the state dict
holds its weights twice. `named_modules()` shows one of the names only, so tools that go by names miss the other.

## Example
```python
act = nn.ReLU()
self.layers = nn.Sequential(nn.Linear(4, 4), act, nn.Linear(4, 4), act)
```

## Use instead
```python
self.layers = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 4), nn.ReLU())
```

## Fix safety
Safe for modules that keep neither parameters nor buffers: the constructor is written again at the second place.
There is no safe fix for a module with weights, whose sharing would end.
"""

EXAMPLES = (
    Example(
        "one activation, twice in a Sequential",
        """from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        act = nn.ReLU()
        self.layers = nn.Sequential(nn.Linear(4, 4), act, nn.Linear(4, 4), act)

    def forward(self, x):
        return self.layers(x)
""",
        ((8, 76, "act"),),
        """from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        act = nn.ReLU()
        self.layers = nn.Sequential(nn.Linear(4, 4), act, nn.Linear(4, 4), nn.ReLU())

    def forward(self, x):
        return self.layers(x)
""",
    ),
    Example(
        "tied weights",
        """from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(10, 4)
        self.head = nn.Linear(4, 10, bias=False)
        self.head.weight = self.embedding.weight

    def forward(self, x):
        return self.head(self.embedding(x))
""",
    ),
)


def detect(context: RuleContext) -> Iterator[Draft]:
    for shared in context.events(SharedModule):
        related = (shared.first, "first registered here") if shared.first is not None else None
        yield Draft(
            "TR203",
            shared.site,
            f"`{shared.symbol}` registers a module that is registered at another place already: both share"
            " quantizers, statistics and weights; build a second one",
            shared.symbol,
            context.class_name(shared.site),
            _repair(context, shared),
            related,
        )


def _repair(context: RuleContext, shared: SharedModule) -> Callable[[Repairs], Fix | Refusal]:
    def repair(repairs: Repairs) -> Fix | Refusal:
        stateless = is_stateless(context.project, shared.instance)
        if stateless is not True or shared.instance.creation is None:
            return Refusal("it may have weights, and a second one would untie them: decide by hand")
        found = repairs.editor_at(shared.site)
        if isinstance(found, Refusal):
            return found
        editor, function = found
        place = repairs.node_at(shared.site, function, shared.site.node)
        origin = repairs.assignment_of(shared.instance.creation, function)
        if place is None or origin is None:
            return Refusal(
                "the shared module is not built by one plain assignment: build a second one by hand"
            )
        if isinstance(place, ast.Attribute) and isinstance(place.ctx, ast.Store):
            place = repairs.value_assigned_to(place, function)
        if place is None:
            return Refusal("it is registered in an unusual way: build a second one by hand")
        return editor.split_shared_registration(place, origin, function, stateless=stateless)

    return repair


RULE = Rule(
    code="TR203",
    name="shared-module",
    guideline=4,
    summary="One module object is registered at two places.",
    documentation=DOCUMENTATION,
    severity=Severity.WARNING,
    fix="safe if stateless",
    examples=EXAMPLES,
    detect=detect,
)
