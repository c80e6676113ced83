"""What the files of a workspace use of each other, read from their words."""

from __future__ import annotations

from pathlib import Path

from torchready.config import Config
from torchready.engine import Engine
from torchready.workspace.references import References

LAYER = """import torch.nn.functional as F


def act(x):
    return F.relu(x)
"""
MODEL = '''"""Loads its kernels by import() of what is there."""
from torch import nn
from layer import act


class Net(nn.Module):
    def forward(self, x):
        return act(x)
'''


def test_text_that_looks_like_an_import_of_nothing_is_no_import(tmp_path: Path) -> None:
    (tmp_path / "layer.py").write_text(LAYER, encoding="utf-8")
    (tmp_path / "model.py").write_text(MODEL, encoding="utf-8")
    users, names = References(tmp_path, Config()).users_of(tmp_path / "layer.py", "act", is_member=False)
    assert users == [tmp_path / "model.py"]
    assert names == {"act"}
    (finding,) = Engine(Config(), tmp_path).check(tmp_path / "layer.py", LAYER).findings
    assert finding.code == "TR101"


def test_a_model_is_found_among_all_packages_of_an_environment(tmp_path: Path) -> None:
    other = tmp_path / "a_large_package"
    other.mkdir()
    for number in range(8000):
        (other / f"file_{number}.py").touch()
    (tmp_path / "layer.py").write_text(LAYER, encoding="utf-8")
    (tmp_path / "model.py").write_text(MODEL, encoding="utf-8")
    users, _ = References(tmp_path, Config()).users_of(tmp_path / "layer.py", "act", is_member=False)
    assert users == [tmp_path / "model.py"]


def test_a_file_that_changes_before_all_is_read_is_read_as_it_is_then(tmp_path: Path) -> None:
    (tmp_path / "layer.py").write_text(LAYER, encoding="utf-8")
    model = tmp_path / "model.py"
    references = References(tmp_path, Config())
    references.forget([model])
    model.write_text(MODEL, encoding="utf-8")
    references.read()
    assert references.users_of(tmp_path / "layer.py", "act", is_member=False)[0] == [model]
