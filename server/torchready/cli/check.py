"""`torchready check`: options, and the way from paths to output and exit code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from torchready.cli.exits import Exit
from torchready.cli.options import CheckOptions, names, option_group, rule_codes
from torchready.output.formats import FORMATS
from torchready.rules.rule import PROFILES

CODES = "CODES"
FOLDER_OR_FILE = click.Path(path_type=Path, allow_dash=True)
FILE = click.Path(path_type=Path, dir_okay=False)

WHAT = option_group(
    click.option(
        "--select", metavar=CODES, multiple=True, callback=rule_codes, help="Rules to run: TR1,TR201."
    ),
    click.option("--extend-select", metavar=CODES, multiple=True, callback=rule_codes, help="Rules to add."),
    click.option("--ignore", metavar=CODES, multiple=True, callback=rule_codes, help="Rules to leave out."),
    click.option("--profile", type=click.Choice(PROFILES), help="Which rules and fixes are on by default."),
    click.option(
        "--exclude", metavar="GLOBS", multiple=True, callback=names, help="Files to leave out, too."
    ),
    click.option("--force-exclude", is_flag=True, help="Leave out excluded files even when named as PATHS."),
    click.option("--config", type=FILE, help="Use this configuration file for all files."),
    click.option("--isolated", is_flag=True, help="Use no configuration file."),
)
REPAIR = option_group(
    click.option("--fix", is_flag=True, help="Apply safe fixes."),
    click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: unsafe fixes, too."),
    click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing."),
)
PRINT = option_group(
    click.option("--output-format", type=click.Choice(list(FORMATS)), default="full", show_default=True),
    click.option("--output-file", "-o", type=FILE, help="Write findings here instead of to standard output."),
    click.option("--statistics", is_flag=True, help="Print how often each rule found something."),
    click.option(
        "--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True
    ),
    click.option("--baseline", type=FILE, help="Leave out the findings that this file knows."),
    click.option("--write-baseline", is_flag=True, help="Write what is found to the --baseline file."),
    click.option("--quiet", "-q", is_flag=True, help="Print findings and nothing else."),
    click.option("--verbose", "-v", is_flag=True, help="Print what is done, and tracebacks."),
)
RUN = option_group(
    click.option("--exit-zero", is_flag=True, help="Exit with 0 even when something was found."),
    click.option("--exit-non-zero-on-fix", is_flag=True, help="Exit with 1 when --fix changed something."),
    click.option("--stdin-filename", type=FILE, help="The name of what comes on standard input."),
    click.option("--jobs", "-j", type=click.IntRange(min=1), help="Processes; as many as processors."),
    click.option("--no-cache", "-n", is_flag=True, help="Neither read nor write results of earlier runs."),
    click.option("--cache-dir", type=click.Path(path_type=Path, file_okay=False), help="Keep results here."),
)


@click.command("check")
@click.argument("paths", nargs=-1, type=FOLDER_OR_FILE)
@WHAT
@REPAIR
@PRINT
@RUN
def command(paths: tuple[Path, ...], extend_select: tuple[str, ...] | None, **given: Any) -> int:
    """Check files and folders (the current one, if none is named); - reads standard input.

    Exits with 0 when nothing was found, 1 with findings or when a file could not be read or parsed, 2 after
    wrong use or a broken configuration, 3 when torchready itself failed.
    """
    if given["write_baseline"] and given["baseline"] is None:
        paths, given["baseline"] = _baseline_among(paths)
    options = CheckOptions(paths=paths or (Path(),), extend_select=extend_select or (), **given)
    _refuse_contradictions(options)
    return run(options)


def run(options: CheckOptions) -> Exit:
    if options.reads_standard_input:
        from torchready.cli.standard_input import check_standard_input

        return check_standard_input(options)
    from torchready.cli.files import check_files

    return check_files(options)


def _baseline_among(paths: tuple[Path, ...]) -> tuple[tuple[Path, ...], Path]:
    """`--write-baseline known.json` can mean one thing only: what ends so is nothing to check."""
    named = [path for path in paths if path.suffix == ".json"]
    if len(named) != 1:
        raise click.UsageError("--write-baseline needs to know where: --baseline FILE --write-baseline.")
    return tuple(path for path in paths if path not in named), named[0]


def _refuse_contradictions(options: CheckOptions) -> None:
    if options.write_baseline and options.diff:
        raise click.UsageError(
            "--write-baseline writes what is found and --diff writes nothing: leave out one of them."
        )
    if options.write_baseline and options.reads_standard_input:
        raise click.UsageError("--write-baseline needs files: what comes on standard input has none.")
    if options.fix and options.diff:
        raise click.UsageError("--fix changes files and --diff does not: leave out one of them.")
    if options.config and options.isolated:
        raise click.UsageError(
            "--config names a configuration and --isolated uses none: leave out one of them."
        )
    if Path("-") in options.paths and not options.reads_standard_input:
        raise click.UsageError("- (standard input) cannot be mixed with other paths.")
    for path in options.paths:
        if str(path) != "-" and not path.exists() and not path.is_symlink():
            raise click.UsageError(f"no such file or folder: {path}")
