"""The fragment that brings out the durations."""

from shared.speech.graph import exposed
from shared.speech.hibari import DURATIONS


def test_the_fragment_is_small_and_names_its_tensor_and_output():
    fragment = exposed(DURATIONS, "duration")
    assert len(fragment) < 120
    assert DURATIONS.encode() in fragment
    assert b"duration" in fragment


def test_lengths_over_one_byte_are_written_in_groups_of_seven_bits():
    assert exposed("t" * 200, "d")[1:3] != exposed("t" * 201, "d")[1:3]
    assert bytes([0xC8, 0x01]) + b"t" * 200 in exposed("t" * 200, "d")
