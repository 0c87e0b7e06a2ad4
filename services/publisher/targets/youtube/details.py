"""What YouTube is told about a film: title, description with chapters, tags, and how it was made.

The limits are the Data API's: a title of 100 characters, a description of 5000 bytes, tags of 500 characters
together, no angle brackets in any of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from services.publisher.files.film import Chapter, Film
from services.publisher.files.post import clock
from services.publisher.targets.disclosure import disclosure
from services.publisher.targets.target import Parcel
from services.publisher.targets.youtube.newest import OURS
from services.publisher.targets.youtube.settings import Privacy, YouTubeSettings

MOST_TITLE_CHARACTERS = 100
MOST_DESCRIPTION_BYTES = 5000
MOST_TAGS_CHARACTERS = 500
LEAST_CHAPTERS, LEAST_CHAPTER_SECONDS = 3, 10.0
"""YouTube shows chapters from three on, the first at 0:00, none shorter."""
_TAG = re.compile(r"[\w .+#-]{2,30}\Z")


def marker(parcel: Parcel) -> str:
    """The tag by which a video is found again when its upload's session is gone."""
    return f"{OURS}{parcel.job_id[:16]}-{parcel.language}-{parcel.revision[:8]}"


def privacy_of(parcel: Parcel, settings: YouTubeSettings) -> Privacy:
    """As the operator set it; a private repository's film stays private whatever is set."""
    return "private" if parcel.is_private else settings.privacy


def resource(parcel: Parcel, settings: YouTubeSettings, at: datetime, earlier: str = "") -> dict[str, Any]:
    """The video resource of an insert; `earlier` is the address of the video this one replaces."""
    film, language = parcel.film, parcel.language
    return {
        "snippet": {
            "title": title(film),
            "description": description(parcel, earlier),
            "tags": tags(parcel),
            "categoryId": settings.category,
            "defaultLanguage": language,
            "defaultAudioLanguage": film_voice(parcel),
        },
        "status": _status(privacy_of(parcel, settings), settings.publish_delay_hours, at),
        "localizations": {language: {"title": title(film), "description": description(parcel, earlier)}},
    }


def film_voice(parcel: Parcel) -> str:
    """The language that is heard."""
    return parcel.language


def _status(privacy: Privacy, delay_hours: float, at: datetime) -> dict[str, Any]:
    status: dict[str, Any] = {
        "privacyStatus": privacy,
        "selfDeclaredMadeForKids": False,
        "containsSyntheticMedia": True,
    }
    if privacy == "public" and delay_hours:
        when = at + timedelta(hours=delay_hours)
        status |= {"privacyStatus": "private", "publishAt": when.strftime("%Y-%m-%dT%H:%M:%SZ")}
    return status


def title(film: Film) -> str:
    text = _allowed(film.title)
    return text if len(text) <= MOST_TITLE_CHARACTERS else text[: MOST_TITLE_CHARACTERS - 1].rstrip() + "…"


def description(parcel: Parcel, earlier: str = "") -> str:
    """Paragraphs, the less important ones left out where there is no room for all."""
    spec, film = parcel.spec, parcel.film
    parts = [
        _allowed(film.description),
        "\n".join(chapters(film)),
        "" if spec.is_folder else spec.url,
        disclosure(parcel.language),
        " · ".join(map(_allowed, film.credits)),
        earlier,
    ]
    kept: list[str] = []
    for part in filter(None, parts):
        if len("\n\n".join([*kept, part]).encode()) <= MOST_DESCRIPTION_BYTES:
            kept.append(part)
    return "\n\n".join(kept)


def chapters(film: Film) -> Iterator[str]:
    """Lines such as `0:24 At a glance`; none where YouTube would not show them."""
    shown = _long_enough(film.chapters)
    if len(shown) >= LEAST_CHAPTERS:
        yield from (f"{clock(chapter.start)} {_allowed(chapter.heading)}" for chapter in shown)


def _long_enough(found: tuple[Chapter, ...]) -> list[Chapter]:
    """Chapters that follow the one before them by at least ten seconds."""
    shown: list[Chapter] = []
    for chapter in found:
        if not shown or int(chapter.start) - int(shown[-1].start) >= LEAST_CHAPTER_SECONDS:
            shown.append(chapter)

    return shown


def tags(parcel: Parcel) -> list[str]:
    topics = parcel.facts.find("repo.topics")
    found = topics.value if topics is not None and isinstance(topics.value, tuple) else ()
    languages = (str(fact.value) for fact in parcel.facts.of_kind("language"))
    chosen = [marker(parcel)]
    for tag in dict.fromkeys([*found, *languages]):
        if _TAG.match(tag) and len(",".join([*chosen, f'"{tag}"'])) <= MOST_TAGS_CHARACTERS:
            chosen.append(tag)
    return chosen


def _allowed(text: str) -> str:
    return text.replace("<", "‹").replace(">", "›").strip()
