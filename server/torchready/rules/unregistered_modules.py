"""TR106: modules in a plain list or dictionary."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from torchready.facts.events import UnregisteredModules
from torchready.finding import Fix, Severity
from torchready.fixes.module_dictionaries import why_no_module_dict
from torchready.fixes.refusal import Refusal
from torchready.fixes.repairs import Repairs
from torchready.rules.context import Draft, RuleContext
from torchready.rules.rule import Example, Rule

DOCUMENTATION = """
## What it does
Reports an attribute that holds modules built in `__init__` in a plain list, tuple, set or dictionary, unless they
are registered elsewhere: given to an `nn.ModuleList` or `nn.Sequential`, or through `add_module` or `setattr`.

A list around a module that came from outside is not reported: it is the usual way to keep one without owning it.
Nor are losses without state, `nn.L1Loss()`: there is nothing in them to train, save or move.

## Why is this bad?
`nn.Module` does not look into lists. `parameters()`, `state_dict()`, `to()` and `eval()` pass these modules by: they
are neither trained, nor saved, nor moved to the GPU, nor exported as part of the model.

## Example
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(4, 4) for _ in range(3)]
```

## Use instead
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(4, 4) for _ in range(3)])
```

## Fix safety
The fix to an `nn.ModuleList` or an `nn.ModuleDict` is unsafe: new keys appear in the state dict, and an optimizer gets
more parameters. There is none for a dictionary whose keys are not known to be names, nor for one that is asked for what
an `nn.ModuleDict` does not have, such as `get`.
"""

EXAMPLES = (
    Example(
        "layers in a list",
        """from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(4, 4) for _ in range(3)]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x
""",
        ((7, 9, "self.layers"),),
    ),
    Example(
        "layers in a ModuleList",
        """from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(4, 4) for _ in range(3)])

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x
""",
    ),
)
INSTEAD = {"dict": "an `nn.ModuleDict`"}


def detect(context: RuleContext) -> Iterator[Draft]:
    for event in context.events(UnregisteredModules):
        yield Draft(
            "TR106",
            event.site,
            f"`{event.symbol}` keeps modules in a plain {event.kind}, where parameters(), the state dict, eval() and"
            f" export do not see them: make it {INSTEAD.get(event.kind, 'an `nn.ModuleList`')}",
            event.symbol,
            context.class_name(event.site),
            _repair(event),
        )


def _repair(event: UnregisteredModules) -> Callable[[Repairs], Fix | Refusal]:
    def repair(repairs: Repairs) -> Fix | Refusal:
        wanted = "torch.nn.ModuleList"
        if event.kind == "dict":
            refusal = why_no_module_dict(event.keys, repairs.attributes_taken_from(event.site))
            if refusal is not None:
                return refusal
            wanted = "torch.nn.ModuleDict"
        elif event.kind == "set":
            return Refusal("a set has no order to register its modules in: make it a list")
        return repairs.wrap_value(event.site, wanted, "unsafe: keys appear in the state dict")

    return repair


RULE = Rule(
    code="TR106",
    name="unregistered-modules",
    guideline=3,
    summary="Modules are kept in a plain list or dictionary, invisible to parameters, state dict and export.",
    documentation=DOCUMENTATION,
    severity=Severity.WARNING,
    fix="unsafe: new keys appear in the state dict",
    examples=EXAMPLES,
    detect=detect,
)
