"""Which voice speaks a language."""

import subprocess
import sys

import pytest

from shared.errors import Reject
from shared.speech.registry import ENGINES, load, voice_for, voices


def test_english_has_a_good_voice():
    assert voice_for("en").tier == "good"
    assert voice_for("en-GB").engine == "hibari"


@pytest.mark.parametrize("wish", ["heart", "hibari"])
def test_a_voice_is_wished_for_by_its_name_or_its_engines(wish):
    assert voice_for("en", wish).name == "heart"


def test_a_language_nobody_speaks_is_refused_with_a_hint():
    with pytest.raises(Reject, match="tlh") as refusal:
        voice_for("tlh")
    assert refusal.value.code == "voice_missing"
    assert "en" in refusal.value.hint


def test_an_unknown_wish_is_refused_with_the_voices_there_are():
    with pytest.raises(Reject, match="nobody") as refusal:
        voice_for("en", "nobody")
    assert refusal.value.code == "voice_missing"
    assert "heart" in refusal.value.hint


def test_every_voice_says_what_it_is():
    for card in voices():
        assert card.licence
        assert card.version
        assert card.languages


def test_a_loaded_voice_is_the_one_asked_for():
    for engine in ENGINES.values():
        for card in engine.cards()[-1:]:
            assert load(card).card == card


@pytest.mark.parametrize(
    ("language", "name"),
    [("pt", "pf_dora"), ("pt-BR", "pf_dora"), ("es", "ef_dora"), ("fr", "ff_siwis"), ("it", "if_sara")],
)
def test_romance_languages_have_a_readable_voice(language, name):
    card = voice_for(language)
    assert (card.name, card.tier) == (name, "readable")


def test_a_draft_speaks_only_when_it_is_asked_for():
    assert all(voice_for(language).tier != "draft" for language in ("en", "pt", "es", "fr", "it"))
    with pytest.raises(Reject) as refusal:
        voice_for("de")
    assert "espeak-ng-de (draft)" in refusal.value.hint
    assert voice_for("de", "espeak-ng").tier == "draft"


def test_no_engine_is_loaded_to_know_the_voices():
    code = (
        "import sys; from shared.speech.registry import voices; voices();"
        "print({'hibari', 'onnxruntime', 'espeakng_loader'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
