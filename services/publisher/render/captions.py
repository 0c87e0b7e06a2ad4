"""The spoken words drawn into the picture: small layers, one for each change of what stands there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from services.publisher.render.cues import Cue, Piece, cues_of
from services.publisher.render.design import Design
from services.publisher.render.pages import Layer
from services.publisher.render.reading import Reading, reading
from services.publisher.render.timeline import Beat, Timeline, frame_at
from services.publisher.render.typesetter import set_captions
from shared.narration import Narration

NOTHING = -1
"""As the layer of a beat: from here on no words stand there."""
LARGE_LINE, LARGE_IDEOGRAPHS = 18, 9
"""Characters of a line in a reel, whose words are read from afar."""
SHORTEST_GAP_FRAMES = 6
"""Between two cues; over a shorter gap the first one stays."""


class State(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the picture at one time."""

    lines: tuple[tuple[Piece, ...], ...]
    lit: int
    """Which piece is being spoken; -1 lights all."""


class Captions(msgspec.Struct, frozen=True):
    beats: tuple[Beat, ...]
    layers: tuple[Layer, ...]


def captions_of(narration: Narration, design: Design) -> Captions:
    """Word by word in a reel, cue by cue in other shapes."""
    reel = design.canvas.tall
    cues = cues_of(narration, large(narration.language) if reel else reading(narration.language))
    timed = list(_words(cues) if reel else _cues(cues))
    layers = set_captions([state for _, state in timed], narration.language, design)
    return Captions(tuple(_beats(timed, cues)), layers)


def large(language: str) -> Reading:
    """The limits of a reel's large type."""
    usual = reading(language)
    short = LARGE_LINE if usual.longest_line > LARGE_LINE else LARGE_IDEOGRAPHS
    return msgspec.structs.replace(usual, longest_line=short)


def _cues(cues: Sequence[Cue]) -> Iterator[tuple[int, State]]:
    for cue in cues:
        yield frame_at(cue.start), State(lines=cue.lines, lit=NOTHING)


def _words(cues: Sequence[Cue]) -> Iterator[tuple[int, State]]:
    for cue in cues:
        for number, piece in enumerate(cue.pieces):
            start = cue.start if number == 0 else piece.start
            yield frame_at(start), State(lines=cue.lines, lit=number)


def _beats(timed: Sequence[tuple[int, State]], cues: Sequence[Cue]) -> Iterator[Beat]:
    starts = [frame for frame, _ in timed]
    yield from (Beat(frame, number) for number, frame in enumerate(starts))
    for cue, following in zip(cues, [*cues[1:], None], strict=True):
        end = frame_at(cue.end)
        if following is None or frame_at(following.start) - end >= SHORTEST_GAP_FRAMES:
            yield Beat(end, NOTHING)


def captioned(timeline: Timeline, beats: Sequence[Beat]) -> Timeline:
    """The timeline with each shot's captions; what stands when a shot begins is its first."""
    ordered = sorted(beats, key=lambda beat: beat.frame)
    shots = []
    for shot in timeline.shots:
        standing = [beat for beat in ordered if beat.frame <= shot.start][-1:]
        inside = [beat for beat in ordered if shot.start < beat.frame < shot.end]
        shots.append(msgspec.structs.replace(shot, captions=(*standing, *inside)))
    return Timeline(tuple(shots))
