"""`torchready verify`: options, and the way from models to output and exit code."""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

from torchready.cli.exits import Exit
from torchready.cli.options import VerifyOptions, option_group
from torchready.config import InputConfig
from torchready.config.input_kinds import DTYPES
from torchready.config.model import ALL_CHECKS
from torchready.output.formats import FORMATS

FILE = click.Path(path_type=Path, dir_okay=False)
EXECUTOR = re.compile(r"dask://[^/:]+:\d+")
SHAPE = re.compile(r"(\d+(,\d+)*)?")


def checks_named(
    _: click.Context, option: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...] | None:
    """`forward,onnx` and repeated options as one list in the order in which checks run; None if not given."""
    names = [name.strip().lower() for value in values for name in value.split(",") if name.strip()]
    for name in names:
        if name not in ALL_CHECKS:
            raise click.BadParameter(
                f"there is no check {name!r}.{_advice(name, ALL_CHECKS)} Checks: {', '.join(ALL_CHECKS)}.",
                param=option,
            )
    return tuple(check for check in ALL_CHECKS if check in names) if names else None


def inputs_described(
    _: click.Context, option: click.Parameter, values: tuple[str, ...]
) -> tuple[InputConfig, ...] | None:
    """`1,3,224,224` or `1,77:int64`, each one tensor; None if not given."""
    return tuple(_input_described(value, option) for value in values) if values else None


def _input_described(value: str, option: click.Parameter) -> InputConfig:
    shape, _, dtype = value.replace(" ", "").partition(":")
    if not SHAPE.fullmatch(shape):
        raise click.BadParameter(
            f"{value!r} is no input; write sizes and, if it is not float32, a dtype: 1,3,224,224 or 1,77:int64",
            param=option,
        )
    if dtype and dtype not in DTYPES:
        raise click.BadParameter(f"there is no dtype {dtype!r}.{_advice(dtype, DTYPES)}", param=option)
    sizes = tuple(int(size) for size in shape.split(",")) if shape else ()
    return InputConfig(sizes, dtype or "float32")


def executor_named(_: click.Context, option: click.Parameter, value: str | None) -> str | None:
    if value is not None and not EXECUTOR.fullmatch(value):
        raise click.BadParameter(f"{value!r} is no executor; write dask://HOST:PORT", param=option)
    return value


def _advice(word: str, known: tuple[str, ...]) -> str:
    nearest = get_close_matches(word, known, 1, 0.5)
    return f" Did you mean {nearest[0]}?" if nearest else ""


WHAT = option_group(
    click.option(
        "--input",
        "inputs",
        metavar="SHAPE[:DTYPE]",
        multiple=True,
        callback=inputs_described,
        help="A dummy input of forward, such as 1,3,224,224 or 1,77:int64; once for each.",
    ),
    click.option(
        "--checks",
        metavar="CHECKS",
        multiple=True,
        callback=checks_named,
        help=f"What to try, out of {','.join(ALL_CHECKS)}.",
    ),
    click.option("--opset", type=click.IntRange(min=1), help="The ONNX opset to export to."),
    click.option(
        "--timeout",
        type=click.FloatRange(min=0, min_open=True),
        help="Seconds for all checks of one model; 120 if the configuration says nothing else.",
    ),
    click.option("--python", metavar="PYTHON", help="The interpreter that runs the models."),
    click.option("--config", type=FILE, help="Use this configuration file."),
    click.option("--isolated", is_flag=True, help="Use no configuration file."),
)
PRINT = option_group(
    click.option("--output-format", type=click.Choice(list(FORMATS)), default="full", show_default=True),
    click.option(
        "--output-file", "-o", type=FILE, help="Write the result here instead of to standard output."
    ),
    click.option(
        "--report", type=FILE, help="Also write an HTML file that shows the models as trees of modules."
    ),
    click.option(
        "--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True
    ),
    click.option("--quiet", "-q", is_flag=True, help="Print findings and nothing else."),
    click.option("--verbose", "-v", is_flag=True, help="Print what models print, and whole tracebacks."),
)
RUN = option_group(
    click.option(
        "--jobs", "-j", type=click.IntRange(min=1), help="Models at the same time; as many as processors."
    ),
    click.option(
        "--executor",
        metavar="dask://HOST:PORT",
        callback=executor_named,
        help="Hand the models to the workers of a running Dask cluster.",
    ),
    click.option("--exit-zero", is_flag=True, help="Exit with 0 even when something was found."),
)


@click.command("verify")
@click.argument("models", nargs=-1, metavar="[MODEL]...")
@WHAT
@PRINT
@RUN
def command(models: tuple[str, ...], **given: Any) -> Exit:
    """Build MODELs, run, trace and export them on their dummy inputs, and say what goes wrong at which line.

    MODEL is package.module:Class or path/file.py:Class; without one, all configured models are verified.
    This runs the models' code, in an interpreter with torch.

    Exits with 0 when nothing was found, 1 with findings, 2 after wrong use or a broken configuration,
    3 when torchready itself failed.
    """
    options = VerifyOptions(models=models, **given)
    if options.config and options.isolated:
        raise click.UsageError(
            "--config names a configuration and --isolated uses none: leave out one of them."
        )
    from torchready.cli.verifying import verify_models

    return verify_models(options)
