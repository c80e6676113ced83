"""`torchready server`."""

from __future__ import annotations

import click


@click.command("server")
def command() -> int:
    """Run the language server on standard input and output; editors start it."""
    from torchready.lsp.server import main

    main()
    return 0
