"""What an engine's sentence must hold before it is believed."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

from services.translator.amounts import digits

PLACEHOLDER = re.compile(r"X(\d+)Y")
SHORTEST, LONGEST = 0.5, 2.0
"""How long a translation may be against its source."""
MIN_CHARACTERS = 25
"""Below it, neither length nor language tells anything."""
SURE = 0.98
"""Technical terms look English in every language; a whole English sentence scores 0.99 and more."""
MOST_REPEATS = 3
LANGUAGES = ("en", "es", "ca", "gl", "pt", "fr", "it", "de")
_WORD = re.compile(r"[^\W\d_]+")


def objections(source: str, target: str) -> Iterator[str]:
    """Why a translation cannot be taken; nothing when it can. Placeholders stand in both."""
    if not target.strip():
        yield "is empty"
        return
    if sorted(PLACEHOLDER.findall(source)) != sorted(PLACEHOLDER.findall(target)):
        yield "lost or doubled a name"
    if digits(PLACEHOLDER.sub("", source)) != digits(PLACEHOLDER.sub("", target)):
        yield "changed a number"
    if not SHORTEST <= len(target) / len(source) <= LONGEST and len(source) >= MIN_CHARACTERS:
        yield "is too long or too short"
    if _repeats(target):
        yield "repeats itself"
    if _is_english(target):
        yield "is still English"


def _repeats(text: str) -> bool:
    words = text.lower().split()
    for size in (1, 2, 3):
        for start in range(len(words) - size * MOST_REPEATS + 1):
            piece = words[start : start + size]
            if words[start : start + size * MOST_REPEATS] == piece * MOST_REPEATS:
                return True
    return False


def _is_english(text: str) -> bool:
    plain = " ".join(_WORD.findall(PLACEHOLDER.sub(" ", text)))
    if len(plain) < MIN_CHARACTERS:
        return False
    language, probability = _identifier().classify(plain)
    return bool(language == "en" and probability > SURE)


@functools.cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - as engines are, when used

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(LANGUAGES))
    return identifier
