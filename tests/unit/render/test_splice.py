"""Films whose held pictures and bar are written by hand: what decoders make of them, and an encoder would."""

from __future__ import annotations

from itertools import pairwise

import av
import numpy as np
import pytest

from services.publisher.render.encoder import Encoder, Size
from services.publisher.render.frames import Painter, looks
from services.publisher.render.h264.bits import BitReader, unescaped, units
from services.publisher.render.h264.parameters import parameters_of
from services.publisher.render.h264.slices import KEY_SLICE, is_slice
from services.publisher.render.planes import bar_top, moves, near_bar, split
from services.publisher.render.segments import LONGEST_REPEAT, chunks
from tests.support import openh264, pictures

PLAN = pictures.timeline((62, (24, 28, 50)), (LONGEST_REPEAT + 34, (20,)), (13, ()))
PLANNED_KEYS = [0, 50, 62, 246]
"""Each shot's start, and the third box of the first, before which the picture has rested a second time."""
SIZES = [Size(320, 184), Size(184, 320), Size(184, 184)]
"""As wide, reel and square films reach into their last macroblocks: half, wholly, half; small, for speed."""


@pytest.fixture(scope="module", params=SIZES, ids=["wide", "reel", "square"])
def film(request):
    """Its size, its parameter sets and its access units."""
    return request.param, Encoder(request.param).extradata, list(pictures.stream(PLAN, request.param))


def decoded(extradata, access_units):
    """By FFmpeg."""
    context = av.CodecContext.create("h264", "r")
    context.extradata = extradata
    for unit in [*access_units, None]:
        packet = None if unit is None else av.Packet(unit.data)
        yield from (frame.to_ndarray() for frame in context.decode(packet))


def upper(picture):
    """All but the bar's row."""
    return [
        plane[: bar_top(picture.shape[0] * 2 // 3) // (1 if plane.shape[1] == picture.shape[1] else 2)]
        for plane in split(picture)
    ]


def same_above_the_bar(one, other):
    return all(np.array_equal(a, b) for a, b in zip(upper(one), upper(other), strict=True))


def test_two_decoders_agree_on_every_bit_and_count_every_frame(film):
    size, extradata, access_units = film
    theirs = decoded(extradata, access_units)
    count = 0
    for ours in openh264.decoded(extradata, (unit.data for unit in access_units)):
        assert np.array_equal(ours, next(theirs))
        count += 1
    assert count == len(access_units) == PLAN.frames
    assert next(theirs, None) is None
    assert size.height == ours.shape[0] * 2 // 3


def test_the_bar_is_exact_to_the_pixel_in_every_frame(film):
    size, extradata, access_units = film
    bar = pictures.bar(PLAN, size)
    for number, picture in enumerate(decoded(extradata, access_units)):
        wanted = picture.copy()
        bar.stamp(wanted, number)
        assert np.array_equal(picture, wanted)


def test_held_pictures_are_what_the_encoder_made_of_them(film):
    """Replays the encoder's own stream, with its own last row, and compares what it was told to hold."""
    size, extradata, access_units = film
    spliced, number = decoded(extradata, access_units), 0
    for shot in range(len(PLAN.shots)):
        player = av.CodecContext.create("h264", "r")
        player.extradata, player.thread_count = extradata, 1
        for packet, frames in encoded(shot, size):
            (picture,) = player.decode(av.Packet(packet))
            for _ in range(frames):
                assert same_above_the_bar(next(spliced), picture.to_ndarray())
                number += 1
    assert number == PLAN.frames


def encoded(shot, size):
    """The encoder's packets as they leave it, with the number of frames each one stands."""
    painter, before = Painter(PLAN, pictures.sceneries(PLAN, size), shot), None
    for chunk in chunks(looks(PLAN, shot)):
        encoder = Encoder(size)
        for at, (look, frames) in enumerate(chunk):
            planes = painter.draw(look).planes
            key = at == 0 or moves(before, near_bar(planes))
            before = near_bar(planes)
            yield encoder.encode(planes, key=key), min(frames, LONGEST_REPEAT)
            if frames > LONGEST_REPEAT:
                yield Encoder(size).encode(planes, key=True), frames - LONGEST_REPEAT


def test_a_plain_encode_shows_the_same_key_pictures_and_nearly_the_same_others(film):
    size, extradata, access_units = film
    plain = list(pictures.stream(PLAN, size, plain=True))
    assert [number for number, unit in enumerate(plain) if unit.key] == PLANNED_KEYS
    both = zip(plain, decoded(extradata, plain), decoded(extradata, access_units), strict=True)
    for number, (unit, theirs, ours) in enumerate(both):
        if unit.key:
            assert same_above_the_bar(theirs, ours), number
        difference = np.abs(theirs.astype(np.int16) - ours)
        assert difference.mean() < 1.0


def test_a_player_may_start_at_every_key_picture(film):
    _, extradata, access_units = film
    whole = list(decoded(extradata, access_units))
    starts = [number for number, unit in enumerate(access_units) if unit.key]
    assert {*PLANNED_KEYS, 62 + 20 + 7 + LONGEST_REPEAT} <= set(starts)
    assert max(after - before for before, after in pairwise([*starts, PLAN.frames])) <= LONGEST_REPEAT + 40
    for start in starts[1:]:
        first = next(decoded(extradata, access_units[start:]))
        assert np.array_equal(first, whole[start])


def test_frames_are_numbered_without_gaps_and_key_pictures_in_turn(film):
    _, extradata, access_units = film
    parameters = parameters_of(extradata)
    expected, keys = 0, []
    for access_unit in access_units:
        expected = 0 if access_unit.key else expected + 1
        for unit in filter(is_slice, units(access_unit.data)):
            number, key = numbers(unit, parameters)
            assert number == expected % parameters.frame_numbers
            keys += [key] if key is not None else []
    assert keys[::2] == keys[1::2]
    assert all(before != after for before, after in pairwise(keys[::2]))


def numbers(unit, parameters):
    read = BitReader(unescaped(unit[1:40]))
    read.unsigned(), read.unsigned(), read.unsigned()
    number = read.fixed(parameters.frame_number_bits)
    return number, read.unsigned() if unit[0] & 31 == KEY_SLICE else None


def test_a_held_frame_costs_some_bytes_and_a_moving_bar_some_hundred(film):
    _, _, access_units = film
    held = [len(unit.data) for unit in access_units[-LONGEST_REPEAT // 2 : -20]]
    assert max(held) < 1000
    assert min(held) < 100


def test_the_same_film_twice_is_the_same_stream(film):
    size, _, access_units = film
    assert list(pictures.stream(PLAN, size)) == access_units
