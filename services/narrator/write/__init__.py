"""Turns a fact base into a script: short spoken sentences, each resting on facts, and their slides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from services.narrator.write.changes import span_of
from services.narrator.write.graph import MAX_NODES_NARROW
from services.narrator.write.heading import description, title
from services.narrator.write.overview import overview
from services.narrator.write.quoting import distrusted
from services.narrator.write.reel import REEL_SECONDS, reel
from services.narrator.write.release import release
from services.narrator.write.subject import Subject, subject_of
from services.narrator.write.tour import tour
from shared.errors import Reject
from shared.events import Format, Profile
from shared.facts import FactBase
from shared.pipeline import SOURCE_LANGUAGE
from shared.script import Scene, Script


def write(
    base: FactBase,
    profile: Profile = "overview",
    reel_seconds: Sequence[float] = REEL_SECONDS,
    shape: Format = "wide",
) -> Script:
    """The script of one kind of film about `base`, which holds at least one fact.

    Raises Reject ("no_release") for a release film of a repository without two tags.
    """
    subject = subject_of(base)
    if shape != "wide":
        subject = replace(subject, most_boxes=MAX_NODES_NARROW)
    warnings = (
        ("the README addresses its reader's machine and is not quoted",)
        if distrusted(subject.findings)
        else ()
    )
    return Script(
        language=SOURCE_LANGUAGE,
        profile=profile,
        title=title(subject, profile),
        description=description(subject, profile),
        scenes=_scenes(subject, profile, reel_seconds),
        warnings=warnings,
    )


def _scenes(subject: Subject, profile: Profile, reel_seconds: Sequence[float]) -> tuple[Scene, ...]:
    match profile:
        case "release":
            return _release(subject)
        case "architecture":
            return tour(subject)
        case "reel20":
            return reel(subject, reel_seconds)
        case "overview":
            return overview(subject)


def _release(subject: Subject) -> tuple[Scene, ...]:
    span = span_of(subject)
    if span is None:
        raise Reject(
            f"{subject.findings.base.repo} has no two tags to compare",
            code="no_release",
            hint="Tag two versions, or ask for profile overview.",
        )
    return release(subject, span)


__all__ = ["REEL_SECONDS", "write"]
