"""Codes, escaping, parameter sets and headers, by the rules of ITU-T H.264 and against x264's own streams."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.render.encoder import Encoder, Size
from services.publisher.render.h264 import bits
from services.publisher.render.h264.bits import BitReader, StreamError
from services.publisher.render.h264.parameters import parameters_of
from services.publisher.render.h264.slices import renumbered

SIZE = Size(64, 64)


@given(st.lists(st.integers(0, 2**31)))
def test_unsigned_codes_are_read_as_they_were_written(values):
    read = BitReader(bits.packed([bit for value in values for bit in bits.unsigned(value)], 1))
    assert [read.unsigned() for _ in values] == values


@given(st.lists(st.integers(-(2**30), 2**30)))
def test_signed_codes_are_read_as_they_were_written(values):
    read = BitReader(bits.packed([bit for value in values for bit in bits.signed(value)], 1))
    assert [read.signed() for _ in values] == values


def test_codes_are_those_of_table_9_2():
    assert ["".join(map(str, bits.unsigned(value))) for value in range(5)] == [
        "1",
        "010",
        "011",
        "00100",
        "00101",
    ]
    assert [BitReader(bits.packed(bits.unsigned(code), 1)).signed() for code in range(5)] == [0, 1, -1, 2, -2]


@given(st.lists(st.sampled_from([0, 0, 0, 1, 2, 3, 4, 255])).map(bytes))
def test_escaped_bytes_hold_no_start_code_and_come_back(payload):
    escaped = bits.escaped(payload)
    assert not any(escaped[at : at + 3] in (b"\0\0\0", b"\0\0\1", b"\0\0\2") for at in range(len(escaped)))
    assert bits.unescaped(escaped) == payload


@given(
    st.lists(
        st.binary(min_size=1, max_size=9).map(lambda unit: b"\x65" + unit.replace(b"\0", b"\5") + b"\x80")
    )
)
def test_units_are_found_between_start_codes_of_three_or_four_bytes(units):
    stream = b"".join((b"\0\0\1" if number % 2 else b"\0\0\0\1") + unit for number, unit in enumerate(units))
    assert list(bits.units(stream)) == units


def test_a_header_that_ends_too_soon_is_refused():
    with pytest.raises(StreamError, match="ends inside"):
        BitReader(b"\x01").fixed(9)
    with pytest.raises(StreamError, match="ends inside"):
        BitReader(b"\0\0").unsigned()


def test_a_code_longer_than_the_standard_knows_is_refused():
    with pytest.raises(StreamError, match="longer"):
        BitReader(b"\0" * 9).unsigned()


def test_the_parameter_sets_of_our_encoder_are_understood():
    found = parameters_of(Encoder(Size(1080, 1920)).extradata)
    assert (found.columns, found.rows, found.initial_qp) == (68, 120, 19)
    assert found.deblocking_in_header


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"profile": "baseline", "x264-params": "cabac=0:8x8dct=0"}, "profile 66"),
        ({"x264-params": "cabac=0"}, "CABAC"),
        ({"x264-params": "bframes=2"}, "out of order"),
        ({"x264-params": "ref=4"}, "more than one reference"),
        ({"x264-params": "weightp=2"}, "weighted"),
    ],
)
def test_a_stream_that_cannot_be_spliced_is_refused(change, complaint):
    with pytest.raises(StreamError, match=complaint):
        parameters_of(Encoder(SIZE, change).extradata)


def test_extradata_without_parameter_sets_is_refused():
    with pytest.raises(StreamError, match="no parameter sets"):
        parameters_of(b"")


def test_a_slice_that_chooses_among_references_or_filters_edges_is_refused():
    parameters = parameters_of(Encoder(SIZE).extradata)
    head = (
        bits.unsigned(0) + bits.unsigned(5) + bits.unsigned(0) + bits.fixed(0, parameters.frame_number_bits)
    )
    choosing = bits.packed([*head, 0, 1, *[1] * 40], 1)
    filtering = bits.packed([*head, 0, 0, 0, *bits.unsigned(0), *bits.signed(0), *bits.unsigned(0)], 1)
    for payload, complaint in ((choosing, "chose among"), (filtering, "filters edges")):
        with pytest.raises(StreamError, match=complaint):
            renumbered(b"\x41" + bits.escaped(payload), parameters, 1, 0)
