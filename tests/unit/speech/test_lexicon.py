"""The lexicon file: well formed, and every entry can be said."""

import re
from importlib.resources import files

import pytest

from shared.speech.english.phonemes import Phonemes, alphabet
from shared.speech.lexicon import lexicon, parse
from shared.speech.normalise import read

TERMS = lexicon("en").terms


def test_the_lexicon_covers_the_field():
    assert len(TERMS) >= 1000


@pytest.mark.parametrize("term", ["kubernetes", "jetstream", "nats", "postgresql", "c++", "nginx", "json"])
def test_core_terms_are_listed(term):
    assert lexicon("en").find(term)


def test_a_lower_case_term_is_found_however_it_is_written():
    assert lexicon("en").find("PostgreSQL") == lexicon("en").find("postgresql") != None  # noqa: E711


def test_a_term_with_capitals_is_found_only_as_it_stands():
    assert lexicon("en").find("IT") == "I T"
    assert lexicon("en").find("it") is None


def test_every_phoneme_of_the_lexicon_is_in_the_alphabet_of_the_voice():
    known = set(alphabet())
    for term, said in TERMS.items():
        for phonemes in re.findall(r"/([^/]+)/", said):
            assert set(phonemes) <= known, (term, set(phonemes) - known)


@pytest.mark.parametrize("language", ["pt", "es", "fr", "it"])
def test_the_other_languages_list_the_common_terms_in_signs_the_voices_know(language):
    terms, known = lexicon(language).terms, set(alphabet())
    assert {"readme", "github", "python", "commit", "middleware", "json"} <= set(terms)
    for term, said in terms.items():
        assert all(set(phonemes) <= known for phonemes in re.findall(r"/([^/]+)/", said)), term
        assert any(reading.tokens for reading in read(term, language)), term


def test_every_entry_is_pronounceable():
    phonemes = Phonemes()
    for term in TERMS:
        readings = read(term, "en")
        chunks = list(phonemes.of(readings))
        assert chunks, term
        assert all(chunk.phonemes for chunk in chunks), term


def test_every_entry_is_reached_by_the_word_as_it_is_written():
    for term, said in TERMS.items():
        assert lexicon("en").find(term) == said


def test_a_language_without_a_file_has_an_empty_lexicon():
    assert lexicon("xx").find("python") is None


@pytest.mark.parametrize("line", ["no tab", "term\t", "\tsaid", "python\tone\npython\ttwo"])
def test_a_wrong_line_is_named(line):
    with pytest.raises(ValueError, match=r"line \d is no new term"):
        parse(line)


def test_the_data_files_are_clean():
    for name in ("lexicon.en.tsv", "units.en.tsv"):
        for line in (files("shared.speech") / "data" / name).read_text("utf-8").splitlines():
            assert line == line.rstrip(), (name, line)
            assert not line or line.startswith("# ") or "\t" in line
