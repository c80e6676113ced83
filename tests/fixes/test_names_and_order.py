"""Facts the fixes rest on: torch's own attribute names, first constructor parameters, how edits merge."""

from __future__ import annotations

import ast
import inspect

import pytest
import torch
from torch import nn

from torchready.finding import Applicability, Edit, Finding, Fix, Position, Range, Severity
from torchready.fixes import ModuleNames, apply_compatible, fix_to_fixpoint
from torchready.fixes.attribute_names import name_of_class
from torchready.fixes.conversion import arguments_text
from torchready.fixes.module_attributes import MODULE_ATTRIBUTES
from torchready.text import Text
from torchready.torch_api.functionals import functionals


def test_no_attribute_of_a_module_is_missing() -> None:
    names = {name for name in dir(nn.Module()) if not name.startswith("_")}
    assert names <= MODULE_ATTRIBUTES


@pytest.mark.parametrize("row", [row for row in functionals() if row.module], ids=lambda row: row.name)
def test_argument_without_a_name_is_the_constructors_first(row) -> None:
    constructor = getattr(torch.nn, str(row.module).rpartition(".")[2])
    first = next(iter(inspect.signature(constructor).parameters))
    for target in row.constructor_arguments.values():
        written = arguments_text(((target, "1"),), str(row.module))
        assert written == f"{target}=1" or target == first


@pytest.mark.parametrize(
    ("class_name", "name"),
    [
        ("ReLU", "relu"),
        ("LeakyReLU", "leaky_relu"),
        ("PReLU", "prelu"),
        ("RReLU", "rrelu"),
        ("ReLU6", "relu6"),
        ("GELU", "gelu"),
        ("CELU", "celu"),
        ("ELU", "elu"),
        ("SiLU", "silu"),
        ("GLU", "glu"),
        ("MaxPool2d", "max_pool2d"),
        ("LogSoftmax", "log_softmax"),
        ("CrossEntropyLoss", "cross_entropy_loss"),
        ("BCEWithLogitsLoss", "bce_with_logits_loss"),
        ("MSELoss", "mse_loss"),
        ("L1Loss", "l1_loss"),
        ("LPPool2d", "lp_pool2d"),
    ],
)
def test_name_of_a_class(class_name: str, name: str) -> None:
    assert name_of_class(class_name) == name


@pytest.mark.parametrize(
    ("source", "shadowed", "expected"),
    [
        ("import torch.nn as nn\n", (), "nn.ReLU"),
        ("from torch import nn as layers\n", (), "layers.ReLU"),
        ("import torch.nn\n", (), "torch.nn.ReLU"),
        ("import torch as th\n", (), "th.nn.ReLU"),
        ("from torch.nn import ReLU as Act\n", (), "Act"),
        ("from torch.nn import *\n", (), "ReLU"),
        ("import torch\nfrom torch import nn\nnn = None\n", (), "torch.nn.ReLU"),
        ("import torch\nfrom torch import nn\n", ("nn",), "torch.nn.ReLU"),
        ("import torch\nfrom torch import nn\ndef f():\n    global nn\n    nn = 1\n", (), "torch.nn.ReLU"),
        ("import torch\nif 1:\n    nn = 1\nelse:\n    from torch import nn\n", (), "torch.nn.ReLU"),
        ("try:\n    from torch import nn\nexcept ImportError:\n    nn = None\n", (), "nn.ReLU"),
        ("if available():\n    from torch import nn\n", (), "nn.ReLU"),
        ("import torch.nn.functional as F\n", (), "nn.ReLU"),
        ("import torch.nn.functional as F\nnn = 1\n", (), "ReLU"),
        ("import torch.nn.functional as F\nnn = ReLU = 1\n", (), None),
        ("if TYPE_CHECKING:\n    from torch import nn\n", (), None),
    ],
)
def test_spelling(source: str, shadowed: tuple[str, ...], expected: str | None) -> None:
    spelling = ModuleNames.from_tree(ast.parse(source), Text(source)).spelling_of("torch.nn.ReLU", shadowed)
    assert (spelling.expression if spelling else None) == expected


