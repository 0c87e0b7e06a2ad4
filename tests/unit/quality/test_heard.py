"""M2: a real listener hears a real voice; a film in which two scenes are swapped is found out."""

from __future__ import annotations

import wave

import msgspec
import numpy as np
import pytest

from services.publisher.quality import speech
from services.publisher.quality.report import report
from services.publisher.quality.speech import BASELINES, Heard
from shared.offload import ignore_progress
from shared.speech.listening import hearing
from shared.speech.narrate import narrate
from shared.speech.registry import voice_for
from shared.speech.word_errors import JudgedWord
from tests.support import films

SENTENCES = (
    "This small library reads a file from the disk and counts every line in it.",
    "The tests are written in Python, and most of them run in less than one second.",
    "People from many countries have sent their changes over the last seven years.",
    "To try it on your own machine, install the package and open the first example.",
)


@pytest.fixture(scope="module")
def spoken(tmp_path_factory):
    """A script of four scenes, spoken by the default voice."""
    title = films.short_script().scenes[0].slide
    script = films.script(
        *(films.scene(f"scene-{n}", title, films.sentence(text)) for n, text in enumerate(SENTENCES))
    )
    path = tmp_path_factory.mktemp("spoken") / "narration.wav"
    return narrate(ignore_progress, script, voice_for("en", None), path), path


def swapped(narration, path, place):
    """The recording with the sound of its first and last scenes exchanged."""
    with wave.open(str(path), "rb") as file:
        rate, samples = file.getframerate(), np.frombuffer(file.readframes(file.getnframes()), "<i2")
    first, *_, last = (
        samples[round(sentence.start * rate) : round(sentence.end * rate)] for sentence in narration.sentences
    )
    middle = samples[round(narration.sentences[0].end * rate) : round(narration.sentences[-1].start * rate)]
    made = np.concatenate([last, middle, first]).astype(np.float64) / 32768
    return films.write_wav(place / "swapped.wav", made, rate)


def m2(narration, path):
    heard = hearing(ignore_progress, path, " ".join(SENTENCES), "en")
    told = Heard(text=heard.transcript.text, listener=heard.transcript.listener, words=heard.errors.words)
    return report("en", {"M2": speech.measures(told, narration)})


def test_a_good_voice_passes(spoken):
    made = m2(*spoken)
    assert made.passed, made
    assert made.gates["M2"].measures["words_wrong_share"].n == len(" ".join(SENTENCES).split())


def test_two_swapped_scenes_fail_the_speech_gate(spoken, tmp_path):
    narration, path = spoken
    made = m2(narration, swapped(narration, path, tmp_path))
    assert {"M2.words_wrong_share", "M2.ordinary_words_wrong_share"} <= set(made.failed)


def judged(wrong, of, text="word"):
    return tuple(JudgedWord(text.format(number), 1, int(number < wrong)) for number in range(of))


@pytest.mark.parametrize(("worse", "failed"), [(0.02, ()), (0.05, ("M2.words_wrong_share",))])
def test_a_film_may_be_three_points_worse_than_its_voice(spoken, worse, failed):
    wrong = round(1000 * (BASELINES["hibari", "en"].of(700, 300) + worse))
    words = judged(0, 700) + judged(wrong, 300, "{}.")
    made = report("en", {"M2": speech.measures(Heard(text="", words=words), spoken[0])})
    assert made.failed == failed


@pytest.mark.parametrize(
    ("share", "number", "most"),
    [(0.04, 35, 4), (0.08, 100, 13), (0.08, 10_000, 845), (0.5, 1, 1)],
)
def test_a_few_words_may_go_wrong_by_chance(share, number, most):
    """`most` or more of them do with a chance of five in a hundred; one more is rarer than that."""
    assert speech.most_by_chance(share, number) == most
    drawn = np.random.default_rng(1).binomial(number, share, 200_000)
    assert np.mean(drawn >= most) >= 0.05 - 0.002
    assert np.mean(drawn > most) < 0.05 + 0.002


