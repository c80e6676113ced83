"""From an edit to its diagnostics, on real files, torchready and ruff taking turns at every edit."""

from __future__ import annotations

import ast
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

from benchmarks.peers import SERVERS, Corpus
from benchmarks.protocol import Client
from benchmarks.result import Row, milliseconds, percentile

Place = tuple[int, int]
"""Line and column from 0. The lines that are edited are ASCII, so every encoding counts the same."""

TYPED = "x = F.relu(x)"
PLACES = 4
LETTERS_PER_PLACE = 6
# Nobody types faster; without a pause a server would be measured with its own leftovers running.
PAUSE = 0.03


@dataclass(frozen=True)
class Stroke:
    """One keystroke: what stands between two places becomes `content`."""

    start: Place
    end: Place
    content: str

    def change(self) -> Mapping[str, object]:
        start = {"line": self.start[0], "character": self.start[1]}
        end = {"line": self.end[0], "character": self.end[1]}
        return {"range": {"start": start, "end": end}, "text": self.content}

    def applied(self, text: str) -> str:
        lines = text.splitlines(keepends=True)
        (first, start), (last, end) = self.start, self.end
        between = lines[first][:start] + self.content + lines[last][end:]
        return "".join([*lines[:first], between, *lines[last + 1 :]])


def strokes(source: str) -> Iterator[Stroke]:
    """About a hundred keystrokes that leave the text as it was."""
    for line, column in places(source):
        start = (line, column)
        for _ in range(LETTERS_PER_PLACE):
            yield Stroke(start, start, "q")
            yield Stroke(start, (line, column + 1), "")
        yield Stroke(start, start, "\n" + " " * column)
        for number, character in enumerate(TYPED):
            place = (line, column + number)
            yield Stroke(place, place, character)
        yield Stroke(start, (line + 1, column), "")


def lead_to_new_texts(source: str) -> list[bool]:
    """Whether each keystroke makes a text that was not there before: a letter that is deleted leads back to one."""
    text, seen = source, {source}
    found: list[bool] = []
    for stroke in strokes(source):
        text = stroke.applied(text)
        found.append(text not in seen)
        seen.add(text)
    return found


def places(source: str) -> list[Place]:
    """Starts of assignments inside forward methods (else any function), spread over the file."""
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    chosen = [function for function in functions if function.name == "forward"] or functions
    lines = source.splitlines()
    found = sorted(
        (statement.lineno - 1, statement.col_offset)
        for function in chosen
        for statement in function.body
        if isinstance(statement, ast.Assign) and lines[statement.lineno - 1].isascii()
    )
    step = max(len(found) // PLACES, 1)
    return found[step // 2 :: step][:PLACES]


def latencies(path: Path, root: Path) -> dict[str, list[float]]:
    """Seconds from every edit to its diagnostics, by server."""
    source = path.read_text(encoding="utf-8")
    uri = path.as_uri()
    taken: dict[str, list[float]] = {name: [] for name in SERVERS}
    with ExitStack() as stack:
        clients = {name: stack.enter_context(Client(command, root)) for name, command in SERVERS.items()}
        for client in clients.values():
            client.open(uri, source)
            client.diagnostics(uri, 1)
        for stroke in strokes(source):
            for name, client in clients.items():
                time.sleep(PAUSE)
                sent, version = client.change(uri, stroke.change())
                taken[name].append(client.diagnostics(uri, version).moment - sent)
    return taken


def measure(corpus: Corpus) -> Iterator[Row]:
    for path in (corpus.medium, corpus.large):
        taken = latencies(path, corpus.folder)
        edits = len(taken["ruff"])
        what = f"edit to diagnostics, {path.name}"
        for percent, factor, budget in ((50, 1, "ruff server's"), (95, 2, "twice ruff server's")):
            ours, peer = (percentile(taken[name], percent) for name in ("torchready", "ruff"))
            share = ours / (peer * factor)
            named = f"{what}, {edits} edits, p{percent}"
            yield Row(named, milliseconds(ours), f"ruff server {milliseconds(peer)}", budget, share)
        new = lead_to_new_texts(path.read_text(encoding="utf-8"))
        ours, peer = (percentile(list(compress(taken[name], new)), 50) for name in ("torchready", "ruff"))
        named = f"{what}, the {sum(new)} that lead to a text not seen before, p50"
        yield Row(named, milliseconds(ours), f"ruff server {milliseconds(peer)}", "none", 0.0)
