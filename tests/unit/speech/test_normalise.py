"""What is said for what is written, and the bookkeeping between the two."""

import pytest

from shared.speech.normalise import MOST_CHARACTERS, Reading, read


def said(reading: Reading) -> str:
    """The tokens as one line: letters to spell with hyphens, ready phonemes as they are."""
    return " ".join("-".join(t.text) if t.spelled else t.text for t in reading.tokens)


def saying(text: str) -> str:
    return " ".join(said(reading) for reading in read(text, "en") if reading.tokens)


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("v2.15.1", "version two point fifteen point one"),
        ("V2", "version two"),
        ("version v1.0", "version one point zero"),
        ("1.4.0rc1", "one point four point zero R-C one"),
        ("2.0.0-beta.2", "two point zero point zero beta dot two"),
        ("Python 3.11", "pˈIθˌɑn three point eleven"),
        ("costs 3.11", "costs three point one one"),
        ("3.11+", "three point eleven plus"),
        (">=3.9,<4", "at least three point nine less than four"),
        ("12,345", "twelve thousand three hundred forty five"),
        ("1_000_000", "one million"),
        ("0", "zero"),
        ("007", "zero zero seven"),
        ("1500", "one thousand five hundred"),
        ("10k", "ten thousand"),
        ("1.2k", "one point two thousand"),
        ("5M", "five million"),
        ("72%", "seventy two percent"),
        ("72 %", "seventy two percent"),
        ("10x", "ten times"),
        ("1 ms", "one millisecond"),
        ("5ms", "five milliseconds"),
        ("300 MB", "three hundred megabytes"),
        ("$1.5M", "one point five million dollars"),
        ("$1", "one dollar"),
        ("21st", "twenty first"),
        ("30th", "thirtieth"),
        ("12th", "twelfth"),
        ("-14", "minus fourteen"),
        ("10-20", "ten to twenty"),
        ("10–20", "ten to twenty"),
        ("~50", "about fifty"),
        ("½", "one half"),
        ("2026", "twenty twenty six"),
        ("2005", "two thousand five"),
        ("1905", "nineteen oh five"),
        ("1900", "nineteen hundred"),
        ("1990s", "nineteen nineties"),
        ("2026-11-23", "November twenty third, twenty twenty six"),
        ("12:30", "twelve thirty"),
        ("9:05", "nine oh five"),
        ("10:00", "ten o'clock"),
        ("os.path", "O-S dot path"),
        ("shared/pipeline.py", "shared slash pipeline dot P-Y"),
        ("README.md", "read me dot M-D"),
        (".env", "dot ˈɛnv"),
        ("src/", "source"),
        ("/jobs", "slash jobs"),
        ("*.py", "star dot P-Y"),
        ("snake_case", "snake case"),
        ("__init__", "ɪnˈɪt"),
        ("CamelCase", "Camel Case"),
        ("HTTPServer", "H-T-T-P Server"),
        ("foo()", "foo"),
        ("foo(bar)", "foo bar"),
        ("`make", "make"),
        ("std::vector", "S-T-D vector"),
        ("--lang", "dash dash lang"),
        ("-v", "dash V"),
        ("HTTP/2", "H-T-T-P two"),
        ("I/O", "I-O"),
        ("CI/CD", "C-I C-D"),
        ("TCP/UDP", "T-C-P U-D-P"),
        ("pallets/flask", "pallets slash flask"),
        ("9/10", "nine slash ten"),
        ("C++", "C plus plus"),
        ("C#", "C sharp"),
        (".NET", "dot net"),
        ("Node.js", "node J-S"),
        ("e.g.", "for example"),
        ("i.e.", "that is"),
        ("U.S.", "U-S"),
        ("APIs", "A-P-I"),
        ("base64", "base sixty four"),
        ("python3.11", "pˈIθˌɑn three point eleven"),
        ("iso8601", "ˈIsO eighty six oh one"),
        ("b4a139d", "B four A one three nine D"),
        ("https://github.com/a/b", "ɡˈɪt hˌʌb dot com slash A slash B"),
        ("localhost:8080", "local host eighty eighty"),
        ("me@example.com", "me at example dot com"),
        ("state-of-the-art", "state-of-the-art"),
        ("nats-server", "nˈæts server"),
        ("don't", "don't"),
        ("users' data", "users data"),
        ("José", "Jose"),
        ("R&D", "R and D"),
        ("a + b", "a plus B"),
        ("Plan A", "Plan A"),
    ],
)
def test_technical_writing_is_said_as_people_say_it(written, spoken):
    assert saying(written) == spoken


@pytest.mark.parametrize("silent", ["—", "–", "-", "...", "…", "🎉", "数据", "™", "()", "|", "***"])
def test_what_the_language_cannot_say_is_only_seen(silent):
    (before, unheard, after) = read(f"Stars {silent} stars", "en")
    assert not unheard.tokens
    assert before.tokens
    assert after.tokens


def test_there_is_one_reading_for_each_written_word():
    text = "The `make test` target — v2.15.1, 72% (of 数据) — runs\tall\n 12,345  tests."
    assert [reading.word for reading in read(text, "en")] == text.split()


def test_marks_become_pauses_and_a_dash_belongs_to_the_word_before():
    pauses = {r.word: r.pause for r in read("First, second; third: (fourth) fifth — sixth", "en")}
    assert pauses == {
        "First,": ",",
        "second;": ";",
        "third:": ":",
        "(fourth)": ",",
        "fifth": "—",
        "—": "",
        "sixth": ".",
    }


def test_the_call_brackets_of_a_function_make_no_pause():
    assert read("call foo() now", "en")[1].pause == ""


def test_the_dot_of_an_abbreviation_ends_no_sentence():
    assert [r.pause for r in read("See e.g. the U.S. team", "en")] == ["", "", "", "", "."]


def test_a_plural_of_a_term_keeps_the_terms_pronunciation():
    (one,), (many,) = read("webhook", "en"), read("webhooks", "en")
    assert said(one) == said(many)
    assert many.tokens[-1].sibilant
    assert not one.tokens[-1].sibilant


def test_lone_capitals_are_letters_and_the_first_person_is_a_word():
    (i, letter) = read("I x", "en")
    assert not i.tokens[0].spelled
    assert letter.tokens[0].spelled


def test_a_giant_word_is_read_to_its_limit_only():
    (reading,) = read("1" * 5000, "en")
    assert len(reading.tokens) == MOST_CHARACTERS
    (reading,) = read("ab1" * 5000, "en")
    assert len(reading.tokens) <= MOST_CHARACTERS


def test_other_digits_and_marks_of_unicode_are_survived():
    assert saying("٣٤ １２ ²³ Ⅳ ﬁle") != ""
