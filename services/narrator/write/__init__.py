"""Turns a fact base into a script: short spoken sentences, each resting on facts, and their slides."""

from __future__ import annotations

from services.narrator.write.heading import description, title
from services.narrator.write.overview import overview
from services.narrator.write.quoting import distrusted
from services.narrator.write.subject import subject_of
from shared.facts import FactBase
from shared.pipeline import SOURCE_LANGUAGE
from shared.script import Script


def write(base: FactBase) -> Script:
    """The script of the overview film about `base`, which holds at least one fact."""
    subject = subject_of(base)
    warnings = (
        ("the README addresses its reader's machine and is not quoted",)
        if distrusted(subject.findings)
        else ()
    )
    return Script(
        language=SOURCE_LANGUAGE,
        profile="overview",
        title=title(subject),
        description=description(subject),
        scenes=overview(subject),
        warnings=warnings,
    )


__all__ = ["write"]
