"""The scoreboard counts as a person would: truth and findings written by hand over one small file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.accuracy.comparison import Comparison
from tests.accuracy.document import replace_section
from tests.accuracy.findings import StaticFinding
from tests.accuracy.score import NOT_FOUND, WRONG
from tests.accuracy.source_calls import SourceFile, Span
from tests.accuracy.truth import LOOP_REUSE, REUSE, Truth

SOURCE = """\
class Net(nn.Module):
    def __init__(self, plain):
        self.act = nn.GELU() if plain else F.relu

    def helper(self, x):
        x = self.third(x)
        return self.third(x)

    def unused(self, x):
        return self.helper(x)

    def forward(self, x):
        x = F.relu(self.act(x)) if x.dim() else F.gelu(x)
        x = checkpoint(self.act, x)
        for _ in range(2):
            x = self.loop(x)
        x = self.helper(self.other(x)).flatten(1)
        return F.linear(x, self.weight), F.one_hot(x)

    def again(self, x):
        return self.fourth.forward(x)
"""


@pytest.fixture
def source(tmp_path: Path) -> SourceFile:
    path = tmp_path / "net.py"
    path.write_text(SOURCE, encoding="utf-8")
    return SourceFile(path)


class Bench:
    """Builds truth and findings from the text of call expressions."""

    def __init__(self, source: SourceFile) -> None:
        self.source = source
        self.truth = Truth("lib", "1")
        self.findings: list[StaticFinding] = []

    def call(self, callee: str) -> Any:
        return next(call for call in self.source.calls.values() if call.callee_text == callee)

    def entry(self, callee: str) -> dict[str, Any]:
        return {"file": "net.py", "span": list(self.call(callee).span)}

    def ran(self, *callees: str) -> None:
        executed = [self.entry(callee) for callee in callees]
        self.truth.add("ran", {"runs": {"eval": [None]}, "executed": executed})

    def functional(self, callee: str, api: str, takes_parameters: bool = False) -> None:
        self.ran(callee)
        call = {**self.entry(callee), "api": api, "takes_parameters": takes_parameters}
        self.truth.add("net", {"runs": {"eval": [None]}, "functional": [call]})

    def module_call(self, callee: str, *, repeated: bool = False) -> None:
        self.ran(callee)
        call = {**self.entry(callee), "modules": ["ReLU"], "repeated": repeated}
        self.truth.add("net", {"runs": {"eval": [None]}, "module_calls": [call]})

    def reuse(self, callee: str, kind: str, through: tuple[str, ...] = ()) -> None:
        self.module_call(callee, repeated=kind == LOOP_REUSE)
        steps = [self.entry(step) for step in through]
        reuse = {**self.entry(callee), "kind": kind, "module": "ReLU", "first": None, "through": steps}
        self.truth.add("net", {"runs": {"eval": [None]}, "reuse": [reuse]})

    def finds(self, code: str, span: Span, symbol: str | None = None) -> None:
        self.findings.append(StaticFinding(code, "net.py", span, symbol, "Net", "message", None, "warning"))

    @property
    def comparison(self) -> Comparison:
        return Comparison(self.truth, self.findings, lambda file: self.source)


@pytest.fixture
def bench(source: SourceFile) -> Bench:
    return Bench(source)


def test_a_functional_with_its_finding_is_found_and_right(bench: Bench):
    bench.functional("F.relu", "torch.nn.functional.relu")
    bench.finds("TR101", bench.call("F.relu").callee)
    score = bench.comparison.functional("TR101")
    assert (score.found, score.right, score.misses) == (1, 1, [])


def test_a_functional_without_a_finding_is_a_miss_at_its_line(bench: Bench):
    bench.functional("F.relu", "torch.nn.functional.relu")
    score = bench.comparison.functional("TR101")
    (miss,) = score.misses
    assert (miss.kind, miss.location, miss.expression) == (NOT_FOUND, "net.py:13:13", "F.relu")
    assert score.recall == 0


def test_a_finding_in_the_arm_that_did_not_run_is_not_judged(bench: Bench):
    bench.functional("F.relu", "torch.nn.functional.relu")
    bench.finds("TR101", bench.call("F.relu").callee)
    bench.finds("TR101", bench.call("F.gelu").callee)
    score = bench.comparison.functional("TR101")
    assert (score.right, score.wrong, score.not_judged) == (1, [], 1)


def test_a_finding_where_something_else_ran_is_wrong(bench: Bench):
    bench.ran("x.dim")
    bench.finds("TR101", bench.call("x.dim").callee)
    (miss,) = bench.comparison.functional("TR101").misses
    assert miss.kind == WRONG


def test_what_has_no_module_or_is_math_invariant_need_not_be_found(bench: Bench):
    bench.functional("F.one_hot", "torch.nn.functional.one_hot")
    bench.functional("self.helper(self.other(x)).flatten", "torch.Tensor.flatten")
    assert bench.comparison.functional("TR101").misses == []


def test_functionals_with_parameters_belong_to_the_other_rule(bench: Bench):
    bench.functional("F.linear", "torch.nn.functional.linear", takes_parameters=True)
    assert bench.comparison.functional("TR101").misses == []
    assert len(bench.comparison.functional("TR102").not_found) == 1


def test_a_reuse_may_be_reported_at_the_argument_that_is_called(bench: Bench):
    bench.reuse("checkpoint", REUSE)
    bench.finds("TR201", bench.call("checkpoint").arguments[0])
    assert bench.comparison.reuse().recall == 1


def test_a_reuse_through_forward_is_reported_at_the_module(bench: Bench):
    bench.reuse("self.fourth", REUSE)
    (line,) = (number for number, text in enumerate(SOURCE.splitlines(), 1) if "fourth" in text)
    bench.finds("TR201", Span(line, 15, line, 26))
    score = bench.comparison.reuse()
    assert (score.recall, score.right, score.not_judged) == (1, 1, 0)


def test_a_reuse_may_be_reported_where_the_helper_is_called(bench: Bench):
    bench.ran("self.helper")
    bench.reuse("self.other", REUSE, through=("self.helper",))
    bench.finds("TR201", bench.call("self.helper").callee)
    score = bench.comparison.reuse()
    assert (score.recall, score.right, score.wrong) == (1, 1, [])


def test_a_loop_reuse_is_found_by_its_own_rule_only(bench: Bench):
    bench.reuse("self.loop", LOOP_REUSE)
    bench.finds("TR202", bench.call("self.loop").callee)
    assert bench.comparison.reuse(("TR202",)).found == 1
    assert bench.comparison.reuse(("TR201",)).found == 0
    assert bench.comparison.reuse(("TR201",)).misses == []


def test_a_reuse_finding_is_judged_only_where_reuse_could_have_been_seen(bench: Bench):
    bench.module_call("self.loop")
    bench.finds("TR202", bench.call("self.loop").callee)
    assert bench.comparison.reuse().not_judged == 1
    bench.module_call("self.loop", repeated=True)
    assert len(bench.comparison.reuse().wrong) == 1


def test_a_function_of_the_arm_that_was_not_chosen_is_not_judged(bench: Bench):
    bench.module_call("self.act")
    bench.finds("TR101", bench.call("self.act").callee, "torch.nn.functional.relu")
    assert bench.comparison.functional("TR101").not_judged == 1


def test_a_function_where_always_a_module_runs_is_wrong(bench: Bench):
    bench.module_call("self.act")
    bench.finds("TR101", bench.call("self.act").callee, "torch.nn.functional.gelu")
    assert len(bench.comparison.functional("TR101").wrong) == 1


def test_a_function_where_the_function_of_another_arm_ran_is_not_judged(bench: Bench):
    bench.functional("self.act", "torch.nn.functional.gelu")
    bench.finds("TR101", bench.call("self.act").callee, "torch.nn.functional.relu")
    assert bench.comparison.functional("TR101").misses == []


def test_a_reuse_whose_earlier_call_never_ran_is_not_judged(bench: Bench):
    first, second = (call for call in bench.source.calls.values() if call.callee_text == "self.third")
    calls = [
        {"file": "net.py", "span": list(call.span), "modules": ["ReLU"], "repeated": False}
        for call in (first, second)
    ]
    executed = [{"file": "net.py", "span": list(call.span)} for call in bench.source.calls.values()]
    bench.truth.add("net", {"runs": {"eval": [None]}, "module_calls": calls, "executed": executed})
    bench.finds("TR201", first.callee)
    assert bench.comparison.reuse().not_judged == 1


def test_a_helper_with_a_caller_that_never_ran_is_not_judged(bench: Bench):
    first, second = (call for call in bench.source.calls.values() if call.callee_text == "self.third")
    calls = [
        {"file": "net.py", "span": list(call.span), "modules": ["ReLU"], "repeated": False}
        for call in (first, second)
    ]
    bench.truth.add("net", {"runs": {"eval": [None]}, "module_calls": calls, "executed": calls})
    bench.finds("TR201", second.callee)
    assert bench.comparison.reuse().not_judged == 1
    both = [call for call in bench.source.calls.values() if call.callee_text == "self.helper"]
    executed = [{"file": "net.py", "span": list(call.span)} for call in both]
    bench.truth.add("net", {"runs": {"eval": [None]}, "executed": executed})
    assert len(bench.comparison.reuse().wrong) == 1


def test_only_the_named_section_of_a_page_is_replaced(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- a:begin -->\nold\n<!-- a:end -->\nafter\n", encoding="utf-8")
    replace_section(page, "a", "new \\1")
    assert page.read_text(encoding="utf-8") == (
        "before\n<!-- a:begin -->\n\nnew \\1\n\n<!-- a:end -->\nafter\n"
    )
    with pytest.raises(ValueError, match="no section"):
        replace_section(page, "b", "new")
