"""M1: what a film claims is looked up, and whether it tells its facts is asked."""

from __future__ import annotations

import re

import msgspec
import pytest

from services.narrator.write import write
from services.publisher.quality import questions, truth
from services.publisher.quality.report import report
from shared.truth import quiz
from tests.support.fact_bases import ALL, LIBRARY

SCRIPT = write(LIBRARY)
QUIZ = quiz.make(LIBRARY)


def retold(script, change):
    """The script with one change made to every spoken sentence."""
    return msgspec.structs.replace(
        script,
        scenes=tuple(
            msgspec.structs.replace(
                scene,
                sentences=tuple(
                    msgspec.structs.replace(sentence, text=change(sentence.text))
                    for sentence in scene.sentences
                ),
            )
            for scene in script.scenes
        ),
    )


def m1(script):
    return report("en", {"M1": truth.measures(script, LIBRARY)})


def m1b(script=SCRIPT, heard=None, base=LIBRARY):
    return report("en", {"M1b": questions.measures(QUIZ, script, base, heard, "nobody listened")})


def test_a_true_script_passes_and_says_on_how_many_claims():
    made = m1(SCRIPT)
    assert made.passed
    assert made.gates["M1"].measures["claims_in_facts_share"].n > 20


def test_one_changed_number_fails_the_truth_gate_and_no_other():
    number = next(found for found in re.findall(r"\b\d{2,}\b", questions.said(SCRIPT)))
    changed = retold(SCRIPT, lambda text: text.replace(number, str(int(number) + 9)))
    made = m1(changed)
    assert made.failed == ("M1.claims_in_facts_share",)
    assert made.gates["M1"].measures["claims_in_facts_share"].value < 1


def test_a_sentence_without_facts_fails():
    first, *rest = SCRIPT.scenes
    bare = tuple(msgspec.structs.replace(sentence, facts=()) for sentence in first.sentences)
    made = m1(msgspec.structs.replace(SCRIPT, scenes=(msgspec.structs.replace(first, sentences=bare), *rest)))
    assert "M1.sentences_with_facts_share" in made.failed


def test_the_quiz_is_answered_from_the_script_and_not_without_the_film():
    made = m1b(heard=questions.said(SCRIPT))
    assert made.passed
    figures = made.gates["M1b"].measures
    assert figures["answered_from_script_share"].value >= 0.85
    assert figures["answered_without_film_share"].value <= 0.30
    assert figures["answered_from_script_share"].n >= 10


def test_a_film_nobody_listened_to_is_not_measured():
    assert m1b().unmeasured == ("M1b.answered_from_sound_share",)
    assert m1b().gates["M1b"].passed is None


def test_a_film_that_tells_nothing_fails():
    made = m1b(retold(SCRIPT, lambda _text: "A film."), heard="A film.")
    assert made.failed == ("M1b.answered_from_script_share",)


def test_sound_that_tells_something_else_fails():
    other = questions.said(write(ALL[1]))
    assert m1b(heard=other).failed == ("M1b.answered_from_sound_share",)


@pytest.mark.parametrize("base", ALL)
def test_nobody_answers_more_than_guesses_without_the_film(base):
    made = questions.measures(quiz.make(base), write(base), base, heard="")
    assert made["answered_without_film_share"].passed


def test_a_quiz_whose_answers_stand_in_the_name_fails():
    telling = " ".join(one.options[one.answer] for one in QUIZ if one.kind == "text")
    made = m1b(heard=questions.said(SCRIPT), base=msgspec.structs.replace(LIBRARY, repo=telling))
    assert made.failed == ("M1b.answered_without_film_share",)


def test_whoever_knows_an_answer_is_found_out():
    known = " ".join(one.options[one.answer] for one in QUIZ if one.kind == "text")
    assert questions.known_share(QUIZ, "") == pytest.approx(0.25)
    assert questions.known_share(QUIZ, known) > 0.30


def test_a_release_film_that_tells_of_changes_only_is_not_asked_about_the_rest():
    about_changes = [
        msgspec.structs.replace(
            scene, sentences=tuple(msgspec.structs.replace(one, facts=()) for one in scene.sentences)
        )
        for scene in SCRIPT.scenes
    ]
    of_release = msgspec.structs.replace(SCRIPT, profile="release", scenes=tuple(about_changes))
    assert m1b(of_release, questions.said(SCRIPT)).passed
    assert list(m1b(of_release).gates["M1b"].measures) == ["answered_without_film_share"]

    overview = msgspec.structs.replace(of_release, profile="overview")
    assert "M1b.answered_from_script_share" in m1b(overview, questions.said(SCRIPT)).failed


@pytest.mark.parametrize("count", range(2, 13))
def test_of_a_short_films_answers_one_may_be_lost_and_not_two(count):
    base = ALL[0]
    script = write(base)
    planned = questions.planned_of(quiz.make(base), script)[:count]
    words = [" ".join(str(one.options[one.answer]) for one in planned[lost:]) for lost in (0, 1, 2)]
    heard = [questions.measures(planned, script, base, text)["answered_from_sound_share"] for text in words]
    shares = [quiz.score(planned, text).share for text in words]
    for made, share in zip(heard, shares, strict=True):
        right, of = (
            round(share * len(planned)),
            round(quiz.score(planned, questions.said(script)).share * len(planned)),
        )
        assert made.passed == (of - right <= 1)
