"""TR201: a module that one forward calls more than once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from torchready.facts.events import ModuleReuse
from torchready.facts.statelessness import is_stateless
from torchready.finding import Fix, Severity
from torchready.fixes.refusal import Refusal
from torchready.fixes.repairs import Repairs
from torchready.rules.context import Draft, RuleContext
from torchready.rules.rule import Example, Rule

DOCUMENTATION = """
## What it does
Reports each further call of a module that was called before on the same path through forward, also through
helper methods, aliases and containers. Branches that exclude each other do not count together, and neither do two
modules that share a weight.

## Why is this bad?
A quantizer belongs to a module and learns one range of values. A module that works at two places of the graph sees
two distributions; AIMET switches its quantizers off there, for stateless modules, or ties them. Batch norm folding,
equalization and every tool that replaces layers by name are wrong for one of the places.

## Example
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU()

    def forward(self, x, x2):
        x = self.relu(x)
        x2 = self.relu(x2)
        return x + x2
```

## Use instead
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU()
        self.relu2 = nn.ReLU()

    def forward(self, x, x2):
        x = self.relu(x)
        x2 = self.relu2(x2)
        return x + x2
```

## Fix safety
Safe for modules that keep neither parameters nor buffers: the second one is built by the same expression. There is
no safe fix for a module with weights: a second one would have weights of its own, the sharing would end.
"""

EXAMPLES = (
    Example(
        "the guideline's own example",
        """from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU()

    def forward(self, x, x2):
        x = self.relu(x)
        x2 = self.relu(x2)
        return x, x2
""",
        ((11, 14, "self.relu"),),
        """from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU()
        self.relu2 = nn.ReLU()

    def forward(self, x, x2):
        x = self.relu(x)
        x2 = self.relu2(x2)
        return x, x2
""",
    ),
    Example(
        "branches that exclude each other",
        """from torch import nn


class Net(nn.Module):
    def __init__(self, deep):
        super().__init__()
        self.deep = deep
        self.fc = nn.Linear(4, 4)
        self.relu = nn.ReLU()

    def forward(self, x):
        if self.deep:
            return self.relu(self.fc(x))
        return self.relu(x)
""",
    ),
)


def detect(context: RuleContext) -> Iterator[Draft]:
    for reuse in context.events(ModuleReuse):
        if reuse.in_loop or not reuse.instance.certain:
            continue
        related = (reuse.first, "first used here") if reuse.first is not None else None
        yield Draft(
            "TR201",
            reuse.site,
            f"`{reuse.symbol}` is called again in the same forward: its quantizers would see two distributions; use"
            " a module of its own",
            reuse.symbol,
            context.class_name(reuse.site),
            _repair(context, reuse),
            related,
        )


def _repair(context: RuleContext, reuse: ModuleReuse) -> Callable[[Repairs], Fix | Refusal]:
    def repair(repairs: Repairs) -> Fix | Refusal:
        stateless = is_stateless(context.project, reuse.instance)
        if stateless is False:
            return Refusal("it has weights of its own, and splitting it would untie them: decide by hand")
        if stateless is None and reuse.instance.source is not None:
            return Refusal("nothing shows for sure that its class keeps nothing: build a second one by hand")
        if reuse.attribute is None:
            return Refusal("it is not a plain attribute: give this place a module of its own by hand")
        found = repairs.editor_at(reuse.site)
        if isinstance(found, Refusal):
            return found
        editor, function = found
        call = repairs.call_around(reuse.site, function)
        if call is None:
            return Refusal("it is written in an unusual way: change it by hand")
        again = reuse.first is not None and reuse.first.key == reuse.site.key
        return editor.split_reused_module(call, reuse.attribute, function, stateless=stateless, repeats=again)

    return repair


RULE = Rule(
    code="TR201",
    name="reused-module",
    guideline=4,
    summary="A module is called more than once on one path through forward.",
    documentation=DOCUMENTATION,
    severity=Severity.WARNING,
    fix="safe if stateless",
    examples=EXAMPLES,
    detect=detect,
)
