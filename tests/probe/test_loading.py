"""How the user's code is found and loaded: as Python would, from the disk as it is now, or from unsaved texts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.probe.conftest import Verify

from torchready.config import InputConfig, PlainInput

pytestmark = pytest.mark.asyncio(loop_scope="session")

NET = """\
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x + 1
"""
GUARDED = f"{NET}\n\nif __name__ == '__main__':\n    raise SystemExit('trained')\n"


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


LAYOUTS = {
    "a file": ({"net.py": NET}, "net.py:Net"),
    "a module": ({"net.py": NET}, "net:Net"),
    "a file in a folder": ({"models/net.py": NET}, "models/net.py:Net"),
    "a file whose folder has no name in Python": ({"my-models/net.py": NET}, "my-models/net.py:Net"),
    "a file with the name of a module of ours": ({"run.py": NET, "inputs.py": "raise 1"}, "run.py:Net"),
    "a file with the name of a standard module": ({"json.py": NET}, "json.py:Net"),
    "below a package of the standard library": ({"test/net.py": NET}, "test/net.py:Net"),
    "a package": ({"pkg/__init__.py": "", "pkg/net.py": NET}, "pkg.net:Net"),
    "a package under src": ({"src/pkg/__init__.py": "", "src/pkg/net.py": NET}, "pkg.net:Net"),
    "a file of a package": ({"lib/pkg/__init__.py": "", "lib/pkg/net.py": NET}, "lib/pkg/net.py:Net"),
    "a name that a package gives": (
        {"pkg/__init__.py": "from .net import Net", "pkg/net.py": NET},
        "pkg/__init__.py:Net",
    ),
    "relative imports, by module": (
        {"pkg/__init__.py": "", "pkg/base.py": NET, "pkg/net.py": "from .base import Net"},
        "pkg.net:Net",
    ),
    "relative imports, by file": (
        {
            "pkg/__init__.py": "",
            "pkg/base.py": NET,
            "pkg/sub/__init__.py": "",
            "pkg/sub/net.py": "from ..base import Net",
        },
        "pkg/sub/net.py:Net",
    ),
    "a namespace package, by module": ({"space/nets/net.py": NET}, "space.nets.net:Net"),
    "a namespace package, by file": (
        {"space/base.py": NET, "space/nets/net.py": "from ..base import Net"},
        "space/nets/net.py:Net",
    ),
    "a neighbour, as scripts import it": (
        {"scripts/base.py": NET, "scripts/net.py": "from base import Net"},
        "scripts/net.py:Net",
    ),
    "a guarded script": ({"train.py": GUARDED}, "train.py:Net"),
    "a script that reads its arguments": (
        {"train.py": f"import argparse\nargparse.ArgumentParser().parse_args()\n{NET}"},
        "train.py:Net",
    ),
    "a factory": ({"net.py": f"{NET}\n\ndef make():\n    return Net()\n"}, "net.py:make"),
    "a nested class": ({"net.py": NET + "\n\nclass Outer:\n    Inner = Net\n"}, "net.py:Outer.Inner"),
}


@pytest.mark.parametrize("name", LAYOUTS)
async def test_a_model_is_found_in(name: str, verify: Verify, tmp_path: Path) -> None:
    files, target = LAYOUTS[name]
    write(tmp_path, files)
    verification = await verify(target)
    assert [finding.message for finding in verification.findings] == []
    assert verification.passed
    assert set(verification.files) == {
        tmp_path / name for name in files if files[name] and name != "inputs.py"
    } | {tmp_path / name for name in files if name.endswith("__init__.py")}
    assert not list(tmp_path.rglob("__pycache__"))


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("nets.py:Net", "the model cannot be built: there is no file {root}/nets.py"),
        ("net.py:Nett", "the model cannot be built: net.py has no Nett; did you mean Net?"),
        ("net.py:Nope", "the model cannot be built: net.py has no Nope; did you mean Net?"),
        ("net.py:Backbone", "the model cannot be built: net.py has no Backbone; the only model in it is Net"),
        (
            "nets.two:Smal",
            "the model cannot be built: nets.two has no Smal; did you mean Small? "
            "The models in it are Small and Large",
        ),
        (
            "nets.two:Tiny",
            "the model cannot be built: nets.two has no Tiny; the models in it are Small and Large",
        ),
        (
            "networks:Net",
            "the model cannot be built: there is no module networks in {root} or among the installed packages",
        ),
        (
            "lazy.py:Net",
            "the model cannot be built: ImportError: cannot import Net, caused by OSError: no operators",
        ),
        (
            "net.py:nn",
            "the model cannot be built: net.py:nn is a module: name a class, or a function that returns a "
            "torch.nn.Module",
        ),
        (
            "net.py:net",
            "the model cannot be built: net.py:net is a Net that is built already: name a class, or a function "
            "that returns a torch.nn.Module",
        ),
    ],
)
async def test_a_target_that_is_not_there_is_named(
    target: str, message: str, verify: Verify, tmp_path: Path
) -> None:
    lazy = "raise ImportError('cannot import Net') from OSError('no operators')\n"
    two = (
        "from torch import nn\n\n\nclass Small(nn.Module):\n    pass\n\n\nclass Large(nn.Module):\n    pass\n"
    )
    files = {"net.py": f"{NET}\n\nnet = Net()\n", "lazy.py": lazy, "nets/two.py": two}
    write(tmp_path, files)
    verification = await verify(target)
    assert [(finding.code, finding.message) for finding in verification.findings] == [
        ("TR480", message.format(root=tmp_path))
    ]


async def test_code_is_as_it_stands_on_disk_also_within_a_second(verify: Verify, tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    for number in (1, 2, 3):
        path.write_text(NET.replace("x + 1", f"print({number})"), encoding="utf-8")
        # Python itself compares the time in seconds, and the size.
        os.utime(path, (1_700_000_000, 1_700_000_000))
        assert (await verify("net.py:Net")).output.split()[0] == str(number)


async def test_unsaved_texts_stand_in_for_files(verify: Verify, tmp_path: Path) -> None:
    write(
        tmp_path, {"pkg/__init__.py": "", "pkg/net.py": "from pkg.base import Net", "pkg/base.py": "raise 1"}
    )
    wrong = NET.replace("x + 1", "x + 'ä'")
    overlays = {tmp_path / "pkg" / "base.py": wrong, tmp_path / "pkg" / "fresh.py": NET}
    verification = await verify("pkg/net.py:Net", overlays=overlays)
    (finding,) = verification.findings
    assert finding.code == "TR481"
    assert finding.filename == str(tmp_path / "pkg" / "base.py")
    assert (finding.range.start, finding.range.end) == ((5, 15), (5, 22))
    assert (await verify("pkg.fresh:Net", overlays=overlays)).passed


TAKES = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, *sizes, mode="sum", table=None):
        super().__init__()
        print(sizes, mode, table)

    def forward(self, ids, pair=None, *, mask=None, scale=1, mode="a"):
        print(ids.dtype, tuple(ids.shape), int(ids.min()) >= 5, int(ids.max()) < 9)
        print(type(pair).__name__, None if pair is None else [type(each).__name__ for each in pair])
        print(None if mask is None else mask.dtype, scale, mode)
        return ids


def make_inputs():
    return (torch.full((2,), 5),), {"scale": 3}


def make_one():
    return torch.full((2,), 5)
"""
IDS = InputConfig((2, 3), "int64", 5, 9)


