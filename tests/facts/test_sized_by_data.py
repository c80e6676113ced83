"""What is said to be as long as the numbers in a tensor say, is."""

from __future__ import annotations

import pytest
import torch
from torch._subclasses.fake_tensor import DynamicOutputShapeException, FakeTensorMode

from torchready.facts.torch_calls import KEEPS_LENGTH, SIZED_BY_DATA


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
