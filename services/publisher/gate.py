"""Decides whether a film may leave its folder: publishing anywhere else needs every quality gate passed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from services.publisher.quality.report import Quality
from shared.errors import Reject

MOST_NAMED = 4


def below(quality: Quality, may_be_unmeasured: Collection[str]) -> tuple[str, ...]:
    """The measures that stand in the way, failed ones first; empty for a film that may be published anywhere.

    What could not be measured stands in the way too, unless the operator named its gate (`M2`).
    """
    unmeasured = (one for one in quality.unmeasured if one.partition(".")[0] not in may_be_unmeasured)
    return (*quality.failed, *unmeasured)


def told(quality: Quality, objections: Sequence[str]) -> str:
    """Say what is wrong with a film, the first few measures with their figures."""
    named = "; ".join(_told(quality, name) for name in objections[:MOST_NAMED])
    more = len(objections) - MOST_NAMED
    return f"the film is below the quality gate: {named}" + (f"; {more} more" * (more > 0))


def refuse(quality: Quality, objections: Sequence[str]) -> Reject:
    """Why this film goes nowhere but in its folder, in words for whoever asked for it."""
    return Reject(
        f"{quality.language}: {told(quality, objections)}",
        code="quality",
        hint=f"quality.{quality.language}.json in its folder has every figure; an administrator may publish "
        'in spite of it with "publish": [..., "force"].',
    )


def _told(quality: Quality, name: str) -> str:
    gate, _, measure = name.partition(".")
    figure = next(found for known, found in quality.gates.items() if known == gate).measures[measure]
    if figure.value is None:
        return f"{name} is not measured ({figure.note})"
    return f"{name} is {figure.value:g}, must be {figure.gate}"
