"""A post about a film: Markdown with Jekyll's front matter, a player, and what is said, chapter by chapter.

It shows the same text in CommonMark and in kramdown, and holds nothing that Liquid would run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from html import escape
from urllib.parse import quote

import msgspec

from services.publisher.files.film import Film
from services.publisher.targets.disclosure import disclosure
from shared.events import JobSpec
from shared.facts import FactBase

_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_MARKUP = re.compile(r"([\\`*_\[\]#|!])")
_LIQUID = str.maketrans({"{": "&#123;", "}": "&#125;"})
"""A backslash stops Markdown, but not Liquid."""
_ENTITIES = _LIQUID | str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "~": "&#126;", "$": "&#36;"})
"""kramdown takes no backslash before these."""
_LINE_START = re.compile(r"^([-+=:]|\d+(?=[.)]))")


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What a post says besides what its film says."""

    repo: str
    url: str | None
    commit: str | None
    at: datetime
    """When the film was published first."""
    tags: tuple[str, ...] = ()


class Addresses(msgspec.Struct, frozen=True, kw_only=True):
    """Where what a post shows can be had, seen from the post."""

    video: str
    image: str
    subtitles: str
    embed: str = ""
    """A page that plays the film, in place of the file."""
    permalink: str = ""
    """The post's own place on its site."""
    scenes: tuple[str, ...] = ()
    """A picture a chapter, as far as there are any."""


def about(spec: JobSpec, facts: FactBase, at: datetime) -> About:
    topics = facts.find("repo.topics")
    return About(
        repo=facts.repo,
        url=None if spec.is_folder else spec.url,
        commit=facts.commit,
        at=at,
        tags=topics.value if topics is not None and isinstance(topics.value, tuple) else (),
    )


def beside(film: Film) -> Addresses:
    """Of a post that lies in the job's folder."""
    return Addresses(
        video=film.video, image=film.thumbnail, subtitles=f"subtitles.{quote(film.language)}.vtt"
    )


def post(film: Film, about: About, addresses: Addresses) -> str:
    head: dict[str, str | Sequence[str] | None] = {
        "layout": "post",
        "title": film.title,
        "description": film.description,
        "date": about.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S +0000"),
        "categories": ["films"],
        "tags": about.tags or None,
        "lang": film.language,
        "permalink": addresses.permalink or None,
        "repository": about.url or about.repo,
        "commit": about.commit,
        "video": addresses.video,
        "image": addresses.image,
    }
    rows = [f"{key}: {_yaml(value)}" for key, value in head.items() if value is not None]
    return "\n".join(["---", *rows, "---", "", *_body(film, addresses), ""])


def yaml_string(text: str) -> str:
    """One line of YAML that reads back as exactly this text.

    JSON's strings are YAML's double-quoted ones, but for characters that YAML wants escaped too.
    """
    return yaml_of_json(json.dumps(text, ensure_ascii=False))


def yaml_of_json(document: str) -> str:
    """The same JSON, as YAML takes it too."""
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", document)


def _yaml(value: str | Sequence[str]) -> str:
    if isinstance(value, str):
        return yaml_string(value)
    return f"[{', '.join(map(yaml_string, value))}]"


def markdown_text(text: str) -> str:
    """One line of Markdown that shows exactly this text."""
    line = _MARKUP.sub(r"\\\1", " ".join(text.split())).translate(_ENTITIES)
    return _LINE_START.sub(lambda match: _shield(match[1]), line)


def clock(seconds: float) -> str:
    """`1:05`, or `1:01:05` from an hour on."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def _body(film: Film, addresses: Addresses) -> Iterator[str]:
    yield from (_player(film, addresses), "")
    for line in film.description.splitlines():
        if line.strip():
            yield from (markdown_text(line), "")
    for number, chapter in enumerate(film.chapters):
        yield from (f"## {clock(chapter.start)} {markdown_text(chapter.heading)}", "")
        if number < len(addresses.scenes):
            yield from (_picture(addresses.scenes[number], chapter.heading), "")
        yield from (" ".join(markdown_text(line.text) for line in chapter.lines), "")
    yield from ("---", "")
    if film.credits:
        yield from (" · ".join(markdown_text(credit) for credit in film.credits), "")
    yield markdown_text(disclosure(film.language))


def _player(film: Film, addresses: Addresses) -> str:
    """One HTML block; whatever strips the player leaves a picture that leads to the film."""
    title = _attribute(film.title)
    if addresses.embed:
        return (
            f'<figure class="film">\n<iframe src="{_attribute(addresses.embed)}" title="{title}" width="960" '
            'height="540" loading="lazy" allow="fullscreen; picture-in-picture" allowfullscreen></iframe>\n'
            "</figure>"
        )
    video, image = _attribute(addresses.video), _attribute(addresses.image)
    return (
        f'<figure class="film">\n<video controls playsinline preload="metadata" poster="{image}" '
        f'aria-label="{title}" style="max-width: 100%">\n<source src="{video}" type="video/mp4">\n'
        f'<track kind="subtitles" srclang="{_attribute(film.language)}" label="{_attribute(film.language)}" '
        f'src="{_attribute(addresses.subtitles)}">\n'
        f'<a href="{video}"><img src="{image}" alt="{title}"></a>\n</video>\n</figure>'
    )


def _picture(address: str, shows: str) -> str:
    """HTML, because Markdown's own pictures are as wide as they are, whatever there is room for."""
    return (
        f'<img src="{_attribute(address)}" alt="{_attribute(shows)}" loading="lazy" style="max-width: 100%">'
    )


def _attribute(text: str) -> str:
    """Text between the quotes of an attribute: on one line, with nothing for Liquid in it."""
    return escape(" ".join(text.split())).translate(_LIQUID)


def _shield(start: str) -> str:
    return f"{start}\\" if start.isdigit() else f"\\{start}"
