"""A short Markdown post about a film, with YAML front matter, ready for a blog or a release page."""

from __future__ import annotations

import json
import re
from datetime import datetime

from services.publisher.files.film import Film

_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&!])")
_LINE_START = re.compile(r"^([-+=]|\d+(?=[.)]))")


def post(film: Film, repo: str, url: str | None, commit: str | None, at: datetime) -> str:
    """The post of one film; its links are relative to the job's folder."""
    head = {
        "title": film.title,
        "description": film.description,
        "date": at.isoformat(),
        "lang": film.language,
        "repository": url or repo,
        "commit": commit,
        "video": film.video,
        "image": film.thumbnail,
    }
    rows = [f"{key}: {yaml_string(value)}" for key, value in head.items() if value is not None]
    return "\n".join(["---", *rows, "---", "", *_body(film), ""])


def yaml_string(text: str) -> str:
    """One line of YAML that reads back as exactly this text.

    JSON's strings are YAML's double-quoted ones, but for characters that YAML wants escaped too.
    """
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))


def markdown_text(text: str) -> str:
    """One line of Markdown that shows exactly this text."""
    line = _MARKUP.sub(r"\\\1", " ".join(text.split()))
    return _LINE_START.sub(lambda match: _shield(match[1]), line)


def clock(seconds: float) -> str:
    """`1:05`, or `1:01:05` from an hour on."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def _body(film: Film) -> list[str]:
    picture = f"[![{markdown_text(film.title)}]({film.thumbnail})]({film.video})"
    parts = [picture, ""]
    for line in film.description.splitlines():
        parts += [markdown_text(line), ""] if line.strip() else []
    for chapter in film.chapters:
        parts += [f"## {clock(chapter.start)} {markdown_text(chapter.heading)}", ""]
        parts += [" ".join(markdown_text(line.text) for line in chapter.lines), ""]
    if film.credits:
        parts += ["---", "", " · ".join(markdown_text(credit) for credit in film.credits), ""]
    return parts[:-1]


def _shield(start: str) -> str:
    return f"{start}\\" if start.isdigit() else f"\\{start}"
