"""Says in which frame everything happens: scenes and boxes follow the words of the narration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import ceil

import msgspec

from services.publisher.render.sheets import Sheet
from shared.errors import Reject
from shared.narration import Narration, SpokenSentence
from shared.script import Scene, Script

FPS = 30
LEAD_FRAMES = 9
"""A scene appears this long before its first word, but never while the scene before still speaks."""
LONGEST_REST_SECONDS = 6.5
"""Where nothing would move for longer, the layer that came last nods, or the first one comes early."""
LAST_EXTRA_AT = 0.8
"""Extras have all appeared when this share of the scene is over."""
LAST_RUN_AT = 0.6
"""The same for what the boxes point into, where nothing points."""
SHORTEST_RUN_FRAMES = 6
LEAST_SHOWN_SECONDS = 2.0
LEAST_SHOWN_SHARE = 0.4
"""A box stands at least this long, or this share of a short scene: if need be from an earlier word on."""


class Beat(msgspec.Struct, frozen=True):
    """A layer of the sheet starts to appear."""

    frame: int
    layer: int


class Shot(msgspec.Struct, frozen=True, kw_only=True):
    """One scene on the screen: frames `start` up to, not including, `end`."""

    scene: int
    heading: str
    start: int
    end: int
    beats: tuple[Beat, ...]
    nods: tuple[Beat, ...] = ()
    """When a layer that is there dips and comes back, for nothing else moves."""
    captions: tuple[Beat, ...] = ()
    """When which spoken words stand in the picture; -1 is none."""


class Timeline(msgspec.Struct, frozen=True):
    shots: tuple[Shot, ...]

    @property
    def frames(self) -> int:
        return self.shots[-1].end


def frame_at(seconds: float) -> int:
    return round(seconds * FPS)


def check(script: Script, narration: Narration) -> None:
    """Raises Reject when the narration does not speak this script, sentence by sentence and word by word."""
    for index, scene in enumerate(script.scenes):
        written = [len(sentence.text.split()) for sentence in scene.sentences]
        heard = [len(spoken.words) for spoken in _spoken(narration, index)]
        if written != heard:
            raise _mismatch(f"scene {scene.id!r} has sentences of {written} words, {heard} are spoken")
    if not narration.sentences:
        raise _mismatch("nothing is spoken")


def _mismatch(how: str) -> Reject:
    return Reject(
        f"the narration does not speak the script: {how}",
        code="narration_mismatch",
        hint="run the speak stage again",
    )


def _spoken(narration: Narration, scene: int) -> list[SpokenSentence]:
    return [sentence for sentence in narration.sentences if sentence.scene == scene]


def plan(script: Script, narration: Narration, sheets: Sequence[Sheet]) -> Timeline:
    """The timeline of a narration that speaks the script (see `check`)."""
    spoken = {index: _spoken(narration, index) for index in range(len(script.scenes))}
    heard = [index for index, sentences in spoken.items() if sentences]
    starts = list(_starts([spoken[index] for index in heard]))
    last = ceil(narration.duration_seconds * FPS)
    ends = [*starts[1:], max(last, starts[-1] + 1)]
    return Timeline(
        tuple(
            Shot(
                scene=index,
                heading=script.scenes[index].heading,
                start=start,
                end=end,
                beats=(beats := _beats(script.scenes[index], spoken[index], sheets[index], start, end)),
                nods=tuple(_nods(beats, end)),
            )
            for index, start, end in zip(heard, starts, ends, strict=True)
        )
    )


def _nods(beats: Sequence[Beat], end: int) -> Iterator[Beat]:
    """Evenly over each stretch in which a layer is there and nothing comes."""
    moments = [*beats, Beat(end, 0)]
    for before, after in pairwise(moments):
        rest = after.frame - before.frame
        count = int(rest // (LONGEST_REST_SECONDS * FPS))
        for number in range(1, count + 1):
            yield Beat(before.frame + rest * number // (count + 1), before.layer)


def _starts(spoken: Sequence[Sequence[SpokenSentence]]) -> Iterator[int]:
    yield 0
    previous = 0
    for before, sentences in pairwise(spoken):
        first = frame_at(sentences[0].start)
        earliest = min(frame_at(before[-1].end), first)
        previous = max(previous + 1, earliest, first - LEAD_FRAMES)
        yield previous


def _beats(
    scene: Scene, spoken: Sequence[SpokenSentence], sheet: Sheet, start: int, end: int
) -> tuple[Beat, ...]:
    words = [frame_at(word.start) for sentence in spoken for word in sentence.words]
    latest = _latest(words, start, end)
    named = {layer: max(start, min(frame, latest)) for layer, frame in _named(scene, spoken, sheet)}
    unnamed = [layer for layer in range(1, sheet.layers) if layer not in named]
    if sheet.extras_first:
        frames = _before_boxes(len(unnamed), min(named.values(), default=None), start, end)
    else:
        frames = _by_themselves(len(unnamed), words, max(named.values(), default=start), start, end)
    beats = [Beat(frame, layer) for layer, frame in named.items()]
    beats += [Beat(frame, layer) for layer, frame in zip(unnamed, frames, strict=True)]
    ordered = sorted(beats, key=lambda beat: (beat.frame, beat.layer))
    return tuple(_begun_in_time(ordered, words, start))


def _begun_in_time(beats: Sequence[Beat], words: Sequence[int], start: int) -> Iterator[Beat]:
    """The first layer comes before its scene has stood still for long: there is none yet that could nod."""
    until = start + round(LONGEST_REST_SECONDS * FPS)
    in_time = max((frame for frame in words if start <= frame <= until), default=until)
    for number, beat in enumerate(beats):
        yield Beat(in_time, beat.layer) if number == 0 and beat.frame > until else beat


def _latest(words: Sequence[int], start: int, end: int) -> int:
    """The last word with which a box can come and still be read before its scene goes."""
    until = end - min(LEAST_SHOWN_SECONDS * FPS, LEAST_SHOWN_SHARE * (end - start))
    return max((frame for frame in words if frame <= until), default=start)


def _named(scene: Scene, spoken: Sequence[SpokenSentence], sheet: Sheet) -> Iterator[tuple[int, int]]:
    """Layers and the frames of the words that name them, the first naming last, so that it wins."""
    for sentence, heard in reversed(list(zip(scene.sentences, spoken, strict=True))):
        for reveal in reversed(sentence.reveals):
            if 0 <= reveal.box < sheet.boxes and 0 <= reveal.word < len(heard.words):
                yield reveal.box + 1, frame_at(heard.words[reveal.word].start)


def _before_boxes(count: int, first_named: int | None, start: int, end: int) -> Iterator[int]:
    """Frames for what the boxes point into: from the first one on, there when the first box comes."""
    until = start + round((end - start) * LAST_RUN_AT) if first_named is None else first_named
    step = max(SHORTEST_RUN_FRAMES, (until - start) // max(1, count))
    for number in range(count):
        yield min(start + number * step, end - 1)


def _by_themselves(count: int, words: Sequence[int], last_named: int, start: int, end: int) -> Iterator[int]:
    """Frames for layers nobody names: evenly over the words that follow the last one named."""
    until = start + round((end - start) * LAST_EXTRA_AT)
    free = [frame for frame in words if last_named <= frame <= until]
    for number in range(count):
        spread = free[len(free) * (number + 1) // (count + 1)] if free else max(last_named, start)
        yield min(max(start, spread), end - 1)
