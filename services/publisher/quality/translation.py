"""M5: whether a translated script kept what must stay, and is in its language."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from services.publisher.quality.report import Measure, at_least, at_most
from shared.script import Script
from shared.truth.claims import claims
from shared.truth.spots import Spot, spots

SHORTEST, LONGEST = 0.5, 2.0
"""How long a sentence may be against its source, from `MIN_CHARACTERS` on."""
MIN_CHARACTERS = 25
MOST_UNTRANSLATED = 0.10
KEPT_KINDS = frozenset({"identifier", "address"})
_SEPARATED = re.compile(r"(?<=\d)[.,\u00a0\u202f ](?=\d)")
_DIGITS = re.compile(r"\d+")


def measures(source: Script, script: Script) -> Mapping[str, Measure]:
    pairs = list(zip(spots(source), spots(script), strict=True))
    spoken = [(before, after) for before, after in pairs if before.spoken]
    wanted, kept = map(sum, zip(*(_kept(*pair, source.language) for pair in pairs), strict=True))
    ratios = [
        len(after.text) / len(before.text) for before, after in spoken if len(before.text) >= MIN_CHARACTERS
    ]
    fitting = sum(SHORTEST <= ratio <= LONGEST for ratio in ratios)
    same = sum(before.text == after.text for before, after in spoken)
    scenes = list(_scene_texts(script))
    right = sum(_language(text, source.language, script.language) == script.language for text in scenes)
    return {
        "kept_share": at_least(kept / max(1, wanted), 1, wanted),
        "scenes_in_language_share": at_least(right / max(1, len(scenes)), 1, len(scenes)),
        "length_in_bounds_share": at_least(fitting / max(1, len(ratios)), 1, len(ratios)),
        "untranslated_share": at_most(same / max(1, len(spoken)), MOST_UNTRANSLATED, len(spoken)),
    }


def _kept(before: Spot, after: Spot, language: str) -> tuple[int, int]:
    """How many numbers, identifiers and addresses the source has, and how many of them the translation."""
    wanted = Counter(_marks(before.text, language))
    found = Counter(_DIGITS.findall(_SEPARATED.sub("", after.text)))
    kept = sum(
        min(count, found[mark]) if mark.isdecimal() else count * (mark in after.text)
        for mark, count in wanted.items()
    )
    return wanted.total(), kept


def _marks(text: str, language: str) -> Iterator[str]:
    """Runs of digits, separators taken out, and what is kept letter by letter."""
    yield from _DIGITS.findall(_SEPARATED.sub("", text))
    yield from (claim.text for claim in claims(text, language) if claim.kind in KEPT_KINDS)


def _scene_texts(script: Script) -> Iterator[str]:
    for scene in script.scenes:
        text = " ".join(sentence.text for sentence in scene.sentences)
        if len(text) >= MIN_CHARACTERS:
            yield text


def _language(text: str, source: str, target: str) -> str:
    """Which of the two a text is in."""
    identifier = _identifier()
    known = [language.partition("-")[0] for language in (source, target)]
    identifier.set_languages(known)
    return target if identifier.classify(text)[0] == known[1] else source


@functools.cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - as engines are, when used

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
