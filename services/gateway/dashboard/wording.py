"""How pages say times, sizes and names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from shared.events import now

MINUTE_SECONDS, HOUR_SECONDS, DAY_SECONDS = 60, 3600, 86_400

LANGUAGES: Mapping[str, str] = {
    "ar": "Arabic",
    "ca": "Catalan",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "gl": "Galician",
    "hi": "Hindi",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "tr": "Turkish",
    "zh": "Chinese",
}
STAGES: Mapping[str, str] = {
    "scan": "Read the repository",
    "write": "Write the script",
    "speak": "Speak",
    "translate": "Translate and speak",
    "render": "Draw the film",
    "publish": "Publish",
    "close": "Close the folder",
}


def repository(url: str) -> str:
    """`owner/name`, or the name of a folder."""
    if url.startswith("file://"):
        return url.rstrip("/").rpartition("/")[2] or url
    return url.removeprefix("https://github.com/")


def language(code: str) -> str:
    return LANGUAGES.get(code.partition("-")[0], code)


def stage(name: str) -> str:
    return STAGES.get(name, name)


def duration(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    if seconds < 10:  # noqa: PLR2004 - below, tenths tell
        return f"{seconds:.1f} s"
    if seconds < MINUTE_SECONDS:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), MINUTE_SECONDS)
    if minutes < MINUTE_SECONDS:
        return f"{minutes} min {rest:02d} s"
    hours, minutes = divmod(minutes, MINUTE_SECONDS)
    return f"{hours} h {minutes:02d} min"


def ago(at: datetime) -> str:
    seconds = max(0.0, (now() - at).total_seconds())
    if seconds < MINUTE_SECONDS:
        return "just now"
    for unit, length in (("day", DAY_SECONDS), ("hour", HOUR_SECONDS), ("minute", MINUTE_SECONDS)):
        count = int(seconds // length)
        if count:
            return f"{count} {unit}{'s' * (count > 1)} ago"
    raise AssertionError(at)


def moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def measure(name: str) -> str:
    """`words_wrong` as people read it."""
    return name.replace("_", " ")


def figure(value: float | None) -> str:
    return "not measured" if value is None else f"{value:g}"


FILTERS: Mapping[str, Callable[..., Any]] = {
    "repository": repository,
    "language": language,
    "stage": stage,
    "duration": duration,
    "ago": ago,
    "moment": moment,
    "measure": measure,
    "figure": figure,
}
