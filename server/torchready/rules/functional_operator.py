"""TR103: arithmetic and functions that AIMET has modules for."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace

from torchready.facts.events import FunctionalCall, Operation
from torchready.facts.layers import is_single_operation
from torchready.facts.operations import wanted_module
from torchready.facts.values import Certainty
from torchready.finding import Applicability, Fix, Severity
from torchready.fixes.refusal import Refusal
from torchready.fixes.repairs import Repairs
from torchready.rules.context import Draft, RuleContext
from torchready.rules.rule import Example, Rule
from torchready.torch_api.aimet import Operator

DOCUMENTATION = """
## What it does
Reports arithmetic on tensors, `x + y`, `x += y`, `x @ y`, `-x`, `x > y`, and functions like `torch.cat`,
`torch.matmul`, `x.sum()` or `F.normalize`, in what a model's forward runs, when AIMET has a module for it in
`aimet_torch.nn.modules.custom`. `F.linear` and `F.conv2d` belong here when the model computes their weight.

Not reported: what AIMET calls math invariant (views, reshapes, means, indexing, casts, `==` and `!=`),
constants like `torch.ones(3)`, numbers, shape arithmetic, values that may be something else than tensors, what
only decides a branch, a loop or an `assert` (a trace keeps nothing of it, see TR301), and a module of one single
operation without submodules, which AIMET takes for a layer of its own.

## Why is this bad?
AIMET places quantizers on modules only. Behind an addition or a concatenation that is no module there is no
quantizer: the simulation reports a better accuracy than the device has, and calibration and export lack the
encoding of that tensor. AIMET's model validator refuses such a model.

## Example
```python
class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(8, 8, 3, padding=1)

    def forward(self, x):
        return x + self.conv(x)
```

## Use instead
```python
from aimet_torch.nn.modules import custom

class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(8, 8, 3, padding=1)
        self.add = custom.Add()

    def forward(self, x):
        return self.add(x, self.conv(x))
```

## Fix safety
A fix makes the model depend on `aimet_torch`. It is safe where AIMET's class runs the same function on the
same arguments. It is unsafe where nothing but the input of forward says that these are tensors, and for `x
+= y`, which changes `x` in place while the module does not. There is none where the class lacks an argument,
where its class changes its input, for operations in a loop, and in functions outside of the class.
"""

EXAMPLES = (
    Example(
        "a residual connection and a concatenation",
        """import torch
from torch import nn


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(8, 8, 3, padding=1)

    def forward(self, x):
        y = self.conv(x)
        y += x
        return torch.cat([x, y * 2], 1)
""",
        ((12, 9, "operator.iadd"), (13, 16, "torch.cat"), (13, 30, "operator.mul")),
        """import torch
from torch import nn
from aimet_torch.nn.modules import custom


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(8, 8, 3, padding=1)
        self.cat = custom.Concat(1)
        self.mul = custom.Multiply()

    def forward(self, x):
        y = self.conv(x)
        y += x
        return self.cat(x, self.mul(y, 2))
""",
        profile="aimet",
    ),
    Example(
        "views, shape arithmetic, constants, and a module that is one operation",
        """import torch
from torch import nn


class Add(nn.Module):
    def forward(self, x, y):
        return x + y


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.add = Add()

    def forward(self, x):
        half = x.shape[1] // 2
        return self.add(x.view(-1, half).mean(1), torch.ones(1))
""",
        profile="aimet",
    ),
)
REPLACEABLE = (ast.BinOp, ast.UnaryOp, ast.Compare, ast.Call, ast.AugAssign)
AIMET_MODULES = "aimet_torch.nn.modules."
LONGEST_SHOWN = 40


def detect(context: RuleContext) -> Iterator[Draft]:
    for event in (*context.events(FunctionalCall), *context.events(Operation)):
        wanted = wanted_module(event)
        if wanted is None or wanted.operator is None or wanted.module is None:
            continue
        if context.allow_functional(wanted.symbol):
            continue
        if is_single_operation(context.project, context.seen, event.site):
            continue
        yield Draft(
            "TR103",
            event.site,
            f"`{shown(event)}` is no module, so AIMET places no quantizer on it: make it a"
            f" `{wanted.module.replace(AIMET_MODULES, '')}` in `__init__`",
            wanted.symbol,
            context.class_name(event.site),
            _repair(event, wanted.operator),
        )


def _repair(event: FunctionalCall | Operation, operator: Operator) -> Callable[[Repairs], Fix | Refusal]:
    def repair(repairs: Repairs) -> Fix | Refusal:
        is_method = isinstance(event, FunctionalCall) and event.is_method
        if isinstance(event, FunctionalCall) and not event.is_direct:
            return Refusal("the function reaches this call through a variable: choose among modules there")
        found = repairs.editor_at(event.site)
        if isinstance(found, Refusal):
            return found
        editor, function = found
        wanted = event.call if isinstance(event, FunctionalCall) else event.node
        node = repairs.node_at(event.site, function, wanted)
        if not isinstance(node, REPLACEABLE):
            return Refusal("it is written in an unusual way: change it by hand")
        fix = editor.replace_operator(
            node, function, operator, receiver_is_first=is_method, repeats=event.repeats
        )
        return fix if isinstance(fix, Refusal) or event.certainty is Certainty.SURE else _unsure(fix)

    return repair


def _unsure(fix: Fix) -> Fix:
    """AIMET's modules refuse what Python's operators take: two numbers, two lists."""
    message = f"{fix.message} (right only if these are tensors)"
    return replace(fix, applicability=Applicability.UNSAFE, message=message)


def shown(event: FunctionalCall | Operation) -> str:
    """An operation as users write it, in one short line."""
    if isinstance(event, FunctionalCall):
        return event.symbol.replace("torch.nn.functional.", "F.").replace("torch.Tensor.", "Tensor.")
    text = ast.unparse(event.node)
    return text if len(text) <= LONGEST_SHOWN else event.symbol


RULE = Rule(
    code="TR103",
    name="functional-operator",
    guideline=3,
    summary="Tensor arithmetic or a function that AIMET wants as one of its own modules.",
    documentation=DOCUMENTATION,
    severity=Severity.WARNING,
    fix="safe where AIMET's class does the same, otherwise none",
    examples=EXAMPLES,
    detect=detect,
    profiles=frozenset({"aimet"}),
    needs_operations=True,
)
