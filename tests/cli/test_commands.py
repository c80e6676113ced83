"""`rule`, `config`, `--help` and `--version`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.cli.conftest import Run

import torchready
from torchready.rules.registry import RULES

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


FUNCTIONAL_LAYER = next(rule for rule in RULES if rule.code == "TR101")


def test_version(run: Run) -> None:
    outcome = run("--version")
    assert (outcome.code, outcome.lines) == (0, [f"torchready {torchready.__version__}"])


def test_help_names_every_command_and_option(run: Run) -> None:
    outcome = run("--help")
    assert outcome.code == 0
    for name in ("check", "rule", "config", "server"):
        assert any(line.startswith(f"  {name} ") for line in outcome.lines)
    options = run("check", "--help").out.decode()
    contract = "select ignore profile fix unsafe-fixes diff output-format output-file statistics exit-zero"
    for name in [*contract.split(), "stdin-filename", "jobs", "no-cache"]:
        assert f"--{name}" in options


def test_a_rule_page_is_the_rule_itself(run: Run) -> None:
    for name in ("TR101", "tr101", "functional-layer"):
        outcome = run("rule", name)
        assert (outcome.code, outcome.out.decode()) == (0, FUNCTIONAL_LAYER.page())


def test_a_rule_page_is_rendered_where_there_is_colour(run: Run) -> None:
    rendered = run("rule", "TR101", "--color", "always").out.decode()
    assert "\x1b[" in rendered
    assert "## What it does" not in rendered


def test_all_rules_in_a_table(run: Run) -> None:
    rows = run("rule").lines[2:]
    assert [row.split(" | ")[0].strip("| ") for row in rows] == [rule.code for rule in RULES]


def test_rules_as_json(run: Run) -> None:
    rules = json.loads(run("rule", "--output-format", "json").out)
    assert [rule["code"] for rule in rules] == [rule.code for rule in RULES]
    one = json.loads(run("rule", "TR101", "--output-format", "json").out)
    assert one in rules
    assert one["explanation"] == FUNCTIONAL_LAYER.page()


def test_config_without_a_file_shows_the_defaults(run: Run) -> None:
    outcome = run("config", "--isolated")
    assert outcome.code == 0
    assert outcome.lines[0] == "# Configuration file: none found, all values are defaults"
    assert 'profile = "default"  # default' in outcome.lines


def test_config_tells_where_each_value_comes_from(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text('[project]\nname = "x"\n\n[tool.torchready]\nprofile = "aimet"\n')
    (tmp_path / "sub").mkdir()
    outcome = run("config", "sub")
    assert outcome.lines[0] == f"# Configuration file: {file}"
    assert 'profile = "aimet"  # pyproject.toml:5' in outcome.lines
    assert "ignore = []  # default" in outcome.lines


def test_config_prints_toml_that_says_the_same(run: Run, tmp_path: Path) -> None:
    settings = """\
profile = "aimet"
select = ["TR1"]
ignore = ["TR104"]
exclude = ["a \\"quoted\\" name", "dönüşüm"]
allow-functional = ["torch.nn.functional.pad"]
python = ".venv/bin/python"

[severity]
TR101 = "error"

[per-file-ignores]
"tests/**" = ["TR2"]

[[model]]
target = "package.net:Net"
kwargs = { num_classes = 10, flags = { deep = true } }
inputs = [{ shape = [1, 3, 224, 224], dtype = "float32" }]
opset = 18
on-save = true
"""
    (tmp_path / "torchready.toml").write_text(settings, encoding="utf-8")
    outcome = run("config")
    assert outcome.code == 0
    printed = tomllib.loads(outcome.out.decode())["tool"]["torchready"]
    wanted = tomllib.loads(settings)
    assert {key: printed[key] for key in wanted if key != "model"} == {
        key: value for key, value in wanted.items() if key != "model"
    }
    assert printed["model"][0].items() >= wanted["model"][0].items()


def test_config_says_what_is_broken(run: Run, tmp_path: Path) -> None:
    (tmp_path / "torchready.toml").write_text("profile = 1\n")
    outcome = run("config")
    assert outcome.code == 2
    assert "torchready.toml:1:" in outcome.told
