"""The server process: started quickly, kept to its pipes, ended at once."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from torchready.lsp.projects import EngineFactory

# While the worker thread computes, messages wait for its turn to end, once for every call into the system: an answer
# takes some five of them. Make turns short.
SWITCH_SECONDS = 0.0002


def main(make_engine: EngineFactory | None = None) -> None:
    """Serve one client over standard input and output, then end the process."""
    # What prints by accident, ours or a library's, must not get between the messages.
    target = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.setswitchinterval(SWITCH_SECONDS)
    # Everything imported stays; looking for garbage among it is a fifth of the time to start.
    gc.disable()
    _import_protocol_types()
    from torchready.lsp.language_server import serve
    from torchready.lsp.projects import open_engine

    code = asyncio.run(serve(make_engine or open_engine, sys.stdin.fileno(), target))
    # At once: taking apart the trees of all open files, or waiting for threads, would serve nobody.
    os._exit(code)


def _import_protocol_types() -> None:
    """Import lsprotocol without compiling comparisons and `repr` for its 550 classes.

    attrs compiles them one by one; that was 0.15 of 0.40 seconds before the server could answer at all,
    and nothing here compares messages or prints them.
    """
    if "lsprotocol.types" in sys.modules:
        return
    define: Callable[..., Any] = attrs.define

    def lean(maybe_class: type | None = None, **options: Any) -> Any:
        return define(maybe_class, **{"eq": False, "repr": False, **options})

    attrs.define = lean
    try:
        import lsprotocol.types  # noqa: F401  # pyright: ignore[reportUnusedImport]
    finally:
        attrs.define = define
