"""What stands on lines that ran and did not run itself: the rest of `a and b` where `a` was false, arms, early ends."""

from __future__ import annotations

import sys
from collections import defaultdict
from types import CodeType, FrameType
from typing import Any

from torchready.probe.agent.places import positions
from torchready.probe.agent.subject import Subject

Span = tuple[int, int, int, int]


class _Watched:
    """Instructions that ran, by code object, for as long as it is entered."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self.offsets: dict[CodeType, set[int]] = defaultdict(set)

    def __enter__(self) -> None:
        self._earlier = sys.gettrace()
        sys.settrace(self._on_call)

    def __exit__(self, *_error: object) -> None:
        sys.settrace(self._earlier)

    def _on_call(self, frame: FrameType, _event: str, _argument: Any) -> Any:
        frame.f_trace_lines = False
        if not self._subject.places.is_users(frame.f_code.co_filename):
            return None
        frame.f_trace_opcodes = True
        add = self.offsets[frame.f_code].add

        def trace(frame: FrameType, event: str, _argument: Any) -> Any:
            if event == "opcode":
                add(frame.f_lasti)
            return trace

        return trace


def partial_lines(subject: Subject) -> dict[str, list[Span]]:
    """File -> spans as in findings: lines from 0, columns in code points."""
    watched = _Watched(subject)
    inputs = subject.inputs.copied()
    with subject.prepared(), watched:
        subject.model(*inputs.args, **inputs.kwargs)
    found: dict[str, set[Span]] = defaultdict(set)
    ran: dict[str, set[Span]] = defaultdict(set)
    for code, offsets in watched.offsets.items():
        of_code = [(offset * 2, _span(subject, code, one)) for offset, one in enumerate(positions(code))]
        executed = {span for offset, span in of_code if offset in offsets and span}
        lines = {span[0] for span in executed}
        ran[code.co_filename] |= executed
        found[code.co_filename] |= {span for _, span in of_code if span and span[0] in lines}
    return {file: sorted(spans - ran[file]) for file, spans in found.items() if spans - ran[file]}


def _span(subject: Subject, code: CodeType, position: tuple[int | None, ...]) -> Span | None:
    start, end, byte, end_byte = position
    if start is None or end is None or byte is None or end_byte is None:
        return None
    file = subject.places.file(code.co_filename)
    return start - 1, file.column(start, byte), end - 1, file.column(end, end_byte)
