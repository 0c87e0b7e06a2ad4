"""One MP4 with a sound and a subtitle track for each language of a job, joined from the finished films.

Every language speaks on a timeline of its own. To share one picture, that of the first language, each scene
is made as long as the longest language needs: the last picture of a scene stands longer, nothing but the
sound is encoded anew, and speech is never stretched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import av
import numpy as np
import pysubs2
from av.container import OutputContainer
from av.stream import Disposition
from av.subtitles.subtitle import SubtitleSet

from services.publisher.render import sound
from services.publisher.render.mux import PRIMING_SAMPLES
from services.publisher.render.timeline import FPS
from shared.errors import Reject
from shared.offload import Progress

JOINED = "video.mp4"
AUDIO_BITS = 128_000
ISO_639_2 = {
    "ca": "cat", "de": "deu", "en": "eng", "es": "spa", "fr": "fra", "gl": "glg", "hi": "hin", "it": "ita",
    "ja": "jpn", "ko": "kor", "pt": "por", "ru": "rus", "zh": "zho",
}  # fmt: skip
"""MP4 names languages by three letters."""
UNKNOWN = "und"
SAMPLES_A_FRAME = sound.SAMPLE_RATE // FPS
_TEXT_HEADER = pysubs2.SSAFile().to_string("ass").encode()


class Scenes(NamedTuple):
    """Where a film's scenes begin, in frames, and, last, where it ends."""

    edges: tuple[int, ...]

    @property
    def lengths(self) -> tuple[int, ...]:
        return tuple(end - start for start, end in pairwise(self.edges))

    def moved(self, frame: float, shared: Scenes) -> float:
        """The time, in frames, at which this frame is seen in the shared timeline."""
        scene = max(number for number, edge in enumerate(self.edges[:-1]) if number == 0 or edge <= frame)
        return frame - self.edges[scene] + shared.edges[scene]


def join_tracks(progress: Progress, folder: Path, languages: Sequence[str], path: Path) -> None:
    """Join the films of a job's folder, the first language's picture under all of them.

    Blocking: call it through `shared.offload.run_in_child`.

    Raises Reject when the films differ in their scenes.
    """
    films = [folder / f"video.{language}.mp4" for language in languages]
    scenes = [_scenes(film) for film in films]
    shared = _shared(scenes, languages)
    options = {"movflags": "+faststart", "use_editlist": "0"}
    with av.open(str(path), "w", format="mp4", options=options) as joined, av.open(str(films[0])) as first:
        joined.metadata.update({key: value for key, value in first.metadata.items() if key == "title"})
        joined.set_chapters(_chapters(first, shared))
        video = joined.add_stream_from_template(first.streams.video[0])
        sounds = [_sound_stream(joined, language, number) for number, language in enumerate(languages)]
        texts = [_text_stream(joined, language) for language in languages]
        for stream, film, own in zip(sounds, films, scenes, strict=True):
            _write_sound(joined, stream, _paused(sound.read(film), own, shared))
        progress(70)
        for stream, language, own in zip(texts, languages, scenes, strict=True):
            _write_texts(joined, stream, folder / f"subtitles.{language}.srt", own, shared)
        for packet in _pictures(first, scenes[0], shared):
            packet.stream = video
            joined.mux(packet)
    progress(100)


def _scenes(film: Path) -> Scenes:
    with av.open(str(film)) as file:
        starts = [round(chapter["start"] * (chapter["time_base"] or 0) * FPS) for chapter in file.chapters()]
        stream = file.streams.video[0]
        return Scenes((*starts, stream.frames))


def _shared(scenes: Sequence[Scenes], languages: Sequence[str]) -> Scenes:
    counts = {len(own.edges) for own in scenes}
    if len(counts) != 1:
        raise Reject(
            f"the films in {', '.join(languages)} have different scenes and share no timeline",
            code="tracks_differ",
            hint="retry the languages that came from another script",
        )
    lengths = [max(together) for together in zip(*(own.lengths for own in scenes), strict=True)]
    return Scenes(tuple(np.cumsum([0, *lengths]).tolist()))


def _chapters(film: Any, shared: Scenes) -> list[Any]:
    spans = list(pairwise(shared.edges))
    return [
        {**chapter, "start": start, "end": end, "time_base": Fraction(1, FPS)}
        for chapter, (start, end) in zip(film.chapters(), spans, strict=True)
    ]


def _pictures(film: Any, own: Scenes, shared: Scenes) -> Iterator[Any]:
    """The packets of the picture, each shown until the next one is."""
    ends = {own.edges[number + 1] - 1: shared.edges[number + 1] for number in range(len(own.lengths))}
    number = 0
    for packet in film.demux(film.streams.video[0]):
        if packet.pts is None:
            continue
        start = round(own.moved(number, shared))
        packet.time_base = Fraction(1, FPS)
        packet.pts = packet.dts = start
        packet.duration = ends.get(number, start + 1) - start
        number += 1
        yield packet


def _sound_stream(joined: OutputContainer, language: str, number: int) -> Any:
    stream = joined.add_stream("aac", rate=sound.SAMPLE_RATE, layout="stereo", options={"aac_coder": "fast"})
    stream.bit_rate = AUDIO_BITS
    stream.metadata["language"] = ISO_639_2.get(language.partition("-")[0], UNKNOWN)
    stream.disposition = Disposition.default if number == 0 else Disposition(0)
    return stream


def _paused(samples: sound.Samples, own: Scenes, shared: Scenes) -> sound.Samples:
    """The sound with silence at the end of each scene that another language needs longer."""
    parts = [
        sound.lasting(samples[:, start * SAMPLES_A_FRAME : end * SAMPLES_A_FRAME], length * SAMPLES_A_FRAME)
        for (start, end), length in zip(pairwise(own.edges), shared.lengths, strict=True)
    ]
    return np.concatenate(parts, axis=1)


def _write_sound(joined: OutputContainer, stream: Any, samples: sound.Samples) -> None:
    """As in the films themselves, the encoder's priming takes the place of the first, silent samples."""
    for frame in [*sound.frames(samples[:, PRIMING_SAMPLES:], PRIMING_SAMPLES), None]:
        for packet in stream.encode(frame):
            packet.pts, packet.dts = packet.pts + PRIMING_SAMPLES, packet.dts + PRIMING_SAMPLES
            joined.mux(packet)


def _text_stream(joined: OutputContainer, language: str) -> Any:
    stream = joined.add_stream("mov_text")
    stream.codec_context.subtitle_header = _TEXT_HEADER
    stream.codec_context.time_base = Fraction(1, 1000)
    stream.metadata["language"] = ISO_639_2.get(language.partition("-")[0], UNKNOWN)
    return stream


def _write_texts(joined: OutputContainer, stream: Any, subtitles: Path, own: Scenes, shared: Scenes) -> None:
    for number, event in enumerate(pysubs2.load(str(subtitles), encoding="utf-8")):
        start = round(1000 / FPS * own.moved(event.start * FPS / 1000, shared))
        line = f"{number},0,Default,,0,0,0,,{event.text}".encode()
        packet = stream.codec_context.encode_subtitle(SubtitleSet.create(line, 0, int(event.duration)))
        packet.stream, packet.time_base = stream, Fraction(1, 1000)
        packet.pts = packet.dts = start
        packet.duration = event.duration
        joined.mux(packet)
