"""A word's time is where the word is heard, not an estimate."""

import numpy as np
import pytest

from shared.speech.assemble import LONGEST_PAUSE_SECONDS
from shared.speech.sound import FRAME_SECONDS, heard
from shared.speech.voice import Speech

PAUSING = "First the scanner; then the narrator; after that comes the translator. Last: the publisher."
PLAIN = "Every message that the gateway accepts is stored on disk before anybody gets an answer."


def onsets(speech: Speech, rate: int) -> list[float]:
    """Where sound begins after at least 80 ms of silence: measured on the samples alone."""
    loud = np.flatnonzero(heard(speech.samples, rate))
    fresh = np.flatnonzero(np.diff(loud) * FRAME_SECONDS > 0.08)
    return [float(frame) * FRAME_SECONDS for frame in (loud[0], *loud[fresh + 1])]


def worst_miss(speech: Speech, rate: int, shift: float = 0.0) -> float:
    starts = np.array([word.start + shift for word in speech.words])
    return max(float(np.abs(starts - onset).min()) for onset in onsets(speech, rate))


def test_words_start_where_sound_starts_after_a_pause(voice):
    speech = voice.speak(PAUSING)
    assert len(onsets(speech, voice.card.sample_rate)) >= 4
    assert worst_miss(speech, voice.card.sample_rate) < 0.05


def test_the_measure_notices_times_that_are_late(voice):
    assert worst_miss(voice.speak(PAUSING), voice.card.sample_rate, shift=0.2) > 0.12


@pytest.mark.parametrize("text", [PAUSING, PLAIN])
def test_every_ordinary_word_is_heard_in_its_span(voice, text):
    speech, rate = voice.speak(text), voice.card.sample_rate
    whole = float(np.sqrt((speech.samples**2).mean()))
    for word in speech.words:
        inside = speech.samples[round(word.start * rate) : round(word.end * rate)]
        assert float(np.sqrt((inside**2).mean())) > whole / 10, word


def test_no_word_reaches_into_the_silence_behind_it(voice):
    speech, rate = voice.speak(PAUSING), voice.card.sample_rate
    frames = heard(speech.samples, rate)
    for word in speech.words:
        first, last = round(word.start / FRAME_SECONDS), round(word.end / FRAME_SECONDS)
        assert frames[last - 2 : last].any(), word
        assert frames[first : first + 2].any(), word


@pytest.mark.parametrize("text", [PAUSING, "The code in src/flask is Python, and docs/ holds 87 files."])
def test_no_ordinary_word_holds_a_pause(voice, text):
    speech = voice.speak(text)
    frames = heard(speech.samples, voice.card.sample_rate)
    for word in speech.words:
        loud = np.flatnonzero(frames[round(word.start / FRAME_SECONDS) : round(word.end / FRAME_SECONDS)])
        assert np.diff(loud).max(initial=0) * FRAME_SECONDS < 0.12, word


def test_longer_words_take_longer(voice):
    a, internationalization, *_ = voice.speak("A internationalization here.").words
    assert internationalization.end - internationalization.start > 4 * (a.end - a.start)


def test_an_unheard_word_has_no_length_and_follows_its_neighbour(voice):
    before, dash, after = voice.speak("Before — after.").words
    assert dash.start == dash.end == before.end
    assert after.start >= dash.end


def test_no_pause_inside_a_sentence_is_dead_air(voice):
    speech = voice.speak("Wait… what? Yes; no: maybe — or (perhaps) not, never! And then... silence.")
    loud = np.flatnonzero(heard(speech.samples, voice.card.sample_rate))
    assert np.diff(loud).max() * FRAME_SECONDS <= LONGEST_PAUSE_SECONDS
