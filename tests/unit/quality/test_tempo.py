"""Stretched or shifted speech is found out."""

from __future__ import annotations

import numpy as np
import pytest

from services.publisher.quality import tempo
from services.publisher.quality.report import report


@pytest.fixture(scope="module")
def speech():
    random = np.random.default_rng(5)
    noise = random.normal(0, 0.1, 48_000 * 20)
    syllables = np.repeat(random.uniform(0, 1, 200), 4_800)
    return np.stack([noise * syllables] * 2).astype(np.float32)


def failed(film, recording):
    return report("en", {"M3": tempo.measures(tempo.tempo_of(film, recording))}).failed


def test_the_same_sound_passes_also_when_louder_and_with_noise(speech):
    noisy = speech * 3 + np.random.default_rng(1).normal(0, 0.02, speech.shape).astype(np.float32)
    assert failed(noisy, speech) == ()


def test_a_stretch_by_a_third_of_a_per_cent_fails(speech):
    length = speech.shape[1]
    slower = np.stack([np.interp(np.arange(0, length, 1 / 1.003), np.arange(length), row) for row in speech])
    assert "M3.tempo_factor" in failed(slower.astype(np.float32), speech)


def test_a_shift_by_a_fifth_of_a_second_fails(speech):
    late = np.concatenate([np.zeros((2, 9_600), np.float32), speech], axis=1)
    assert failed(late, speech) == ("M3.speech_shift_ms",)
