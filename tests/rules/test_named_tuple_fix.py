"""TR305 turns dictionaries into named tuples: the same values under the same names, in the file's own style."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from torchready.config import Config
from torchready.engine import Engine
from torchready.finding import Applicability

SOURCE = '''"""A model."""
import math
from collections import OrderedDict

import torch
from torch import nn


# Two heads.
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = math.sqrt(2)
        self.conv = nn.Conv2d(3, 4, 3)

    def forward(self, x, early: bool = False) -> dict[str, torch.Tensor]:
        y = self.conv(x)
        if early:
            return {"scaled": y, "mean": y.mean()}
        return {
            "scaled": (y * self.scale),  # as it is
            'mean' : torch.where(
                y > 0, y, 0.0
            ).mean(),
        }
'''
FIXED = '''"""A model."""
import math
from collections import OrderedDict
from typing import NamedTuple

import torch
from torch import nn


class NetOutput(NamedTuple):
    scaled: torch.Tensor
    mean: torch.Tensor


# Two heads.
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = math.sqrt(2)
        self.conv = nn.Conv2d(3, 4, 3)

    def forward(self, x, early: bool = False) -> NetOutput:
        y = self.conv(x)
        if early:
            return NetOutput(scaled=y, mean=y.mean())
        return NetOutput(
            scaled=(y * self.scale),  # as it is
            mean=torch.where(
                y > 0, y, 0.0
            ).mean(),
        )
'''
SMALL = """{imports}

class Net(nn.Module):
    def forward(self, x):
        {body}
