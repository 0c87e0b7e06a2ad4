"""M5: what a translation must keep, and that it is one."""

from __future__ import annotations

import msgspec
import pytest

from services.publisher.quality import translation
from services.publisher.quality.report import report
from shared.script import Text
from tests.support import films

ENGLISH = (
    "The file shared/bus.py holds 1,421 lines in version 2.15.1.",
    "Start it with --quiet and read more at https://example.org/docs today.",
)
PORTUGUESE = (
    "O ficheiro shared/bus.py tem 1.421 linhas na versão 2.15.1.",
    "Inicie-o com --quiet e leia mais em https://example.org/docs hoje.",
)


def script(language, *sentences):
    title = films.short_script().scenes[0].slide
    made = films.script(films.scene("hook", title, *map(films.sentence, sentences)), language=language)
    return msgspec.structs.replace(made, description=Text("shared/bus.py"))


def failed(*sentences):
    return report("pt", {"M5": translation.measures(script("en", *ENGLISH), script("pt", *sentences))}).failed


def test_a_good_translation_passes():
    assert failed(*PORTUGUESE) == ()


@pytest.mark.parametrize(
    ("lost", "instead"),
    [
        ("shared/bus.py", "do barramento"),
        ("1.421", "1.422"),
        ("2.15.1", "2.15"),
        ("--quiet", "silêncio"),
        ("https://example.org/docs", "a documentação"),
    ],
)
def test_a_dropped_number_identifier_or_address_fails_the_gate(lost, instead):
    assert failed(*(sentence.replace(lost, instead) for sentence in PORTUGUESE)) == ("M5.kept_share",)


def test_a_scene_in_the_source_language_fails():
    assert set(failed(*ENGLISH)) == {"M5.scenes_in_language_share", "M5.untranslated_share"}


def test_a_sentence_far_too_long_fails():
    assert failed(PORTUGUESE[0], PORTUGUESE[1] + " e também muitas outras coisas" * 4) == (
        "M5.length_in_bounds_share",
    )


def test_one_sentence_left_of_two_is_too_many():
    assert "M5.untranslated_share" in failed(ENGLISH[0], PORTUGUESE[1])
