"""What is said to be as long as the numbers in a tensor say, is."""

from __future__ import annotations

import pytest
import torch
from torch._subclasses.fake_tensor import DynamicOutputShapeException, FakeTensorMode

from torchready.facts.sized_by_data import ASKS, KEEPS_LENGTH, KEEPS_TRUTH, SIZED_BY_DATA


@pytest.mark.parametrize("name", sorted(SIZED_BY_DATA))
def test_no_shape_is_known_without_the_numbers(name: str) -> None:
    with FakeTensorMode() as mode:
        x = mode.from_tensor(torch.ones(3, 2))
        with pytest.raises(DynamicOutputShapeException):
            getattr(x, name)(*((x > 0,) if name == "masked_select" else ()))


@pytest.mark.parametrize("name", sorted(KEEPS_LENGTH))
def test_what_keeps_a_length_keeps_it(name: str) -> None:
    x = torch.ones(3, 1)
    assert len(getattr(x, name)(*((torch.float64,) if name == "to" else ()))) == 3


@pytest.mark.parametrize("name", sorted(ASKS))
def test_what_asks_of_a_tensor_gives_truth_values(name: str) -> None:
    x = torch.rand(3, 2)
    of_one = name in ("all", "any", "logical_not") or (
        name.startswith("is") and name not in ("isclose", "isin")
    )
    given = (x,) if of_one else (x, x)
    assert getattr(torch, name)(*given).dtype is torch.bool


@pytest.mark.parametrize("name", sorted(KEEPS_TRUTH))
def test_what_keeps_truth_values_keeps_them(name: str) -> None:
    mask = torch.ones(2, 2) > 0
    arguments = {
        "expand": (2, 2),
        "expand_as": (mask,),
        "flip": (0,),
        "permute": (1, 0),
        "repeat": (2, 1),
        "reshape": (4,),
        "roll": (1,),
        "transpose": (0, 1),
        "unsqueeze": (0,),
        "view": (4,),
    }
    assert getattr(mask, name)(*arguments.get(name, ())).dtype is torch.bool