"""


def engine(folder: Path) -> Engine:
    return Engine(Config(select=("TR305",)), folder)


def fixed(folder: Path, source: str, *, unsafe: bool = True) -> str:
    return engine(folder).fix_all(folder / "net.py", source, unsafe=unsafe).text


def small(body: str, imports: str = "import torch\nfrom torch import nn\n") -> str:
    return SMALL.format(imports=imports, body=body)


def built(source: str) -> torch.nn.Module:
    scope: dict[str, Any] = {"__name__": "net"}
    exec(compile(source, "net.py", "exec"), scope)
    torch.manual_seed(0)
    return scope["Net"]().eval()


def test_all_returns_become_one_named_tuple(tmp_path: Path) -> None:
    assert fixed(tmp_path, SOURCE) == FIXED
    assert fixed(tmp_path, SOURCE, unsafe=False) == SOURCE
    assert fixed(tmp_path, SOURCE.replace("\n", "\r\n")) == FIXED.replace("\n", "\r\n")


def test_the_fix_says_what_callers_have_to_change(tmp_path: Path) -> None:
    for finding in engine(tmp_path).check(tmp_path / "net.py", SOURCE).findings:
        assert finding.fix is not None
        assert finding.fix.applicability is Applicability.UNSAFE
        assert finding.fix.message == (
            "Return a named tuple `NetOutput` (unsafe: whoever asks for `output['scaled']` has to ask for"
            " `output.scaled`)"
        )


@pytest.mark.parametrize("early", [False, True])
def test_the_values_stay_as_they_are(early: bool) -> None:
    x = torch.rand(2, 3, 8, 8)
    before, after = built(SOURCE)(x, early), built(FIXED)(x, early)
    assert list(before) == list(after._fields)
    for key, value in before.items():
        assert torch.equal(value, getattr(after, key))


@pytest.mark.filterwarnings("ignore")
def test_a_trace_takes_the_named_tuple_only() -> None:
    x = torch.rand(2, 3, 8, 8)
    with pytest.raises(RuntimeError, match="dict at the output"):
        torch.jit.trace(built(SOURCE), (x,))
    after = built(FIXED)
    # What is traced gives a plain tuple.
    assert torch.equal(torch.jit.trace(after, (x,))(x)[0], after(x).scaled)
    assert torch.equal(torch.export.export(after, (x,)).module()(x).mean, after(x).mean)


@pytest.mark.parametrize(
    ("imports", "wanted", "base"),
    [
        (
            "import torch\nfrom torch import nn",
            "from typing import NamedTuple\n\nimport torch\nfrom torch import nn",
            "",
        ),
        ("import typing\n\nimport torch\nfrom torch import nn", "", "typing.NamedTuple"),
        ("import typing as t\n\nimport torch\nfrom torch import nn", "", "t.NamedTuple"),
        (
            "from typing import Any, Optional\n\nimport torch\nfrom torch import nn",
            "from typing import Any, NamedTuple, Optional\n\nimport torch\nfrom torch import nn",
            "",
        ),
        (
            "from __future__ import annotations\n\nimport torch\nfrom torch import nn",
            "from __future__ import annotations\n\nfrom typing import NamedTuple\n\nimport torch\nfrom torch import nn",
            "",
        ),
        (
            "from warnings import warn\n\nimport torch\nfrom torch import nn",
            "from typing import NamedTuple\nfrom warnings import warn\n\nimport torch\nfrom torch import nn",
            "",
        ),
        (
            "from typing import (\n    Any,\n)\n\nimport torch\nfrom torch import nn",
            "from typing import (\n    Any,\n)\nfrom typing import NamedTuple\n\nimport torch\nfrom torch import nn",
            "",
        ),
    ],
)
def test_the_import_is_written_as_the_file_would(
    imports: str, wanted: str, base: str, tmp_path: Path
) -> None:
    after = fixed(tmp_path, small('return {"y": x + 1, "z": x.relu()}', imports + "\n"))
    assert after.startswith(f"{wanted or imports}\n\n")
    assert (
        f"class NetOutput({base or 'NamedTuple'}):\n    y: torch.Tensor\n    z: torch.Tensor\n\n\nclass Net("
        in after
    )
    assert torch.equal(built(after)(torch.ones(2)).y, torch.full((2,), 2.0))


def test_a_name_that_stands_anywhere_is_not_taken(tmp_path: Path) -> None:
    source = small('return {"y": x.relu()}') + "\n\n# NetOutput is another one, see net.NetOutput2.\n"
    assert "class NetOutput3(NamedTuple):" in fixed(tmp_path, source)


def test_two_models_share_the_import(tmp_path: Path) -> None:
    source = small('return {"y": x.relu()}')
    other = source[source.index("class Net") :].replace("class Net", "class Other")
    after = fixed(tmp_path, f"{source}\n\n{other}")
    assert after.count("import NamedTuple") == 1
    assert "return NetOutput(y=x.relu())" in after
    assert "return OtherOutput(y=x.relu())" in after


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            'if self.deep: return x.relu()\n        return {"y": x.relu()}',
            "is known to give such a dictionary",
        ),
        ('if self.deep: return {"z": x.relu()}\n        return {"y": x.relu()}', "differ in their keys"),
        (
            'if self.deep: return {"y": x.relu(), "z": x.abs()}\n        return {"z": x.relu(), "y": x.abs()}',
            "or in the order of them",
        ),
        (
            'return {"y": x.relu(), "class": x.abs()}',
            "not every key is a text that can be the name of a field",
        ),
        ('return {"y": x.relu(), "_hidden": x.abs()}', "not every key is a text"),
        ('return {"y": x.relu(), "count": x.abs()}', "not every key is a text"),
        ('return {"y": x.relu(), 2: x.abs()}', "not every key is a text"),
        ('return {"y": x.relu(), "y": x.abs()}', ""),
        ('return {"y": x.relu(), "z": None}', "not every value in it is known to be a tensor"),
        ('return {"y": x.relu(), "z": [x.abs()]}', "not every value in it is known to be a tensor"),
        ('return {"y": x.relu(), "z": unknown(self)}', "not every value in it is known to be a tensor"),
        (
            'result = {"y": x.relu()}\n        return result',
            "not every return of this forward shows its keys",
        ),
    ],
)
def test_what_is_less_clear_is_left_alone_with_a_reason(body: str, reason: str, tmp_path: Path) -> None:
    source = small(body)
    findings = [
        one
        for one in engine(tmp_path).check(tmp_path / "net.py", source).findings
        if "a dictionary" in one.message
    ]
    assert findings
    for finding in findings:
        assert finding.fix is None
        assert reason in finding.message
    assert fixed(tmp_path, source) == source
