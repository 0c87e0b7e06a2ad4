"""The log of what was sent to whom: an entry for each job, generation and target, replaced at each try."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Literal

import msgspec

from shared.bus import Bus
from shared.pipeline import NOTICES

Kind = Literal["callback", "mail"]
State = Literal["waiting", "delivered", "failed"]


class Target(msgspec.Struct, frozen=True):
    kind: Kind
    address: str


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """One message about one job's end. Its id is the same however often it is sent."""

    id: str
    job_id: str
    generation: int
    target: Target
    state: State = "waiting"
    attempts: int = 0
    answer: str = ""
    """What the last attempt met with."""
    at: datetime


class Log:
    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def of(self, job_id: str) -> dict[str, Notice]:
        """Give a job's notices by id, oldest first."""
        stored = await self._bus.last([f"notices.{job_id}.*"], stream=NOTICES)
        notices = (msgspec.json.decode(one.payload, type=Notice) for one in stored)
        return {notice.id: notice for notice in notices}

    async def store(self, notice: Notice) -> None:
        await self._bus.store(f"notices.{notice.job_id}.{notice.id}", msgspec.json.encode(notice), {})


def notice_id(job_id: str, generation: int, target: Target) -> str:
    """Give the same id for the same news to the same place."""
    whole = msgspec.json.encode([job_id, generation, target])
    return hashlib.sha256(whole).hexdigest()[:16]
