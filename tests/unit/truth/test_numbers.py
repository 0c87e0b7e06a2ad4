"""Numbers are read as they are written and as they are said."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.truth.numbers import read_number
from shared.truth.tokens import tokens

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


def value(text: str, language: str = "en") -> tuple[Decimal, ...]:
    number = read_number(tokens(text), 0, language)
    return number.readings if number else ()


def in_words(number: int) -> str:
    for size, name in ((1_000_000, "million"), (1_000, "thousand"), (100, "hundred")):
        if number >= size:
            rest = number % size
            tail = "" if not rest else f" and {in_words(rest)}" if rest < 100 else f" {in_words(rest)}"
            return f"{in_words(number // size)} {name}{tail}"
    if number < 20:
        return ONES[number]
    return TENS[number // 10 - 2] + (f"-{ONES[number % 10]}" if number % 10 else "")


@given(st.integers(0, 999_999_999))
def test_a_number_in_words_means_the_number(number):
    assert value(in_words(number)) == (Decimal(number),)


@given(st.integers(0, 10**12))
def test_a_number_in_digits_means_the_number(number):
    assert value(str(number)) == value(f"{number:,}") == (Decimal(number),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3,400", "3400"),
        ("72%", "72"),
        ("72 %", "72"),
        ("12.4k", "12400.0"),
        ("1.5 million", "1500000.0"),
        ("23rd", "23"),
        ("twenty-third", "23"),
        ("one point five", "1.5"),
        ("two thousand twenty-six", "2026"),
        ("a hundred"[2:], "100"),
    ],
)
def test_the_forms_of_a_number(text, expected):
    assert value(text) == (Decimal(expected),)


@pytest.mark.parametrize("text", ["one of them", "one another", "v1.2.3", "1.2.3", "abc", "3-clause"])
def test_what_is_no_number(text):
    assert value(text) == ()


def test_a_spanish_number_may_mean_two_things():
    assert set(value("3.400", "es")) == {Decimal(3400), Decimal("3.400")}


@pytest.mark.parametrize(
    ("text", "start", "hedge"),
    [("about 12", 1, "about"), ("more than 12", 2, "over"), ("nearly 12", 1, "nearly"), ("of 12", 1, "exact"),
     ("más de 12", 2, "over")],
)  # fmt: skip
def test_a_hedge_is_heard(text, start, hedge):
    number = read_number(tokens(text), start, "en")
    assert number is not None
    assert number.hedge == hedge
