"""What comments suppress, which of them do nothing, and the texts that the edits give."""

from __future__ import annotations

import io
import tokenize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from torchready.finding import Applicability, Finding, Position, Range, Severity
from torchready.suppression import (
    Comment,
    Reason,
    Suppressions,
    Unused,
    disable_file_edit,
    disable_line_edit,
    unused_findings,
)
from torchready.text import Text

KNOWN = ("TR001", "TR101", "TR102", "TR103", "TR201", "TR390")


def comments_of(source: str) -> list[Comment]:
    tokens = tokenize.generate_tokens(io.StringIO(source, newline="").readline)
    return [
        Comment(Position(token.start[0] - 1, token.start[1]), token.string)
        for token in tokens
        if token.type == tokenize.COMMENT
    ]


def finding(code: str, line: int, end_line: int | None = None) -> Finding:
    span = Range(Position(line, 0), Position(line if end_line is None else end_line, 1))
    return Finding(code, "name", "message", Severity.WARNING, "model.py", span)


def applied(
    source: str,
    *findings: Finding,
    known: tuple[str, ...] | None = KNOWN,
    active: tuple[str, ...] | None = None,
) -> tuple[list[Finding], list[Unused]]:
    suppressions = Suppressions.parse(comments_of(source), Text(source))
    return suppressions.apply(findings, known=known, active=active)


def marked(source: str, unused: Unused) -> str:
    return Text(source).slice(unused.range)


def without(source: str, *unused: Unused) -> str:
    return Text(source).edited(edit for each in unused for edit in each.edits).content


@pytest.mark.parametrize(
    "comment",
    [
        "# torchready: ignore[TR101]",
        "#torchready:ignore[TR101]",
        "#  TorchReady :  Ignore [ tr101 ]",
        "# torchready: ignore[TR101, TR201]",
        "# torchready: ignore[TR201,TR101]  because the exporter folds it",
        "# torchready: ignore[TR1]",
        "# torchready: ignore[TR]",
        "# torchready: ignore",
        "# torchready: ignore the exporter folds it",
        "# torchready: ignore[TR101] see #123",
        "# type: ignore  # torchready: ignore[TR101]",
        "# torchready: ignore[TR101]  # noqa: E501",
        "# noqa: TR101",
        "#noqa:TR101",
        "# NoQA: E501, TR101 too long, and reviewed",
        "# noqa: E501 TR1",
        "# noqa",
        "# noqa because of the layout",
        "# torchready: ignore-file[TR101]",
        "# torchready: ignore-file",
    ],
)
def test_a_finding_on_the_line_is_suppressed(comment: str) -> None:
    left, unused = applied(f"x = F.relu(x)  {comment}\n", finding("TR101", 0))
    assert left == []
    assert [each for each in unused if "TR201" not in each.message] == []


@pytest.mark.parametrize(
    "comment",
    [
        "# torchready: ignore[TR201]",
        "# torchready: ignore[TR102]",
        "# torchready: ignored lines follow",
        "# torchready ignores this",
        "#1 noqa",
        "# noqa: E501",
        "# noqa: E501 not TR101",
        "# noqa-ish",
        "# flake8: noqa",
        "# ruff: noqa: TR101",
        "# ignore[TR101]",
        "# torchready: ignore[TR101",
        "# torchready: ignore TR101",
        "# torchready: disable",
    ],
)
def test_a_finding_is_kept_by_all_else(comment: str) -> None:
    found = finding("TR101", 0)
    left, _ = applied(f"x = F.relu(x)  {comment}\n", found)
    assert left == [found]


def test_a_comment_speaks_for_its_line_only() -> None:
    source = "a  # torchready: ignore[TR101]\nb\n"
    other = finding("TR101", 1)
    left, unused = applied(source, finding("TR101", 0), other)
    assert (left, unused) == ([other], [])


def test_a_comment_on_any_line_of_the_finding_counts() -> None:
    source = "x = (\n    self.relu  # torchready: ignore[TR101]\n    .forward\n)(y)\n"
    assert applied(source, finding("TR101", 0, 3)) == ([], [])


