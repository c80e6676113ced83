"""Findings kept while the text is broken stand where they stood, or are gone."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from torchready.engine import Report
from torchready.finding import Applicability, Edit, Finding, Fix, Position, Range, RelatedPlace, Severity
from torchready.lsp.retention import Shown, moved_findings, shown_after
from torchready.text import Change, Text

PIECES = st.sampled_from(["a", "F.relu(x)", "\n", "\r\n", "\r", " ", "\f", "\U0001f525", "é", ""])
TEXTS = st.lists(PIECES, max_size=25).map("".join)
EVERYTHING = ((0, 1_000_000),)


def finding(start: tuple[int, int], end: tuple[int, int], code: str = "TR101") -> Finding:
    span = Range(Position(*start), Position(*end))
    fix = Fix(Applicability.SAFE, "Repair", (Edit(span, "y"),))
    return Finding(code, "name", "message", Severity.WARNING, "net.py", span, fix=fix)


def broken(*spans: tuple[int, int], findings: tuple[Finding, ...] = ()) -> Report:
    return Report(findings, (), spans)


def change(start: tuple[int, int], end: tuple[int, int], content: str) -> Change:
    return Change(Range(Position(*start), Position(*end)), content)


def findings_of_words(text: Text) -> tuple[Finding, ...]:
    places = [at for at in range(len(text.content)) if text.content.startswith("F.relu", at)]
    return tuple(finding(tuple(text.position(at)), tuple(text.position(at + len("F.relu")))) for at in places)


@given(TEXTS, st.lists(st.tuples(st.integers(0, 120), st.integers(0, 30), TEXTS), max_size=4))
@example("a\nF.relu(x)", [(0, 1, "a\r")])
@example("a\ra\nF.relu(x)", [(2, 1, "")])
def test_a_kept_finding_stands_on_the_same_words(content: str, edits: list[tuple[int, int, str]]) -> None:
    text = before = Text(content)
    changes: list[Change] = []
    for start, length, inserted in edits:
        span = Range(text.position(start), text.position(start + length))
        changes.append(Change(span, inserted))
        text = text.changed(changes[-1])
    for kept in moved_findings(Shown(before, findings_of_words(before)), changes, text):
        assert text.slice(kept.range) == "F.relu"


@given(TEXTS, TEXTS)
def test_lines_inserted_above_move_everything(content: str, inserted: str) -> None:
    before = Text(content)
    findings = findings_of_words(before)
    step = change((0, 0), (0, 0), inserted + "\n")
    text = before.changed(step)
    moved = moved_findings(Shown(before, findings), [step], text)
    down = text.line_count - before.line_count
    assert [(each.range.start.line, each.range.start.column) for each in moved] == [
        (each.range.start.line + down, each.range.start.column) for each in findings
    ]


def test_only_broken_places_keep_old_findings() -> None:
    before = Text("F.relu\n" * 4)
    old = findings_of_words(before)
    step = change((3, 0), (3, 0), "(\n")
    after = before.changed(step)
    live = findings_of_words(after)[:1]
    shown = shown_after(Shown(before, old), [step], after, broken((2, 5), findings=live))
    assert [each.range.start.line for each in shown.findings] == [0, 2, 4]
    assert [each.fix is not None for each in shown.findings] == [True, False, False]


def test_a_finding_whose_line_was_edited_is_dropped() -> None:
    before = Text("x = F.relu(y)\nz = F.relu(y)\n")
    step = change((1, 13), (1, 13), " (")
    after = before.changed(step)
    shown = shown_after(Shown(before, findings_of_words(before)), [step], after, broken(*EVERYTHING))
    assert [each.range.start.line for each in shown.findings] == [0]


def test_what_the_engine_reports_itself_is_not_shown_twice() -> None:
    before = Text("F.relu\n")
    old = findings_of_words(before)
    shown = shown_after(Shown(before, old), [], before, broken(*EVERYTHING, findings=old))
    assert shown.findings == old


def test_a_text_that_parses_keeps_nothing() -> None:
    before = Text("F.relu\n")
    shown = shown_after(Shown(before, findings_of_words(before)), [], before, broken())
    assert shown.findings == ()


def test_related_places_move_along() -> None:
    before = Text("F.relu\n\nF.relu\n")
    first, second = findings_of_words(before)
    place = RelatedPlace("net.py", first.range, "first use")
    elsewhere = RelatedPlace("other.py", first.range, "defined here")
    told = Finding(
        second.code, "name", "m", Severity.WARNING, "net.py", second.range, related=(place, elsewhere)
    )
    step = change((0, 0), (0, 0), "\n")
    (moved,) = moved_findings(Shown(before, (told,)), [step], before.changed(step))
    assert [each.range.start.line for each in moved.related] == [1, 0]
