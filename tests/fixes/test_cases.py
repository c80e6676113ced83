"""Every case: outcome of each finding, diff of all safe fixes, and the fixed model does the same."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fixes.case import Case, cases, diff_of, outcomes_of
from tests.fixes.driver import analyse, analyser
from tests.fixes.equivalence import differences, observe

from torchready.finding import Applicability
from torchready.fixes import apply_compatible, fix_to_fixpoint
from torchready.text import Text

CASES = cases()
STYLES = {
    "windows": lambda source: source.replace("\n", "\r\n"),
    "tabs": lambda source: source.replace("    ", "\t"),
    "no final newline": lambda source: source.rstrip("\n"),
}

every_case = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
runnable = pytest.mark.parametrize(
    "case", [case for case in CASES if "runs" not in case.options], ids=lambda case: case.name
)


@every_case
def test_outcome_of_each_finding(case: Case) -> None:
    assert outcomes_of(case) == case.outcomes


@every_case
def test_diff_of_all_safe_fixes(case: Case) -> None:
    assert diff_of(case, case.fixed()) == case.diff


@every_case
@pytest.mark.parametrize("style", STYLES)
def test_line_endings_and_indentation_are_kept(case: Case, style: str) -> None:
    spelled = STYLES[style]
    fixed = fix_to_fixpoint(Text(spelled(case.source)), analyser(case.operators)).text.content
    assert fixed == spelled(case.fixed())


@runnable
def test_fixed_model_does_the_same(case: Case) -> None:
    fixed = case.fixed()
    assert not any(
        isinstance(value, str)
        for name, value in observe(case.source, tuple(case.shapes[:1])).items()
        if "output" in name
    )
    assert differences(case.source, fixed, case.shapes) == []


@every_case
def test_fixed_text_has_no_safe_fix_left(case: Case) -> None:
    again = analyser(case.operators)(Text(case.fixed()))
    assert [f for f in again if f.fix and f.fix.applicability is Applicability.SAFE] == []


@runnable
@settings(max_examples=10)
@given(data=st.data())
def test_any_subset_of_fixes_works(case: Case, data: st.DataObject) -> None:
    text = Text(case.source)
    fixable = [
        f
        for f in analyse(text, operators=case.operators)
        if f.fix and f.fix.applicability is Applicability.SAFE
    ]
    chosen = data.draw(
        st.permutations(fixable).flatmap(lambda order: st.integers(0, len(order)).map(lambda n: order[:n]))
    )
    result, applied = apply_compatible(text, chosen)
    assert bool(applied) == bool(chosen)
    assert differences(case.source, result.content, case.shapes[:1]) == []


@every_case
def test_edits_are_sorted_and_do_not_overlap(case: Case) -> None:
    text = Text(case.source)
    for finding in analyse(text, operators=case.operators):
        edits = finding.fix.edits if finding.fix else ()
        assert list(edits) == sorted(edits, key=lambda edit: edit.range)
        assert all(one.range.end <= other.range.start for one, other in pairwise(edits))
