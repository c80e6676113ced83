"""Draw the terminal pictures from real runs: `nox -s pictures`."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

PROJECT = Path(__file__).parents[2]
COLUMNS = 110
# Pages that show a picture load no fonts for it, so those that rich names would only cost a request.
FORMAT = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL).replace(
    # Some viewers drop the space at the start of a piece of text, and with it all indentation.
    "<svg ",
    '<svg xml:space="preserve" ',
    1,
)
PICTURES = {
    "check.svg": ["check", "examples/reused_modules.py"],
    "diff.svg": ["check", "examples/reused_modules.py", "--diff"],
}


def draw(file: Path, arguments: Sequence[str]) -> None:
    """One picture of one command and what it printed, colours included."""
    console = Console(record=True, width=COLUMNS, file=StringIO(), force_terminal=True)
    console.print(Text.assemble(("$ ", "bold green"), "torchready ", " ".join(arguments)), highlight=False)
    console.print(Text.from_ansi(output(arguments)), highlight=False)
    svg = console.export_svg(title="torchready", unique_id=file.stem, code_format=FORMAT)
    file.write_text(
        "\n".join(line.rstrip() for line in svg.splitlines()) + "\n", encoding="utf-8", newline="\n"
    )


def output(arguments: Sequence[str]) -> str:
    """What a person sees at a terminal with colours. Raises RuntimeError when the command itself failed."""
    environment = {**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(COLUMNS)}
    command = ["torchready", *arguments]
    run = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    if run.returncode not in (0, 1):
        raise RuntimeError(f"torchready {' '.join(arguments)} ended with {run.returncode}:\n{run.stderr}")
    return run.stdout + run.stderr


if __name__ == "__main__":
    for name, arguments in PICTURES.items():
        draw(Path(__file__).parent / name, arguments)
