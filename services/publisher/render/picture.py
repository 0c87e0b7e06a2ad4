"""The film's picture stream, one access unit a frame: what repeats is spliced in, or all encoded plainly."""

from __future__ import annotations

from collections.abc import Iterator

from services.publisher.render.bar import Bar
from services.publisher.render.encoder import Encoder
from services.publisher.render.frames import Painter, looks
from services.publisher.render.h264.parameters import parameters_of
from services.publisher.render.h264.splice import AccessUnit, Splicer
from services.publisher.render.segments import Film, chunks, segments


class PictureStream:
    """Iterate over it once; then it knows for how many frames the longest-lived picture stood."""

    def __init__(self, film: Film, bar: Bar, *, plain: bool = False) -> None:
        self.size = film.size
        self.longest_still_frames = 0
        self._film, self._bar = film, bar
        self._standing = 0
        self._plain = plain

    def __iter__(self) -> Iterator[AccessUnit]:
        return self._encoded() if self._plain else self._spliced()

    def _spliced(self) -> Iterator[AccessUnit]:
        parameters = parameters_of(Encoder(self.size).extradata)
        splicer = Splicer(parameters, self._bar.row)
        for segment in segments(self._film):
            for shown in segment:
                self._stood(shown.frames, moved=shown.moved)
                yield from splicer.spliced(shown.picture, shown.frames)

    def _encoded(self) -> Iterator[AccessUnit]:
        """Every frame through the encoder, for whoever doubts the splicing."""
        encoder, number = Encoder(self.size), 0
        timeline = self._film.timeline
        for shot in range(len(timeline.shots)):
            painter = Painter(timeline, self._film.sceneries, shot)
            for chunk in chunks(looks(timeline, shot)):
                for at, (look, frames) in enumerate(chunk):
                    drawn = painter.draw(look)
                    self._stood(frames, moved=drawn.moved)
                    for again in range(frames):
                        picture = drawn.planes.copy()
                        self._bar.stamp(picture, number)
                        key = at == again == 0
                        yield AccessUnit(encoder.encode(picture, key=key), key)
                        number += 1

    def _stood(self, frames: int, *, moved: bool) -> None:
        self._standing = frames if moved else self._standing + frames
        self.longest_still_frames = max(self.longest_still_frames, self._standing)
