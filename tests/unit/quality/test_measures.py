"""Each gate of the report can fail."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from services.publisher.quality import signal, timing
from services.publisher.quality.report import at_most, report, unmeasured
from services.publisher.quality.signal import Streams
from services.publisher.quality.timing import CueTimes
from services.publisher.render.inspection import Drawn
from services.publisher.render.reading import reading
from services.publisher.render.sound import Loudness

STREAMS = Streams(
    picture_seconds=10.0,
    sound_seconds=10.01,
    loudness=Loudness(integrated_lufs=-14.1, true_peak_dbtp=-1.4),
    longest_silence_seconds=0.5,
)
TIMES = CueTimes(
    median_ms=0,
    p95_ms=3,
    aligned=9,
    slow_enough=1.0,
    fastest=16,
    longest_line=42,
    most_lines=2,
    overlaps=0,
    cues=9,
)
DRAWN = Drawn(
    longest_still_frames=120,
    overflow_px=0,
    outside_px=0,
    missing_glyphs=0,
    letters_left_out=0,
    smallest_type_px=22,
    least_contrast=5,
    texts=12,
)


def failing(streams=STREAMS, times=TIMES, drawn=DRAWN, highlights=(0, 5), scenes=(-300, 20)):
    cued = timing.measures(times, highlights, scenes, reading("en"))
    made = report("en", {"M3": cued, "M4": signal.measures(streams, drawn)})
    assert made.passed == (not made.failed)
    assert {name for name, gate in made.gates.items() if gate.passed is False} == {
        name.partition(".")[0] for name in made.failed
    }
    return set(made.failed)


def test_a_good_film_passes():
    assert failing() == set()


@pytest.mark.parametrize(
    ("change", "gate"),
    [
        ({"loudness": Loudness(integrated_lufs=-13.4, true_peak_dbtp=-2)}, "loudness_lufs"),
        ({"loudness": Loudness(integrated_lufs=-14, true_peak_dbtp=-0.9)}, "true_peak_dbtp"),
        ({"sound_seconds": 10.05}, "sound_picture_difference_frames"),
        ({"longest_silence_seconds": 0.61}, "longest_silence_seconds"),
    ],
)
def test_bad_sound_fails_its_gate(change, gate):
    assert failing(streams=msgspec.structs.replace(STREAMS, **change)) == {f"M4.{gate}"}


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
    assert failing(times=msgspec.structs.replace(TIMES, **change)) == {f"M3.{gate}"}


def test_late_highlights_and_scenes_fail_their_gates():
    assert failing(highlights=(60, 60)) == {"M3.highlight_median_ms"}
    assert failing(highlights=(0, 0, 0, 0, 200)) == {"M3.highlight_p95_ms"}
    assert failing(scenes=(-300, 51)) == {"M3.latest_scene_ms"}


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
    assert failing(drawn=msgspec.structs.replace(DRAWN, **change)) == {f"M4.{gate}"}


def test_what_was_not_measured_neither_passes_nor_fails():
    made = report("en", {"M2": {"words": unmeasured("≤ 0.1", "no listener")}, "M4": {"x": at_most(1, 2, 3)}})

    assert (made.passed, made.failed, made.unmeasured) == (False, (), ("M2.words",))
    assert made.gates["M2"].passed is None
    assert made.gates["M4"].passed is True


@pytest.mark.parametrize("seconds", [0.0, 0.3, 0.7])
def test_the_longest_silence_is_found(seconds):
    sound = np.random.default_rng(1).normal(0, 0.1, (2, 96_000)).astype(np.float32)
    sound[:, 10_000 : 10_000 + round(seconds * 48_000)] = 0.001

    assert signal.longest_silence_seconds(sound) == pytest.approx(seconds, abs=0.02)
