"""A genuine CTranslate2 model in the shape of OPUS-MT's: its weights are written down, not learned.

While it says word t, the decoder looks at word t of the source and says what a dictionary has for it; a piece
that the dictionary lacks it repeats. A first token in `>>` is skipped, as models of several languages do.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import sentencepiece
from ctranslate2.specs import TransformerSpec
from ctranslate2.specs.common_spec import Activation

PLACES, PLACE_WIDTH = 512, 64
SHARPNESS, LOUDNESS = 40.0, 200.0
"""How strictly it looks at one word; how much what it sees there outweighs what it was saying."""
LETTERS = "".join(map(chr, range(33, 127))) + "áéíóúñüçäöß¿¡"
END, UNKNOWN, PAD, BLANK = "</s>", "<unk>", "<pad>", "▁"


def build(folder: Path, words: Mapping[str, str], prefix: str = "", *, adds_end: bool = False) -> None:
    """Write the model and its two vocabularies; `adds_end` as in the model's own configuration."""
    folder.mkdir(parents=True, exist_ok=True)
    source = _vocabulary(folder / "source.spm", words)
    target = _vocabulary(folder / "target.spm", words.values())
    pieces = list(dict.fromkeys([END, UNKNOWN, *([prefix] if prefix else []), *source, *target, PAD]))
    spec = _spec(pieces, words, 1 if prefix else 0)
    spec.register_source_vocabulary(pieces)
    spec.register_target_vocabulary(pieces)
    spec.config.add_source_eos = adds_end
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder))


def _vocabulary(path: Path, words: Iterable[str]) -> list[str]:
    """A sentencepiece model that keeps each word whole, and spells all others."""
    known = sorted(set(words))
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([*known * 3, " ".join(LETTERS), LETTERS]),
        model_writer=model,
        vocab_size=len(known) + len(LETTERS) + 4,
        hard_vocab_limit=False,
        normalization_rule_name="identity",
        user_defined_symbols=[BLANK + word for word in known],
        required_chars=LETTERS,
        bos_id=-1,
        pad_id=-1,
        eos_id=0,
        unk_id=1,
        minloglevel=2,
        num_threads=1,
    )
    path.write_bytes(model.getvalue())
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    return [processor.id_to_piece(number) for number in range(processor.get_piece_size())]


def _spec(pieces: list[str], words: Mapping[str, str], skipped: int) -> TransformerSpec:
    """One layer each: dimensions 0 up to the number of pieces say which piece, the rest at which place."""
    width = len(pieces) + PLACE_WIDTH
    width += -width % 8
    spec = TransformerSpec.from_config(
        (1, 1), num_heads=1, pre_norm=True, activation=Activation.RELU, alignment_layer=-1, alignment_heads=1
    )
    spec.decoder.start_from_zero_embedding = True
    which = np.eye(len(pieces), width, dtype=np.float32) / np.sqrt(width)
    for side, shift in ((spec.encoder, -skipped), (spec.decoder, 0)):
        embeddings = side.embeddings[0] if isinstance(side.embeddings, list) else side.embeddings
        embeddings.weight = which
        side.position_encodings.encodings = _places(len(pieces), width, shift)
        _normal(side.layer_norm, width)
        layer = side.layer[0]
        _attention(layer.self_attention, [_nothing(width)] * 4)
        _normal(layer.ffn.layer_norm, width)
        _linear(layer.ffn.linear_0, np.zeros((8, width), np.float32))
        _linear(layer.ffn.linear_1, np.zeros((width, 8), np.float32))
    place = _nothing(width)
    place[range(len(pieces), width), range(len(pieces), width)] = SHARPNESS
    said = np.eye(width, dtype=np.float32) * LOUDNESS
    _attention(spec.decoder.layer[0].attention, [place, place, _dictionary(pieces, words, width), said])
    _linear(spec.decoder.projection, which)
    return spec


def _dictionary(pieces: list[str], words: Mapping[str, str], width: int) -> np.ndarray:
    number = {piece: place for place, piece in enumerate(pieces)}
    table = _nothing(width)
    for piece, place in number.items():
        word = words.get(piece.removeprefix(BLANK)) if piece.startswith(BLANK) else None
        table[number[BLANK + word] if word else place, place] = 1.0
    return table


def _places(first: int, width: int, shift: int) -> np.ndarray:
    places = np.arange(PLACES, dtype=np.float32)[:, None] + shift
    waves = np.exp(-np.log(200.0) * np.arange(PLACE_WIDTH // 2) / (PLACE_WIDTH // 2))[None]
    encodings = np.zeros((PLACES, width), np.float32)
    encodings[:, first : first + PLACE_WIDTH // 2] = np.sin(places * waves)
    encodings[:, first + PLACE_WIDTH // 2 : first + PLACE_WIDTH] = np.cos(places * waves)
    return encodings


def _nothing(width: int) -> np.ndarray:
    return np.zeros((width, width), np.float32)


def _normal(spec: object, width: int) -> None:
    spec.gamma, spec.beta = np.ones(width, np.float32), np.zeros(width, np.float32)


def _linear(spec: object, weight: np.ndarray) -> None:
    spec.weight, spec.bias = weight, np.zeros(weight.shape[0], np.float32)


def _attention(spec: object, parts: list[np.ndarray]) -> None:
    """Query, key, value and output; a layer that looks at itself keeps the first three in one."""
    query, key, value, output = parts
    _normal(spec.layer_norm, query.shape[0])
    joined = [[query, key, value]] if len(spec.linear) == 2 else [[query], [key, value]]
    for linear, matrices in zip(spec.linear, joined, strict=False):
        _linear(linear, np.concatenate(matrices))
    _linear(spec.linear[-1], output)
