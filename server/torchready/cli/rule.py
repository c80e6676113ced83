"""`torchready rule`: the rules' pages in the terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

import click

from torchready.output.terminal import wants_color
from torchready.rules.registry import RULES, find_rule
from torchready.rules.rule import Rule


@click.command("rule")
@click.argument("code", required=False)
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)
def command(code: str | None, output_format: str, color: str) -> int:
    """Explain the rule CODE (or its name), or list all rules."""
    if code is None:
        _write_all(output_format, color)
        return 0
    rule = find_rule(code) or next((rule for rule in RULES if rule.name == code.lower()), None)
    if rule is None:
        raise click.UsageError(f"no such rule: {code}.{_advice(code)}")
    if output_format == "json":
        _write_json(_described(rule))
    else:
        _write_markdown(rule.page(), color)
    return 0


def _write_all(output_format: str, color: str) -> None:
    if output_format == "json":
        _write_json([_described(rule) for rule in RULES])
    else:
        _write_markdown("\n".join(_table()) + "\n", color)


def _table() -> Iterator[str]:
    yield "| code | name | what it finds | default | fix |"
    yield "|---|---|---|---|---|"
    for rule in RULES:
        default = "on" if "default" in rule.profiles else f"profile {', '.join(sorted(rule.profiles))}"
        yield f"| {rule.code} | {rule.name} | {rule.summary} | {default} | {rule.fix} |"


def _described(rule: Rule) -> dict[str, Any]:
    return {
        "code": rule.code,
        "name": rule.name,
        "guideline": rule.guideline,
        "summary": rule.summary,
        "severity": rule.severity.value,
        "profiles": sorted(rule.profiles),
        "fix": rule.fix,
        "explanation": rule.page(),
        "url": rule.url,
    }


def _advice(code: str) -> str:
    codes = {name: rule.code for rule in RULES for name in (rule.code, rule.name)}
    nearest = get_close_matches(code, codes, 1) or get_close_matches(code.upper(), codes, 1)
    return f" Did you mean {codes[nearest[0]]}?" if nearest else " `torchready rule` lists all rules."


def _write_json(value: object) -> None:
    print(json.dumps(value, indent=2))


def _write_markdown(text: str, color: str) -> None:
    if not wants_color(sys.stdout, color):
        sys.stdout.write(text)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console(force_terminal=True).print(Markdown(text))
