"""Music under the voice: real side-chain ducking, measured; nothing about it may stop a film."""

from __future__ import annotations

import numpy as np
import pytest

from services.publisher.quality import signal
from services.publisher.quality.report import Measure
from services.publisher.render import music, sound
from shared.errors import Reject
from tests.support import films

RATE = sound.SAMPLE_RATE


@pytest.fixture(scope="module")
def voice(tmp_path_factory):
    """A narration of 24 seconds with a pause of two seconds in it."""
    path = tmp_path_factory.mktemp("voice") / "voice.wav"
    spoken = sound.read(films.write_wav(path, films.voice(films.narrated(films.short_script()))))
    once = np.concatenate([spoken, np.zeros((2, 2 * RATE), np.float32)], axis=1)
    return np.tile(once, (1, 3))[:, : 24 * RATE]


@pytest.fixture(scope="module")
def mix(voice):
    return music.under(voice, music.bed(music.GENERATED, voice.shape[1]))


def test_the_generated_bed_is_music_of_the_length_asked_for_and_the_same_each_time():
    bed = music.bed(music.GENERATED, 50 * RATE)
    assert bed.shape == (2, 50 * RATE)
    assert -40 < sound.measure(bed).integrated_lufs < -10
    assert np.array_equal(bed, music.bed(music.GENERATED, 50 * RATE))
    assert np.abs(bed[:, 0]).max() == np.abs(bed[:, -1]).max() == 0


def test_the_bed_repeats_without_a_click():
    bed = music.bed(music.GENERATED, 50 * RATE)
    steps = np.abs(np.diff(bed))
    seam = 24 * RATE
    assert steps[:, seam - 10 : seam + 10].max() <= 1.5 * steps[:, RATE * 10 : RATE * 20].max()


def test_the_voice_is_well_over_the_music(mix):
    assert mix.voice_over_music_db >= music.LEAST_VOICE_OVER_MUSIC_DB + 3


def test_music_comes_up_where_nobody_speaks_and_never_falls_below_the_floor(voice):
    gain = music.duck(voice)
    assert gain.min() >= music.FLOOR - 1e-6
    assert gain[: RATE * 4].min() < music.FLOOR * 1.05
    spoken = films.narrated(films.short_script()).duration_seconds
    pause = gain[round((spoken + 1.5) * RATE)]
    assert pause > 0.8


def test_the_gain_never_jumps(voice):
    assert np.abs(np.diff(music.duck(voice))).max() < 0.001


@pytest.mark.parametrize(("louder_db", "passes"), [(0, True), (12, False)])
def test_music_twelve_decibels_too_loud_fails_the_measure_for_it(voice, louder_db, passes):
    bed = music.bed(music.GENERATED, voice.shape[1])
    right = sound.measure(voice).integrated_lufs - music.UNDER_VOICE_LU - sound.measure(bed).integrated_lufs
    over = music.mixed(voice, bed * np.float32(10 ** ((right + louder_db) / 20))).voice_over_music_db
    (measure,) = signal._of_music(over).values()
    assert isinstance(measure, Measure)
    assert measure.passed is passes


def test_a_film_without_music_has_no_such_measure():
    assert signal._of_music(None) == {}


def test_a_mix_is_mastered_like_a_voice_alone(mix):
    made = sound.measure(sound.mastered(mix.samples))
    assert abs(made.integrated_lufs - sound.TARGET_LUFS) <= sound.TOLERANCE_LU
    assert made.true_peak_dbtp <= -1.0


@pytest.mark.parametrize("seconds", [0.4, 3.0, 40.0])
def test_a_file_shorter_or_longer_than_the_narration_serves(voice, tmp_path, seconds):
    """The earlier system crashed on music, and on any narration of more than twenty seconds."""
    tone = np.sin(np.arange(round(seconds * 22_050)) / 20) * 0.3
    path = films.write_wav(tmp_path / "tune.wav", tone, sample_rate=22_050)

    made = music.under(voice, music.bed(str(path), voice.shape[1]))

    assert made.samples.shape == voice.shape
    assert made.voice_over_music_db >= music.LEAST_VOICE_OVER_MUSIC_DB


@pytest.mark.parametrize("length", [1, 479, 481, RATE])
def test_films_of_any_length_are_mixed(length):
    voice = np.full((2, length), 0.1, np.float32) * np.sin(np.arange(length) / 10).astype(np.float32)
    assert music.under(voice, music.bed(music.GENERATED, length)).samples.shape == (2, length)


def test_silence_stays_silence(voice):
    silent = np.zeros_like(voice)
    made = music.under(silent, music.bed(music.GENERATED, voice.shape[1]))
    assert made.voice_over_music_db is None
    assert not made.samples.any()
    assert music.voice_over_music_db(silent, voice) is None


def test_a_file_that_is_no_music_is_refused_with_what_to_do(tmp_path):
    text = tmp_path / "notes.wav"
    text.write_text("no sound at all")
    silence = films.write_wav(tmp_path / "silence.wav", np.zeros(22_050))
    for path in (text, silence, tmp_path / "missing.wav"):
        with pytest.raises(Reject) as refused:
            music.bed(str(path), RATE)
        assert refused.value.code == "music_unusable"
        assert "REPOREEL_MUSIC" in refused.value.hint


def test_no_more_of_a_file_is_read_than_asked_for(tmp_path):
    path = films.write_wav(tmp_path / "long.wav", np.ones(24_000 * 3) * 0.1)
    assert sound.read(path, longest_seconds=1.0).shape == (2, RATE)
