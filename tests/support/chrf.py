"""chrF2 (Popović 2015): F-score of character n-grams, recall counted twice; as sacrebleu gives it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

ORDER = 6
BETA = 2


def chrf(said: Sequence[str], references: Sequence[str]) -> float:
    """0 to 100 over a whole corpus."""
    totals = [[0, 0, 0] for _ in range(ORDER)]
    for one, reference in zip(said, references, strict=True):
        for size in range(1, ORDER + 1):
            here, there = _grams(one, size), _grams(reference, size)
            counts = sum((here & there).values()), sum(here.values()), sum(there.values())
            totals[size - 1] = [total + count for total, count in zip(totals[size - 1], counts, strict=True)]
    scored = [(same / mine, same / theirs) for same, mine, theirs in totals if mine and theirs]
    precision = sum(one for one, _ in scored) / max(1, len(scored))
    recall = sum(one for _, one in scored) / max(1, len(scored))
    if not precision + recall:
        return 0.0
    return 100 * (1 + BETA**2) * precision * recall / (BETA**2 * precision + recall)


def interval(said: Sequence[str], references: Sequence[str], draws: int = 500) -> tuple[float, float]:
    """95 % of the scores of sets drawn from this one with replacement."""
    chance = random.Random(1)
    pairs = list(zip(said, references, strict=True))
    scores = []
    for _ in range(draws):
        drawn = chance.choices(pairs, k=len(pairs))
        scores.append(chrf([one for one, _ in drawn], [other for _, other in drawn]))
    scores.sort()
    return scores[int(draws * 0.025)], scores[int(draws * 0.975)]


def _grams(text: str, size: int) -> Counter[str]:
    whole = "".join(text.split())
    return Counter(whole[place : place + size] for place in range(len(whole) - size + 1))
