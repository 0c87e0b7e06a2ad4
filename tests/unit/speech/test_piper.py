"""Piper: what counts as a voice, what is known of it, and words timed without durations."""

import os
import subprocess
import sys

import msgspec
import pytest

from shared.speech.piper import UNKNOWN, Piper, card_of, settings_of
from tests.support import piper_voice

TEXT = "The worker reads an event; then it writes 3 files."


@pytest.fixture
def model(tmp_path):
    return piper_voice.build(tmp_path / "voices")


def test_a_voice_in_the_folder_is_listed_with_its_licence_and_a_broken_one_is_not(model, tmp_path):
    (model.parent / "broken.onnx").write_bytes(b"")
    (model.parent / "broken.onnx.json").write_text("{}")
    code = "from shared.speech.piper import cards; print([(c.name, c.licence, c.languages) for c in cards()])"
    environ = os.environ | {"REPOREEL_MODELS": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environ
    )
    assert done.stdout.strip() == "[('en_US-tones-low', 'CC0-1.0', ('en',))]"


def test_a_voice_without_a_licence_says_so(model):
    model.with_suffix(".licence").unlink()
    assert card_of(model).licence == UNKNOWN


def test_each_phoneme_is_as_long_as_the_graph_makes_it(model):
    speech = Piper(card_of(model), model).speak(TEXT)
    assert [word.text for word in speech.words] == TEXT.split()
    assert all(word.end > word.start for word in speech.words)
    short = Piper(card_of(model), model).speak("The worker.")
    assert len(short.samples) < len(speech.samples) / 3


def test_settings_without_phonemes_are_refused(model):
    model.with_suffix(".onnx.json").write_text('{"audio": {"sample_rate": 22050}, "espeak": {"voice": "en"}}')
    with pytest.raises(msgspec.ValidationError, match="phoneme_id_map"):
        settings_of(model)
