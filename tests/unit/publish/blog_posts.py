"""Films on their way to a blog, out of a real folder, and sites of every kind."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from services.publisher.publication import parcel_of
from services.publisher.targets.blog.settings import BlogSettings
from services.publisher.targets.target import Parcel
from tests.unit.publish.conftest import Studio

AT = datetime(2026, 11, 23, 10, 5, tzinfo=UTC)
SITE = "https://films.example/blog"


def settings(**changes: Any) -> BlogSettings:
    return BlogSettings(**({"site": "/srv/site", "url": SITE} | changes))


async def parcel(studio: Studio, **wishes: Any) -> Parcel:
    """A film in its folder, as a target gets it."""
    event = await studio.rendered(**wishes)
    await studio.publisher.publish(event, lambda _percent: None)
    return parcel_of(studio.folder, event)


async def no_pictures(*_ignored: object) -> tuple[Path, ...]:
    """In place of those that take a child process."""
    return ()


def front_matter(text: str) -> dict[str, Any]:
    start, head, _body = text.split("---\n", 2)
    assert not start
    loaded = yaml.safe_load(head)
    assert isinstance(loaded, dict)
    return loaded
