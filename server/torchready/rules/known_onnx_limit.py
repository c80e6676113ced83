"""TR402: operations whose arguments make the export fail or differ."""

from __future__ import annotations

from collections.abc import Iterator

from torchready.facts.events import FunctionalCall, ModuleCall
from torchready.facts.given_arguments import given_in_call, given_to_constructor
from torchready.finding import Severity
from torchready.rules.context import Draft, RuleContext
from torchready.rules.rule import Example, Rule
from torchready.torch_api import onnx
from torchready.torch_api.onnx_limit import Limit
from torchready.torch_api.onnx_limits import limited, limits_of

DOCUMENTATION = """
## What it does
Reports functions, methods of tensors and modules of torch with arguments for which the exporter fails, or writes a
model that computes something else, although it has a translation for the operation: `torch.roll(x, 1)` without
`dims`, `F.interpolate(x, size=8, mode="bilinear", antialias=True)`, `nn.Threshold(0.1, 0)`.

Only arguments that the code shows count, as constants in the call or in the module's constructor, or as a tensor of
which `reshape` and the like say how many dimensions it has. Behind every entry stand two small models, one that fails
in torch's exporter and one that does not, and both run in torchready's own tests with torch 2.13. What runs in training
only, or while nobody exports, is not reported.

Which exporter is meant follows from the configured `opset`, as for TR401.

## Why is this bad?
The export stops with an error that names no line. Worse are the silent ones: `nn.AvgPool2d(2, divisor_override=3)`
and `torch.cdist(x, y, p=1.0)` export without a word, and the exported model returns other numbers.

## Example
With `opset = 17` in the configuration of the model:

```python
class Net(nn.Module):
    def forward(self, x):
        return torch.roll(x, 1)
```

## Use instead
What the message says, here:

```python
class Net(nn.Module):
    def forward(self, x):
        return torch.roll(x.flatten(), 1, 0).view(x.shape)
```

## Fix safety
There is no fix: what helps is other code, and sometimes another model.
"""

EXAMPLES = (
    Example(
        "arguments that the exporter on TorchScript does not take",
        """import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.pool = nn.AvgPool2d(2, divisor_override=3)

    def forward(self, x):
        x = F.interpolate(self.pool(x), size=8, mode="bilinear", antialias=True)
        return torch.roll(x, 1)
""",
        (
            (12, 13, "torch.nn.functional.interpolate"),
            (12, 27, "self.pool"),
            (13, 16, "torch.roll"),
        ),
        opset=17,
    ),
    Example(
        "the same operations with other arguments",
        """import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.pool = nn.AvgPool2d(2)

    def forward(self, x):
        x = F.interpolate(self.pool(x), size=8, mode="bilinear")
        return torch.roll(x, 1, 0)
""",
        opset=17,
    ),
)


def detect(context: RuleContext) -> Iterator[Draft]:
    where = onnx.target(context.opset)
    for call in context.events(FunctionalCall):
        found = _limit_of_call(call, where) if where.exporter in call.exporters else None
        if found is not None:
            text = _message(call.symbol, found, where)
            yield Draft("TR402", call.site, text, call.symbol, context.class_name(call.site))
    for call in context.events(ModuleCall):
        limit = _limit_of_module(call, where) if where.exporter in call.exporters else None
        if limit is not None:
            spelling, found = limit
            text = _message(spelling, found, where)
            yield Draft("TR402", call.site, text, call.symbol, context.class_name(call.site))


def watches(opset: int | None) -> frozenset[str]:
    return limited(onnx.target(opset))


def _limit_of_call(call: FunctionalCall, where: onnx.Target) -> Limit | None:
    for limit in limits_of(call.symbol, where):
        given = given_in_call(call, limit.conditions)
        if given is not None and limit.holds(given):
            return limit
    return None


def _limit_of_module(call: ModuleCall, where: onnx.Target) -> tuple[str, Limit] | None:
    for module in call.modules:
        spelling = module.torch_class or ""
        given = given_to_constructor(module)
        for limit in limits_of(spelling, where) if given is not None else ():
            if limit.holds(given or {}):
                return spelling, limit
    return None


def _message(spelling: str, limit: Limit, where: onnx.Target) -> str:
    return f"`{onnx.shown(spelling)}` {limit.what} by {onnx.described(where)}: {limit.instead}"


RULE = Rule(
    code="TR402",
    name="known-onnx-limit",
    guideline=1,
    summary="An operation with arguments for which the export to ONNX fails or differs.",
    documentation=DOCUMENTATION,
    severity=Severity.WARNING,
    fix="none: what helps is other code",
    examples=EXAMPLES,
    detect=detect,
    watches=watches,
)
