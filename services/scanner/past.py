"""Keeps what was filmed from being filmed again by itself; whoever asks by hand gets another film."""

from __future__ import annotations

from collections.abc import Collection

from services.scanner.policy import BY_HAND
from shared.events import JobSubmitted, Output, Trigger
from shared.history.entry import Entry, History

ASKED: tuple[Trigger, ...] = (*BY_HAND, "comment", "dispatch")
"""Somebody asked for just this film."""
ONCE: tuple[Trigger, ...] = ("star", "discovery")
"""These want a film of a repository; the others want one of what is new in it."""


async def film_of(
    history: History, event: JobSubmitted, commit: str | None, languages: Collection[str]
) -> Entry | None:
    """Give the first such film that was finished, unless another was asked for.

    Raises Retry where the history is away.
    """
    spec = event.spec
    if spec.trigger in ASKED:
        return None
    for film in reversed(await history.of_repository(spec.repo)):
        same_commit = spec.trigger in ONCE or film.commit == (commit or "")
        if film.job_id != event.job_id and same_commit and _is_such(film, event, languages):
            return film
    return None


def outputs_of(film: Entry, languages: Collection[str]) -> tuple[Output, ...]:
    """Give where the film can be had in these languages."""
    return tuple(
        Output(
            language=language,
            video_url=film.films.get(language, ""),
            subtitles_url=film.subtitles.get(language, ""),
            thumbnail_url=film.thumbnails.get(language, ""),
        )
        for language in languages
    )


def _is_such(film: Entry, event: JobSubmitted, languages: Collection[str]) -> bool:
    spec = event.spec
    same_kind = (film.profile, film.format) == (spec.profile, spec.format)
    return film.status == "completed" and same_kind and set(languages) <= set(film.languages)
