"""Numbers as people write and say them: "3,400", "72 %", "12.4k", "twenty-three", "one point five"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from shared.truth.tokens import Token

Hedge = Literal["exact", "about", "nearly", "over"]

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_NTH = (
    "third:3 fourth:4 fifth:5 sixth:6 seventh:7 eighth:8 ninth:9 tenth:10 eleventh:11 twelfth:12 "
    "thirteenth:13 fourteenth:14 fifteenth:15 sixteenth:16 seventeenth:17 "
    "eighteenth:18 nineteenth:19 twentieth:20"
).split()
_WORDS = {
    **{word: value for value, word in enumerate(_SMALL)},
    **{word: 20 + 10 * place for place, word in enumerate(_TENS)},
    **{word: int(value) for word, value in (entry.split(":") for entry in _NTH)},
}
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_VAGUE = {"dozen", "dozens", "hundreds", "thousands", "millions", "billions", "twice", "half"}
_SUFFIXES = {"k": 1_000, "K": 1_000, "M": 1_000_000, "B": 1_000_000_000}
_PERCENT = {"%", "percent", "per cent", "por ciento", "por cento", "pour cent", "per cento", "prozent"}
_NO_NUMBER = {"one of", "one another", "one by", "one or", "no one", "each one", "this one", "that one"}

_HEDGES: dict[str, Hedge] = {
    **dict.fromkeys(
        "about around roughly some approximately circa environ cerca aproximadamente unos".split(),
        "about",
    ),
    **dict.fromkeys("unas uns umas aproximadament quelque etwa ungefähr rund".split(), "about"),
    **dict.fromkeys("nearly almost casi quase presque quasi knapp gairebé".split(), "nearly"),
    **dict.fromkeys("over oltre über".split(), "over"),
    **dict.fromkeys(("more than", "más de", "mais de", "plus de", "più di", "més de", "mehr als"), "over"),
    **dict.fromkeys(("cerca de", "cerca di", "alrededor de", "arredor de", "prop de", "à peu"), "about"),
    **dict.fromkeys(("près de", "perto de", "preto de"), "about"),
}
_DIGITS = re.compile(r"[-+−]?(\d[\d.,\u00a0\u202f'’]*)(k|K|M|B)?(%)?(?:st|nd|rd|th)?\Z")
_GROUPED = {
    "en": re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?\Z"),
    "other": re.compile(r"\d{1,3}(?:[.\u00a0\u202f'’]\d{3})+(?:,\d+)?\Z"),
}


class Number(NamedTuple):
    text: str
    readings: tuple[Decimal, ...]
    """What the number may mean ("3.400" is two things in Spanish); empty when it is vague ("dozens")."""
    hedge: Hedge
    percent: bool
    places: Decimal
    """The unit of the last digit shown: 0.1 for "91.4 %", 100 for "12.4k"."""
    shortened: bool
    """Written with a k, M or B: rounded by its very form."""
    end: int
    """Index of the first token after the number."""


def read_number(words: Sequence[Token], start: int, language: str) -> Number | None:
    """The number that begins at token `start`, if one does."""
    return _in_digits(words, start, language) or _in_words(words, start, language)


def _in_digits(words: Sequence[Token], start: int, language: str) -> Number | None:
    match = _DIGITS.match(words[start].core)
    if match is None or (match[1].count(".") > 1 and language == "en"):
        return None
    readings = _readings(match[1].rstrip(".,'’"), language)
    if not readings:
        return None
    factor, end = Decimal(_SUFFIXES.get(match[2] or "", 1)), start + 1
    if end < len(words) and words[end].core.lower() in _SCALES:
        factor, end = factor * _SCALES[words[end].core.lower()], end + 1
    places = factor * Decimal(1).scaleb(min(0, int(readings[0].as_tuple().exponent)))
    values = tuple(value * factor for value in readings)
    percent, after = _percent(words, end, closed=bool(match[3]) or "%" in words[start].raw)
    return Number(
        _span(words, start, after), values, _hedge(words, start), percent, places, factor > 1, after
    )


def _readings(digits: str, language: str) -> tuple[Decimal, ...]:
    """English reads one way; elsewhere point and comma change places, and both are tried."""
    readings = []
    if _GROUPED["en"].match(digits) or re.fullmatch(r"\d+(\.\d+)?", digits):
        readings.append(Decimal(digits.replace(",", "")))
    if language != "en" and (_GROUPED["other"].match(digits) or re.fullmatch(r"\d+,\d+", digits)):
        readings.append(Decimal(re.sub(r"[.\u00a0\u202f'’]", "", digits).replace(",", ".")))
    return tuple(readings)


def _in_words(words: Sequence[Token], start: int, language: str) -> Number | None:
    if language != "en" or _is_idiom(words, start):
        return None
    parts, end = _number_words(words, start)
    if not parts:
        return _vague(words, start)
    percent, after = _percent(words, end, closed=False)
    value = _value(parts)
    return Number(
        _span(words, start, after),
        (value,),
        _hedge(words, start),
        percent,
        Decimal(1),
        shortened=False,
        end=after,
    )


def _number_words(words: Sequence[Token], start: int) -> tuple[list[str], int]:
    parts: list[str] = []
    end = start
    for index in range(start, len(words)):
        pieces = words[index].core.lower().split("-")
        if all(piece in _WORDS or piece in _SCALES for piece in pieces):
            parts += pieces
            end = index + 1
        elif not parts or pieces not in (["and"], ["point"]) or not _continues(parts, pieces[0]):
            break
        else:
            parts += pieces
        if words[index].raw[-1] in ",;:.!?”)":
            break
    return parts[: _last_number(parts)], end


def _continues(parts: list[str], joint: str) -> bool:
    """`and` joins only after a scale ("one hundred and five"), `point` after any number word."""
    return parts[-1] in _SCALES if joint == "and" else parts[-1] in _WORDS


def _last_number(parts: list[str]) -> int:
    while parts and parts[-1] in ("and", "point"):
        parts.pop()
    return len(parts)


def _value(parts: list[str]) -> Decimal:
    if "point" in parts:
        at = parts.index("point")
        decimals = "".join(str(_WORDS[part]) for part in parts[at + 1 :] if part in _WORDS)
        scale = Decimal(next((_SCALES[part] for part in parts[at + 1 :] if part in _SCALES), 1))
        return (_value(parts[:at]) + Decimal(f"0.{decimals or 0}")) * scale
    total, current = 0, 0
    for part in parts:
        if part == "hundred":
            current = max(current, 1) * 100
        elif part in _SCALES:
            total, current = total + max(current, 1) * _SCALES[part], 0
        else:
            current += _WORDS.get(part, 0)
    return Decimal(total + current)


def _vague(words: Sequence[Token], start: int) -> Number | None:
    if words[start].core.lower() not in _VAGUE:
        return None
    return Number(
        words[start].core, (), "exact", percent=False, places=Decimal(1), shortened=False, end=start + 1
    )


def _is_idiom(words: Sequence[Token], start: int) -> bool:
    around = [word.core.lower() for word in words[max(0, start - 1) : start + 2]]
    pairs = {" ".join(around[:2]), " ".join(around[-2:])}
    return words[start].core.lower() == "one" and bool(pairs & _NO_NUMBER)


def _percent(words: Sequence[Token], end: int, *, closed: bool) -> tuple[bool, int]:
    if closed:
        return True, end
    for length in (1, 2):
        if (
            " ".join(word.core.lower() or word.raw.strip(".,;:") for word in words[end : end + length])
            in _PERCENT
        ):
            return True, end + length
    return False, end


def _hedge(words: Sequence[Token], start: int) -> Hedge:
    before = [word.core.lower() for word in words[max(0, start - 2) : start]]
    return _HEDGES.get(" ".join(before)) or _HEDGES.get(before[-1] if before else "") or "exact"


def _span(words: Sequence[Token], start: int, end: int) -> str:
    return " ".join(word.raw for word in words[start:end]).strip('.,;:!?()“”"')