@pytest.mark.parametrize(
    "source",
    [
        'x = f"""{F.relu(x)}\nmore\n"""  # torchready: ignore[TR101]\n',
        "x = F.relu(x) + \\\n    y  # torchready: ignore[TR101]\n",
        "x = F.relu('a\\\nb')  # torchready: ignore[TR101]\n",
        "x = F.relu(x) \\\r\n    + \\\r\n    y  # torchready: ignore[TR101]\r\n",
    ],
)
def test_a_line_without_room_is_spoken_for_by_the_next_with_room(source: str) -> None:
    assert applied(source, finding("TR101", 0)) == ([], [])


def test_a_file_comment_speaks_for_every_line() -> None:
    source = "a\nb\n# torchready: ignore-file[TR1]\nc\n"
    kept = finding("TR201", 3)
    left, unused = applied(source, finding("TR101", 0), kept, finding("TR102", 3))
    assert (left, unused) == ([kept], [])


@pytest.mark.parametrize(
    ("source", "place", "message", "mended"),
    [
        (
            "a  # torchready: ignore[TR101]\nb\n",
            "TR101",
            "Unused suppression: TR101 is not found on this line",
            "a\nb\n",
        ),
        (
            "a  # torchready: ignore\r\n",
            "# torchready: ignore",
            "Unused suppression: nothing is found on this line",
            "a\r\n",
        ),
        (
            "a  # torchready: ignore[TR201, TR101] both\n",
            "TR101",
            "Unused suppression: TR101 is not found on this line",
            "a  # torchready: ignore[TR201] both\n",
        ),
        (
            "a  # torchready: ignore[TR101, TR201]\n",
            "TR101",
            "Unused suppression: TR101 is not found on this line",
            "a  # torchready: ignore[TR201]\n",
        ),
        (
            "a  # torchready: ignore[TR101] why\n",
            "TR101",
            "Unused suppression: TR101 is not found on this line",
            "a\n",
        ),
        (
            "a  # type: ignore  # torchready: ignore[TR101]\n",
            "TR101",
            "Unused suppression: TR101 is not found on this line",
            "a  # type: ignore\n",
        ),
        (
            "a  # torchready: ignore[TR101]  # type: ignore\n",
            "TR101",
            "Unused suppression: TR101 is not found on this line",
            "a  # type: ignore\n",
        ),
        (
            "a\n    # torchready: ignore-file[TR101]\nb\n",
            "TR101",
            "Unused suppression: TR101 is not found in this file",
            "a\nb\n",
        ),
        (
            "a\n# torchready: ignore-file",
            "# torchready: ignore-file",
            "Unused suppression: nothing is found in this file",
            "a\n",
        ),
        (
            "a  # noqa: E501, TR101 reason\n",
            "TR101",
            "Unused suppression: TR101 is not found on this line",
            "a  # noqa: E501 reason\n",
        ),
        (
            "a  # noqa: TR101\n",
            "TR101",
            "Unused suppression: TR101 is not found on this line",
            "a\n",
        ),
        (
            "a  # torchready: ignore[tr109]\n",
            "tr109",
            "torchready has no rule `tr109`; did you mean `TR103`?",
            "a\n",
        ),
        (
            "a  # torchready: ignore[E501, TR201]\n",
            "E501",
            "torchready has no rule `E501`",
            "a  # torchready: ignore[TR201]\n",
        ),
    ],
)
def test_what_suppresses_nothing_is_marked_and_removed(
    source: str, place: str, message: str, mended: str
) -> None:
    _, (unused,) = applied(source, *([finding("TR201", 0)] if "TR201" in source else []))
    assert (marked(source, unused), unused.message) == (place, message)
    assert without(source, unused) == mended


