"""Settles what a film will be: what was asked for stands, the repository's file fills what is open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import msgspec

from services.scanner.repo_file import NAMES, RepoFile
from shared.events import JobSpec, Trigger
from shared.facts import Wishes
from shared.languages import check_languages
from shared.pipeline import SOURCE_LANGUAGE

V = TypeVar("V")

WITHOUT_A_PERSON: tuple[Trigger, ...] = ("star", "push", "workflow", "schedule", "discovery")
"""Jobs whose profile nobody chose: a person chose his, and a release is filmed as one."""


class Settled(msgspec.Struct, frozen=True):
    languages: tuple[str, ...]
    wishes: Wishes
    warnings: tuple[str, ...]


def settled(spec: JobSpec, asked: RepoFile, max_languages: int) -> Settled:
    warnings: list[str] = []
    languages = spec.languages or _available(asked.languages, max_languages, warnings) or (SOURCE_LANGUAGE,)
    wishes = Wishes(
        voices=_of_these(asked.voice, languages) if not spec.voices else {},
        profile=asked.profile if spec.trigger in WITHOUT_A_PERSON else None,
        brand_color=asked.brand_color,
        glossary=_of_these(asked.glossary, languages),
        pronunciations=_of_these(asked.pronunciations, languages),
    )
    return Settled(languages, wishes, tuple(warnings))


def _available(wanted: tuple[str, ...], most: int, warnings: list[str]) -> tuple[str, ...]:
    """The languages that films can be made in here, as many as the operator allows."""
    kept: list[str] = []
    for language in dict.fromkeys(wanted):
        refusal = check_languages([language])
        if refusal is not None:
            warnings.append(f"{NAMES[0]}: {refusal.message}")
        elif len(kept) >= most:
            warnings.append(f"{NAMES[0]}: {language} is left out: the operator allows {most} languages.")
        else:
            kept.append(language)
    return tuple(kept)


def _of_these(by_language: dict[str, V], languages: Iterable[str]) -> dict[str, V]:
    return {language: by_language[language] for language in languages if language in by_language}
