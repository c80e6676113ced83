"""The data files are what the generator makes of the installed torch, and what they claim is true."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from torchready.torch_api import generate
from torchready.torch_api.functionals import Functional, find_functional, functionals
from torchready.torch_api.generation.functionals import rows
from torchready.torch_api.generation.verification import verify
from torchready.torch_api.tables import DATA

REPLACEABLE = [row for row in functionals() if row.category in ("safe", "conditional")]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", [name for name in generate.FILES if name != "functionals.json"])
def test_file_is_up_to_date(name: str) -> None:
    assert (DATA / name).read_text(encoding="utf-8") == generate.FILES[name](), (
        "stale: run python -m torchready.torch_api.generate"
    )


def test_table_of_functionals_is_up_to_date() -> None:
    stored = json.loads((DATA / "functionals.json").read_text(encoding="utf-8"))
    for row in stored.values():
        row.pop("verified", None)
    # A round trip, as tuples become lists.
    generated = json.loads(json.dumps({name: row.as_json() for name, row in rows().items()}))
    assert stored == generated


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("row", REPLACEABLE, ids=lambda row: row.name)
def test_module_equals_function_in_every_bit(row: Functional) -> None:
    tally = verify(row)
    assert tally.different == ()
    assert tally.compared >= 8
    assert row.verified == (tally.compared, tally.equal)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        (
            "torch.nn.functional.softplus",
            {"constructor_arguments": {"threshold": "beta", "beta": "threshold"}},
        ),
        ("torch.flatten", {"emit_when_omitted": {}}),
        ("torch.nn.functional.relu_", {"constructor_fixed": {}}),
        ("torch.adaptive_max_pool1d", {"constructor_fixed": {}}),
        ("torch.nn.functional.max_pool2d_with_indices", {"constructor_fixed": {}}),
        ("torch.nn.functional.dropout", {"module": "torch.nn.AlphaDropout"}),
        ("torch.nn.functional.fractional_max_pool2d", {"exclusive": ()}),
        ("torch.nn.functional.layer_norm", {"constructor_fixed": {}}),
        ("torch.nn.functional.hardtanh", {"greater_than": {}}),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_a_wrong_row_is_noticed(name: str, wrong: dict[str, object]) -> None:
    row = find_functional(name)
    assert row is not None
    assert verify(replace(row, **wrong)).different


def test_every_functional_of_torch_has_a_row() -> None:
    import torch.nn.functional as functional

    helpers = {"boolean_dispatch", "handle_torch_function", "assert_int_or_pair"}
    public = {
        name
        for name, value in vars(functional).items()
        if callable(value)
        and not isinstance(value, type)
        and getattr(value, "__module__", None) in (functional.__name__, "torch._C._nn", None)
        and not name.startswith(("_", "has_torch_function"))
    }
    known = {row.name.rpartition(".")[2] for row in functionals() if row.spelling == "functional"}
    assert public - known <= helpers