def test_two_unused_codes_go_one_after_the_other() -> None:
    source = "a  # torchready: ignore[TR101, TR102]\n"
    _, (first, second) = applied(source)
    assert without(source, first) == "a  # torchready: ignore[TR102]\n"
    assert without(source, second) == "a  # torchready: ignore[TR101]\n"
    source = without(source, first)
    _, (last,) = applied(source)
    assert without(source, last) == "a\n"


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("# torchready: ignore[TR101", "This suppresses nothing; write `# torchready: ignore[TR101]`"),
        (
            "# torchready: ignore TR101, TR201",
            "This suppresses nothing; write `# torchready: ignore[TR101, TR201]`",
        ),
        ("# torchready: ignore(tr101)", "This suppresses nothing; write `# torchready: ignore[TR101]`"),
        ("# torchready ignore[TR101]", "This suppresses nothing; write `# torchready: ignore[TR101]`"),
        (
            "# torchready: disable-file=TR101",
            "This suppresses nothing; write `# torchready: ignore-file[TR101]`",
        ),
        (
            "# torchready: disable",
            "This suppresses nothing; name a rule, as in `# torchready: ignore[TR101]`",
        ),
        (
            "# torchready: ignore[ ]",
            "This suppresses nothing; name a rule, as in `# torchready: ignore[TR101]`",
        ),
    ],
)
def test_a_malformed_one_is_reported_with_what_to_write(comment: str, message: str) -> None:
    source = f"x = F.relu(x)  # type: ignore  {comment}\n"
    _, (unused,) = applied(source, finding("TR101", 0))
    assert (marked(source, unused), unused.message) == (comment, message)
    assert (unused.reason, unused.edits) == (Reason.MALFORMED, ())


def test_a_bare_noqa_is_never_called_unused() -> None:
    assert applied("a  # noqa\n") == ([], [])


def test_codes_of_other_linters_are_left_to_them() -> None:
    assert applied("a  # noqa: TRY003, E501\nb  # noqa: TR900\n") == ([], [])


def test_a_suppression_of_a_rule_that_did_not_run_is_not_called_unused() -> None:
    source = "a  # torchready: ignore[TR390, TR103]\nb  # torchready: ignore[TR101]\n"
    _, unused = applied(source, active=("TR101", "TR201"))
    assert [marked(source, each) for each in unused] == ["TR101"]


@pytest.mark.parametrize(
    "source",
    [
        "a  # torchready: ignore[TR101, TR001]\n",
        "a  # torchready: ignore[TR101]  # noqa: TR001\n",
        "# torchready: ignore-file[TR001]\na  # torchready: ignore[TR101]\n",
    ],
)
def test_this_rule_can_be_suppressed_itself(source: str) -> None:
    assert applied(source) == ([], [])


def test_unused_suppressions_become_findings_with_a_safe_fix() -> None:
    source = "a  # torchready: ignore[TR101]\nb  # torchready: off\n"
    _, unused = applied(source)
    removable, malformed = unused_findings(unused, "model.py")
    assert (removable.code, removable.name, removable.filename) == ("TR001", "unused-suppression", "model.py")
    assert removable.fix is not None
    assert removable.fix.applicability is Applicability.SAFE
    assert Text(source).edited(removable.fix.edits).content == "a\nb  # torchready: off\n"
    assert malformed.fix is None


def disabled(source: str, line: int = 0, code: str = "TR101") -> str:
    text = Text(source)
    edit = disable_line_edit(text, finding(code, line))
    assert edit is not None
    return text.edited([edit]).content


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a\nb\n", "a  # torchready: ignore[TR101]\nb\n"),
        ("a", "a  # torchready: ignore[TR101]"),
        ("a  \t\r\nb\r\n", "a  # torchready: ignore[TR101]\r\nb\r\n"),
        ("a  # why\n", "a  # why  # torchready: ignore[TR101]\n"),
        ("a  # noqa: E501\n", "a  # noqa: E501  # torchready: ignore[TR101]\n"),
        ("a  # torchready: ignore[TR201] why\n", "a  # torchready: ignore[TR201, TR101] why\n"),
        ("a('# torchready: ignore[TR2]')\n", "a('# torchready: ignore[TR2]')  # torchready: ignore[TR101]\n"),
        ("a + \\\n  b\nc\n", "a + \\\n  b  # torchready: ignore[TR101]\nc\n"),
        ('f"""{a}\n# no\n""" + b\nc\n', 'f"""{a}\n# no\n""" + b  # torchready: ignore[TR101]\nc\n'),
        ("f(a, '''\n''', '''\n''')\n", "f(a, '''\n''', '''\n''')  # torchready: ignore[TR101]\n"),
        ("f(a,  # why \\\n  b)\n", "f(a,  # why \\  # torchready: ignore[TR101]\n  b)\n"),
        ("größe = '𝒳'\n", "größe = '𝒳'  # torchready: ignore[TR101]\n"),
    ],
)
def test_a_rule_is_disabled_for_a_line(source: str, expected: str) -> None:
    assert disabled(source) == expected
    assert applied(expected, finding("TR101", 0), finding("TR201", 0))[0] in ([], [finding("TR201", 0)])


