"""Writes the data files of `torch_api` from the installed torch: `python -m torchready.torch_api.generate`.

Run it when the supported torch changes; a test compares the files in the repository with its output.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from torchready.torch_api.tables import DATA


def one_row_per_line(rows: Mapping[str, Any]) -> str:
    """JSON that is compact and shows a changed row as one changed line."""
    lines = (f"{json.dumps(key)}: {json.dumps(rows[key], separators=(',', ':'))}" for key in sorted(rows))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def functionals() -> str:
    generation: Any = import_module("torchready.torch_api.generation.functionals")
    return one_row_per_line({name: row.as_json() for name, row in generation.rows().items()})


def modules() -> str:
    generation: Any = import_module("torchready.torch_api.generation.modules")
    return one_row_per_line(generation.rows())


def aliases() -> str:
    generation: Any = import_module("torchready.torch_api.generation.modules")
    return one_row_per_line(generation.aliases())


FILES: dict[str, Callable[[], str]] = {
    "aliases.json": aliases,
    "functionals.json": functionals,
    "modules.json": modules,
}


def main() -> int:
    DATA.mkdir(exist_ok=True)
    for name, generated in FILES.items():
        (DATA / name).write_text(generated(), encoding="utf-8")
        print(f"wrote {name}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
