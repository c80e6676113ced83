"""What keeps a verification from being tried at all. What user code does wrong is a finding and no error."""

from __future__ import annotations


class ProbeError(Exception):
    """No interpreter, no torch, no process. The message is for a person; `detail` holds the whole report."""

    def __init__(self, message: str, detail: str | None = None) -> None:
        super().__init__(message)
        self.detail = detail


class ReplacedError(Exception):
    """The request waited for a run of the same model, and a newer one took its place."""
