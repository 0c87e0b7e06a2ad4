"""The benchmark's ordinary words and its quoted sentences."""

import pytest

from tests.bench.ordinary import is_ordinary, ordinary
from tests.bench.speech import sentences


@pytest.mark.parametrize("word", ["the", "files,", "don't", "(well-known", "city's"])
def test_frequent_words_are_ordinary(word):
    assert is_ordinary(word, first=False)


@pytest.mark.parametrize("word", ["Python", "os.path", "3", "asyncio", "Swift", "API", "README.md", "—"])
def test_names_codes_and_terms_are_not(word):
    assert not is_ordinary(word, first=False)


def test_the_first_word_of_a_sentence_may_have_a_capital():
    assert is_ordinary("These", first=True)
    assert not is_ordinary("These", first=False)


def test_as_many_sentences_are_held_out_as_seen_and_none_is_both():
    held_out, seen = sentences("held out"), sentences("seen")
    assert len(held_out) == len(seen) == 40
    assert not set(held_out) & set(seen)


def test_plain_sentences_hold_ordinary_words_only():
    assert len(ordinary()) > 10_000
    for _, sentence in sentences("plain"):
        for place, word in enumerate(sentence.split()):
            assert is_ordinary(word, first=not place), word
