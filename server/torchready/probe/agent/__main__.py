"""Started as `python -u <folder of this file> fork|single FILE`; commands come on standard input, see `channel`."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path

NAME = "torchready_agent"


def main() -> None:
    folder = Path(__file__).parent
    # Python puts this folder first on the search path, where `run.py` would be found instead of the user's `run`.
    sys.path[:] = [entry for entry in sys.path if entry != str(folder)]
    place = importlib.util.spec_from_file_location(
        NAME, str(folder / "__init__.py"), submodule_search_locations=[str(folder)]
    )
    if place is None or place.loader is None:
        raise SystemExit(f"no package in {folder}")
    package = importlib.util.module_from_spec(place)
    sys.modules[NAME] = package
    place.loader.exec_module(package)
    importlib.import_module(f"{NAME}.serving").serve(*sys.argv[1:3])


if __name__ == "__main__":
    main()
