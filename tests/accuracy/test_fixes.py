"""The comparison of models before and after fixes notices every bit, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from tests.accuracy.fixes import differences
from tests.accuracy.outputs import digest


def test_one_bit_of_one_number_is_another_digest() -> None:
    numbers = torch.rand(4)
    other = numbers.clone()
    other[2] = torch.nextafter(other[2], torch.tensor(2.0))
    assert digest({"out": (numbers, None)}) == digest({"out": (numbers.clone(), None)})
    assert digest({"out": (numbers, None)}) != digest({"out": (other, None)})


def test_keys_dtypes_and_shapes_count() -> None:
    zeros = torch.zeros(4)
    others = ({"b": zeros}, {"a": zeros.double()}, {"a": zeros.view(2, 2)}, {"a": [zeros]})
    assert all(digest({"a": zeros}) != digest(other) for other in others)


def test_what_differs_is_named_by_model() -> None:
    before: Mapping[str, Mapping[str, object]] = {
        "same": {"seen": {"eval output 0": "1"}},
        "changed": {"seen": {"eval output 0": "1", "state dict": "2"}},
        "broken": {"seen": {"eval output 0": "1"}},
        "never built": {"error": "ImportError: no such package"},
    }
    after: Mapping[str, Mapping[str, object]] = {
        "same": {"seen": {"eval output 0": "1"}},
        "changed": {"seen": {"eval output 0": "3", "state dict": "2"}},
        "broken": {"error": "NameError: name 'nn' is not defined"},
        "never built": {"error": "ImportError: no such package"},
    }
    assert differences(before, after) == {
        "changed": ["eval output 0"],
        "broken": ["NameError: name 'nn' is not defined"],
    }
