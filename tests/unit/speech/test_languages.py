"""Which languages are offered, and what is said of the others."""

import subprocess
import sys

import pytest

from shared.languages import check_languages, known_languages, language, spoken_languages


def test_what_pip_brings_is_spoken():
    assert spoken_languages() == ("en", "pt")
    assert check_languages(("en", "pt")) is None


def test_a_voice_without_a_translation_makes_no_film():
    spanish = language("es")
    assert spanish.state == "unavailable"
    assert "translation" in spanish.why


def test_a_language_nobody_speaks_lacks_both():
    assert language("tlh").why == "a translation from English and a voice"


@pytest.mark.parametrize("wish", ["de", "es", "tlh", "../etc", ""])
def test_a_refusal_names_the_language_and_what_there_is(wish):
    refusal = check_languages(("en", wish))
    assert refusal is not None
    assert repr(wish) in refusal.message
    assert "en, pt" in refusal.hint


def test_a_variety_is_sent_to_its_language():
    refusal = check_languages(("pt-AO",))
    assert refusal is not None
    assert "ask for pt" in refusal.hint


def test_every_language_is_told_once():
    codes = [one.code for one in known_languages()]
    assert len(codes) == len(set(codes))
    assert codes[0] == "en"


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("languages", ["en  spoken", "pt  spoken", "es  unavailable"]),
        ("voices", ["heart", "pf_dora", "readable"]),
    ],
)
def test_the_command_line_lists_them(command, told):
    done = subprocess.run(
        [sys.executable, "-m", "services", command], capture_output=True, text=True, check=True
    )
    assert all(words in done.stdout for words in told)
    assert done.stderr == ""
