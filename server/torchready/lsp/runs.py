"""What is known of the models of a session from their runs. Only the session's loop changes it.

Most sessions verify nothing, and starting must be quick: what is needed only for runs is imported when there are some.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from torchready.finding import Finding
from torchready.text import Change, Text

if TYPE_CHECKING:
    from torchready.lsp.models import Key
    from torchready.lsp.run import Known, Place, Report


class Runs:
    """What is known of all models of a session."""

    def __init__(self) -> None:
        self._known: dict[Key, Known] = {}

    def of(self, key: Key) -> Known:
        known = self._known.get(key)
        if known is None:
            from torchready.lsp.run import Known

            known = Known()
        return known

    def put(self, key: Key, known: Known) -> None:
        if known.runs:
            self._known[key] = known
        else:
            self._known.pop(key, None)

    def drop(self, key: Key) -> None:
        self._known.pop(key, None)

    def all(self) -> Mapping[Key, Known]:
        return self._known

    def edited(self, path: Path, changes: Sequence[Change]) -> None:
        for key, known in self._known.items():
            self._known[key] = known.edited(path, changes)

    def text_is(self, path: Path, now: Text) -> None:
        """A file was opened, or changed behind the editor's back."""
        for key, known in self._known.items():
            self._known[key] = known.with_text(path, now)

    def files(self) -> frozenset[Path]:
        """The files that something is known of."""
        return frozenset(Path(name) for known in self._known.values() for name in known.filenames)

    def text_of(self, path: Path) -> Text | None:
        """A file as it was when one of the runs read it, or as the editor has it since."""
        for known in self._known.values():
            for run in known.runs:
                if path in run.texts:
                    return run.texts[path].now
        return None

    def merged(self, path: Path, static: Sequence[Finding]) -> tuple[Finding, ...]:
        """The findings of a file: those of its text together with those of all runs."""
        concerned = [known.verification for known in self._known.values() if str(path) in known.filenames]
        verifications = [each for each in concerned if each is not None]
        if not verifications:
            return tuple(static)
        from torchready.lsp.run import together
        from torchready.probe.merging import merge

        found = merge(static, together(verifications))
        return tuple(finding for finding in found if finding.filename == str(path))

    def reports(self, path: Path) -> dict[Place, Report]:
        """Which checks have more to say about findings in a file."""
        return {
            place: report
            for key, known in self._known.items()
            for place, report in known.reports(key, str(path))
        }
