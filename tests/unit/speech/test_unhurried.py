"""A sentence takes the time its subtitles need: as a whole, and in each stretch that may be one of them."""

import numpy as np
import pytest

from shared.narration import Word
from shared.speech.registry import voice_for
from shared.speech.unhurried import BRISK, SLOWEST, said
from shared.speech.voice import NATURAL, Speech

RATE = 1000
HURRIED = "This clause is spoken in so much of a hurry that nobody reads along, "
SLOW = "and this one takes its time."


class Metronome:
    """Says each character in as long as it is told for its clause, and more slowly when it is asked to."""

    card = voice_for("en")

    def __init__(self, *seconds_a_character: float) -> None:
        self._seconds = seconds_a_character
        self.paces: list[float] = []

    def speak(self, text: str, pace: float = NATURAL) -> Speech:
        self.paces.append(pace)
        words, at, clause = [], 0.0, 0
        for word in text.split():
            lasts = (len(word) + 1) * self._seconds[clause] / pace
            words.append(Word(word, at, at + lasts))
            at += lasts
            clause = min(clause + word.endswith(","), len(self._seconds) - 1)
        return Speech(np.zeros(round(at * self.card.sample_rate), np.float32), tuple(words))


@pytest.mark.parametrize(
    ("seconds", "pace"),
    [
        ((1 / 15, 1 / 15), NATURAL),
        ((1 / 20, 1 / 20), 17 / 20),
        ((1 / 20, 1 / 8), 17 / 20),
        ((1 / 40, 1 / 40), SLOWEST),
    ],
)
def test_the_voice_is_asked_for_as_much_more_time_as_its_fastest_stretch_needs(seconds, pace):
    voice = Metronome(*seconds)
    speech, pause = said(voice, HURRIED + SLOW, HURRIED + SLOW, 0.3)
    assert voice.paces[-1] == pytest.approx(pace, abs=0.02)
    assert pause == 0.3
    if pace > SLOWEST:
        assert len(HURRIED) / speech.words[len(HURRIED.split())].start <= BRISK * 1.02


def test_a_clause_too_long_for_a_subtitle_is_cut_anywhere():
    """No stretch of 60 to 84 characters may be hurried, wherever it begins: its middle is, here."""
    calm, hurried = "a" * 5, "b" * 4
    text = " ".join([calm] * 12 + [hurried] * 16 + [calm] * 12)

    class Uneven(Metronome):
        def speak(self, text, pace=NATURAL):
            self.paces.append(pace)
            words, at = [], 0.0
            for word in text.split():
                lasts = (len(word) + 1) / (20 if word == hurried else 12) / pace
                words.append(Word(word, at, at + lasts))
                at += lasts
            return Speech(np.zeros(round(at * self.card.sample_rate), np.float32), tuple(words))

    voice = Uneven()
    said(voice, text, text, 0.3)
    assert voice.paces[-1] == pytest.approx(17 / 20, abs=0.02)


def test_a_short_sentence_is_said_at_its_own_pace():
    voice = Metronome(1 / 30)
    said(voice, SLOW, SLOW, 0.3)
    assert voice.paces == [NATURAL]
