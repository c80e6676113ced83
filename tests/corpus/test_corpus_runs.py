"""The corpus is honest: its models run, and a run shows what the comments expect."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from tests.corpus.expectation import expectations_in, lines_where_a_run_differs
from tests.corpus.files import Case, corpus_cases
from tests.corpus.running import Observed, corpus_module, run_models, trace_models

# What some functionals are called by the time torch sees them.
OTHER_NAMES = frozenset({"log_sigmoid"})
FUNCTIONAL_CODES = ("TR101", "TR102")
TRACING_CODES = ("TR301", "TR302", "TR303", "TR304")
REUSE_CODES = ("TR201", "TR202")


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def layer_names() -> frozenset[str]:
    """The short names of all functional layers that the corpus knows."""
    symbols = (
        item.symbol
        for case in corpus_cases()
        for path in case.files
        for item in expectations_in(read(path))
        if item.code == "TR101" and item.symbol
    )
    return OTHER_NAMES | {symbol.rpartition(".")[2] for symbol in symbols}


def statement_starts(source: str) -> dict[int, int]:
    """For each line the first line of the innermost statement that covers it."""
    starts: dict[int, int] = {}
    # The walk meets an outer statement first, and the inner ones take their lines over.
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.stmt):
            starts.update(
                dict.fromkeys(range(node.lineno, (node.end_lineno or node.lineno) + 1), node.lineno)
            )
    return starts


def run(case: Case) -> Observed:
    observed = Observed()
    with warnings.catch_warnings():
        # Deprecated spellings are part of the corpus.
        warnings.simplefilter("ignore")
        for path in case.files:
            with corpus_module(case.root, path) as module:
                run_models(module, observed)
    return observed


@pytest.mark.parametrize("case", list(corpus_cases()), ids=lambda case: case.name)
def test_a_run_shows_what_is_expected(case: Case) -> None:
    observed = run(case)
    for path in case.files:
        source = read(path)
        starts, excused = statement_starts(source), lines_where_a_run_differs(source)

        def statements(
            lines: Iterable[int], starts: dict[int, int] = starts, excused: frozenset[int] = excused
        ):
            return {starts[line] for line in lines if line not in excused}

        expected = expectations_in(source)
        functionals = statements(item.line for item in expected if item.code in FUNCTIONAL_CODES)
        reuses = statements(item.line for item in expected if item.code in REUSE_CODES)
        called = observed.functions_of(path)

        layers = statements(line for line, names in called.items() if names & layer_names())
        assert layers - functionals == set(), f"{path.name}: functional layers ran where none is expected"
        assert functionals - statements(called) == set(), f"{path.name}: an expected functional did not run"
        assert reuses - statements(observed.repeated_in(path)) == set(), (
            f"{path.name}: expected reuse did not happen"
        )


TRACED = [path for case in corpus_cases() for path in case.files if path.name.startswith("traced_")]


@pytest.mark.parametrize("path", TRACED, ids=lambda path: path.stem)
def test_a_trace_warns_where_a_finding_is_expected(path: Path) -> None:
    source = read(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with corpus_module(path.parent, path) as module:
            warned = trace_models(module)
    lines = {line for file, line in warned if file == str(path)}
    excused = lines_where_a_run_differs(source)
    expected = {item.line for item in expectations_in(source) if item.code in TRACING_CODES}
    assert lines - expected - excused == set(), "a trace warns where no finding is expected"
    assert expected - lines - excused == set(), "a trace does not warn where a finding is expected"
