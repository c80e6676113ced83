"""All rules, in the order of their codes."""

from __future__ import annotations

from torchready.rules.rule import Rule

RULES: tuple[Rule, ...] = ()


def find_rule(code: str) -> Rule | None:
    """The rule with this code, whatever the case of its letters."""
    return next((rule for rule in RULES if rule.code == code.upper()), None)
