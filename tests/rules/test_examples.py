"""The examples of every rule are true: its findings in them, and what its safe fixes make of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from torchready.config import Config, ModelConfig
from torchready.engine import Engine
from torchready.rules.registry import RULES
from torchready.rules.rule import Example, Rule

# What only a run finds is run in tests/probe/test_rules.py.
STATIC = [rule for rule in RULES if not rule.needs_a_run]
PAIRS = [(rule, example) for rule in STATIC for example in rule.examples]
NAMES = [f"{rule.code}: {example.title}" for rule, example in PAIRS]


def configured(example: Example) -> Config:
    models = (ModelConfig("model:Net", opset=example.opset),) if example.opset is not None else ()
    return Config(profile=example.profile, models=models)


@pytest.mark.parametrize(("rule", "example"), PAIRS, ids=NAMES)
def test_findings_are_those_of_the_example(rule: Rule, example: Example, tmp_path: Path) -> None:
    report = Engine(configured(example), tmp_path).check(tmp_path / "model.py", example.source)
    found = [
        (finding.range.start.line + 1, finding.range.start.column + 1, finding.symbol or "")
        for finding in report.findings
        if finding.code == rule.code
    ]
    assert found == list(example.findings)


@pytest.mark.parametrize(("rule", "example"), PAIRS, ids=NAMES)
def test_safe_fixes_make_what_the_example_says(rule: Rule, example: Example, tmp_path: Path) -> None:
    # A suppression is unused only where the rule that it names is on.
    select = None if rule.code == "TR001" else (rule.code,)
    engine = Engine(replace(configured(example), select=select), tmp_path)
    assert engine.fix_all(tmp_path / "model.py", example.source).text == (example.fixed or example.source)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_shows_what_it_reports_and_what_not(rule: Rule) -> None:
    assert any(example.findings for example in rule.examples)
    assert any(not example.findings for example in rule.examples)
