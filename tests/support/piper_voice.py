"""A genuine Piper voice that fits a test: real settings, and a graph in which every phoneme is a tone.

The graph looks a frame up for each phoneme id, makes it as long as the length scale says and lays the frames
end to end. It takes the inputs and gives
the output that Piper's own exporter names, so the loader cannot tell it from a big one.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from shared.speech.graph import _bytes, _number, _text

RATE, FRAME = 16_000, 512
FLOAT, INT64 = 1, 7
AXIS_0 = _text(1, "axis") + _number(3, 0) + _number(20, 2)
"""An attribute of the kind INT."""
SIGNS = "_^$ abcdefhijklmnopqrstuvwxyzæðŋɐɑɒɔəɚɛɜɡɪɹɾʃʊʌʒʔʲˈˌːθᵻ.,;:!?…"


def build(folder: Path, name: str = "en_US-tones-low") -> Path:
    """Write the voice's files and give the model's path."""
    folder.mkdir(parents=True, exist_ok=True)
    model = folder / f"{name}.onnx"
    model.write_bytes(_model())
    settings = {
        "audio": {"sample_rate": RATE, "quality": "low"},
        "espeak": {"voice": "en-us"},
        "language": {"code": "en_US"},
        "inference": {"noise_scale": 0.667, "length_scale": 1, "noise_w": 0.8},
        "phoneme_type": "espeak",
        "phoneme_map": {},
        "phoneme_id_map": {sign: [number] for number, sign in enumerate(SIGNS)},
        "num_symbols": len(SIGNS),
        "num_speakers": 1,
        "speaker_id_map": {},
    }
    model.with_suffix(".onnx.json").write_text(json.dumps(settings), "utf-8")
    model.with_suffix(".licence").write_text("CC0-1.0\n", "utf-8")
    return model


def _tones() -> np.ndarray:
    """One frame a sign: silence for the pad, the bounds and the blank, a tone for everything else."""
    time = np.arange(FRAME) / RATE
    tones = np.array([0.3 * np.sin(2 * np.pi * (150 + 12 * number) * time) for number in range(len(SIGNS))])
    tones[:4] = 0
    return tones.astype("<f4")


def _model() -> bytes:
    graph = (
        _bytes(1, _node("Gather", ("tones", "input"), "frames"))
        + _bytes(1, _node("Gather", ("scales", "second"), "length"))
        + _bytes(1, _node("Concat", ("as_many", "length"), "sizes") + _bytes(5, AXIS_0))
        + _bytes(1, _node("Resize", ("frames", "", "sizes"), "longer"))
        + _bytes(1, _node("Reshape", ("longer", "whole"), "output"))
        + _text(2, "tones")
        + _bytes(5, _tensor("tones", FLOAT, _tones()))
        + _bytes(5, _tensor("second", INT64, np.array([1], "<i8")))
        + _bytes(5, _tensor("as_many", FLOAT, np.ones(2, "<f4")))
        + _bytes(5, _tensor("whole", INT64, np.array([1, 1, 1, -1], "<i8")))
        + _bytes(11, _value("input", INT64, ("batch", "phonemes")))
        + _bytes(11, _value("input_lengths", INT64, ("batch",)))
        + _bytes(11, _value("scales", FLOAT, ("three",)))
        + _bytes(12, _value("output", FLOAT, ("batch", "one", "channel", "time")))
    )
    return _number(1, 8) + _bytes(7, graph) + _bytes(8, _text(1, "") + _number(2, 15))


def _node(kind: str, inputs: tuple[str, ...], output: str) -> bytes:
    return b"".join(_text(1, name) for name in inputs) + _text(2, output) + _text(4, kind)


def _tensor(name: str, kind: int, values: np.ndarray) -> bytes:
    shape = b"".join(_number(1, size) for size in values.shape)
    return shape + _number(2, kind) + _text(8, name) + _bytes(9, values.tobytes())


def _value(name: str, kind: int, sizes: tuple[str, ...]) -> bytes:
    shape = b"".join(_bytes(1, _text(2, size)) for size in sizes)
    return _text(1, name) + _bytes(2, _bytes(1, _number(1, kind) + _bytes(2, shape)))
