"""Which languages are offered, and what is said of the others. Holds with and without Debian's Apertium."""

import os
import subprocess
import sys

import pytest

from shared.languages import (
    available_languages,
    check_languages,
    declared_languages,
    known_languages,
    language,
    plain,
    spoken_languages,
)
from shared.routes import open_routes


def test_what_pip_brings_is_spoken():
    assert {"en", "pt"} <= set(spoken_languages())
    assert check_languages(("en", "pt", "pt:spoken")) is None


@pytest.mark.parametrize("code", ["es", "fr", "it"])
def test_a_voice_without_a_translation_makes_no_film(code):
    told = language(code)
    assert (told.state == "spoken") == bool(open_routes(code))
    assert told.voice
    assert told.install == ("" if open_routes(code) else "make languages")


@pytest.mark.parametrize("code", ["ca", "gl"])
def test_a_translation_without_a_voice_gives_subtitles(code):
    told = language(code)
    assert told.state == ("subtitled" if open_routes(code) else "unavailable")
    assert not told.voice
    assert "a voice" in told.missing


def test_a_language_nobody_speaks_lacks_both():
    assert language("tlh").missing == "a translation from English and a voice"


@pytest.mark.parametrize("wish", ["de", "tlh", "../etc", "", "de:spoken"])
def test_a_refusal_names_the_language_and_what_there_is(wish):
    refusal = check_languages(("en", wish))
    assert refusal is not None
    assert repr(wish) in refusal.message
    assert ", ".join(available_languages()) in refusal.hint


def test_a_refusal_names_the_command_that_installs():
    refusal = check_languages(("de",))
    assert refusal is not None
    assert "`reporeel languages install de`" in refusal.hint
    assert "install" not in language("../etc").install


def test_who_insists_on_a_voice_is_refused_subtitles():
    silent = [one.code for one in known_languages() if one.state == "subtitled"]
    for code in silent:
        assert check_languages((code,)) is None
        refusal = check_languages((f"{code}:spoken",))
        assert refusal is not None
        assert code in refusal.message
    assert plain("es:spoken") == plain("es") == "es"


def test_a_variety_is_sent_to_its_language():
    refusal = check_languages(("pt-AO",))
    assert refusal is not None
    assert "ask for pt" in refusal.hint


def test_every_language_is_told_once():
    codes = [one.code for one in known_languages()]
    assert len(codes) == len(set(codes))
    assert codes[0] == "en"


def test_what_is_installed_is_found_out_once_a_process():
    assert known_languages() is known_languages()


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (
            "languages",
            ["en        spoken", "pt        spoken", "heart (good)", "Firefox model en-pt", "MPL-2.0"],
        ),
        ("voices", ["heart", "pf_dora", "readable"]),
    ],
)
def test_the_command_line_lists_them(command, told):
    done = subprocess.run(
        [sys.executable, "-m", "services", command], capture_output=True, text=True, check=True
    )
    assert all(words in done.stdout for words in told)
    assert done.stderr == ""


def test_a_process_without_engines_is_told_what_the_others_can_do():
    told = declared_languages({"REPOREEL_LANGUAGES": "en, pt,ca:subtitled"})
    assert [(one.code, one.state) for one in told] == [
        ("en", "spoken"),
        ("pt", "spoken"),
        ("ca", "subtitled"),
    ]
    assert declared_languages({}) == ()


@pytest.mark.parametrize(("wish", "code"), [("pt", 0), ("de", 1), ("ca", 0), ("ca:spoken", 1)])
def test_what_is_declared_is_what_is_let_in(wish, code):
    asked = f"from shared.languages import check_languages; exit(check_languages([{wish!r}]) is not None)"
    environ = os.environ | {"REPOREEL_LANGUAGES": "en,pt,ca:subtitled"}
    assert subprocess.run([sys.executable, "-c", asked], env=environ, check=False).returncode == code
