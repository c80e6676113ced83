"""TR401: operations that the exporter has no translation for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from torchready.facts.events import FunctionalCall, ModuleCall, Site, TensorSign, symbol_of
from torchready.finding import Severity
from torchready.rules.context import Draft, RuleContext
from torchready.rules.expressions import shortened
from torchready.rules.rule import Example, Rule
from torchready.torch_api import onnx
from torchready.torch_api.functionals import find_functional
from torchready.torch_api.modules import find_module
from torchready.torch_api.onnx_limits import limited
from torchready.torch_api.onnx_operators import OPERATORS, is_of_torch, is_untranslated, operator_named

DOCUMENTATION = """
## What it does
Reports functions, methods of tensors and modules of torch that no export to ONNX can hold, because the exporter
has no translation for an operator that they run: `torch.linalg.svd(x)`, `x.erfinv()`, `self.pool(x)` with
`self.pool = nn.FractionalMaxPool2d(...)`. A module is reported where it is called. Operators written as signs count
too, where the value surely is a tensor: `mask &= x > 0`, which `dynamo=False` does not know, unlike `mask & (x > 0)`.

Operators that code names itself are looked up like any other, `torch.ops.aten.linalg_qr.default(x)`. Those of other
libraries, `torch.ops.mylib.scale(x)`, are information: torch has no translation for them, whoever made them may.

What an exporter translates was measured with torch 2.13: every function, method, sign and module ran on the samples of
torch's own tests through both exporters. Only those are reported of which no sample came through, so that a
function that fails for some arguments is not; for these see TR402. Losses are not reported, nor is what runs in
training only (`if self.training:`) or while nobody exports (`if not torch.onnx.is_in_onnx_export():`). In functions
outside of classes it is information only: their callers may run them while the model is built.

The `opset` of the `[[tool.torchready.model]]` entries decides, the oldest where they differ. Without one it is
torch's default exporter (`dynamo=True`). That exporter has no translations to anything older than opset 18: it converts
the finished file down where it can, and else keeps opset 18. So a lower `opset` stands for the exporter on TorchScript
(`dynamo=False`), here as in `torchready verify`.

## Why is this bad?
`torch.onnx.export` stops at the first operator without a translation and names neither the line nor the next
one. No other tool on the way to a device gets to see the model.

## Example
```python
class Whiten(nn.Module):
    def forward(self, x):
        u, s, v = torch.linalg.svd(x)
        return u @ v
```

## Use instead
Where the message names an opset or the other exporter, use that. Else compute the value outside of the model,
write it with operations that ONNX has, or give the exporter a translation of your own
(`custom_translation_table`, or `torch.onnx.register_custom_op_symbolic` with `dynamo=False`).

```python
class Whiten(nn.Module):
    def forward(self, x):
        # Newton's iteration towards the same orthogonal matrix: multiplications only.
        y = x / x.square().sum(dim=(-2, -1), keepdim=True).sqrt()
        for _ in range(12):
            y = 1.5 * y - 0.5 * y @ y.transpose(-2, -1) @ y
        return y
```

## Fix safety
There is no fix: no other operation computes the same.
"""

EXAMPLES = (
    Example(
        "a function, a method and a module without a translation",
        """import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.pool = nn.FractionalMaxPool2d(2, output_size=4)

    def forward(self, x):
        x = self.pool(x)
        u, s, v = torch.linalg.svd(x)
        return (u @ v).erfinv()
""",
        ((11, 13, "self.pool"), (12, 19, "torch.linalg.svd"), (13, 16, "torch.Tensor.erfinv")),
    ),
    Example(
        "only what is exported counts",
        """import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        x = self.fc(x)
        if self.training:
            x = x.erfinv()
        return torch.linalg.norm(x, dim=1)


def spectrum(weight):
    return torch.linalg.svd(weight)