@pytest.mark.parametrize(
    "source",
    [
        "import torch.nn.functional as F\n+\nimport os\n",
        "import torch.nn.functional as F\n+",
        "import torch.nn.functional as F; x = 1  # y\r\n+\r\n",
        '"""Doc."""\nfrom __future__ import annotations\n+\nx = 1\n',
        '"""Doc."""\n+\nx = 1\n',
        "# comment\n+\nx = 1\n",
        "from torch.nn.functional import (\n    relu,\n)\n+\nx = 1\n",
    ],
)
def test_place_of_a_new_import(source: str) -> None:
    before = source.replace("+\r\n", "").replace("+\n", "").removesuffix("\n+")
    spelling = ModuleNames.from_tree(ast.parse(before), Text(before)).spelling_of("torch.nn.ReLU")
    assert spelling is not None
    assert Text(before).edited(spelling.edits).content == source.replace("+", "from torch import nn")


def finding(line: int, *edits: Edit, isolation: str | None = None, safe: bool = True) -> Finding:
    place = Position(line, 0)
    applicability = Applicability.SAFE if safe else Applicability.UNSAFE
    fix = Fix(applicability, "", edits, isolation)
    return Finding("TR101", "", "", Severity.WARNING, "net.py", Range(place, place), fix=fix)


def edit(line: int, start: int, end: int, content: str) -> Edit:
    return Edit(Range(Position(line, start), Position(line, end)), content)


def test_shared_lines_are_added_once_and_in_order() -> None:
    head, end = edit(0, 0, 0, "def __init__(self):\n"), edit(0, 0, 0, "\n")
    findings = [finding(n, head, edit(0, 0, 0, f"    self.a{n} = {n}\n"), end) for n in range(3)]
    result, applied = apply_compatible(Text("x = 1\n"), findings)
    assert result.content == (
        "def __init__(self):\n    self.a0 = 0\n    self.a1 = 1\n    self.a2 = 2\n\nx = 1\n"
    )
    assert len(applied) == 3


def test_equal_brackets_of_two_fixes_both_stay() -> None:
    text = Text("a = -b ** c\n")
    outer = finding(0, edit(0, 4, 5, "f("), edit(0, 11, 11, ")"))
    inner = finding(0, edit(0, 5, 5, "g("), edit(0, 7, 9, ","), edit(0, 11, 11, ")"))
    assert apply_compatible(text, [outer, inner])[0].content == "a = f(g(b , c))\n"


def test_overlapping_and_isolated_fixes_take_one_pass_each() -> None:
    text = Text("abc\n")
    one, two = finding(0, edit(0, 0, 2, "x")), finding(1, edit(0, 1, 3, "y"))
    result, applied = apply_compatible(text, [two, one])
    assert (result.content, applied) == ("xc\n", (one,))
    apart = [finding(n, edit(0, n, n + 1, "z"), isolation="chain") for n in range(2)]
    assert apply_compatible(text, apart)[0].content == "zbc\n"


def test_fix_that_breaks_the_file_is_dropped_and_the_rest_goes_on() -> None:
    bad, good = finding(0, edit(0, 0, 1, "(")), finding(0, edit(0, 4, 5, "2"))
    result, applied = apply_compatible(Text("x = 1\n"), [bad, good])
    assert result.content == "x = 2\n"
    assert applied == (good,)


def test_unsafe_fixes_wait_to_be_asked_for() -> None:
    unsafe = finding(0, edit(0, 4, 5, "2"), safe=False)
    assert apply_compatible(Text("x = 1\n"), [unsafe])[1] == ()
    assert apply_compatible(Text("x = 1\n"), [unsafe], unsafe=True)[0].content == "x = 2\n"


def test_endless_fixes_end() -> None:
    fixed = fix_to_fixpoint(Text("x = 1\n"), lambda text: [finding(0, edit(0, 5, 5, "1"))])
    assert fixed.text.content.startswith("x = 111")
