"""TR403: shapes that fix the batch, or leave it to what remains."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from torchready.facts.events import FunctionalCall, ModuleCall
from torchready.facts.given_arguments import constant_of
from torchready.facts.values import Container, Layout, Tensor, Value, layout_of
from torchready.finding import Applicability, Edit, Fix, Severity
from torchready.fixes.refusal import Refusal
from torchready.fixes.repairs import Repairs
from torchready.rules.context import Draft, RuleContext
from torchready.rules.rule import Example, Rule
from torchready.torch_api.onnx import shown

DOCUMENTATION = """
## What it does
Reports `view`, `reshape` and `expand` of a tensor whose first dimension is the batch, where the new shape does not
take the batch over:

- A number in its place, `x.view(8, -1)`, `x.reshape(8, 64, 7, 7)`, `x.expand(8, -1, -1)`: a warning.
- `x.view(-1, 1024)`, where the batch is whatever remains, and `x.view(1, -1)`, one sample of it all: information.

Also `torch.cat` of such a tensor and one that the code makes for a number of samples,
`torch.cat([x, torch.zeros(8, 4)], dim=1)`, and recurrent modules that begin with such a state,
`self.lstm(x, (torch.zeros(1, 8, 16), c))`: warnings.

Only tensors count that certainly have the batch in front: what convolutions, pools and batch norms of `torch.nn`
return, also through linear layers, activations, dropout, additions, `flatten(1)`, `transpose(1, 2)`, `permute(0, ...)`,
`mean((2, 3))` and the like. Parameters, masks and positions do not.

## Why is this bad?
With a number, the model runs and exports for one batch size and for no other: an ONNX model with a dynamic batch
takes the number for granted, or the export refuses the dynamic batch.

`x.view(-1, 1024)` is right as long as a sample holds 1024 numbers. An image of another size does not fail there: four
times as many numbers become four times as many samples, and the error, if there is one, comes much later.

## Example
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 64, 3)
        self.norm = nn.BatchNorm2d(64)
        self.pool = nn.AdaptiveAvgPool2d(4)
        self.fc = nn.Linear(1024, 10)

    def forward(self, x):
        x = self.pool(self.norm(self.conv(x)))
        x = x.view(-1, 1024)
        return self.fc(x)
```

## Use instead
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 64, 3)
        self.norm = nn.BatchNorm2d(64)
        self.pool = nn.AdaptiveAvgPool2d(4)
        self.fc = nn.Linear(1024, 10)

    def forward(self, x):
        x = self.pool(self.norm(self.conv(x)))
        x = x.view(x.shape[0], 1024)
        return self.fc(x)
```

## Fix safety
`x.view(-1, 1024)` becomes `x.view(x.shape[0], 1024)`. That is safe where the code shows that a sample holds 1024
numbers, as above, 64 channels of a convolution and 4 times 4 places of an adaptive pool, and that there is a batch:
`nn.BatchNorm2d` takes nothing else, while a convolution takes a single image too. Elsewhere it is unsafe, because an
input that was silently regrouped raises an error then. A number in the batch's place has an unsafe fix: it is
replaced by the batch, which other batch sizes than that number then have for the first time.
"""

EXAMPLES = (
    Example(
        "the batch is what remains",
        """from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 64, 3)
        self.norm = nn.BatchNorm2d(64)
        self.pool = nn.AdaptiveAvgPool2d(4)
        self.fc = nn.Linear(1024, 10)

    def forward(self, x):
        x = self.pool(self.norm(self.conv(x)))
        x = x.view(-1, 1024)
        return self.fc(x)
""",
        ((14, 13, "torch.Tensor.view"),),
        """from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 64, 3)
        self.norm = nn.BatchNorm2d(64)
        self.pool = nn.AdaptiveAvgPool2d(4)
        self.fc = nn.Linear(1024, 10)

    def forward(self, x):
        x = self.pool(self.norm(self.conv(x)))
        x = x.view(x.shape[0], 1024)
        return self.fc(x)
""",
    ),
    Example(
        "the batch is a number",
        """import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, x):
        x = self.conv(x).relu()
        return torch.reshape(x, (1, -1)), x.expand(8, -1, -1, -1)