@pytest.mark.parametrize(("wrong", "passed"), [(3, True), (5, False)])
def test_a_reel_of_few_words_is_not_refused_for_its_luck(spoken, wrong, passed):
    measure = speech.measures(Heard(text="", words=judged(wrong, 35)), spoken[0])[
        "ordinary_words_wrong_share"
    ]
    assert measure.passed is passed
    assert measure.note == "0.041, and what chance may add to it among 35 words"


def test_a_film_full_of_names_is_held_against_a_voice_that_says_as_many(spoken):
    few = judged(0, 900) + judged(80, 100, "{}.")
    many = judged(0, 500) + judged(80, 500, "{}.")
    passed = [
        speech.measures(Heard(text="", words=words), spoken[0])["words_wrong_share"].passed
        for words in (few, many)
    ]
    assert passed == [False, True]


def test_a_name_that_comes_again_is_counted_once_as_it_was_heard_best(spoken):
    again = [
        JudgedWord("Rust,", 1, 2),
        JudgedWord("Rust", 1, 0),
        JudgedWord("Zig", 1, 1),
        JudgedWord("Zig.", 1, 1),
    ]
    figures = speech.measures(Heard(text="", words=(*judged(0, 96), *again)), spoken[0])
    assert (figures["terms_wrong_share"].value, figures["terms_wrong_share"].n) == (0.5, 2)
    assert figures["words_wrong_share"].value == round(1 / 98, 3)


def test_names_and_numbers_are_counted_apart(spoken):
    words = (
        JudgedWord("It", 1, 0),
        JudgedWord("is", 1, 0),
        JudgedWord("Rust", 1, 1),
        JudgedWord("in", 1, 0),
        JudgedWord("42", 2, 2),
        JudgedWord("lines.", 1, 0),
    )
    figures = speech.measures(Heard(text="it is dust in lines", words=words), spoken[0])
    assert figures["terms_wrong_share"].value == 1
    assert not figures["terms_wrong_share"].passed
    assert figures["ordinary_words_wrong_share"].value == 0


def test_a_word_that_stayed_english_in_a_translation_is_a_term(spoken):
    narration = msgspec.structs.replace(spoken[0], language="pt", engine="kokoro 1")
    words = (*judged(0, 95), JudgedWord("middleware.", 1, 1), JudgedWord("a", 1, 1))
    source = "It imports a middleware."
    told = Heard(text="", words=words)
    assert speech.measures(told, narration, source)["terms_wrong_share"].n == 1
    assert speech.measures(told, narration, source)["ordinary_words_wrong_share"].n == 96
    assert speech.measures(told, narration)["ordinary_words_wrong_share"].n == 97


def test_a_subtitled_film_is_judged_by_the_language_it_speaks(spoken):
    subtitled = msgspec.structs.replace(spoken[0], language="de", heard="en")
    words = judged(0, 100)
    assert speech.measures(Heard(text="", words=words), subtitled)["words_wrong_share"].passed


@pytest.mark.parametrize("language", ["en", "pt", "es", "fr", "it"])
def test_every_language_that_is_spoken_without_being_asked_for_has_a_baseline(language):
    assert (voice_for(language).engine, language) in BASELINES


def test_a_voice_without_a_baseline_and_a_film_nobody_heard_are_not_measured(spoken):
    other = msgspec.structs.replace(spoken[0], engine="espeak-ng 1.52")
    for made in (speech.measures(Heard(text="x"), other), speech.measures(Heard(why_not="no model"), other)):
        assert report("en", {"M2": made}).unmeasured == ("M2.words_wrong_share",)


def test_what_was_misheard_is_not_understood():
    words = (JudgedWord("anyio,", 1, 0), JudgedWord("124", 4, 1))
    assert Heard(text="any io 140", words=words).understood == "anyio, …"
    assert Heard(why_not="off").understood is None
