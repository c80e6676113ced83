"""Columns in UTF-8, UTF-16 and code points."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from torchready.text.encoding import Encoding, from_units, to_units

LINES = st.text(st.sampled_from("aé名\U0001f600\ud800\t"), max_size=12)
CODECS = {Encoding.UTF_8: ("utf-8", 1), Encoding.UTF_16: ("utf-16-le", 2), Encoding.UTF_32: ("utf-32-le", 4)}


@given(LINES, st.sampled_from(Encoding))
def test_units_are_those_of_the_codec_and_lead_back(line: str, encoding: Encoding) -> None:
    codec, size = CODECS[encoding]
    for column in range(len(line) + 1):
        units = to_units(line, column, encoding)
        assert units == len(line[:column].encode(codec, "surrogatepass")) // size
        assert from_units(line, units, encoding) == column


@given(LINES, st.sampled_from(Encoding), st.integers(0, 40))
def test_units_inside_a_character_stand_for_its_start(line: str, encoding: Encoding, units: int) -> None:
    column = from_units(line, units, encoding)
    assert to_units(line, column, encoding) <= units
    assert column >= len(line) or units < to_units(line, column + 1, encoding)


@pytest.mark.parametrize("encoding", Encoding)
def test_columns_beyond_the_line_stay_as_far_beyond(encoding: Encoding) -> None:
    line = "né\U0001f600"
    assert to_units(line, 5, encoding) == to_units(line, 3, encoding) + 2
    assert from_units(line, to_units(line, 5, encoding), encoding) == 5
