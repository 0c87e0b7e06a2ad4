"""The Kokoro voice: its parts, its phonemes, and Portuguese spoken word by word."""

import io
from importlib.resources import files

import numpy as np
import pytest

from shared.speech.espeak import Espeak, EspeakFailed
from shared.speech.kokoro import (
    MODEL_SHA256,
    MOST_PHONEMES,
    SPEAKERS,
    VOICES,
    VOICES_SHA256,
    model,
    phrases,
)
from shared.speech.models import ModelDamaged, checked
from shared.speech.normalise import read
from shared.speech.registry import load, voice_for

TEXT = "O scanner lê 12.431 linhas de código em Python 3.11; veja shared/pipeline.py."


@pytest.fixture(scope="module")
def speech():
    return load(voice_for("pt")).speak(TEXT)


def test_each_written_word_is_heard_in_its_own_time(speech):
    assert [word.text for word in speech.words] == TEXT.split()
    assert all(word.end > word.start for word in speech.words)
    for word, after in zip(speech.words, speech.words[1:], strict=False):
        assert word.end <= after.start + 0.001


def test_a_number_of_many_words_takes_as_long_as_they_do(speech):
    number = next(word for word in speech.words if word.text == "12.431")
    of = next(word for word in speech.words if word.text == "de")
    assert number.end - number.start > 5 * (of.end - of.start)


def test_the_model_joins_to_the_one_that_was_tried():
    assert len(model()) > 90_000_000


def test_a_damaged_model_is_named_and_not_run():
    with pytest.raises(ModelDamaged, match=r"the model is damaged.*install"):
        checked(b"cut short", MODEL_SHA256, "the model")


def test_every_speaker_has_a_style_for_every_length():
    content = (files("shared.speech") / "data" / VOICES).read_bytes()
    styles = np.load(io.BytesIO(checked(content, VOICES_SHA256, VOICES)))
    assert set(styles.files) == {speaker.name for speaker in SPEAKERS}
    for speaker in SPEAKERS:
        assert styles[speaker.name].shape[0] >= MOST_PHONEMES
        assert styles[speaker.name].shape[1] == 256
        assert np.isfinite(styles[speaker.name]).all()


def test_phrases_end_at_marks():
    said = phrases(read("Um, dois e três; quatro.", "pt"))
    assert [[token.text for _, token, _ in phrase] for phrase in said] == [
        ["um"],
        ["dois", "e", "três"],
        ["quatro"],
    ]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ["les", "enfants", "ont", "des", "amis"]),
        ("pt-br", ["o", "que", "há", "de", "novo"]),
        ("es", ["lee", "los", "archivos"]),
        ("it", ["gli", "amici", "dell'azienda"]),
    ],
)
def test_each_word_of_a_phrase_has_its_phonemes(language, words):
    said = Espeak(language).phonemes(words)
    assert len(said) == len(words)
    assert all(said)


def test_words_of_a_phrase_change_each_other():
    french = Espeak("fr")
    assert french.phonemes(["les", "enfants"])[0].endswith("z")
    assert not french.phonemes(["les", "tables"])[0].endswith("z")


def test_words_that_rules_say_as_another_language_does_are_only_said():
    french = Espeak("fr")
    assert french.phonemes(["packaging", "et", "notebook"]) == ["pˈakɪʤɪŋ", "e", "nˈQtbʊk"]
    assert "(" not in "".join(french.phonemes(["(workflow)"]))


def test_words_that_run_together_are_still_told_apart():
    english = Espeak("en-us")
    words = "it was one of the things that I am going to do".split()
    assert len(english.phonemes(words)) == len(words)


def test_a_language_without_rules_is_refused():
    with pytest.raises(EspeakFailed, match="tlhingan"):
        Espeak("tlhingan")
