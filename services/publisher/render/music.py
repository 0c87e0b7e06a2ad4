"""A bed of music under the voice: made here (CC0) or read from a file, ducked by the voice itself."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from services.publisher.render import sound
from services.publisher.render.sound import SAMPLE_RATE, Samples
from shared.errors import Reject

GENERATED = "generated"
"""In place of a file's path: the bed that is made here."""
UNDER_VOICE_LU = 8.0
"""So much quieter than the voice is music where nobody speaks."""
FLOOR = 0.15
"""Under the voice music keeps this share of its level."""
LEAST_VOICE_OVER_MUSIC_DB = 15.0
ATTACK_SECONDS, RELEASE_SECONDS, HOLD_SECONDS = 0.06, 0.5, 0.25
SPEAKING = 0.1
"""A block is speech when it is louder than this share of the loud blocks."""
BLOCK = SAMPLE_RATE // 100
LONGEST_FILE_SECONDS = 600.0
FADE_SECONDS = 1.5
_CHORDS = ((110.0, 164.81, 220.0, 277.18), (98.0, 146.83, 196.0, 246.94), (87.31, 130.81, 174.61, 220.0))
_CHORD_SECONDS, _OVERLAP_SECONDS = 8.0, 2.0
_OVERTONES = ((1, 1.0), (2, 0.3), (3, 0.1))
_DETUNE = 0.0007
_LEVEL = 0.05


class Mix(msgspec.Struct, frozen=True):
    samples: Samples
    voice_over_music_db: float | None
    """Where somebody speaks, after ducking; None where nobody does."""


def bed(source: str, length: int) -> Samples:
    """Music of `length` samples: the generated bed, or a file's, repeated as often as it takes.

    Raises Reject when the file holds no music that can be read.
    """
    tune = _generated() if source == GENERATED else _read(Path(source))
    music = np.tile(tune, (1, -(-length // tune.shape[1])))[:, :length]
    fade = min(round(FADE_SECONDS * SAMPLE_RATE), length // 2)
    slope = np.linspace(0, 1, fade, dtype=np.float32)
    music[:, :fade] *= slope
    music[:, length - fade :] *= slope[::-1]
    return music


def _read(path: Path) -> Samples:
    try:
        tune = sound.read(path, longest_seconds=LONGEST_FILE_SECONDS)
    except (OSError, ValueError) as error:
        raise _unusable(path, str(error)) from error
    if sound.measure(tune).integrated_lufs < sound.SILENT_LUFS:
        raise _unusable(path, "it is silent")
    return tune


def _unusable(path: Path, why: str) -> Reject:
    return Reject(
        f"{path} cannot be the music: {why}",
        code="music_unusable",
        hint="set REPOREEL_MUSIC (or --music) to a sound file, to `generated`, or to nothing",
    )


def _generated() -> Samples:
    """Three soft chords that fade into each other and begin again: 24 seconds, the same each time."""
    length = round(_CHORD_SECONDS * len(_CHORDS) * SAMPLE_RATE)
    tune = np.zeros((2, length), np.float32)
    for number, chord in enumerate(_CHORDS):
        sounding = _chord(chord)
        places = (round(number * _CHORD_SECONDS * SAMPLE_RATE) + np.arange(sounding.shape[1])) % length
        tune[:, places] += sounding
    return tune


def _chord(tones: tuple[float, ...]) -> Samples:
    length = round((_CHORD_SECONDS + _OVERLAP_SECONDS) * SAMPLE_RATE)
    seconds = np.arange(length, dtype=np.float32) / SAMPLE_RATE
    envelope = np.clip(np.minimum(seconds, seconds[-1] - seconds) / _OVERLAP_SECONDS, 0, 1)
    sides = np.zeros((2, length), np.float32)
    for side, detune in enumerate((1 - _DETUNE, 1 + _DETUNE)):
        for tone in tones:
            phase = np.float32(2 * np.pi * tone * detune) * seconds
            for times, share in _OVERTONES:
                sides[side] += np.float32(share) * np.sin(times * phase)
    sides *= envelope * np.float32(_LEVEL)
    return sides


def under(voice: Samples, music: Samples) -> Mix:
    """The voice with the music under it; both are equally long."""
    voice_lufs, music_lufs = (sound.measure(samples).integrated_lufs for samples in (voice, music))
    if voice_lufs < sound.SILENT_LUFS:
        return Mix(voice, None)
    level = np.float32(10 ** ((voice_lufs - UNDER_VOICE_LU - music_lufs) / 20))
    return mixed(voice, music * level)


def mixed(voice: Samples, music: Samples) -> Mix:
    """Duck the music, as loud as it is, by the voice: a gain that falls while somebody speaks."""
    ducked = music * duck(voice)
    return Mix(voice + ducked, voice_over_music_db(voice, ducked))


def duck(voice: Samples) -> NDArray[np.float32]:
    """The gain for each sample: 1 in silence, FLOOR under speech, and smoothly between them."""
    target = np.where(_held(_speaking(voice)), FLOOR, 1.0)
    falling, rising = (1 - np.exp(-BLOCK / SAMPLE_RATE / took) for took in (ATTACK_SECONDS, RELEASE_SECONDS))
    gain, gains = 1.0, []
    for wanted in target:
        gain += (wanted - gain) * (falling if wanted < gain else rising)
        gains.append(gain)
    places = (np.arange(len(gains)) + 0.5) * BLOCK
    return np.asarray(np.interp(np.arange(voice.shape[1]), places, gains), np.float32)


def _held(speaking: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Music starts to fall just before a word, and stays down between words."""
    reach = round(HOLD_SECONDS * SAMPLE_RATE / BLOCK)
    return np.asarray(np.convolve(speaking, np.ones(2 * reach + 1), "same") > 0)


def voice_over_music_db(voice: Samples, music: Samples) -> float | None:
    """How much louder the voice is, where it speaks, than the loudest tenth of the music there."""
    speaking = _speaking(voice)
    if not speaking.any():
        return None
    loud = float((_power(voice)[speaking]).mean())
    beneath = float(np.quantile(_power(music)[speaking], 0.9))
    return 10 * float(np.log10(loud / max(beneath, 1e-12)))


def _speaking(voice: Samples) -> NDArray[np.bool_]:
    power = _power(voice)
    return power > max(1e-8, SPEAKING**2 * float(np.quantile(power, 0.9, method="lower")))


def _power(samples: Samples) -> NDArray[np.float32]:
    """Mean square of each block of 10 ms; a rest counts as a block."""
    padded = sound.lasting(samples, -(-samples.shape[1] // BLOCK) * BLOCK)
    return np.asarray((padded.reshape(padded.shape[0], -1, BLOCK) ** 2).mean(axis=(0, 2)), np.float32)
