"""Emacs and eglot with the configuration of docs/editors/emacs.md, in a terminal."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.editors import sample
from tests.editors.conftest import configured
from tests.editors.programs import program
from tests.editors.terminal import Terminal

# Where Emacs shows each finding, line and column twice, and what the server said about it.
DIAGNOSTICS = """\
(with-current-buffer "classifier.py"
  (cl-flet ((place (at) (save-excursion (goto-char at) (vector (1- (line-number-at-pos)) (current-column)))))
    (vconcat
      (mapcar
        (lambda (it)
          (vector (place (flymake-diagnostic-beg it)) (place (flymake-diagnostic-end it))
            (alist-get 'eglot-lsp-diag (flymake-diagnostic-data it))))
        (and (bound-and-true-p flymake-mode) (flymake-diagnostics))))))
"""


class Emacs:
    def __init__(self, terminal: Terminal, address: Path) -> None:
        self.terminal = terminal
        self._address = address

    def evaluate(self, expression: str) -> Any:
        command = [program("emacsclient"), "--socket-name", str(self._address), "--eval"]
        asked = f"(progn (require 'json) (require 'cl-lib) (json-encode {expression}))"
        shown = subprocess.run([*command, asked], capture_output=True, text=True)
        assert shown.returncode == 0, shown.stdout + shown.stderr
        # The value is a Lisp string, and what is printed of it reads as one of JSON.
        return json.loads(json.loads(shown.stdout, strict=False))

    def diagnostics(self) -> list[Any]:
        return self.evaluate(DIAGNOSTICS)


@pytest.fixture
def emacs(workspace: Path, home: Path, environment: dict[str, str], tmp_path: Path) -> Iterator[Emacs]:
    configured("emacs.el", home / ".emacs.d" / "init.el")
    # Compiling Emacs's own libraries in the background would take both cores and warn in a window of its own.
    early = "(setq native-comp-deferred-compilation nil native-comp-jit-compilation nil)\n"
    (home / ".emacs.d" / "early-init.el").write_text(early, encoding="utf-8")
    address = tmp_path / "emacs.socket"
    serve = f'(progn (setq server-socket-dir "{address.parent}" server-name "{address.name}") (server-start))'
    command = [program("emacs"), "-nw", "--eval", serve, sample.FILE]
    with Terminal(command, workspace, environment) as terminal:
        terminal.until(address.exists, "socket")
        yield Emacs(terminal, address)


def test_a_finding_is_shown_and_repaired(emacs: Emacs, workspace: Path) -> None:
    path = workspace / sample.FILE
    before = path.read_text(encoding="utf-8")
    terminal = emacs.terminal
    terminal.until(lambda: len(emacs.diagnostics()) == 1, "finding")
    ((start, end, found),) = emacs.diagnostics()
    assert (tuple(start), tuple(end)) == sample.RANGE
    assert (found["code"], found["source"], found["message"]) == (sample.CODE, "torchready", sample.MESSAGE)

    terminal.press("\x1bxflymake-goto-next-error\r")
    terminal.see("`F.relu` is called as a function")
    terminal.press("\x1bxeglot-code-actions\r")
    terminal.see(f"Pick an action (default {sample.FIX})")
    terminal.press("\r")
    terminal.see("self.relu = nn.ReLU()", "x = self.relu(self.conv(x))")
    terminal.until(lambda: emacs.diagnostics() == [], "end of the finding")
    terminal.press("\x18\x13")
    terminal.until(lambda: sample.is_fixed(path), "repaired file")
    terminal.press("\x18\x03")
    terminal.ended()
    assert path.read_text(encoding="utf-8") == sample.fixed(before)
