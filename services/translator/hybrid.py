"""Neural to Portuguese, then Apertium to its neighbours: better than Apertium alone from English."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.translator.apertium import Apertium
from services.translator.engine import Engine

_CLAUSE = re.compile(r"\b(?:se|quando)\b[^,.;:]*", re.IGNORECASE)
_SUBJUNCTIVE = {
    "for": "é",
    "forem": "são",
    "tiver": "tem",
    "tiverem": "têm",
    "estiver": "está",
    "estiverem": "estão",
    "houver": "há",
    "quiser": "quer",
    "quiserem": "querem",
    "puder": "pode",
    "puderem": "podem",
    "fizer": "faz",
    "fizerem": "fazem",
    "precisar": "precisa",
}
"""Portuguese says `if` and `when` in a mood that its neighbours no longer have."""
_FORM = re.compile(rf"\b(?:{'|'.join(_SUBJUNCTIVE)})\b")
_YOU = re.compile(r"\bvocê (?=\w)", re.IGNORECASE)


class Hybrid:
    def __init__(self, neural: Engine, apertium: Apertium) -> None:
        self.name = f"{neural.name}, {apertium.name}"
        self.max_characters = neural.max_characters
        self._neural = neural
        self._apertium = apertium

    def translate(self, sentences: Sequence[str]) -> list[str]:
        return [self._apertium.through(bridged(said)) for said in self._neural.translate(sentences)]

    def close(self) -> None:
        self._apertium.close()
        self._neural.close()


def bridged(portuguese: str) -> str:
    """The sentence in words that Portuguese shares with its neighbours."""
    text = _CLAUSE.sub(lambda clause: _FORM.sub(lambda form: _SUBJUNCTIVE[form[0]], clause[0]), portuguese)
    text = _YOU.sub("", text)
    return text[:1].upper() + text[1:]
