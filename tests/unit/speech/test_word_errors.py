"""The word error rate: what counts as heard, and what each error is charged to."""

import time

import pytest

from shared.speech.word_errors import word_error_rate, word_errors


@pytest.mark.parametrize(
    ("language", "expected", "heard"),
    [
        ("en", "It reads 12,345 files.", "it reads twelve thousand three hundred forty-five files"),
        ("en", "300 MB of models", "300 megabytes of models"),
        ("en", "The asyncio loop", "The async IO loop."),
        ("en", "SSH keys", "S S H keys"),
        ("en", "a database", "a data base"),
        ("en", "two files go to it", "to files go two it"),
        ("pt", "São 12 arquivos", "são doze arquivos"),
        ("pt", "desde novembro de 2026", "desde novembro de dois mil e vinte e seis"),
        ("pt", "tem 201 arquivos", "tem 200 e 1 arquivos"),
        ("es", "Lee 3 archivos", "lee tres archivos"),
        ("fr", "Il lit 3 fichiers", "il lit trois fichiers"),
        ("fr", "Il lit 12 431 fichiers", "il lit 12431 fichiers"),
        ("fr", "Il lit 12 431 fichiers", "il lit 12.431 fichiers"),
        ("es", "Lee 12.431 archivos", "lee doce mil 431 archivos"),
        ("it", "Legge 3 file", "legge tre file"),
    ],
)
def test_the_same_speech_written_otherwise_has_no_error(language, expected, heard):
    assert word_error_rate(expected, heard, language) == 0


@pytest.mark.parametrize(
    ("heard", "errors", "missed"),
    [
        ("the scanner reads five files", 0, ()),
        ("the scanner needs five files", 1, ("reads",)),
        ("the scanner five files", 1, ("reads",)),
        ("the scanner reads all five files", 1, ("reads",)),
        ("oh the scanner reads five files", 1, ("the",)),
        ("", 5, ("the", "scanner", "reads", "5", "files.")),
    ],
)
def test_each_error_is_charged_to_a_word(heard, errors, missed):
    found = word_errors("the scanner reads 5 files.", heard, "en")
    assert (found.errors, found.spoken, found.missed) == (errors, 5, missed)


def test_a_word_heard_in_addition_belongs_to_the_misheard_one_beside_it():
    found = word_errors("a film of Reporeel now", "a film of rip wheel now", "en")
    assert (found.errors, found.missed) == (2, ("Reporeel",))


def test_a_homophone_is_an_error_only_for_the_strict():
    assert word_errors("it writes to disk", "it writes two disk", "en").errors == 0
    assert word_errors("it writes to disk", "it writes two disk", "en", strict=True).errors == 1


def test_two_scenes_in_the_wrong_order_are_noticed():
    first, second = "The scanner reads every file of it.", "A voice then says what was found."
    assert word_error_rate(f"{first} {second}", f"{second} {first}", "en") > 0.9


def test_two_long_texts_are_compared_in_bounded_time():
    text = " ".join(f"word {number}" for number in range(300))
    before = time.process_time()
    assert word_error_rate(text, text, "en") == 0
    assert time.process_time() - before < 30


def test_an_empty_text_has_no_rate():
    with pytest.raises(ZeroDivisionError):
        word_error_rate("—", "something", "en")
