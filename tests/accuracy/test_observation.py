"""The observer sees what a person reads in the code: hand-written models whose truth is obvious."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from textwrap import dedent

import pytest
import torch
from tests.accuracy.observation import Observation, Observer
from tests.accuracy.source_calls import Span
from tests.accuracy.truth import LOOP_REUSE, REUSE, SHARED

HEADER = "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n"


@pytest.fixture
def observe(tmp_path: Path, request: pytest.FixtureRequest):
    """Runs class Net of a source once and returns the observation and the file."""

    def run(source: str) -> tuple[Observation, Path]:
        name = f"observed_{request.node.name}".replace("[", "_").replace("]", "_")
        path = tmp_path / f"{name}.py"
        path.write_text(HEADER + dedent(source), encoding="utf-8")
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        observer = Observer(lambda filename: filename == str(path))
        observer.run(module.Net(), torch.ones(2, 4))
        return observer.observation, path

    return run


def text_at(path: Path, span: Span) -> str:
    lines = path.read_text(encoding="utf-8").split("\n")[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column]
    lines[0] = lines[0][span.column :]
    return "\n".join(lines)


def functional(result: tuple[Observation, Path]) -> list[tuple[str, str]]:
    observation, path = result
    calls = sorted(observation.functional_calls, key=lambda call: call.site.call.span)
    return [(text_at(path, call.site.call.span), call.api) for call in calls]


def reuses(result: tuple[Observation, Path]) -> list[tuple[int, str, str]]:
    """(line without the header, text, kind) of each reuse."""
    observation, path = result
    places = sorted(observation.reuses, key=lambda reuse: (reuse.site.call.span, reuse.kind))
    lines = HEADER.count("\n")
    return [
        (reuse.site.call.span.line - lines, text_at(path, reuse.site.call.span), reuse.kind)
        for reuse in places
    ]


def executed(result: tuple[Observation, Path]) -> set[str]:
    observation, path = result
    return {text_at(path, site.call.span) for site in observation.executed}


def test_functional_spellings_have_their_names_and_exact_ranges(observe):
    result = observe("""
        class Net(nn.Module):
            def forward(self, x):
                return F.relu(x) + torch.tanh(x.sigmoid())
        """)
    assert functional(result) == [
        ("F.relu(x)", "torch.nn.functional.relu"),
        ("torch.tanh(x.sigmoid())", "torch.tanh"),
        ("x.sigmoid()", "torch.Tensor.sigmoid"),
    ]


def test_a_functional_in_a_helper_is_at_the_helpers_line(observe):
    result = observe("""
        def squash(x):
            return F.gelu(x)

        class Net(nn.Module):
            def forward(self, x):
                return squash(x)
        """)
    assert functional(result) == [("F.gelu(x)", "torch.nn.functional.gelu")]


def test_what_modules_of_torch_call_inside_is_not_functional(observe):
    result = observe("""
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.layers = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Softmax(dim=1))

            def forward(self, x):
                return self.layers(x)
        """)
    assert functional(result) == []
    assert reuses(result) == []


def test_only_the_outermost_functional_counts(observe):
    result = observe("""
        class Net(nn.Module):
            def forward(self, x):
                return F.sigmoid(F.max_pool1d(x, 2))
        """)
    assert functional(result) == [
        ("F.sigmoid(F.max_pool1d(x, 2))", "torch.nn.functional.sigmoid"),
        ("F.max_pool1d(x, 2)", "torch.nn.functional.max_pool1d"),
    ]


def test_a_functional_kept_in_an_attribute(observe):
    result = observe("""
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.act = F.relu

            def forward(self, x):
                return self.act(x)
        """)
    assert functional(result) == [("self.act(x)", "torch.nn.functional.relu")]


def test_parameters_as_arguments_are_noted(observe):
    observation, _ = observe("""
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.weight = nn.Parameter(torch.ones(4))

            def forward(self, x):
                return F.layer_norm(F.layer_norm(x, (4,)), (4,), self.weight)
        """)
    assert sorted(call.takes_parameters for call in observation.functional_calls) == [False, True]


def test_only_the_arm_that_ran_is_executed(observe):
    result = observe("""
        class Net(nn.Module):
            def forward(self, x):
                return F.relu(x) if x.dim() == 2 else F.gelu(x)
        """)
    assert executed(result) == {"F.relu(x)", "x.dim()"}


def test_chains_over_several_lines(observe):
    result = observe("""
        class Net(nn.Module):
            def forward(self, x):
                return (
                    x.relu()
                    .tanh()
                    .softmax(
                        dim=1,
                    )
                )
        """)
    starts = [(text.split("\n")[0], api) for text, api in functional(result)]
    assert starts == [
        ("x.relu()", "torch.Tensor.relu"),
        ("x.relu()", "torch.Tensor.tanh"),
        ("x.relu()", "torch.Tensor.softmax"),
    ]
    assert len(executed(result)) == 3


def test_columns_count_code_points(observe):
    result = observe("""
        class Net(nn.Module):
            def forward(self, x):
                größe, 𝔟 = "ünïcode 𝔘", x; return F.relu(𝔟)
        """)
    assert functional(result) == [("F.relu(𝔟)", "torch.nn.functional.relu")]


def test_two_calls_on_one_path_are_a_reuse_at_the_second(observe):
    result = observe("""
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.relu = nn.ReLU()
                self.other = self.relu

            def forward(self, x):
                x = self.relu(x)
                return self.other(x)
        """)
    assert reuses(result) == [(10, "self.other(x)", REUSE)]
    (reuse,) = result[0].reuses
    assert reuse.first is not None
    assert text_at(result[1], reuse.first.call.span) == "self.relu(x)"


def test_exclusive_arms_are_no_reuse(observe):
    result = observe("""
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.relu = nn.ReLU()

            def forward(self, x):
                if x.dim() == 2:
                    return self.relu(x)
                return self.relu(-x)
        """)
    assert reuses(result) == []


def test_a_loop_over_one_module_and_over_different_ones(observe):
    result = observe("""
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.layers = nn.ModuleList([nn.Linear(4, 4) for _ in range(3)])
                self.relu = nn.ReLU()

            def forward(self, x):
                for layer in self.layers:
                    x = self.relu(layer(x))
                return x
        """)
    assert reuses(result) == [(10, "self.relu(layer(x))", LOOP_REUSE)]
    assert {text_at(result[1], site.call.span) for site in result[0].repeated} == {
        "layer(x)",
        "self.relu(layer(x))",
    }


def test_a_comprehension_is_a_loop(observe):
    result = observe("""
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.relu = nn.ReLU()

            def forward(self, x):
                return sum([self.relu(part) for part in x.split(2, 1)])
        """)
    assert [(text, kind) for _, text, kind in reuses(result)] == [("self.relu(part)", LOOP_REUSE)]


def test_a_helper_called_twice_reuses_what_it_calls_without_a_loop(observe):
    result = observe("""
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.relu = nn.ReLU()

            def activate(self, x):
                return self.relu(x)

            def forward(self, x):
                return self.activate(self.activate(x))
        """)
    assert [(text, kind) for _, text, kind in reuses(result)] == [("self.relu(x)", REUSE)]
    (reuse,) = result[0].reuses
    assert [text_at(result[1], site.call.span) for site in reuse.through] == [
        "self.activate(self.activate(x))"
    ]


def test_an_activation_shared_by_blocks_is_shared(observe):
    result = observe("""
        class Block(nn.Module):
            def __init__(self, act):
                super().__init__()
                self.act = act

            def forward(self, x):
                return self.act(x)

        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                act = nn.ReLU()
                self.first, self.second = Block(act), Block(act)

            def forward(self, x):
                return self.second(self.first(x))
        """)
    assert [(text, kind) for _, text, kind in reuses(result)] == [("self.act(x)", SHARED)]


def test_only_the_outermost_reuse_counts(observe):
    result = observe("""
        class Block(nn.Module):
            def __init__(self):
                super().__init__()
                self.act = nn.ReLU()

            def forward(self, x):
                return self.act(x)

        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.block = Block()

            def forward(self, x):
                return self.block(self.block(x))
        """)
    assert [(text, kind) for _, text, kind in reuses(result)] == [("self.block(self.block(x))", REUSE)]


def test_direct_forward_is_a_call_of_the_module(observe):
    result = observe("""
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.relu = nn.ReLU()

            def forward(self, x):
                x = self.relu.forward(x)
                return self.relu(x)
        """)
    assert reuses(result) == [(9, "self.relu(x)", REUSE)]
    assert functional(result) == []


def test_a_method_that_runs_its_own_forward_is_a_call_of_the_module(observe):
    result = observe("""
        class Layer(nn.Linear):
            def again(self, x):
                return super().forward(x)

        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.layer = Layer(4, 4)

            def forward(self, x):
                return self.layer.again(self.layer(x))
        """)
    assert [(text, kind) for _, text, kind in reuses(result)] == [("self.layer.again(self.layer(x))", REUSE)]


def test_super_forward_and_own_call_methods_are_not_a_second_run(observe):
    result = observe("""
        class Layer(nn.Linear):
            def __call__(self, x):
                return super().__call__(x)

            def forward(self, x):
                return super().forward(x)

        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.layer = Layer(4, 4)

            def forward(self, x):
                return self.layer(x)
        """)
    assert reuses(result) == []
    assert {text_at(result[1], site.call.span) for site in result[0].module_calls} == {"self.layer(x)"}


def test_tied_weights_are_no_reuse(observe):
    result = observe("""
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.a, self.b = nn.Linear(4, 4), nn.Linear(4, 4)
                self.b.weight = self.a.weight

            def forward(self, x):
                return self.b(self.a(x))
        """)
    assert reuses(result) == []
