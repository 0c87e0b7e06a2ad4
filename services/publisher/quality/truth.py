"""M1: how much of what a film says and shows can be looked up in its facts."""

from __future__ import annotations

from collections.abc import Mapping

from services.publisher.quality.report import Measure, at_least
from shared.facts import FactBase
from shared.script import Script
from shared.truth import check
from shared.truth.claims import claims
from shared.truth.spots import spots


def measures(script: Script, facts: FactBase, source: Script | None = None) -> Mapping[str, Measure]:
    """Counts numbers, dates, identifiers, names and addresses; the truth gate says which stand in no fact."""
    texts = list(spots(script))
    claimed = sum(len(claims(spot.text, script.language)) for spot in texts)
    wrong = {(violation.where, violation.word) for violation in check(script, facts, source)}
    spoken = [spot for spot in texts if spot.spoken]
    known = {fact.id for fact in facts.facts}
    grounded = sum(bool(spot.facts) and set(spot.facts) <= known for spot in spoken)
    return {
        "claims_in_facts_share": at_least(1 - len(wrong) / max(claimed, len(wrong), 1), 1, claimed),
        "sentences_with_facts_share": at_least(grounded / max(1, len(spoken)), 1, len(spoken)),
    }
