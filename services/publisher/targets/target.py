"""What a target is: somewhere a finished film is sent, once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, runtime_checkable

import msgspec

from services.publisher.files.film import Film
from services.publisher.targets.ledger import Page
from shared.events import JobSpec
from shared.facts import FactBase


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """One language of a job, complete in its folder, on its way to a target."""

    job_id: str
    spec: JobSpec
    facts: FactBase
    folder: Path
    film: Film
    revision: str
    """Of the script; an edit makes a new one."""
    links: dict[str, str] = {}
    """Its address at each target it has been sent to before."""

    @property
    def language(self) -> str:
        return self.film.language

    @property
    def video(self) -> Path:
        return self.folder / self.film.video

    @property
    def is_private(self) -> bool:
        return is_private(self.facts)


def is_private(facts: FactBase) -> bool:
    fact = facts.find("repo.private")
    return fact is not None and fact.value is True


class Target(Protocol):
    name: str

    async def send(self, parcel: Parcel, page: Page, progress: Callable[[float], None]) -> str:
        """Send the film, unless the page says that it arrived, and give the address it can be had at.

        May be called again after a crash at any point: what has an effect outside is recorded before or found
        again after. Raises Retry for what may pass, Reject for what never will.
        """
        ...


@runtime_checkable
class Withdrawable(Protocol):
    """A target that can take down what was sent to it."""

    name: str

    async def withdraw(self, page: Page) -> None:
        """Take it down, and note on the page that it stays down. Raises Retry or Reject."""
        ...
