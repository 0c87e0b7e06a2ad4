"""What a model's sentence must hold to: the gate, and no word that neither the facts nor the template say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.narrator.write.hostile import boasts, gives_orders, is_suspect
from services.narrator.write.pace import seconds
from shared.facts import FactBase
from shared.script import Sentence
from shared.truth import Gate
from shared.truth.grounds import Grounds
from shared.truth.plain import letters
from shared.truth.spots import Spot
from shared.truth.vocabulary import COMMON

MAX_STRETCH, EXTRA_SECONDS = 1.3, 1.0
"""How much longer than the template's a sentence may take: the pictures were made for that."""
_NEGATION = re.compile(r"(?i)\b(?:no|not|none|nothing|never|without|cannot|nobody)\b|n['’]t\b")
_SUFFIXES = ("ing", "ed", "es", "s", "ly", "d")


class Guard:
    def __init__(self, base: FactBase, language: str) -> None:
        self._gate = Gate(language, base)
        self._base = base

    def faults(self, text: str, template: Sentence) -> Iterator[str]:
        """Everything that keeps `text` from standing in the place of the template's sentence."""
        for violation in self._gate.judge(Spot("", text, template.facts, spoken=True)):
            yield f"{violation.word!r} {violation.why}"
        if any(test(text) and not test(template.text) for test in (gives_orders, is_suspect, boasts)):
            yield "it praises, advertises or gives orders"
        if bool(_NEGATION.search(text)) != bool(_NEGATION.search(template.text)):
            yield "it denies what the template says, or the other way round"
        if seconds(text) > MAX_STRETCH * seconds(template.text) + EXTRA_SECONDS:
            yield "it is too long"
        for word in self._unfounded(text, template):
            yield f"{word!r} is in none of the cited facts"

    def _unfounded(self, text: str, template: Sentence) -> Iterator[str]:
        facts = (fact for fact in map(self._base.find, template.facts) if fact is not None)
        known = {_stem(word) for word in letters(f"{template.text} {Grounds(facts).texts}").split()}
        for word in letters(text).split():
            if word not in COMMON and not word.isdigit() and _stem(word) not in known:
                yield word


def _stem(word: str) -> str:
    """The word without its ending: `holds` and `holding` are one."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) > len(suffix) + 2:
            return word[: -len(suffix)]
    return word
