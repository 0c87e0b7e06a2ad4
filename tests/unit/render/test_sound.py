from __future__ import annotations

import numpy as np
import pytest

from services.publisher.render import sound
from tests.support import films


@pytest.fixture(scope="module")
def narration():
    return films.narrated(films.short_script())


@pytest.mark.parametrize("loudness", [0.005, 0.05, 0.3])
def test_a_narration_of_any_loudness_is_brought_to_the_target(narration, loudness, tmp_path):
    recorded = sound.read(films.write_wav(tmp_path / "voice.wav", films.voice(narration, loudness)))

    made = sound.measure(sound.mastered(recorded))

    assert abs(made.integrated_lufs - sound.TARGET_LUFS) <= sound.TOLERANCE_LU
    assert made.true_peak_dbtp <= -1.0


def test_the_measure_tells_an_untouched_recording_from_a_mastered_one(narration, tmp_path):
    recorded = sound.read(films.write_wav(tmp_path / "voice.wav", films.voice(narration, 0.02)))

    assert abs(sound.measure(recorded).integrated_lufs - sound.TARGET_LUFS) > 5


def test_the_measure_finds_a_peak_between_samples():
    """A sine at a quarter of the sampling rate, sampled off its crests, is 3 dB higher than its samples."""
    time = np.arange(48_000)
    wave = np.tile(np.sin(np.pi / 2 * time + np.pi / 4) * 0.7, (2, 1)).astype(np.float32)

    assert 20 * np.log10(np.abs(wave).max()) < -6
    assert sound.measure(wave).true_peak_dbtp > -3.5


def test_clicks_do_not_pass_the_ceiling(narration, tmp_path):
    voice = films.voice(narration, 0.02)
    voice[:: films.SAMPLE_RATE // 3] = 1.0
    recorded = sound.read(films.write_wav(tmp_path / "clicks.wav", voice))

    assert sound.measure(sound.mastered(recorded)).true_peak_dbtp <= -1.0


def test_silence_stays_silence():
    silence = np.zeros((2, 48_000), np.float32)

    assert not sound.mastered(silence).any()


def test_mastering_neither_shifts_nor_stretches():
    samples = np.zeros((2, 96_000), np.float32)
    samples[:, 30_000:40_000] = np.sin(np.arange(10_000) / 20) * 0.2

    made = sound.mastered(samples)

    assert made.shape == samples.shape
    heard = np.flatnonzero(np.abs(made[0]) > 0.01)
    assert abs(heard[0] - 30_000) < 100
    assert abs(heard[-1] - 40_000) < 100


def test_a_mono_file_of_another_rate_becomes_stereo_of_the_same_length(tmp_path):
    path = films.write_wav(tmp_path / "mono.wav", np.sin(np.arange(22_050) / 10) * 0.1, sample_rate=22_050)

    samples = sound.read(path)

    assert samples.shape[0] == 2
    assert abs(samples.shape[1] - 48_000) <= 2
    assert np.array_equal(samples[0], samples[1])


@pytest.mark.parametrize("length", [10, 1000])
def test_sound_is_cut_or_filled_to_a_length(length):
    assert sound.lasting(np.ones((2, 100), np.float32), length).shape == (2, length)
