"""Work on one model in a process of its own, which may hang, crash or fill the memory."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

Answer = dict[str, Any]


def in_child(work: Callable[..., Answer], arguments: tuple[Any, ...], seconds: float) -> Answer:
    """What `work(*arguments)` returns, as JSON carries it, or {"error": why there is no answer}."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "answer.json"
        child = multiprocessing.get_context("fork").Process(target=_write, args=(work, arguments, result))
        child.start()
        child.join(seconds)
        if child.is_alive():
            child.kill()
            child.join()
            return {"error": f"stopped after {seconds:.0f} seconds"}
        if not result.exists():
            return {"error": f"the process died with {child.exitcode}"}
        return json.loads(result.read_text(encoding="utf-8"))


def _write(work: Callable[..., Answer], arguments: tuple[Any, ...], result: Path) -> None:
    with (
        Path(os.devnull).open("w", encoding="utf-8") as silence,
        contextlib.redirect_stdout(silence),
        contextlib.redirect_stderr(silence),
    ):
        answer = work(*arguments)
    # Renamed when complete: who finds the file finds all of it.
    unfinished = result.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(answer), encoding="utf-8")
    unfinished.rename(result)
