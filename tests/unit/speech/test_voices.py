"""What every voice must do: the same claims for each engine that is registered."""

import asyncio
import functools
import multiprocessing
import time

import numpy as np
import pytest

from shared.offload import run_in_child
from shared.speech import coqui, piper
from shared.speech.narrate import narrate
from shared.speech.registry import ENGINES, load, voices
from shared.speech.sound import heard
from shared.speech.voice import MAX_TEXT_CHARACTERS, Unspeakable
from tests.support import piper_voice
from tests.unit.speech.test_narrate import script_of

SENTENCES = [
    "The scanner reads 12,345 files with Python 3.11 — and `make test` passes.",
    "foo() calls os.path, HTTP/2, CI/CD and C++ (72%) in 2026-11-23.",
    "Hi.",
]
WEIRD = (
    "Zażółć 数据 \u202eabc\u202c 🎉 e\u0301te\u0301 \x00 \x07 ﬁle 𝔘nicode ﷽ a\u200bb ٣٤ '' <>&; [x](/y/) end"
)


class Remembering:
    """A real voice that says each text once: engines slower than real time are tested too."""

    def __init__(self, voice) -> None:
        self.card = voice.card
        self.speak_anew = voice.speak
        self.speak = functools.cache(voice.speak)


OF_COQUI = [
    pytest.param(
        name, marks=[pytest.mark.coqui, pytest.mark.filterwarnings("default:::TTS|transformers|torch")]
    )
    for name in ("coqui vits of letters", "coqui vits of phonemes", "coqui xtts")
]


def made(name, voices_folder):
    """A voice's card: an embedded one's, or that of one made for the test."""
    if name == piper.NAME:
        return piper.card_of(piper_voice.build(voices_folder))
    if not name.startswith(coqui.NAME):
        return ENGINES[name].cards()[0]
    from tests.support import coqui_voice  # noqa: PLC0415 - needs what only these tests have

    folder = voices_folder / "made"
    if "xtts" in name:
        return coqui.cards_of(coqui_voice.xtts(folder))[0]
    return coqui.cards_of(coqui_voice.vits(folder, phonemes="phonemes" in name))[0]


@pytest.fixture(scope="module", params=[*(name for name in ENGINES if name != coqui.NAME), *OF_COQUI])
def speaker(request, tmp_path_factory):
    """Every engine that is registered."""
    models = tmp_path_factory.mktemp("models")
    with pytest.MonkeyPatch.context() as environ:
        environ.setenv("REPOREEL_MODELS", str(models))
        yield Remembering(load(made(request.param, models / "voices")))


@pytest.mark.parametrize("text", SENTENCES)
def test_each_written_word_has_its_time_within_the_sound(speaker, text):
    speech = speaker.speak(text)
    assert [word.text for word in speech.words] == text.split()
    starts = [word.start for word in speech.words]
    assert starts == sorted(starts)
    assert starts[0] >= 0
    assert all(word.start <= word.end for word in speech.words)
    assert speech.words[-1].end <= len(speech.samples) / speaker.card.sample_rate


def test_the_same_text_gives_the_same_samples_where_that_is_declared(speaker):
    first, second = speaker.speak(SENTENCES[2]), speaker.speak_anew(SENTENCES[2])
    assert [word.text for word in first.words] == [word.text for word in second.words]
    if speaker.card.repeatable:
        assert first.samples.tobytes() == second.samples.tobytes()
        assert first.words == second.words


def test_the_embedded_voices_of_films_are_repeatable():
    assert all(card.repeatable for card in voices() if card.engine in ("hibari", "kokoro"))


def test_the_sound_is_mono_float_neither_silent_nor_clipped(speaker):
    samples = speaker.speak(SENTENCES[2]).samples
    assert samples.dtype == np.float32
    assert samples.ndim == 1
    assert 0.1 < np.abs(samples).max() < 1


def test_sentences_have_a_common_level(speaker):
    levels = []
    for text in SENTENCES:
        samples = speaker.speak(text).samples
        frames = heard(samples, speaker.card.sample_rate)
        width = len(samples) // len(frames)
        loud = samples[: len(frames) * width].reshape(-1, width)[frames]
        levels.append(20 * np.log10(np.sqrt((loud**2).mean())))
    assert max(levels) - min(levels) < 2


def test_speech_has_a_plausible_pace(speaker):
    text = "The publisher draws every slide again when a sentence of the script has changed."
    seconds = len(speaker.speak(text).samples) / speaker.card.sample_rate
    assert 10 < len(text) / seconds < 25


def test_asked_to_wait_a_voice_takes_more_time_and_a_slower_pace_is_not_a_stretched_sound(speaker):
    text = "The publisher draws every slide again."
    natural, slower = speaker.speak(text), speaker.speak(text, 0.8)
    ratio = len(slower.samples) / len(natural.samples)
    assert 1.1 < ratio < 1.45
    assert [word.text for word in slower.words] == text.split()


@pytest.mark.parametrize("text", ["", "  \n", "—", "数据"])
def test_text_without_a_word_is_refused(speaker, text):
    with pytest.raises(Unspeakable):
        speaker.speak(text)


def test_a_text_over_the_limit_is_refused(speaker):
    with pytest.raises(Unspeakable, match="limit"):
        speaker.speak("word " * (MAX_TEXT_CHARACTERS // 5 + 1))


def test_weird_unicode_is_survived(speaker):
    speech = speaker.speak(WEIRD)
    assert [word.text for word in speech.words] == WEIRD.split()


def test_a_sentence_too_long_for_the_model_keeps_all_its_words(speaker):
    text = ", ".join(["the worker reads an event and writes it down"] * 8) + "."
    speech = speaker.speak(text)
    assert [word.text for word in speech.words] == text.split()
    assert all(word.end > word.start for word in speech.words)


@pytest.mark.slow
def test_ten_thousand_characters_are_spoken_in_bounds(speaker):
    """Kokoro is left out: it would take minutes, and its bounds are the same."""
    text = " ".join(["supercalifragilistic9" * 10] * 47)
    assert MAX_TEXT_CHARACTERS - 200 < len(text) < MAX_TEXT_CHARACTERS
    if speaker.card.engine != "kokoro":
        assert len(speaker.speak(text).words) == 47


@pytest.mark.slow
async def test_a_voice_is_cancelled_within_two_seconds(speaker, tmp_path):
    """In the middle of a long sentence, in the child process that every voice lives in."""
    script = script_of(["Hi."], ["The worker reads an event, and then it writes it down. " * 100])
    spoken = asyncio.Event()
    call = run_in_child(narrate, lambda _: spoken.set(), 120, script, speaker.card, tmp_path / "a.wav")
    speaking = asyncio.ensure_future(call)
    await asyncio.wait_for(spoken.wait(), 120)
    before = time.monotonic()
    speaking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await speaking
    assert time.monotonic() - before < 2
    assert not multiprocessing.active_children()
