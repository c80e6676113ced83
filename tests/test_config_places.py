"""Places found line by line are those that the real parser finds."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from torchready.config.kinds import KeyPath
from torchready.config.line_places import LinePlaces
from torchready.config.places import Places

TEXT = """\
# A comment with = and [brackets]
profile = "aimet"  # the one with "#"
select = [
  "TR1",  # first
  "TR2",
]
text = '''
[not.a.header]
key = "no"
'''
"quoted key".plain . 'other' = 1

[tool . torchready] # table
allow-functional = ["a#b", "c"] # after
  indented = { inner = 1, other = [1, 2] }

[[tool.torchready.model]]
target = "ä:Net" # first

[[tool.torchready.model]]
target = "b:Net"
inputs = [{ shape = [1, 3] }]

[tool.torchready.model.kwargs]
num_classes = 10
"""
MODEL: KeyPath = ("tool", "torchready", "model")
PATHS: tuple[KeyPath, ...] = (
    ("profile",),
    ("select",),
    ("text",),
    ("quoted key",),
    ("quoted key", "plain", "other"),
    ("tool", "torchready"),
    ("tool", "torchready", "allow-functional"),
    ("tool", "torchready", "indented"),
    MODEL,
    (*MODEL, 0),
    (*MODEL, 0, "target"),
    (*MODEL, 1, "target"),
    (*MODEL, 1, "inputs"),
    (*MODEL, 1, "kwargs", "num_classes"),
    (*MODEL, 1, "missing"),
    (),
)


@pytest.mark.parametrize("path", PATHS, ids=str)
def test_keys_and_whole_values_are_where_the_parser_says(path: KeyPath) -> None:
    assert LinePlaces(TEXT).of_key(path) == Places(TEXT).of_key(path)
    assert LinePlaces(TEXT).of_value(path) == Places(TEXT).of_value(path)


def test_what_is_inside_a_value_gets_the_range_of_the_value() -> None:
    whole = Places(TEXT).of_value(("select",))
    assert LinePlaces(TEXT).of_value(("select", 1)) == whole


def test_a_broken_configuration_is_placed_without_the_compiled_parser(tmp_path: Path) -> None:
    (tmp_path / "torchready.toml").write_text('select = ["TR"]\nprofil = "aimet"\n')
    program = (
        "import sys; sys.modules['tree_sitter'] = None\n"
        "from torchready.cli.main import main; sys.exit(main(['check', '.']))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert ran.returncode == 2
    assert "torchready.toml:2:1: unknown key `profil`" in ran.stderr
