"""Start torchready: with the packages beside this file, or with `--from-environment` those of the interpreter.

Nothing of the opened workspace is on the search path: opening a folder must not run what lies in it. Written for any
Python 3, so that one that is too old can say so.
"""

import sys
from pathlib import Path

OLDEST_PYTHON = (3, 10)
TOO_OLD = 64
FROM_ENVIRONMENT = "--from-environment"


def main():
    here = Path(__file__).resolve().parent
    arguments = [each for each in sys.argv[1:] if each != FROM_ENVIRONMENT]
    if sys.version_info < OLDEST_PYTHON:
        version = ".".join(map(str, sys.version_info[:3]))
        sys.stderr.write(f"torchready needs Python 3.10 or newer; {sys.executable} is {version}\n")
        return TOO_OLD
    sys.path[:] = [path for path in sys.path if path not in ("", str(here))]
    if FROM_ENVIRONMENT not in sys.argv:
        sys.path.insert(0, str(here / "packages"))
    sys.argv = ["torchready", *arguments]
    from torchready.cli.main import main as run

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
