"""What a sentence says is missing must be missing from the facts too."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from shared.facts import Fact

_MISSING: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(rf"\b(?:no|without (?:a|any))\s+(?:[a-z]+\s+)?(?:{noun})", re.IGNORECASE), prefixes)
    for noun, prefixes in (
        (r"tests?\b", ("tests.",)),
        (r"licen[cs]e\b", ("license.",)),
        (r"readme\b", ("readme.",)),
        (r"(?:tagged )?(?:releases?|tags?)\b", ("tag.", "release.")),
        (r"(?:ci|workflows?)\b", ("ci.",)),
    )
)


def contradicted(text: str, facts: Mapping[str, Fact]) -> Iterator[tuple[str, str]]:
    """Claims of absence in `text` that a fact belies."""
    for pattern, prefixes in _MISSING:
        match = pattern.search(text)
        witness = _seen(prefixes, facts) if match else None
        if match and witness:
            yield match[0], f"is belied by the fact {witness}"


def _seen(prefixes: Collection[str], facts: Mapping[str, Fact]) -> str | None:
    return next(
        (known for known, fact in facts.items() if known.startswith(tuple(prefixes)) and fact.value), None
    )