@pytest.mark.parametrize(
    ("inputs", "printed"),
    [
        ((IDS,), "torch.int64 (2, 3) True True\nNoneType None\nNone 1 a"),
        (
            (IDS, (InputConfig((1,)), PlainInput((1, 2)), "x", {"y": InputConfig((1,))})),
            "torch.int64 (2, 3) True True\nlist ['Tensor', 'list', 'str', 'dict']\nNone 1 a",
        ),
        (
            {"ids": IDS, "mask": InputConfig((1,), "bool"), "scale": 0.5, "mode": "b"},
            "torch.int64 (2, 3) True True\nNoneType None\ntorch.bool 0.5 b",
        ),
        ("net:make_inputs", "torch.int64 (2,) True True\nNoneType None\nNone 3 a"),
        ("net.py:make_one", "torch.int64 (2,) True True\nNoneType None\nNone 1 a"),
    ],
    ids=["range", "nested", "keywords", "function", "one of a function"],
)
async def test_inputs_are_made_as_they_are_described(
    inputs: object, printed: str, verify: Verify, tmp_path: Path
) -> None:
    write(tmp_path, {"net.py": TAKES})
    constructor = {"args": (3, 4), "kwargs": {"mode": "mean", "table": {"a": [1]}}}
    verification = await verify("net.py:Net", inputs=inputs, **constructor)
    assert verification.passed, verification.checks
    assert verification.output.startswith(f"(3, 4) mean {{'a': [1]}}\n{printed}\n")


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        (
            None,
            "the dummy input cannot be made: none is configured, and forward takes `ids`: add `inputs` to the "
            "model's entry, or give --input 1,3,224,224",
        ),
        (
            "net:make_nothing",
            "the dummy input cannot be made: net has no make_nothing; did you mean make_one?",
        ),
        (
            "builtins:print",
            "the dummy input cannot be made: builtins:print returns None; let it return a tensor, a tuple of inputs, "
            "or a dict of them by keyword",
        ),
        (
            (InputConfig((1,), "int64", 0.2, 0.9),),
            "the dummy input cannot be made: between 0 and 0 there is no whole number for a tensor of torch.int64",
        ),
    ],
    ids=["none", "no function", "nothing made", "empty range"],
)
async def test_wrong_inputs_are_named(inputs: object, message: str, verify: Verify, tmp_path: Path) -> None:
    write(tmp_path, {"net.py": TAKES})
    (finding,) = (await verify("net.py:Net", inputs=inputs)).findings
    assert finding.code == "TR481"
    assert finding.message.startswith(message)
