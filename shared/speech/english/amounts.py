"""Amounts and their units: `12,345`, `3.5`, `300 MB`, `$5`."""

from __future__ import annotations

import functools
import re
from importlib.resources import files

from shared.speech.english import numbers

COUNT = r"(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?:_\d{3})+|\d+)"
AMOUNT = rf"{COUNT}(?:\.\d+)?"

_AMOUNT = re.compile(AMOUNT)
_BEFORE_A_VERSION = ("version", "versions", "release", "releases", "tag", "and", "or", "to")
_CURRENCIES = {"$": "dollar", "€": "euro", "£": "pound"}


def amount(number: str, before: str = "") -> str:
    """`3.11` is "three point one one", but a version behind a name: "Python three point eleven"."""
    whole, _, fraction = number.partition(".")
    if not fraction:
        return numbers.cardinal(whole)
    named = before[:1].isupper() or before in _BEFORE_A_VERSION
    if named and len(fraction) > 1 and fraction[0] != "0":
        return numbers.version(number)
    return numbers.decimal(number)


def measured(number: str, name: str) -> str:
    return f"{amount(number)} {unit(name, number)}"


def money(currency: str, number: str, scale: str) -> str:
    one = number == "1" and not scale
    scaled = f"{amount(number)} {unit(scale, number)}" if scale else amount(number)
    return f"{scaled} {_CURRENCIES[currency]}{'' if one else 's'}"


def follows_number(before: str) -> bool:
    return _AMOUNT.fullmatch(before) is not None


def unit(name: str, number: str) -> str:
    one, many = units()[name]
    return one if number == "1" else many


@functools.cache
def units() -> dict[str, tuple[str, str]]:
    """The units of `data/units.en.tsv`: as written, to what is said of one and of many."""
    lines = (files("shared.speech") / "data" / "units.en.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("# ")]
    return {name: (one, many) for name, one, many in rows}
