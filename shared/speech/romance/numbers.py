"""Whole numbers in Portuguese words: feminine, as espeak-ng has none (`duas linhas`), or masculine."""

from __future__ import annotations

import re

_ONES = (
    "zero uma duas três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis "
    "dezessete dezoito dezenove"
).split()
_TENS = ["", "", *"vinte trinta quarenta cinquenta sessenta setenta oitenta noventa".split()]
_HUNDREDS = (
    "_ cento duzentas trezentas quatrocentas quinhentas seiscentas setecentas oitocentas novecentas"
).split()
_MASCULINE_FORMS = {"uma": "um", "duas": "dois"}
_MILLION, _HUNDRED = 1_000_000, 100

_FEMININE = re.compile(
    r"(?:.*(?:a|as|[çs]ão|[çs]ões|dades?|agens|agem)"
    r"|vez(?:es)?|redes?|partes?|classes?|chaves?|interfaces?|fontes?|bases?)"
)
_MASCULINE = re.compile(
    r"(?:.*(?:[eo]ma|[eo]mas|grama|gramas)|dias?|mapas?|cada|para|na|nas|da|das|a|as|contra)"
)


def wants_feminine(noun: str) -> bool:
    """Whether a counted noun is feminine, as far as its ending tells."""
    return bool(_FEMININE.fullmatch(noun)) and not _MASCULINE.fullmatch(noun)


def feminine(digits: str) -> str:
    """`342`: trezentas e quarenta e duas. From a million on it is left in digits."""
    number = int(digits)
    if number >= _MILLION:
        return digits
    thousands, rest = divmod(number, 1000)
    if not thousands:
        return _below_thousand(rest)
    head = "mil" if thousands == 1 else f"{_below_thousand(thousands)} mil"
    if not rest:
        return head
    joint = " e " if rest < _HUNDRED or rest % _HUNDRED == 0 else " "
    return head + joint + _below_thousand(rest)


def masculine(digits: str) -> str:
    """`342`: trezentos e quarenta e dois. From a million on it is left in digits."""
    return " ".join(
        _MASCULINE_FORMS.get(word, word.replace("entas", "entos")) for word in feminine(digits).split()
    )


def _below_thousand(number: int) -> str:
    if number == _HUNDRED:
        return "cem"
    hundreds, rest = divmod(number, _HUNDRED)
    words = [_HUNDREDS[hundreds]] if hundreds else []
    if rest >= len(_ONES):
        words.append(_TENS[rest // 10])
        rest %= 10
    if rest or not words:
        words.append(_ONES[rest])
    return " e ".join(words)
