"""Each gate of the report can fail."""

from __future__ import annotations

import msgspec
import pytest

from services.publisher.render.inspection import CueTimes, Streams
from services.publisher.render.quality import Drawn, report
from services.publisher.render.sound import Loudness

STREAMS = Streams(
    picture_seconds=10.0, sound_seconds=10.01, loudness=Loudness(integrated_lufs=-14.1, true_peak_dbtp=-1.4)
)
TIMES = CueTimes(
    median_ms=0, p95_ms=3, slow_enough=1.0, fastest=16, longest_line=42, most_lines=2, overlaps=0
)
DRAWN = Drawn(
    longest_still_frames=120,
    overflow_px=0,
    outside_px=0,
    missing_glyphs=0,
    letters_left_out=0,
    smallest_type_px=22,
    least_contrast=5,
)


def failing(streams=STREAMS, times=TIMES, drawn=DRAWN):
    made = report("en", streams, times, drawn)
    bad = {name for name, measure in made.measures.items() if not measure.ok}
    assert made.ok == (not bad)
    return bad


def test_a_good_film_passes():
    assert failing() == set()


@pytest.mark.parametrize(
    ("change", "gate"),
    [
        ({"loudness": Loudness(integrated_lufs=-13.4, true_peak_dbtp=-2)}, "loudness_lufs"),
        ({"loudness": Loudness(integrated_lufs=-14, true_peak_dbtp=-0.9)}, "true_peak_dbtp"),
        ({"sound_seconds": 10.05}, "sound_picture_difference_frames"),
    ],
)
def test_bad_sound_fails_its_gate(change, gate):
    assert failing(streams=msgspec.structs.replace(STREAMS, **change)) == {gate}


@pytest.mark.parametrize(
    ("change", "gate"),
    [
        ({"median_ms": 51}, "cue_start_median_ms"),
        ({"p95_ms": 121}, "cue_start_p95_ms"),
        ({"slow_enough": 0.94}, "calm_cues_share"),
        ({"fastest": 20.1}, "fastest_cue_characters_a_second"),
        ({"longest_line": 43}, "longest_subtitle_line"),
        ({"most_lines": 3}, "most_subtitle_lines"),
        ({"overlaps": 1}, "overlapping_cues"),
    ],
)
def test_bad_subtitles_fail_their_gate(change, gate):
    assert failing(times=msgspec.structs.replace(TIMES, **change)) == {gate}


@pytest.mark.parametrize(
    ("change", "gate"),
    [
        ({"longest_still_frames": 241}, "longest_still_seconds"),
        ({"overflow_px": 1}, "text_overflow_px"),
        ({"outside_px": 1}, "ink_outside_frame_px"),
        ({"missing_glyphs": 1}, "missing_glyphs"),
        ({"letters_left_out": 0.03}, "letters_left_out_share"),
        ({"smallest_type_px": 21.9}, "smallest_type_px"),
        ({"least_contrast": 4.4}, "least_contrast"),
    ],
)
def test_bad_pictures_fail_their_gate(change, gate):
    assert failing(drawn=msgspec.structs.replace(DRAWN, **change)) == {gate}
