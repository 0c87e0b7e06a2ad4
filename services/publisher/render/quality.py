"""The quality report of one film: measured figures, each with the gate it must pass."""

from __future__ import annotations

import msgspec

from services.publisher.render import cues, sound
from services.publisher.render.inspection import CueTimes, Streams
from services.publisher.render.timeline import FPS

LOUDEST_DBTP = -1.0
MEDIAN_CUE_MS, P95_CUE_MS = 50.0, 120.0
CALM_SHARE, FASTEST_CUE = 0.95, 20.0
LONGEST_STILL_SECONDS = 8.0
LEAST_CONTRAST = 4.5
SMALLEST_TYPE = 22.0
MOST_LETTERS_LEFT_OUT = 0.02
DIGITS = 3


class Measure(msgspec.Struct, frozen=True):
    value: float
    gate: str
    """What the value must be, for people."""
    ok: bool


class Quality(msgspec.Struct, frozen=True, kw_only=True):
    """`quality.L.json` of a finished job."""

    language: str
    ok: bool
    """Whether every measure passes its gate."""
    measures: dict[str, Measure]


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured while the pictures were made."""

    longest_still_frames: int
    overflow_px: float
    outside_px: float
    missing_glyphs: int
    """Characters drawn as empty boxes."""
    letters_left_out: float
    """Share of the letters that no font has and that were not drawn."""
    smallest_type_px: float
    least_contrast: float


def report(language: str, streams: Streams, times: CueTimes, drawn: Drawn) -> Quality:
    measures = {**_of_sound(streams), **_of_cues(times), **_of_pictures(drawn)}
    return Quality(language=language, ok=all(measure.ok for measure in measures.values()), measures=measures)


def _of_sound(streams: Streams) -> dict[str, Measure]:
    loudness, peak = streams.loudness.integrated_lufs, streams.loudness.true_peak_dbtp
    apart = abs(streams.sound_seconds - streams.picture_seconds) * FPS
    return {
        "loudness_lufs": Measure(
            round(loudness, DIGITS),
            f"{sound.TARGET_LUFS:g} ± {sound.TOLERANCE_LU:g}",
            abs(loudness - sound.TARGET_LUFS) <= sound.TOLERANCE_LU,
        ),
        "true_peak_dbtp": at_most(peak, LOUDEST_DBTP),
        "sound_picture_difference_frames": at_most(apart, 1),
    }


def _of_cues(times: CueTimes) -> dict[str, Measure]:
    return {
        "cue_start_median_ms": at_most(times.median_ms, MEDIAN_CUE_MS),
        "cue_start_p95_ms": at_most(times.p95_ms, P95_CUE_MS),
        "calm_cues_share": at_least(times.slow_enough, CALM_SHARE),
        "fastest_cue_characters_a_second": at_most(times.fastest, FASTEST_CUE),
        "longest_subtitle_line": at_most(times.longest_line, cues.LONGEST_LINE),
        "most_subtitle_lines": at_most(times.most_lines, cues.MOST_LINES),
        "overlapping_cues": at_most(times.overlaps, 0),
    }


def _of_pictures(drawn: Drawn) -> dict[str, Measure]:
    return {
        "longest_still_seconds": at_most(drawn.longest_still_frames / FPS, LONGEST_STILL_SECONDS),
        "text_overflow_px": at_most(drawn.overflow_px, 0),
        "ink_outside_frame_px": at_most(drawn.outside_px, 0),
        "missing_glyphs": at_most(drawn.missing_glyphs, 0),
        "letters_left_out_share": at_most(drawn.letters_left_out, MOST_LETTERS_LEFT_OUT),
        "smallest_type_px": at_least(drawn.smallest_type_px, SMALLEST_TYPE),
        "least_contrast": at_least(drawn.least_contrast, LEAST_CONTRAST),
    }


def at_most(value: float, limit: float) -> Measure:
    return Measure(round(value, DIGITS), f"≤ {limit:g}", value <= limit)


def at_least(value: float, limit: float) -> Measure:
    return Measure(round(value, DIGITS), f"≥ {limit:g}", value >= limit)
