"""Small scripts with their narration and a voice-like sound, for tests of the render stage."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from shared.narration import Narration, SpokenSentence, Word
from shared.script import (
    Edge,
    GlanceSlide,
    Item,
    Node,
    Reveal,
    Scene,
    Script,
    Sentence,
    Stat,
    Text,
    TitleSlide,
)

SAMPLE_RATE = 24_000
SECONDS_A_CHARACTER = 0.058
PAUSE_SECONDS = 0.28


def texts(*words: str) -> tuple[Text, ...]:
    return tuple(Text(word) for word in words)


def sentence(words: str, **reveals: int) -> Sentence:
    """`sentence("Two stars and three forks.", stars=0, forks=1)`: boxes by the word that names them."""
    spoken = [word.strip(".,:;").lower() for word in words.split()]
    return Sentence(
        text=words,
        facts=(),
        reveals=tuple(Reveal(word=spoken.index(word), box=box) for word, box in reveals.items()),
    )


def stats(*pairs: tuple[str, str]) -> tuple[Stat, ...]:
    return tuple(Stat(value=Text(value), label=Text(label)) for value, label in pairs)


def items(*pairs: tuple[str, str]) -> tuple[Item, ...]:
    return tuple(Item(heading=Text(heading), body=Text(body)) for heading, body in pairs)


def nodes(*pairs: tuple[str, str]) -> tuple[Node, ...]:
    return tuple(Node(id=name, label=Text(name), note=Text(note)) for name, note in pairs)


def edges(*pairs: str) -> tuple[Edge, ...]:
    """`edges("a>b", "b>c")`"""
    return tuple(Edge(source=pair.split(">")[0], target=pair.split(">")[1], facts=()) for pair in pairs)


def scene(name: str, slide: object, *sentences: Sentence) -> Scene:
    return Scene(id=name, heading=name.capitalize(), sentences=sentences, slide=slide)  # type: ignore[arg-type]


def script(*scenes: Scene, title: str = "A film", language: str = "en") -> Script:
    return Script(
        language=language,
        profile="overview",
        title=Text(title),
        description=Text("A film made for a test."),
        scenes=scenes,
    )


def short_script() -> Script:
    """Two scenes, about six seconds."""
    return script(
        scene(
            "hook",
            TitleSlide(
                kicker=Text("Repository"),
                title=Text("tinybox"),
                subtitle=Text("Boxes, but tiny."),
                chips=texts("Python", "MIT"),
            ),
            sentence("Meet tinybox: boxes, but tiny."),
        ),
        scene(
            "solution",
            GlanceSlide(
                kicker=Text("At a glance"),
                title=Text("Small on purpose"),
                stats=stats(("3", "files"), ("120", "lines of code")),
                languages_label=Text("Languages"),
            ),
            sentence("It has three files, and only 120 lines of code.", files=0, lines=1),
        ),
    )


def narrated(
    film: Script,
    *,
    tail_seconds: float = 0.3,
    lead_seconds: float = 0.15,
    scene_pause_seconds: float = PAUSE_SECONDS,
    slower: float = 1.0,
) -> Narration:
    """Every word lasts as long as its characters; sentences are apart by a pause."""
    spoken: list[SpokenSentence] = []
    clock = lead_seconds
    for index, part in enumerate(film.scenes):
        for line in part.sentences:
            if spoken and spoken[-1].scene != index:
                clock += scene_pause_seconds - PAUSE_SECONDS
            words = tuple(_timed(line.text.split(), clock, slower))
            spoken.append(
                SpokenSentence(
                    scene=index, text=line.text, start=words[0].start, end=words[-1].end, words=words
                )
            )
            clock = words[-1].end + PAUSE_SECONDS
    return Narration(
        language=film.language,
        engine="test",
        voice="hum",
        licence="CC0-1.0",
        sample_rate=SAMPLE_RATE,
        duration_seconds=round(clock - PAUSE_SECONDS + tail_seconds, 3),
        audio="sha256/test",
        sentences=tuple(spoken),
    )


def _timed(words: list[str], clock: float, slower: float) -> Iterator[Word]:
    for word in words:
        end = clock + slower * SECONDS_A_CHARACTER * (len(word) + 1) + (0.15 if word[-1] in ",;:" else 0.0)
        yield Word(word, round(clock, 3), round(end - 0.02, 3))
        clock = end


def voice(narration: Narration, loudness: float = 0.1) -> np.ndarray:
    """A hum with overtones and breath where words are, silence elsewhere; float samples."""
    seconds = np.arange(round(narration.duration_seconds * SAMPLE_RATE)) / SAMPLE_RATE
    envelope = np.zeros_like(seconds)
    for spoken in narration.sentences:
        for word in spoken.words:
            inside = (seconds >= word.start) & (seconds < word.end)
            phase = (seconds[inside] - word.start) / max(1e-3, word.end - word.start)
            envelope[inside] = np.sin(np.pi * phase) ** 0.4
    pitch = 2 * np.pi * 120 * seconds + 3 * np.sin(2 * np.pi * 3 * seconds)
    hum = sum(np.sin(pitch * k) / k for k in (1, 2, 3, 5, 8))
    breath = np.random.default_rng(7).standard_normal(len(seconds)) * 0.3
    return loudness * envelope * (hum + breath)


def write_wav(path: Path, samples: np.ndarray, sample_rate: int = SAMPLE_RATE) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path