""",
    ),
)


# Written into a part of a tensor, `x[0].copy_(y)`, the exporter on TorchScript makes a `ScatterND` of it.
PASSES_ON_PARTS = frozenset({"torch.Tensor.copy_"})


def detect(context: RuleContext) -> Iterator[Draft]:
    where = onnx.target(context.opset)
    missing = watches(context.opset)
    for call in context.events(FunctionalCall):
        if where.exporter not in call.exporters or _is_into_a_part(call) or _is_loss(call.symbol):
            continue
        if onnx.known_as(call.symbol) in missing or is_untranslated(call.symbol, where):
            yield _draft(context, call.site, message(call.symbol, where), call.symbol)
        elif _is_of_others(call.symbol):
            # Who made the operator may have made its translation too.
            text = _message_on_others(call.symbol, where)
            yield replace(_draft(context, call.site, text, call.symbol), severity=Severity.INFORMATION)
    for sign in context.events(TensorSign):
        if sign.symbol in missing:
            yield _draft(context, sign.site, _message_on_sign(sign, where), sign.symbol)
    for call in context.events(ModuleCall):
        names = [module.torch_class or "" for module in call.modules]
        found = next((name for name in names if onnx.known_as(name) in missing and not _is_loss(name)), None)
        if where.exporter in call.exporters and found is not None:
            text = message(found, where)
            yield Draft("TR401", call.site, text, call.symbol, context.class_name(call.site))


def watches(opset: int | None) -> frozenset[str]:
    where = onnx.target(opset)
    # What has a known limit has a form that passes.
    return onnx.untranslated(where) - limited(where) | {OPERATORS}


def message(spelling: str, where: onnx.Target) -> str:
    """What is missing, in which exporter, and what would help."""
    return f"`{onnx.shown(spelling)}` {_lacks(spelling, where)}; {_way_out(spelling, where)}"


def _message_on_sign(sign: TensorSign, where: onnx.Target) -> str:
    spelling, node = sign.symbol, sign.node
    way_out = _way_out(spelling, where)
    if isinstance(node, ast.AugAssign):
        plain = ast.BinOp(node.target, node.op, node.value)
        if _is_translated(symbol_of(sign.operator, plain), where):
            way_out = f"`{shortened(node.target)} = {shortened(plain)}` has one"
    return f"`{shortened(node)}` {_lacks(spelling, where)}; {way_out}"


def _lacks(spelling: str, where: onnx.Target) -> str:
    known = onnx.coverage(spelling, where)
    operators = known.operators if known is not None else (operator_named(spelling),)
    names = ", ".join(f"`{name}`" for name in operators).replace("[complex]`", "` of complex numbers")
    return f"cannot be exported to ONNX: {onnx.described(where)} has no translation for {names}"


def _draft(context: RuleContext, site: Site, text: str, symbol: str) -> Draft:
    # Whoever calls a free function may do so in training only, or while the model is built.
    severity = Severity.INFORMATION if site.owner is None else None
    return Draft("TR401", site, text, symbol, context.class_name(site), severity=severity)


def _way_out(spelling: str, where: onnx.Target) -> str:
    known = onnx.coverage(spelling, where)
    if known is not None and known.first is not None:
        return f"it has one from opset {known.first} on"
    if _is_translated(spelling, where.other):
        return (
            f"the other exporter has one (`{onnx.ARGUMENT[where.other.exporter]}`, opset {where.other.opset})"
        )
    return "write it with other operations, or compute it outside of the model"


def _is_translated(spelling: str, where: onnx.Target) -> bool:
    known = onnx.coverage(spelling, where)
    return known is not None and known.translated != "none"


def _is_of_others(spelling: str) -> bool:
    operator = operator_named(spelling)
    return operator is not None and not is_of_torch(operator)


def _message_on_others(spelling: str, where: onnx.Target) -> str:
    given = {
        "dynamo": "pass one in `custom_translation_table`",
        "torchscript": "register one with `torch.onnx.register_custom_op_symbolic`",
    }
    return (
        f"`{spelling}` is an operator of another library: {onnx.described(where)} has no translation of its own for"
        f" `{operator_named(spelling)}`; if the library brings none, {given[where.exporter]}"
    )


def _is_into_a_part(call: FunctionalCall) -> bool:
    match call.call.func:
        case ast.Attribute(value=ast.Subscript()):
            return call.symbol in PASSES_ON_PARTS
        case _:
            return False


def _is_loss(name: str) -> bool:
    """A loss in a forward is for training: models are exported without targets."""
    functional = find_functional(name)
    module = find_module((functional.module or "") if functional is not None else name)
    return name.endswith("_loss") or (module is not None and module.is_loss)


RULE = Rule(
    code="TR401",
    name="no-onnx-translation",
    guideline=1,
    summary="An operation that the exporter has no translation to ONNX for.",
    documentation=DOCUMENTATION,
    severity=Severity.WARNING,
    fix="none: nothing else computes the same",
    examples=EXAMPLES,
    detect=detect,
    watches=watches,
)
