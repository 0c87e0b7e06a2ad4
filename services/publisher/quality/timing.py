"""M3: whether cues, lit words, scenes and speech begin when they should, and how fast cues must be read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles

import av
import msgspec
import pysubs2

from services.publisher.quality.report import Measure, at_least, at_most
from services.publisher.render.reading import Reading, reading
from shared.narration import Narration

MEDIAN_CUE_MS, P95_CUE_MS = 50.0, 120.0
CALM_SHARE = 0.95
LATEST_SCENE_MS = 50.0
"""So much later than its first word a scene may appear; before it by any time."""
_TIMED = re.compile(r"\{\\k(\d+)\}([^{]*)")


class CueTimes(msgspec.Struct, frozen=True, kw_only=True):
    median_ms: float
    p95_ms: float
    aligned: int
    """Cues that start with a known word."""
    slow_enough: float
    """Share of cues that are calm enough to read."""
    fastest: float
    """Characters a second of the hastiest cue."""
    longest_line: int
    most_lines: int
    overlaps: int
    cues: int


def cue_times(subtitles: Path, narration: Narration) -> CueTimes:
    events = list(pysubs2.load(str(subtitles), encoding="utf-8"))
    late = list(_lateness([(event.start, event.plaintext) for event in events], narration))
    calm = reading(narration.language).calm
    speeds = [1000 * len(event.plaintext.replace("\n", "")) / max(1, event.duration) for event in events]
    lines = [event.plaintext.split("\n") for event in events]
    return CueTimes(
        median_ms=median(late or [0.0]),
        p95_ms=p95(late),
        aligned=len(late),
        slow_enough=sum(speed <= calm for speed in speeds) / max(1, len(speeds)),
        fastest=max(speeds, default=0.0),
        longest_line=max((len(line) for cue in lines for line in cue), default=0),
        most_lines=max(map(len, lines), default=0),
        overlaps=sum(after.start < before.end for before, after in pairwise(events)),
        cues=len(events),
    )


def p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else sum(values)


def _lateness(shown: Sequence[tuple[float, str]], narration: Narration) -> Iterator[float]:
    """Walks texts through the words by counting characters: no time is trusted but the two compared."""
    starts, position = {}, 0
    for spoken in narration.sentences:
        for word in spoken.words:
            starts[position] = word.start * 1000
            position += len(word.text)
    position = 0
    for start, text in shown:
        if position in starts:
            yield abs(start - starts[position])
        position += len("".join(text.split()))


def highlight_lateness_ms(karaoke: Path, narration: Narration) -> tuple[float, ...]:
    """How far from its word each word of the ASS file lights up."""
    lit: list[tuple[float, str]] = []
    for event in pysubs2.load(str(karaoke), encoding="utf-8"):
        at = float(event.start)
        for centiseconds, text in _TIMED.findall(
            event.text.replace(r"\N", " ").replace(r"\{", "").replace(r"\}", "")
        ):
            lit.append((at, text))
            at += 10 * int(centiseconds)
    return tuple(_lateness(lit, narration))


def scene_lateness_ms(film: Path, narration: Narration) -> tuple[float, ...]:
    """How long after its first word each chapter of the film begins; negative before it."""
    with av.open(str(film)) as file:
        chapters = [float(chapter["start"] * (chapter["time_base"] or 0)) for chapter in file.chapters()]
    firsts: dict[int, float] = {}
    for spoken in narration.sentences:
        firsts.setdefault(spoken.scene, spoken.start)
    return tuple(1000 * (chapter - first) for chapter, first in zip(chapters, firsts.values(), strict=False))


def measures(
    times: CueTimes, highlights: Sequence[float], scenes: Sequence[float], limits: Reading
) -> Mapping[str, Measure]:
    return {
        "cue_start_median_ms": at_most(times.median_ms, MEDIAN_CUE_MS, times.aligned),
        "cue_start_p95_ms": at_most(times.p95_ms, P95_CUE_MS, times.aligned),
        "highlight_median_ms": at_most(median(highlights or [0.0]), MEDIAN_CUE_MS, len(highlights)),
        "highlight_p95_ms": at_most(p95(highlights), P95_CUE_MS, len(highlights)),
        "latest_scene_ms": at_most(max(scenes, default=0.0), LATEST_SCENE_MS, len(scenes)),
        "calm_cues_share": at_least(times.slow_enough, CALM_SHARE, times.cues),
        "fastest_cue_characters_a_second": at_most(times.fastest, limits.fastest, times.cues),
        "longest_subtitle_line": at_most(times.longest_line, limits.longest_line, times.cues),
        "most_subtitle_lines": at_most(times.most_lines, limits.most_lines, times.cues),
        "overlapping_cues": at_most(times.overlaps, 0, times.cues),
    }
