"""The quiz: made before the script, answered from it, not answered without it."""

from __future__ import annotations

import msgspec
import pytest

from services.narrator.write import write
from shared.truth import quiz
from tests.support.fact_bases import ALL, LIBRARY, fact, having


def text_of(base) -> str:
    return " ".join(sentence.text for scene in write(base).scenes for sentence in scene.sentences)


def planned(base) -> list[quiz.Question]:
    cited = {known for scene in write(base).scenes for told in scene.sentences for known in told.facts}
    return [question for question in quiz.make(base) if question.fact in cited]


def test_a_rich_repository_gives_at_least_twenty_questions_with_four_options_each():
    questions = quiz.make(LIBRARY)
    assert len(questions) >= 20
    assert all(len(set(question.options)) == 4 for question in questions)
    assert len({question.answer for question in questions}) == 4


def test_the_same_facts_give_the_same_quiz_other_facts_another():
    assert quiz.fingerprint(quiz.make(LIBRARY)) == quiz.fingerprint(quiz.make(LIBRARY))
    other = having(LIBRARY, fact("files.count", "size", 113))
    assert quiz.fingerprint(quiz.make(LIBRARY)) != quiz.fingerprint(quiz.make(other))


def test_the_script_answers_what_it_planned_to_tell():
    assert quiz.score(planned(LIBRARY), text_of(LIBRARY)).share >= 0.85


def test_without_the_film_a_quarter_is_guessed():
    """The control, over many made-up repositories."""
    bases = [having(LIBRARY, *_varied(number)) for number in range(30)]
    questions = [question for base in bases for question in quiz.make(base)]
    assert 0.18 <= quiz.score(questions, "").share <= 0.30


def _varied(number: int):
    yield fact("files.count", "size", 100 + 7 * number)
    yield fact("lines.count", "size", 5000 + 311 * number)
    yield fact("commits.count", "history", 900 + 13 * number)
    yield fact("contributors.count", "history", 20 + number)
    yield fact("license.spdx", "license", f"Own-{number}.0")
    yield fact("tag.1", "tag", f"v{number}.4.1", date="2026-09-14")


def test_another_repositorys_film_answers_little():
    questions = quiz.make(LIBRARY)
    other = quiz.score(questions, text_of(ALL[1])).share
    assert other < quiz.score(questions, text_of(LIBRARY)).share - 0.2


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("It holds 112 files.", True),
        ("It holds one hundred and twelve files.", True),
        ("It holds about 112 files.", True),
        ("It holds 112 commits.", False),
    ],
)
def test_a_number_counts_only_beside_its_noun(text, right):
    question = next(one for one in quiz.make(LIBRARY) if one.fact == "files.count")
    stands = [option for option in question.options if quiz.stands(question, option, text)]
    assert (stands == ["112"]) is right


def test_wrong_answers_are_never_a_rounding_of_the_right_one():
    for base in ALL:
        for question in quiz.make(base):
            right = question.options[question.answer]
            assert question.options.count(right) == 1
            if question.kind == "number":
                wrong = [int(option) for option in question.options if option != right]
                assert all(abs(other - int(right)) > 0.05 * int(right) for other in wrong)


def test_what_the_repositorys_name_gives_away_is_not_asked():
    asked = quiz.make(LIBRARY)
    given = [one.options[one.answer] for one in asked if one.kind == "text"]
    named = msgspec.structs.replace(LIBRARY, repo=f"acme/{'-'.join(given)}")
    left = quiz.make(named)
    assert len(left) < len(asked)
    assert not any(quiz.stands(one, one.options[one.answer], named.repo) for one in left)


@pytest.mark.parametrize(
    ("feature", "said"),
    [
        ("Fast // Optimized to process millions of items", "It is “optimized to process millions”."),
        ("Background workers // They run apart from the web server", "It offers “background workers”."),
        ("Streams large files without loading them", "It streams large files without loading them."),
    ],
)
def test_a_feature_is_known_by_what_a_film_says_of_it(feature, said):
    base = having(LIBRARY, fact("readme.feature.1", "readme", feature))
    (question,) = [one for one in quiz.make(base) if one.fact == "readme.feature.1"]
    assert quiz.answer(question, said) == question.answer
    assert quiz.stands(question, question.options[question.answer], said)
