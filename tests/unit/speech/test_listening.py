"""Listening: the real engine on real sound, and files that are no recordings."""

import subprocess
import sys
import threading
import wave

import numpy as np
import pytest
from PIL import Image

from shared.offload import ignore_progress, run_in_child
from shared.speech import whisper
from shared.speech.listening import hearing, transcript
from shared.speech.models import ModelDamaged, checked
from shared.speech.recording import RATE, BadRecording, decoded

TEXT = "The scanner reads every file of the repository. A voice then says what was found."


def recorded(path, samples, rate):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path


@pytest.fixture(scope="module")
def speech(voice):
    return voice.speak(TEXT)


@pytest.fixture(scope="module")
def noisy(speech, voice, tmp_path_factory):
    """The voice behind a second of near silence, with noise 20 dB below it."""
    noise = np.random.default_rng(7).normal(0, 0.006, len(speech.samples) + voice.card.sample_rate)
    noise[voice.card.sample_rate :] += speech.samples
    return recorded(tmp_path_factory.mktemp("sound") / "talk.wav", noise, voice.card.sample_rate)


@pytest.mark.slow
async def test_a_noisy_recording_is_understood_with_its_language_and_its_words_times(noisy, speech):
    reports = []
    heard = await run_in_child(hearing, reports.append, 120, noisy, TEXT, "en")
    assert heard.errors.rate <= 0.07
    assert heard.transcript.seconds == pytest.approx(1 + len(speech.samples) / 24_000, abs=0.1)
    words = [word for sentence in heard.transcript.sentences for word in sentence]
    late = [abs(word.start - 1 - said.start) for word, said in zip(words, speech.words, strict=False)]
    assert np.median(late) < 0.2
    assert reports == sorted(reports)


def listen_and_stay(report, path):
    whisper.load().hear(decoded(path), "en")
    report(50)
    threading.Event().wait()


KILLED = """
import asyncio, sys
from shared.offload import run_in_child
from tests.unit.speech.test_listening import listen_and_stay

async def main():
    heard = asyncio.Event()
    listening = asyncio.create_task(run_in_child(listen_and_stay, lambda _: heard.set(), 120, sys.argv[1]))
    await heard.wait()
    listening.cancel()
    await asyncio.wait([listening])

asyncio.run(main())
"""


@pytest.mark.slow
def test_a_listener_that_is_killed_leaves_nothing_behind(noisy):
    ended = subprocess.run([sys.executable, "-c", KILLED, noisy], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.slow
def test_the_language_is_heard_and_silence_is_no_speech(noisy, tmp_path):
    listener = whisper.load()
    english = listener.hear(decoded(noisy), None)
    assert english.language == "en"
    assert english.certainty > 0.8
    assert listener.hear(np.zeros(RATE * 3, np.float32), "en").text == ""


@pytest.mark.parametrize("content", [b"", b"RIFF", b"no sound at all" * 100])
def test_a_file_that_is_no_recording_is_refused(content, tmp_path):
    path = tmp_path / "talk.wav"
    path.write_bytes(content)
    with pytest.raises(BadRecording, match=r"talk\.wav"):
        transcript(ignore_progress, path)


def test_a_recording_too_short_to_hold_a_word_is_refused(tmp_path):
    with pytest.raises(BadRecording, match="less than"):
        decoded(recorded(tmp_path / "talk.wav", np.zeros(100), RATE))


def test_a_recording_over_the_limit_is_refused(tmp_path):
    path = recorded(tmp_path / "talk.wav", np.zeros(RATE * 3), RATE)
    assert len(decoded(path, longest_seconds=3)) == RATE * 3
    with pytest.raises(BadRecording, match="may last 2 s"):
        decoded(path, longest_seconds=2)


def test_a_picture_is_no_recording(tmp_path):
    Image.new("RGB", (8, 8)).save(tmp_path / "talk.png")
    with pytest.raises(BadRecording, match="audio"):
        decoded(tmp_path / "talk.png")


def test_stereo_at_another_rate_becomes_mono_of_the_same_length(tmp_path):
    with wave.open(str(tmp_path / "talk.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(44_100)
        file.writeframes(np.full((44_100, 2), 8000, "<i2").tobytes())
    samples = decoded(tmp_path / "talk.wav")
    assert len(samples) == pytest.approx(RATE, abs=32)
    assert np.median(samples) == pytest.approx(8000 / 32768, abs=0.01)


def test_a_damaged_model_is_refused():
    with pytest.raises(ModelDamaged, match=r"the listener's model is damaged.*install"):
        checked(b"abc", whisper.MODEL_SHA256, "the listener's model")
