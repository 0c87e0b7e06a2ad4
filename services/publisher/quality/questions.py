"""M1b: whether a film tells its facts, by a quiz that was made before the script was written.

Only in the language scripts are written in: the quiz is asked and read in it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from services.publisher.quality.report import Measure, at_least, at_most, unmeasured
from shared.facts import FactBase
from shared.script import Script
from shared.truth import quiz
from shared.truth.quiz import Question

TOLD_SHARE = 0.85
LOST_SHARE = 0.10
"""So much less may be understood from the sound than stands in the script. Where one answer is more, since a
short film has room for fewer than ten questions, that one may be lost."""
BLIND_SHARE = 0.30
"""More is not known to anybody who has not seen the film. Where one known answer is more (in a quiz of fewer
than 15 questions), that one may be known."""
GUESSED_SHARE = 1 / quiz.OPTIONS


def measures(
    questions: Sequence[Question], script: Script, facts: FactBase, heard: str | None, why_unheard: str = ""
) -> Mapping[str, Measure]:
    """`heard` is the transcript of the finished film; without it, `why_unheard` says why.

    A release's film tells of changes, about which the quiz has no questions: where it cites none of
    the quiz's facts, there is nothing to answer from it.
    """
    planned = planned_of(questions, script)
    most_blind = max(BLIND_SHARE, (1 + GUESSED_SHARE * (len(questions) - 1)) / max(1, len(questions)))
    blind = at_most(known_share(questions, facts.repo), most_blind, len(questions))
    if not planned and script.profile == "release":
        return {"answered_without_film_share": blind}
    told = quiz.score(planned, said(script)).share
    lost = max(1, math.floor(LOST_SHARE * len(planned)))
    least_heard = (round(told * len(planned)) - lost) / max(1, len(planned))
    return {
        "answered_from_script_share": at_least(told, TOLD_SHARE, len(planned)),
        "answered_from_sound_share": unmeasured(f"≥ {least_heard:g}", why_unheard)
        if heard is None
        else at_least(quiz.score(planned, heard).share, least_heard, len(planned)),
        "answered_without_film_share": blind,
    }


def planned_of(questions: Sequence[Question], script: Script) -> tuple[Question, ...]:
    """The questions about facts that this film has room for: those its sentences cite."""
    cited = {fact for scene in script.scenes for sentence in scene.sentences for fact in sentence.facts}
    return tuple(question for question in questions if question.fact in cited)


def said(script: Script) -> str:
    return " ".join(sentence.text for scene in script.scenes for sentence in scene.sentences)


def known_share(questions: Sequence[Question], text: str) -> float:
    """What somebody may expect to answer rightly who knows this text only, and guesses the rest."""
    chances = []
    for question in questions:
        standing = [
            place for place, option in enumerate(question.options) if quiz.stands(question, option, text)
        ]
        among = standing or range(len(question.options))
        chances.append((question.answer in among) / len(among))
    return sum(chances) / max(1, len(chances))
