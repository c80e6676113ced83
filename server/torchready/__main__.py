"""`python -m torchready`."""

import sys

from torchready.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
