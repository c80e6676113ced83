"""How expectations are written and compared."""

from __future__ import annotations

import pytest
from tests.corpus.expectation import (
    Expectation,
    Seen,
    difference,
    expectations_in,
    expected_in_profile,
    lines_where_a_run_differs,
    profiles_of,
)

RELU = Seen(line=1, column=5, code="TR101", symbol="torch.relu", class_name="Net")


def test_one_comment_holds_several_expectations() -> None:
    assert expectations_in("x = 1  # TR101@5 torch.relu in Net; aimet: TR103; TR201 in nothing | why\n") == (
        Expectation(line=1, code="TR101", column=5, symbol="torch.relu", class_name="Net"),
        Expectation(line=1, code="TR103", profile="aimet"),
        Expectation(line=1, code="TR201", class_name="nothing"),
    )


def test_text_and_other_comments_expect_nothing() -> None:
    assert expectations_in('x = "# TR101 torch.relu"  # see TR101\n# noqa: TR101\n') == ()


def test_malformed_expectation_is_an_error() -> None:
    with pytest.raises(ValueError, match="line 2: 'TR101 at 5'"):
        expectations_in("x = 1\ny = 2  # TR101 at 5\n")


def test_profiles() -> None:
    source = "# profile: aimet\nx = 1  # aimet: TR103; default: TR101; TR201\n"
    assert profiles_of(source) == ("default", "aimet")
    assert profiles_of("x = 1\n") == ("default",)
    assert [item.code for item in expected_in_profile(source, "default")] == ["TR101", "TR201"]
    assert [item.code for item in expected_in_profile(source, "aimet")] == ["TR103", "TR201"]


def test_note_behind_a_bar() -> None:
    assert lines_where_a_run_differs("a = 1  # | only a run can tell\nb = 2  # TR101\n") == {1}


def test_what_is_left_out_may_be_anything() -> None:
    assert difference([Expectation(line=1, code="TR101")], [RELU]) == []


@pytest.mark.parametrize(
    "expectation",
    [
        Expectation(line=2, code="TR101"),
        Expectation(line=1, code="TR102"),
        Expectation(line=1, code="TR101", column=6),
        Expectation(line=1, code="TR101", symbol="torch.tanh"),
        Expectation(line=1, code="TR101", class_name="nothing"),
    ],
)
def test_what_is_said_must_hold(expectation: Expectation) -> None:
    assert difference([expectation], [RELU]) == [
        f"missing     {expectation}",
        "unexpected  1:5 TR101 torch.relu in Net",
    ]


def test_each_finding_meets_one_expectation() -> None:
    twice = [Expectation(line=1, code="TR101"), Expectation(line=1, code="TR101", column=5)]
    assert difference(twice, [RELU]) == ["missing     1:* TR101 * in *"]