""",
        ((12, 16, "torch.reshape"), (12, 43, "torch.Tensor.expand")),
    ),
    Example(
        "the batch is taken over, or there is none",
        """from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.scale = nn.Parameter(nn.init.ones_(nn.Linear(8, 1).weight))

    def forward(self, x, positions):
        x = self.conv(x) * self.scale.view(1, 8, 1, 1)
        places = positions.view(1, -1)
        return x.view(x.shape[0], -1), x.reshape(-1, x.shape[-1]), x.flatten(1), places
""",
    ),
)
VIEWS = frozenset({"torch.Tensor.view", "torch.Tensor.reshape", "torch.reshape"})
EXPANDS = frozenset({"torch.Tensor.expand"})
RECURRENT = frozenset({"torch.nn.GRU", "torch.nn.LSTM", "torch.nn.RNN"})
JOINS = frozenset({"torch.cat", "torch.concat", "torch.concatenate"})


def detect(context: RuleContext) -> Iterator[Draft]:
    for call in context.events(FunctionalCall):
        if "dynamo" not in call.exporters or not call.arguments:
            continue
        if call.symbol in VIEWS | EXPANDS:
            yield from _of_new_shape(context, call)
        elif call.symbol in JOINS:
            yield from _of_joined(context, call)
    for run in context.events(ModuleCall):
        if "dynamo" in run.exporters and run.modules[0].torch_class in RECURRENT:
            yield from _of_first_state(context, run)


def _of_new_shape(context: RuleContext, call: FunctionalCall) -> Iterator[Draft]:
    layout = layout_of(call.arguments[0])
    shape = _shape(call)
    if layout is None or shape is None or len(shape) < 2:
        return
    first, rest = constant_of(shape[0]), [constant_of(number) for number in shape[1:]]
    if not isinstance(first, int):
        return
    if call.symbol in EXPANDS:
        if first > 1:
            yield _draft(context, call, _fixed_message(call, first), None, is_safe=False)
    elif first >= 1:
        if first == 1 and -1 in rest:
            text = _one_sample_message(call)
            yield _draft(context, call, text, Severity.INFORMATION, is_safe=False)
        elif rest == [-1] or all(isinstance(number, int) and number > 0 for number in rest):
            yield _draft(context, call, _fixed_message(call, first), None, is_safe=False)
    elif first == -1 and len(rest) == 1 and isinstance(rest[0], int) and rest[0] > 1:
        text = _remainder_message(call, rest[0], layout)
        is_safe = layout.elements == rest[0] and layout.is_certain
        yield _draft(context, call, text, Severity.INFORMATION, is_safe=is_safe)


def _of_joined(context: RuleContext, call: FunctionalCall) -> Iterator[Draft]:
    """A tensor of so many samples beside the batch: what is joined has the same size in all other dimensions."""
    match call.arguments[0]:
        case Container("tuple" | "list", _, tuple() as items) if (
            "dim" in call.keywords or len(call.arguments) > 1
        ):
            dimension = constant_of(call.keywords.get("dim", call.arguments[-1]))
        case _:
            return
    if not isinstance(dimension, int) or not any(layout_of(item) is not None for item in items):
        return
    for item in items:
        sizes = item.sizes if isinstance(item, Tensor) else ()
        if sizes and sizes[0] is not None and dimension % len(sizes) != 0:
            text = (
                f"`{shown(call.symbol)}` joins a tensor of {_samples(sizes[0])} with the batch: the model works, and"
                " its ONNX form too, for no other batch size; make it as long as the batch, with `x.shape[0]`"
            )
            yield Draft("TR403", call.site, text, call.symbol, context.class_name(call.site))
            return


def _of_first_state(context: RuleContext, run: ModuleCall) -> Iterator[Draft]:
    """A state of so many samples for a recurrent module: the batch is its second dimension."""
    state = run.arguments[1] if len(run.arguments) > 1 else None
    parts = state.items or () if isinstance(state, Container) else (state,)
    for part in parts:
        match part:
            case Tensor(sizes=(_, int() as samples, _)):
                text = (
                    f"`{run.symbol}` begins with a state of {_samples(samples)}: the model works, and its ONNX form"
                    " too, for no other batch size; leave the state out, or make it as long as the batch, with"
                    " `x.shape[0]`"
                )
                yield Draft("TR403", run.site, text, run.symbol, context.class_name(run.site))
                return
            case _:
                continue


def _samples(number: int) -> str:
    return "one sample" if number == 1 else f"{number} samples"


def watches(opset: int | None) -> frozenset[str]:
    return VIEWS | EXPANDS | JOINS | RECURRENT


def _draft(
    context: RuleContext, call: FunctionalCall, text: str, severity: Severity | None, *, is_safe: bool
) -> Draft:
    owner = context.class_name(call.site)
    repair = _repair(call, is_safe=is_safe)
    return Draft("TR403", call.site, text, call.symbol, owner, repair, severity=severity)


def _shape(call: FunctionalCall) -> tuple[Value, ...] | None:
    """The new shape's numbers; None when the call does not show them one by one."""
    if any(isinstance(argument, ast.Starred) for argument in call.call.args) or call.keywords:
        return None
    numbers = call.arguments[1:]
    match numbers:
        case (Container("tuple" | "list", _, tuple() as items) as only,):
            return items if only.element is None else None
        case _:
            return numbers


