"""What the data says about ONNX is what the exporters of the installed torch do."""

from __future__ import annotations

import json
import zlib
from typing import Any

import pytest

from torchready.torch_api import onnx
from torchready.torch_api.generation.onnx_calls import FUNCTIONS, MODULES
from torchready.torch_api.generation.onnx_coverage import rows
from torchready.torch_api.generation.onnx_exporters import sample_error
from torchready.torch_api.generation.onnx_samples import modules, samples, spellings
from torchready.torch_api.tables import DATA

# Exporting everything takes minutes and is compared by `nox -s torch_data`. These show every kind of row: translated
# by both, by one, from an opset on, for some arguments, and by none.
SAMPLE = (
    "operator.lshift",
    "torch.Tensor.erfinv",
    "torch.fft.ifftn",
    "torch.nn.ReLU",
    "torch.nn.functional.affine_grid",
)
# The exporter on TorchScript frees memory twice for one of its samples.
CRASHING = "torch.nn.CircularPad2d"
DYNAMO = onnx.target(None)
TORCHSCRIPT = DYNAMO.other


def stored(name: str) -> dict[str, Any]:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def order(spelling: str) -> int:
    """Neighbours of the alphabet are much alike."""
    return zlib.crc32(spelling.encode())


def again(*names: str) -> dict[str, Any]:
    # A round trip, as the keys' order and the kinds of sequences are the file's.
    return json.loads(json.dumps(rows(lambda name: name in names)))


def test_spellings_give_the_same_rows_again() -> None:
    data = stored("onnx_spellings.json")
    everywhere = data.pop(onnx.EVERYWHERE)["names"].split(" ")
    known = {name: data.get(name, {}) for name in SAMPLE if name in data or name in everywhere}
    assert again(*SAMPLE) == known
    assert len(known) == len(SAMPLE)


def test_a_sample_that_ends_the_process_costs_nobody_else() -> None:
    row = again(CRASHING)[CRASHING]
    assert row == stored("onnx_spellings.json")[CRASHING]
    assert row == {"torchscript": [[9], [None, "Crash: the process ends with SIGABRT"]]}


def test_every_spelling_that_has_samples_is_there() -> None:
    data = stored("onnx_spellings.json")
    known = {*data, *data[onnx.EVERYWHERE]["names"].split(" ")}
    names = sorted({*spellings(), *modules()} - known, key=order)
    assert [name for name in names[:40] if samples(name)] == []


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("where", [DYNAMO, TORCHSCRIPT], ids=lambda where: where.exporter)
def test_the_exporter_itself_refuses_what_is_said_to_be_untranslated(where: onnx.Target) -> None:
    chosen = sorted(onnx.untranslated(where), key=order)[:3]
    errors = {name: sample_error(where.exporter, samples(name)[0], where.opset) for name in chosen}
    assert [name for name, error in errors.items() if not error] == []


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("where", [DYNAMO, TORCHSCRIPT], ids=lambda where: where.exporter)
def test_the_exporter_itself_writes_what_is_said_to_be_translated(where: onnx.Target) -> None:
    names = sorted(stored("onnx_spellings.json")[onnx.EVERYWHERE]["names"].split(" "), key=order)[:3]
    errors = {name: sample_error(where.exporter, samples(name)[0], where.opset) for name in names}
    assert {name: error for name, error in errors.items() if error} == {}


def test_an_opset_chooses_its_exporter() -> None:
    assert onnx.target(None) == onnx.Target("dynamo", 18)
    assert onnx.target(20) == onnx.Target("dynamo", 20)
    assert onnx.target(17) == onnx.Target("torchscript", 17)
    assert onnx.target(1) == onnx.Target("torchscript", 9)
    assert onnx.target(99).opset == onnx.opsets("dynamo")[1]
    assert onnx.Target("dynamo", 27).other == onnx.Target("torchscript", onnx.opsets("torchscript")[1])


@pytest.mark.parametrize(
    ("spelling", "where", "translated", "operators"),
    [
        ("torch.linalg.svd", DYNAMO, "none", ("aten::_linalg_svd",)),
        ("torch.Tensor.erfinv", DYNAMO, "none", ("prims::erf_inv",)),
        ("torch.nn.functional.relu", DYNAMO, "all", ()),
        ("torch.fft.rfft", DYNAMO, "all", ()),
        ("torch.fft.rfft", TORCHSCRIPT, "none", ("aten::fft_rfft",)),
        ("torch.nn.modules.loss.SoftMarginLoss", TORCHSCRIPT, "none", ("aten::soft_margin_loss",)),
        ("torch.cosh", TORCHSCRIPT, "none", ("aten::cosh",)),
    ],
)
def test_what_becomes_of_a_spelling(
    spelling: str, where: onnx.Target, translated: str, operators: tuple[str, ...]
) -> None:
    known = onnx.coverage(spelling, where)
    assert known is not None
    assert (known.translated, known.operators) == (translated, operators)


def test_an_opset_that_brings_a_translation_is_named() -> None:
    known = onnx.coverage("torch.tensor_split", onnx.target(11))
    assert known is not None
    assert (known.translated, known.first) == ("none", 13)
    later = onnx.coverage("torch.tensor_split", onnx.target(13))
    assert later is not None
    assert later.translated == "all"


def test_nothing_is_said_of_what_was_not_run() -> None:
    assert onnx.coverage("torch.load", DYNAMO) is None
    assert onnx.coverage("numpy.sin", DYNAMO) is None


@pytest.mark.filterwarnings("ignore")
def test_calls_by_hand_run() -> None:
    unknown = [name for name in (*FUNCTIONS, *MODULES) if not samples(name)]
    assert unknown == []
