"""The entry point: finds the command, runs it, turns what goes wrong into words and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module

import click

import torchready
from torchready.cli.exits import ISSUES, Exit
from torchready.config import ConfigError

COMMANDS = {
    "check": "Check files and folders, and repair them with --fix.",
    "verify": "Build, run, trace and export models, and say what goes wrong at which line.",
    "doctor": "Say which interpreter, torch, onnx and configuration verify finds, and what is missing.",
    "rule": "Explain a rule, or list all of them.",
    "config": "Show the configuration that holds for a path, and where each value comes from.",
    "server": "Run the language server on standard input and output.",
}


class Commands(click.Group):
    """Loads the one command that runs: `rule` need not wait for what `check` imports."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        return import_module(f"torchready.cli.{cmd_name}").command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            nearest = get_close_matches(args[0], COMMANDS, 1)
            advice = f" Did you mean '{nearest[0]}'?" if nearest else f" Commands: {', '.join(COMMANDS)}."
            ctx.fail(f"No such command '{args[0]}'.{advice}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(torchready.__version__, "-V", "--version", message="torchready %(version)s")
def commands() -> None:
    """Tells whether PyTorch models are ready to be traced, exported to ONNX and quantized."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return int(commands.main(args=arguments, prog_name="torchready", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        return Exit.WRONG_USE
    except ConfigError as error:
        print(f"error: broken configuration\n{error}", file=sys.stderr)
        return Exit.WRONG_USE
    except (KeyboardInterrupt, click.Abort):
        print("Interrupted.", file=sys.stderr)
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python must not complain about it at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.FINDINGS
    except Exception as error:
        _report_failure(error, verbose=bool({"-v", "--verbose"} & set(arguments)))
        return Exit.TOOL_FAILED


def _report_failure(error: Exception, verbose: bool) -> None:
    if verbose:
        import traceback

        traceback.print_exception(error)
    advice = "" if verbose else " (with the output of the same command and --verbose)"
    said = " ".join(f"{type(error).__name__}: {error}".split())
    print(f"error: torchready failed: {said}. Please report this at {ISSUES}{advice}.", file=sys.stderr)
