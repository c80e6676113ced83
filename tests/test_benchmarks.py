"""The parts of the benchmarks that could make their figures wrong without anybody noticing."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.editing import Stroke, lead_to_new_texts, strokes
from benchmarks.peers import SERVERS
from benchmarks.protocol import Client
from benchmarks.result import percentile

from torchready.finding import Position, Range
from torchready.text import Change, Text

EXAMPLE = (Path(__file__).parents[1] / "examples" / "functional_layers.py").read_text(encoding="utf-8")


def apply(text: Text, stroke: Stroke) -> Text:
    return text.changed(Change(Range(Position(*stroke.start), Position(*stroke.end)), stroke.content))


def test_strokes_type_a_call_and_leave_the_text_as_it_was() -> None:
    texts = [Text(EXAMPLE)]
    for stroke in strokes(EXAMPLE):
        texts.append(apply(texts[-1], stroke))
    assert texts[-1].content == EXAMPLE
    assert len(texts) > 100
    assert any("        x = F.relu(x)\n        x = F.max_pool2d(x, 2)" in text.content for text in texts)


def test_keystrokes_that_lead_back_are_told_from_those_to_a_new_text() -> None:
    texts = [EXAMPLE]
    for stroke in strokes(EXAMPLE):
        texts.append(stroke.applied(texts[-1]))
    assert texts[-1] == EXAMPLE
    assert lead_to_new_texts(EXAMPLE) == [text not in texts[:place] for place, text in enumerate(texts)][1:]
    assert lead_to_new_texts(EXAMPLE)[:4] == [True, False, False, False]


@pytest.mark.parametrize("server", SERVERS)
def test_the_client_gets_the_diagnostics_of_every_version(server: str, tmp_path: Path) -> None:
    uri = (tmp_path / "model.py").as_uri()
    with Client(SERVERS[server], tmp_path) as client:
        client.open(uri, EXAMPLE)
        client.diagnostics(uri, 1)
        for stroke in list(strokes(EXAMPLE))[:4]:
            _, version = client.change(uri, stroke.change())
            client.diagnostics(uri, version)


def test_percentiles_of_a_known_series() -> None:
    assert percentile([float(value) for value in range(101)], 95) == pytest.approx(95)
