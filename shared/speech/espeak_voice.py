"""espeak-ng's own voice: the last resort, a draft that speaks only when it is asked for by name.

It is a thousand times faster than real time, speaks languages that no other voice here does, and half of the
words are misheard. What it said before colours what it says next, so no two takes are alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version

from shared.speech.assemble import Breath, assemble
from shared.speech.espeak import Espeak, Start
from shared.speech.lexicon import NONE
from shared.speech.normalise import Reading, as_text, read
from shared.speech.phonemes import Span
from shared.speech.voice import NATURAL, Samples, Speech, Unspeakable, VoiceCard, refuse_unspeakable

NAME = "espeak-ng"
PACKAGE = "espeakng-loader"
SAMPLE_RATE = 22_050
LANGUAGES = {
    "en": "en-us",
    "pt": "pt-br",
    "es": "es",
    "fr": "fr",
    "it": "it",
    "ca": "ca",
    "de": "de",
    "gl": "gl",
    "nl": "nl",
    "pl": "pl",
}
"""The language in espeak-ng's words."""


def cards() -> tuple[VoiceCard, ...]:
    try:
        installed = version(PACKAGE)
    except PackageNotFoundError:
        return ()
    return tuple(
        VoiceCard(
            name=f"{NAME}-{language}",
            engine=NAME,
            version=installed,
            licence="GPL-3.0-or-later (the engine; its sound is free)",
            tier="draft",
            sample_rate=SAMPLE_RATE,
            languages=(language,),
            repeatable=False,
        )
        for language in LANGUAGES
    )


def load(card: VoiceCard, own: Mapping[str, str] = NONE) -> EspeakVoice:
    """Raises EspeakFailed."""
    return EspeakVoice(card, own)


class EspeakVoice:
    def __init__(self, card: VoiceCard, own: Mapping[str, str] = NONE) -> None:
        self.card = card
        self._own = own
        (self._language,) = card.languages
        self._espeak = Espeak(LANGUAGES[self._language])

    def speak(self, text: str, pace: float = NATURAL) -> Speech:
        refuse_unspeakable(text)
        line, owners = written(read(text, self._language, self._own))
        samples, starts = self._espeak.synthesised(line, pace) if owners else (None, ())
        if samples is None or not starts:
            raise Unspeakable(f"no word that {NAME} can say: {text[:80]!r}")
        return assemble(text, [Breath(samples, tuple(_spans(starts, owners, samples)))], SAMPLE_RATE)


def written(readings: Sequence[Reading]) -> tuple[str, list[int]]:
    """A line that espeak-ng reads well, and for each character of it the word on the page it belongs to."""
    line = ""
    owners: list[int] = []
    for index, reading in enumerate(readings):
        said = " ".join(as_text(reading))
        if said:
            line += f"{said}{reading.pause} "
            owners += [index] * (len(line) - len(owners))
    return line, owners


def _spans(starts: Sequence[Start], owners: Sequence[int], samples: Samples) -> Iterator[Span]:
    ends = [start.seconds for start in starts[1:]] + [len(samples) / SAMPLE_RATE]
    for start, end in zip(starts, ends, strict=True):
        if 0 <= start.character < len(owners) and end >= start.seconds:
            yield Span(owners[start.character], start.seconds, end)
