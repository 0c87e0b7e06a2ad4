"""`reporeel discover`: finds repositories on GitHub and submits them, a few a day, each of them once."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import quote

import msgspec

from services.commands.door import Door, GatewayRefused, open_door
from services.gateway.jobs import DAILY_CAP
from services.gateway.listing import Page
from services.gateway.requests import JobRequest
from services.scanner.discovery import DiscoverySettings, discovered
from services.scanner.policy import Candidate, Policy, at_first_sight
from services.scanner.settings import ScannerSettings
from shared.errors import Retry
from shared.github.http import GitHubHttp
from shared.settings import load

MAX_LOOKED_AT = 1000
"""Entries of searches that one round looks at."""
HOUR_SECONDS = 3600
CALLED = {"X-Reporeel-Client": "discover", "Idempotency-Key": "discovered"}
"""The same key for all: a repository that is discovered again is the same job."""


class Round(NamedTuple):
    """One search, and what came of it."""

    submitted: tuple[str, ...]
    refused: tuple[str, ...]
    known: tuple[str, ...]


async def discover(url: str | None, token: str | None, *, every_hours: float | None, dry_run: bool) -> int:
    """Search once, or again and again until stopped."""
    wish, scanner = load(DiscoverySettings, os.environ), load(ScannerSettings, os.environ)
    http = scanner.github_http()
    try:
        async with open_door(url, token) as door:
            while True:
                wait_seconds = (every_hours or 0) * HOUR_SECONDS
                try:
                    done = await one_round(door, http, wish, scanner.policy, dry_run=dry_run)
                    _tell(done, "would be submitted" if dry_run else "submitted")
                except Retry as error:
                    if every_hours is None:
                        raise
                    sys.stderr.write(f"reporeel: {error}\n")
                    wait_seconds = error.delay_seconds
                if every_hours is None:
                    return 0
                await asyncio.sleep(wait_seconds)
    finally:
        await http.close()


async def one_round(
    door: Door, http: GitHubHttp, wish: DiscoverySettings, policy: Policy, *, dry_run: bool = False
) -> Round:
    """Submit what is new and allowed, until the day's cap.

    Raises Retry where GitHub asks us to wait, GatewayRefused when no gateway takes the jobs.
    """
    submitted: list[str] = []
    refused: list[str] = []
    known: list[str] = []
    looked_at = 0
    await _listed(door, "limit=1")  # nothing is searched for that no gateway would take
    async for candidate in discovered(http, wish, datetime.now(UTC).date()):
        looked_at += 1
        if len(submitted) >= wish.daily_cap or looked_at > MAX_LOOKED_AT:
            break
        if why := _why_not(candidate, policy):
            refused.append(f"{candidate.repo}: {why}")
        elif await _is_known(door, candidate.repo):
            known.append(candidate.repo)
        elif dry_run or await _has_place(door, candidate.repo, wish.daily_cap):
            submitted.append(candidate.repo)
        else:
            break
    return Round(tuple(submitted), tuple(refused), tuple(known))


async def _has_place(door: Door, repo: str, most: int) -> bool:
    """Whether the gateway took the job; it counts for all searches that run."""
    try:
        await door.ask("POST", "/jobs", JobRequest(repo=repo), {**CALLED, DAILY_CAP: str(most)})
    except GatewayRefused as error:
        if error.code != "daily_cap":
            raise
        return False
    return True


def _why_not(candidate: Candidate, policy: Policy) -> str:
    refused = at_first_sight(candidate, policy) if "discovery" in policy.triggers else ()
    return "; ".join(f"{each.rule}: {each.why}" for each in refused)


async def _is_known(door: Door, repo: str) -> bool:
    """Whether there was a job of this repository, however it began."""
    return bool((await _listed(door, f"repo={quote(repo, safe='')}&limit=1")).jobs)


async def _listed(door: Door, query: str) -> Page:
    return msgspec.json.decode(await door.ask("GET", f"/jobs?{query}"), type=Page)


def _tell(done: Round, submitted: str) -> None:
    for repo in done.submitted:
        sys.stdout.write(f"{repo}\n")
    for refusal in done.refused:
        sys.stderr.write(f"refused  {refusal}\n")
    known = f"{len(done.known)} known already"
    sys.stderr.write(f"{len(done.submitted)} {submitted}, {len(done.refused)} refused, {known}\n")
