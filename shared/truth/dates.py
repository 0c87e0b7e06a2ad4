"""Dates as people write them: "2019-03-02", "March 2019", "2 March 2019", "março de 2019"."""

from __future__ import annotations

import re
from typing import NamedTuple

_MONTHS = (
    ("january", "enero", "janeiro", "janvier", "gennaio", "gener", "xaneiro", "januar"),
    ("february", "febrero", "fevereiro", "février", "febbraio", "febrer", "febreiro", "februar"),
    ("march", "marzo", "março", "mars", "març", "märz"),
    ("april", "abril", "avril", "aprile"),
    ("may", "mayo", "maio", "mai", "maggio", "maig"),
    ("june", "junio", "junho", "juin", "giugno", "juny", "xuño", "juni"),
    ("july", "julio", "julho", "juillet", "luglio", "juliol", "xullo", "juli"),
    ("august", "agosto", "août", "agost"),
    ("september", "septiembre", "setembro", "septembre", "settembre", "setembre"),
    ("october", "octubre", "outubro", "octobre", "ottobre", "oktober"),
    ("november", "noviembre", "novembro", "novembre"),
    ("december", "diciembre", "dezembro", "décembre", "dicembre", "desembre", "decembro", "dezember"),
)
_NUMBER_OF = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names}
_NAME = "|".join(sorted(_NUMBER_OF, key=len, reverse=True))
_ISO = re.compile(r"(?<![\w-])(\d{4})-(\d{2})-(\d{2})(?![\w-])")
_SPOKEN = re.compile(
    rf"(?:\b(?P<before>\d{{1,2}})(?:st|nd|rd|th|\.|º)?\s+(?:de\s+|d['’])?)?\b(?P<month>{_NAME})"
    r"(?:\s+(?P<after>\d{1,2})(?:st|nd|rd|th)?,)?\s+(?:de\s+|del\s+)?(?P<year>\d{4})\b",
    re.IGNORECASE,
)


class Date(NamedTuple):
    text: str
    year: int
    month: int
    day: int | None

    def agrees(self, other: Date) -> bool:
        """The same date, as far as this one says."""
        return (self.year, self.month) == (other.year, other.month) and self.day in (None, other.day)


def find_dates(text: str) -> tuple[Date, ...]:
    numeric = [Date(match[0], int(match[1]), int(match[2]), int(match[3])) for match in _ISO.finditer(text)]
    return (*numeric, *map(_spoken, _SPOKEN.finditer(text)))


def _spoken(match: re.Match[str]) -> Date:
    day = match["before"] or match["after"]
    return Date(match[0], int(match["year"]), _NUMBER_OF[match["month"].lower()], int(day) if day else None)