def test_a_string_that_never_ends_leaves_no_room() -> None:
    assert disable_line_edit(Text('x = f"""{F.relu(x)}\n'), finding("TR101", 0)) is None


FILE_COMMENT = "# torchready: ignore-file[TR101]"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", f"{FILE_COMMENT}\n"),
        ("a\n", f"{FILE_COMMENT}\na\n"),
        ('"""Doc."""\r\n', f'{FILE_COMMENT}\r\n"""Doc."""\r\n'),
        ("#!/usr/bin/env python\na\n", f"#!/usr/bin/env python\n{FILE_COMMENT}\na\n"),
        ("#!/usr/bin/env python", f"#!/usr/bin/env python\n{FILE_COMMENT}\n"),
        ("# -*- coding: latin-1 -*-\na\n", f"# -*- coding: latin-1 -*-\n{FILE_COMMENT}\na\n"),
        (
            "#!python\n# vim: set fileencoding=utf-8 :\na\n",
            f"#!python\n# vim: set fileencoding=utf-8 :\n{FILE_COMMENT}\na\n",
        ),
        ("a = 1\n# coding: utf-8\n", f"{FILE_COMMENT}\na = 1\n# coding: utf-8\n"),
        ("\ufeffa\n", f"\ufeff{FILE_COMMENT}\na\n"),
        (
            "a\n# torchready: ignore-file[TR2] why\n",
            "a\n# torchready: ignore-file[TR2, TR101] why\n",
        ),
    ],
)
def test_a_rule_is_disabled_for_a_file(source: str, expected: str) -> None:
    text = Text(source)
    assert text.edited([disable_file_edit(text, "TR101")]).content == expected


LINES = st.sampled_from(
    (
        *(
            "x = F.relu(x)",
            "x = 1  # note",
            "    y",
            "s = '# no'",
            "x = a + \\",
            "    b",
            'd = """text',
            'end"""',
        ),
        *("'''", "x = 2  # torchready: ignore[TR201]", "", "# noqa: E501", "s = 'a\\", "b'", "#"),
    )
)


@given(st.lists(LINES, max_size=8), st.sampled_from(("\n", "\r\n")), st.data())
def test_disabling_a_line_suppresses_and_removing_it_restores(
    lines: list[str], newline: str, data: st.DataObject
) -> None:
    text = Text(newline.join(lines))
    found = finding("TR101", data.draw(st.integers(0, text.line_count - 1)))
    edit = disable_line_edit(text, found)
    if edit is None:
        return
    disabled_text = text.edited([edit])
    place = disabled_text.line(edit.range.start.line)
    comment = Comment(Position(edit.range.start.line, place.index("# torchready: ignore[")), "")
    comment = Comment(comment.position, place[comment.position.column :])
    suppressions = Suppressions.parse([comment], disabled_text)
    assert suppressions.apply([found], known=KNOWN)[0] == []
    _, unused = suppressions.apply([], known=KNOWN)
    (added,) = (each for each in unused if "TR101" in each.message)
    restored = disabled_text.edited(added.edits)
    assert [line.rstrip() for line in restored.content.split("\n") if line.strip()] == [
        line.rstrip() for line in text.content.split("\n") if line.strip()
    ]
