"""Searches GitHub for repositories that an operator may want films of."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta
from typing import Annotated
from urllib.parse import quote

import msgspec

from services.scanner.github import decoded
from services.scanner.github_records import Repository
from services.scanner.policy import Candidate
from shared.github.http import GitHubHttp

PAGE, MAX_PAGES = 100, 10
"""GitHub shows the first thousand of a search."""
NO_LICENSE = (None, "NOASSERTION")

Count = Annotated[int, msgspec.Meta(ge=0)]


class DiscoverySettings(msgspec.Struct, frozen=True, kw_only=True):
    """What is searched for; each that is set narrows the search, several languages widen it."""

    query: str = msgspec.field(name="REPOREEL_DISCOVER_QUERY", default="")
    """Words, or anything else that GitHub's search takes."""
    languages: tuple[str, ...] = msgspec.field(name="REPOREEL_DISCOVER_LANGUAGES", default=())
    topics: tuple[str, ...] = msgspec.field(name="REPOREEL_DISCOVER_TOPICS", default=())
    min_stars: Count = msgspec.field(name="REPOREEL_DISCOVER_MIN_STARS", default=100)
    max_stars: Count = msgspec.field(name="REPOREEL_DISCOVER_MAX_STARS", default=0)
    """0 is no bound, here and below."""
    created_within_days: Count = msgspec.field(name="REPOREEL_DISCOVER_CREATED_WITHIN_DAYS", default=0)
    pushed_within_days: Count = msgspec.field(name="REPOREEL_DISCOVER_PUSHED_WITHIN_DAYS", default=365)
    daily_cap: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = msgspec.field(
        name="REPOREEL_DISCOVER_DAILY_CAP", default=5
    )
    """Most jobs a day (UTC) that are submitted this way."""


class _Answer(msgspec.Struct, frozen=True):
    items: tuple[Repository, ...] = ()


def queries(wish: DiscoverySettings, today: date) -> Iterator[str]:
    """GitHub's search takes one language at a time."""
    common = " ".join(filter(None, (wish.query.strip(), *_narrowing(wish, today))))
    for language in wish.languages:
        yield f'{common} language:"{language}"'.strip()
    if not wish.languages:
        yield common


def _narrowing(wish: DiscoverySettings, today: date) -> Iterator[str]:
    yield "is:public fork:false archived:false"
    if wish.min_stars or wish.max_stars:
        yield f"stars:{wish.min_stars}..{wish.max_stars or '*'}"
    yield from (f"topic:{topic}" for topic in wish.topics)
    for word, days in (("created", wish.created_within_days), ("pushed", wish.pushed_within_days)):
        if days:
            yield f"{word}:>={today - timedelta(days=days)}"


async def discovered(http: GitHubHttp, wish: DiscoverySettings, today: date) -> AsyncIterator[Candidate]:
    """Each repository once, the most starred of a language first; pages are asked for as they are needed.

    Raises Refused when GitHub does not understand the search, Retry where it asks us to wait.
    """
    seen: set[str] = set()
    for query in queries(wish, today):
        for page in range(1, MAX_PAGES + 1):
            found = await _searched(http, query, page)
            for repository in found:
                if repository.full_name.lower() not in seen:
                    seen.add(repository.full_name.lower())
                    yield _candidate(repository)
            if len(found) < PAGE:
                break


async def _searched(http: GitHubHttp, query: str, page: int) -> tuple[Repository, ...]:
    path = f"/search/repositories?q={quote(query, safe='')}&sort=stars&order=desc&per_page={PAGE}&page={page}"
    return decoded(await http.ask(path), _Answer).items


def _candidate(repository: Repository) -> Candidate:
    spdx = repository.license.spdx_id if repository.license else None
    return Candidate(
        repo=repository.full_name,
        description=repository.description or "",
        archived=repository.archived,
        disabled=repository.disabled,
        license=None if spdx in NO_LICENSE else spdx,
    )
