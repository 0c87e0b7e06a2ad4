"""What is said in Portuguese, Spanish, French and Italian for what is written."""

import re
from importlib.resources import files

import pytest

from shared.speech.english.phonemes import alphabet
from shared.speech.lexicon import lexicon
from shared.speech.normalise import read
from shared.speech.romance import LANGUAGES
from shared.speech.romance.numbers import feminine, masculine, wants_feminine
from shared.speech.romance.wording import parse, wording


def saying(text: str, language: str) -> str:
    return " ".join(token.text for reading in read(text, language) for token in reading.tokens)


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("12.431 arquivos", "12431 arquivos"),
        ("12.431 linhas", "doze mil quatrocentas e trinta e uma linhas"),
        ("2 pastas", "duas pastas"),
        ("2 programas", "2 programas"),
        ("72%", "72 por cento"),
        ("3,5 MB", "3 vírgula 5 megabaites"),
        ("1 MB", "1 megabaite"),
        ("10ms", "10 milissegundos"),
        ("v2.15.1", "versão 2 ponto 15 ponto 1"),
        ("versão v1.0", "versão 1 ponto 0"),
        ("3.11", "3 ponto 11"),
        ("2.0.0-rc1", "2 ponto 0 ponto 0 érre cê 1"),
        ("2026-11-23", "23 de novembro de 2026"),
        ("10-20", "10 a 20"),
        ("-14", "menos 14"),
        ("007", "0 0 7"),
        ("0,07", "0 vírgula 0 7"),
        ("shared/pipeline.py", "xérdi barra pipeline ponto pê ípsilon"),
        ("README.md", "rid mi ponto eme dê"),
        ("snake_case", "snake case"),
        ("CamelCase", "camel case"),
        ("foo()", "foo"),
        ("--lang", "traço traço lang"),
        ("HTTP", "agá tê tê pê"),
        ("XYZ", "xis ípsilon zê"),
        ("C++", "cê mais mais"),
        ("A linguagem C", "a linguagem cê"),
        ("É assim", "é assim"),
        ("guarda-chuva", "guarda-chuva"),
        ("me@example.com", "me arroba example ponto com"),
        ("https://exemplo.br/", "exemplo ponto bê érre"),
        ("3f9c2ab", "3 éfe 9 cê 2 á bê"),
    ],
)
def test_technical_writing_is_said_as_brazilians_say_it(written, spoken):
    assert saying(written, "pt") == spoken


@pytest.mark.parametrize(
    ("language", "written", "spoken"),
    [
        ("es", "La versión v2.1 usa 3,5 MB", "la versión 2 punto 1 usa 3 coma 5 megabaits"),
        ("fr", "le 2026-03-02", "le 2 mars 2026"),
        ("fr", "l'école", "l'école"),
        ("fr", "soit 12 431 fichiers", "soit 12000 431 fichiers"),
        ("fr", "1 000 000 de lignes", "1000000 de lignes"),
        ("fr", "12 001,5 Mo", "12000 1 virgule 5 mégaoctets"),
        ("fr", "3 000, 201 et 12, 431", "3000 201 et 12 431"),
        ("es", "12 431", "12 431"),
        ("it", "72% di utils.py", "72 per cento di jˈutˌɪlz punto pi ipsilon"),
    ],
)
def test_the_other_languages_have_words_of_their_own(language, written, spoken):
    assert saying(written, language) == spoken


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("silent", ["—", "-", "…", "🎉", "数据", "()", "***"])
def test_what_the_language_cannot_say_is_only_seen(language, silent):
    before, unheard, after = read(f"bravo {silent} bravo", language)
    assert not unheard.tokens
    assert before.tokens
    assert after.tokens


@pytest.mark.parametrize(
    ("digits", "words"),
    [
        ("0", "zero"),
        ("1", "uma"),
        ("100", "cem"),
        ("101", "cento e uma"),
        ("200", "duzentas"),
        ("1000", "mil"),
        ("1002", "mil e duas"),
        ("2300", "duas mil e trezentas"),
        ("38412", "trinta e oito mil quatrocentas e doze"),
        ("2000000", "2000000"),
    ],
)
def test_feminine_numbers_agree_in_all_their_parts(digits, words):
    assert feminine(digits) == words


@pytest.mark.parametrize(
    ("digits", "words"),
    [
        ("1", "um"),
        ("2026", "dois mil e vinte e seis"),
        ("201", "duzentos e um"),
        ("342", "trezentos e quarenta e dois"),
        ("500", "quinhentos"),
        ("100", "cem"),
        ("1000000", "1000000"),
    ],
)
def test_a_counted_number_is_written_out_in_the_masculine(digits, words):
    assert masculine(digits) == words


@pytest.mark.parametrize("noun", ["linhas", "pastas", "versões", "bibliotecas", "vezes", "unidades"])
def test_feminine_nouns_are_known_by_their_ending(noun):
    assert wants_feminine(noun)


@pytest.mark.parametrize(
    "noun", ["arquivos", "commits", "programas", "sistemas", "módulos", "dias", "da", "em", ""]
)
def test_others_are_not(noun):
    assert not wants_feminine(noun)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_all_the_words(language):
    words = wording(language)
    assert set(words.letters) == set("abcdefghijklmnopqrstuvwxyz")
    assert set(words.months) == {str(number) for number in range(1, 13)}
    assert set(words.say) == set(wording("pt").say)
    assert {"%", "ms", "MB", "GB"} <= set(words.units)


@pytest.mark.parametrize("line", ["say\tversion", "unit\tms\tone", "what\ta\tb"])
def test_a_wrong_line_is_named(line):
    with pytest.raises(ValueError, match="line 1"):
        parse(line)


def test_the_portuguese_lexicon_uses_phonemes_the_voice_has():
    known = set(alphabet())
    terms = lexicon("pt").terms
    assert len(terms) > 80
    for term, said in terms.items():
        for phonemes in re.findall(r"/([^/]+)/", said):
            assert set(phonemes) <= known, term


def test_the_data_files_are_clean():
    for name in ("lexicon.pt.tsv", *(f"words.{language}.tsv" for language in LANGUAGES)):
        for line in (files("shared.speech") / "data" / name).read_text("utf-8").splitlines():
            assert line == line.rstrip(), (name, line)
            assert not line or line.startswith("# ") or "\t" in line
