"""Writes the data files of `torch_api` from the installed torch: `python -m torchready.torch_api.generate`.

Run it when the supported torch changes; tests compare the files in the repository with its output, and `--check`
does so for all of them.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from difflib import unified_diff
from importlib import import_module
from pathlib import Path
from typing import Any

from torchready.torch_api.functionals import functional_from
from torchready.torch_api.tables import DATA


def one_row_per_line(rows: Mapping[str, Any]) -> str:
    """JSON that is compact and shows a changed row as one changed line."""
    lines = (f"{json.dumps(key)}: {json.dumps(rows[key], separators=(',', ':'))}" for key in sorted(rows))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def functionals() -> str:
    generation: Any = import_module("torchready.torch_api.generation.functionals")
    verification: Any = import_module("torchready.torch_api.generation.verification")
    table: dict[str, dict[str, Any]] = {name: row.as_json() for name, row in generation.rows().items()}
    for name, row in table.items():
        if row["category"] in ("safe", "conditional"):
            tally = verification.verify(functional_from(name, row))
            row["verified"] = [tally.compared, tally.equal]
    return one_row_per_line(table)


def modules() -> str:
    generation: Any = import_module("torchready.torch_api.generation.modules")
    return one_row_per_line(generation.rows())


def aliases() -> str:
    generation: Any = import_module("torchready.torch_api.generation.modules")
    return one_row_per_line(generation.aliases())


def tensors() -> str:
    generation: Any = import_module("torchready.torch_api.generation.tensors")
    return one_row_per_line(generation.rows())


def overloads() -> str:
    generation: Any = import_module("torchready.torch_api.generation.tensors")
    return one_row_per_line(generation.overloaded())


def aimet() -> str:
    generation: Any = import_module("torchready.torch_api.generation.aimet")
    return one_row_per_line(generation.rows())


def onnx_operators() -> str:
    generation: Any = import_module("torchready.torch_api.generation.onnx_coverage")
    return one_row_per_line(generation.exporters())


def onnx_spellings() -> str:
    """Exports some thousand small models, in processes of their own."""
    generation: Any = import_module("torchready.torch_api.generation.onnx_coverage")
    return one_row_per_line(generation.as_stored(generation.rows()))


def aimet_sources(wheel: Path) -> str:
    """Needs the wheel of aimet-torch, so it stands outside of `FILES`."""
    generation: Any = import_module("torchready.torch_api.generation.aimet")
    return one_row_per_line(generation.read_wheel(wheel))


# In this order: rows of functionals are verified with the modules' rows.
FILES: dict[str, Callable[[], str]] = {
    "aliases.json": aliases,
    "modules.json": modules,
    "functionals.json": functionals,
    "overloads.json": overloads,
    "tensors.json": tensors,
    "aimet.json": aimet,
    "onnx_operators.json": onnx_operators,
}
# These take some ten minutes, so that tests compare a part of them only.
SLOW_FILES: dict[str, Callable[[], str]] = {"onnx_spellings.json": onnx_spellings}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m torchready.torch_api.generate", description=__doc__)
    parser.add_argument("--aimet-wheel", type=Path, help="read AIMET's classes from this wheel again")
    parser.add_argument("--slow", action="store_true", help=f"{', '.join(SLOW_FILES)} too")
    parser.add_argument("--check", action="store_true", help="write nothing, tell which rows would change")
    options = parser.parse_args(arguments)
    files = FILES | (SLOW_FILES if options.slow else {})
    if options.check:
        return _check(files)
    DATA.mkdir(exist_ok=True)
    if options.aimet_wheel:
        text = aimet_sources(options.aimet_wheel)
        (DATA / "aimet_sources.json").write_text(text, encoding="utf-8")
    for name, generated in files.items():
        (DATA / name).write_text(generated(), encoding="utf-8")
        print(f"wrote {name}", file=sys.stderr)
    return 0


def _check(files: Mapping[str, Callable[[], str]]) -> int:
    stale = False
    for name, generated in files.items():
        known = (DATA / name).read_text(encoding="utf-8").splitlines()
        for line in unified_diff(known, generated().splitlines(), name, "generated", lineterm="", n=0):
            print(line)
            stale = True
    return int(stale)


if __name__ == "__main__":
    raise SystemExit(main())