def _fixed_message(call: FunctionalCall, first: int) -> str:
    return (
        f"`{shown(call.symbol)}` puts the number {first} in the place of the batch: the model works, and its ONNX"
        " form too, for no other batch size; take the batch over with `x.shape[0]`"
    )


def _one_sample_message(call: FunctionalCall) -> str:
    return (
        f"`{shown(call.symbol)}` makes one sample of the whole batch: say that it stays what it was, with `x.shape[0]`,"
        " unless that is meant"
    )


def _remainder_message(call: FunctionalCall, rest: int, layout: Layout) -> str:
    text = f"`{shown(call.symbol)}` with (-1, {rest}) makes the batch of what remains"
    if layout.elements == rest:
        return f"{text}: say that it stays what it was, with `x.shape[0]`"
    if layout.elements is not None:
        return f"{text}, and a sample holds {layout.elements} numbers here: samples are cut or joined"
    return f"{text}: an input of another size silently becomes another number of samples; write `x.shape[0]`"


def _repair(call: FunctionalCall, *, is_safe: bool) -> Callable[[Repairs], Fix | Refusal]:
    def repair(repairs: Repairs) -> Fix | Refusal:
        tensor, first = _parts(call.call, is_method=call.is_method)
        if not isinstance(tensor, ast.Name) or first is None:
            return Refusal("give the tensor a name first")
        span = repairs.range_at(call.site, first)
        if span is None:
            return Refusal("it is written in an unusual way: change it by hand")
        text = f"{tensor.id}.shape[0]"
        if is_safe:
            return Fix(Applicability.SAFE, f"Take the batch over with `{text}`", (Edit(span, text),))
        message = (
            f"Take the batch over with `{text}` (unsafe: inputs that were regrouped raise an error then)"
        )
        return Fix(Applicability.UNSAFE, message, (Edit(span, text),))

    return repair


def _parts(call: ast.Call, *, is_method: bool) -> tuple[ast.expr | None, ast.expr | None]:
    """The tensor, and the first number of the new shape."""
    arguments = list(call.args)
    if is_method and isinstance(call.func, ast.Attribute):
        arguments.insert(0, call.func.value)
    if len(arguments) < 2:
        return None, None
    first = arguments[1]
    if isinstance(first, (ast.Tuple, ast.List)):
        first = first.elts[0] if first.elts else None
    return arguments[0], first if _is_written_out(first) else None


def _is_written_out(node: ast.expr | None) -> bool:
    match node:
        case ast.Constant() | ast.UnaryOp(operand=ast.Constant()):
            return True
        case _:
            return False


RULE = Rule(
    code="TR403",
    name="batch-frozen",
    guideline=1,
    summary="A new shape does not take the batch over.",
    documentation=DOCUMENTATION,
    severity=Severity.WARNING,
    fix="safe where a sample's size is known, otherwise unsafe",
    examples=EXAMPLES,
    detect=detect,
    watches=watches,
)
