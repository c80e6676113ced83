"""TR305: what goes into a model or comes out of it that is no tensor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from torchready.facts.boundary import A_DICTIONARY, BY_NAME_ONLY, NONE_WITHOUT
from torchready.facts.events import BoundaryCrossing
from torchready.finding import Fix, Severity
from torchready.fixes.refusal import Refusal
from torchready.fixes.repairs import Repairs
from torchready.rules.context import Draft, RuleContext
from torchready.rules.rule import Example, Rule

DOCUMENTATION = """
## What it does
Reports what a model's forward returns that is no tensor, or tuple or list of tensors: dictionaries, None, numbers,
texts and objects of classes; and parameters that must be given and are annotated as numbers, texts or such objects,
or can be given by name only.

A name that is None on the path without an argument that has the default None is one too: `return logits, loss`, where
`loss` stays None `if targets is None`.

Models are the classes that no other class uses: what parts of a model hand to each other is theirs.
Parameters with a default are not reported, a trace leaves them out, and neither are named tuples. Objects that are
dictionaries too, such as the outputs of transformers, are information: only a trace refuses them.

## Why is this bad?
Deployed models take and return tensors.

| | dictionary | None | number, text | object, dataclass |
|---|---|---|---|---|
| returned, `torch.jit.trace` | refused, unless `strict=False` | refused | refused | refused |
| returned, `torch.export` | works | works | works, as a constant | refused, unless registered |
| returned, ONNX | names get lost | left out | refused | refused |
| taken, `torch.jit.trace` | works for tensors | refused | refused | refused |
| taken, `torch.export`, ONNX | ONNX refuses | works | works, as a constant | refused |

## Example
```python
class Net(nn.Module):
    def forward(self, x, scale: float):
        return {"scaled": x * scale, "count": None}
```

## Use instead
```python
class Output(NamedTuple):
    scaled: torch.Tensor


class Net(nn.Module):
    def __init__(self, scale: float):
        super().__init__()
        self.scale = scale

    def forward(self, x):
        return Output(x * self.scale)
```
A tuple, or a named tuple, whose fields are read like the keys of a dictionary, works everywhere. Settings belong into
`__init__`, or get a default.

## Fix safety
A dictionary becomes a named tuple with the same names, defined above the class. That is unsafe: who asks for
`output["scaled"]` has to ask for `output.scaled`. It is done where all returns of the forward write out the same keys
in the same order, and every value is known to be a tensor. All else has no fix: who calls the model has to change too.
"""

EXAMPLES = (
    Example(
        "a dictionary, None and a number",
        """from torch import nn


class Net(nn.Module):
    def forward(self, x, scale: float):
        if scale > 1:
            return {"scaled": x * scale}
        return x, None
""",
        ((5, 26, "scale"), (7, 20, "a dictionary"), (8, 19, "None")),
    ),
    Example(
        "tensors only, and a part of a model",
        """from typing import NamedTuple

import torch
from torch import nn


class Output(NamedTuple):
    scaled: torch.Tensor


class Part(nn.Module):
    def forward(self, x):
        return x, None


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.part = Part()

    def forward(self, x, scale: float = 2.0):
        x, _ = self.part(x)
        return Output(x * scale)
""",
    ),
)


def detect(context: RuleContext) -> Iterator[Draft]:
    crossings = tuple(context.events(BoundaryCrossing))
    for crossing in crossings:
        name = getattr(crossing.site.node, "id", "")
        if crossing.what == BY_NAME_ONLY:
            message = f"forward takes `{name}` by name only: a trace passes inputs by position; drop the `*`"
        elif crossing.direction == "input":
            message = (
                f"forward takes {crossing.what} as `{name}`: a trace takes tensors only, and a graph keeps the"
                " example's value; make it an argument of `__init__`, or give it a default"
            )
        elif crossing.is_known_to_export:
            message = (
                f"forward returns {crossing.what}, a dictionary: a trace refuses it (unless `strict=False`) and ONNX"
                " loses its names; return a tuple, as models of transformers do with `return_dict=False`"
            )
        elif crossing.what.startswith(NONE_WITHOUT.partition("{")[0]):
            message = (
                f"forward returns {crossing.what}: a trace without it is refused, and ONNX has one output less; return"
                " what there is on both paths, or compute the rest outside of the model"
            )
        else:
            message = (
                f"forward returns {crossing.what}: a trace and ONNX give tensors only; return a tuple, or a named"
                " tuple, of tensors"
            )
        symbol = name if crossing.direction == "input" else crossing.what
        yield Draft(
            "TR305",
            crossing.site,
            message,
            symbol,
            context.class_name(crossing.site),
            _repair(crossing, crossings) if crossing.what == A_DICTIONARY else None,
            severity=Severity.INFORMATION if crossing.is_known_to_export else None,
        )


def _repair(
    crossing: BoundaryCrossing, crossings: Sequence[BoundaryCrossing]
) -> Callable[[Repairs], Fix | Refusal]:
    def repair(repairs: Repairs) -> Fix | Refusal:
        function = crossing.site.function
        returned = [one for one in crossings if one.site.function is function and one.what == A_DICTIONARY]
        if not all(one.holds_tensors for one in returned):
            return Refusal("not every value in it is known to be a tensor: return a named tuple by hand")
        return repairs.named_tuple([one.site for one in returned])

    return repair


RULE = Rule(
    code="TR305",
    name="non-tensor-io",
    guideline=5,
    summary="A model takes or returns something that is no tensor.",
    documentation=DOCUMENTATION,
    severity=Severity.WARNING,
    fix="unsafe for dictionaries, otherwise none",
    examples=EXAMPLES,
    detect=detect,
)
