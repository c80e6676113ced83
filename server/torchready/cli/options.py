"""The options of `check` as the commands' code sees them, and how they are read."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Protocol

import click

from torchready.config import InputConfig

CODE = re.compile(r"TR\d{0,3}")


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """`jobs` is None where the number of processors decides."""

    paths: tuple[Path, ...]
    select: tuple[str, ...] | None
    extend_select: tuple[str, ...]
    ignore: tuple[str, ...] | None
    profile: str | None
    exclude: tuple[str, ...]
    force_exclude: bool
    config: Path | None
    isolated: bool
    fix: bool
    unsafe_fixes: bool
    diff: bool
    output_format: str
    output_file: Path | None
    statistics: bool
    exit_zero: bool
    exit_non_zero_on_fix: bool
    stdin_filename: Path | None
    jobs: int | None
    no_cache: bool
    cache_dir: Path | None
    color: str
    quiet: bool
    verbose: bool
    baseline: Path | None = None
    write_baseline: bool = False

    @property
    def reads_standard_input(self) -> bool:
        return self.paths == (Path("-"),)


@dataclass(frozen=True, slots=True)
class VerifyOptions:
    """The options of `verify`; those that are None leave the configuration as it is."""

    models: tuple[str, ...]
    inputs: tuple[InputConfig, ...] | None
    checks: tuple[str, ...] | None
    opset: int | None
    timeout: float | None
    python: str | None
    config: Path | None
    isolated: bool
    output_format: str
    output_file: Path | None
    report: Path | None
    color: str
    quiet: bool
    verbose: bool
    jobs: int | None
    executor: str | None
    exit_zero: bool


class OutputOptions(Protocol):
    """How and where a result is printed, whatever the command."""

    @property
    def color(self) -> str: ...

    @property
    def output_format(self) -> str: ...

    @property
    def output_file(self) -> Path | None: ...


class MessageOptions(Protocol):
    """How messages are printed, whatever the command."""

    @property
    def color(self) -> str: ...

    @property
    def quiet(self) -> bool: ...

    @property
    def verbose(self) -> bool: ...

    @property
    def exit_zero(self) -> bool: ...


def rule_codes(_: click.Context, option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...] | None:
    """`TR1,TR201` and repeated options as one list; None when the option was not given."""
    if not values:
        return None
    codes = [code.strip().upper() for value in values for code in value.split(",") if code.strip()]
    for code in codes:
        _require_known(code, option)
    return tuple(codes)


def names(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for value in values for name in value.split(",") if name)


def processors() -> int:
    """How many this process may use, which in a container can be fewer than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def option_group(*options: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Several options as one decorator, in the order in which `--help` shows them."""

    def decorate(function: Any) -> Any:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


# Families whose rules come with tracing and ONNX: a command line may name them already, as a configuration may.
RESERVED = ("TR3", "TR4")


def _require_known(code: str, option: click.Parameter) -> None:
    from torchready.rules.registry import RULES

    known = [rule.code for rule in RULES]
    if CODE.fullmatch(code) and (any(name.startswith(code) for name in known) or code.startswith(RESERVED)):
        return
    nearest = get_close_matches(code, [*known, *(rule.name.upper() for rule in RULES)], 1)
    advice = f" Did you mean {_code_of(nearest[0])}?" if nearest else " `torchready rule` lists all rules."
    raise click.BadParameter(f"no rule's code starts with {code!r}.{advice}", param=option)


def _code_of(code_or_name: str) -> str:
    from torchready.rules.registry import RULES

    return next(rule.code for rule in RULES if code_or_name in (rule.code, rule.name.upper()))
