"""OPUS-MT models, run by CTranslate2: a folder with its model, `source.spm` and `target.spm`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from services.translator.engine import EngineFault

BEAM = 4
BATCH_TOKENS = 1024
"""What is translated at once; CTranslate2 sorts sentences by length into batches of so many tokens."""
MOST_INPUT_TOKENS, MOST_OUTPUT_TOKENS = 256, 300
THREADS = 2
END = "</s>"


class Ctranslate:
    max_characters = 600
    """About 200 tokens; CTranslate2 cuts off what is beyond 256 of them."""

    def __init__(self, name: str, folder: Path, prefix: str = "") -> None:
        """Raises EngineFault when there is no model that it can read."""
        import ctranslate2  # noqa: PLC0415 - only a process that translates loads it
        import sentencepiece  # noqa: PLC0415

        self.name = name
        try:
            self._translator = ctranslate2.Translator(
                str(folder), device="cpu", compute_type="int8", inter_threads=1, intra_threads=THREADS
            )
            self._source = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
            self._target = sentencepiece.SentencePieceProcessor(model_file=str(folder / "target.spm"))
            config = json.loads((folder / "config.json").read_text("utf-8"))
        except (OSError, RuntimeError, ValueError) as error:
            raise EngineFault(f"{name}: {error}") from error
        self._before = [prefix] if prefix else []
        self._after = [] if config.get("add_source_eos") else [END]

    def translate(self, sentences: Sequence[str]) -> list[str]:
        tokens = [self._tokens(sentence) for sentence in sentences]
        results = self._translator.translate_batch(
            tokens,
            beam_size=BEAM,
            batch_type="tokens",
            max_batch_size=BATCH_TOKENS,
            max_input_length=MOST_INPUT_TOKENS,
            max_decoding_length=MOST_OUTPUT_TOKENS,
            replace_unknowns=True,
        )
        return [self._target.decode(result.hypotheses[0]) for result in results]

    def close(self) -> None:
        self._translator.unload_model()

    def _tokens(self, sentence: str) -> list[str]:
        """Models converted from Marian loop for ever without an end of sentence, and do not add it."""
        pieces = self._source.encode(sentence, out_type=str)
        return [*self._before, *pieces, *self._after] if pieces else []
