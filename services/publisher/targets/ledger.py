"""What was sent where: one entry a job, language, target and script revision, in a NATS bucket.

The order makes a film arrive once: what leads back to the effect (an upload's session, say) is recorded
before the effect is finished, and after a crash the far side is asked, never sent to blindly. Entries are
changed by compare and set, so that of two workers with the same film one goes on and the other waits.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from shared.bus import EXPECTED, Bus
from shared.errors import Retry
from shared.events import now
from shared.pipeline import LEDGER_BUCKET

STREAM = f"KV_{LEDGER_BUCKET}"
REVISION_CHARACTERS = 16
RIVAL_SECONDS = 15.0


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far a film has come on its way to one target."""

    at: datetime
    session: str = ""
    """Leads back to what is under way: the address of an upload."""
    reference: str = ""
    """The far side's own name for what arrived; empty until it has."""
    url: str = ""
    done: tuple[str, ...] = ()
    """Steps after the arrival that need no second time."""
    withdrawn: bool = False
    """Whether it was taken down on purpose; then it does not go there again."""


class Key(msgspec.Struct, frozen=True):
    job_id: str
    language: str
    target: str
    revision: str

    @property
    def subject(self) -> str:
        return f"{self.any_revision[:-1]}{self.revision[:REVISION_CHARACTERS]}"

    @property
    def any_revision(self) -> str:
        return f"$KV.{LEDGER_BUCKET}.{self.job_id}.{self.language}.{self.target}.*"


class Page:
    """One entry, as this worker last saw it."""

    def __init__(self, bus: Bus, key: Key, entry: Entry, sequence: int) -> None:
        self._bus = bus
        self.key = key
        self.entry = entry
        self._sequence = sequence

    async def record(self, **changes: object) -> None:
        """Change the entry on disk, then here.

        Raises Retry when another worker has changed it meanwhile.
        """
        entry = msgspec.structs.replace(self.entry, at=now(), **changes)
        headers = {EXPECTED: str(self._sequence)}
        sequence = await self._bus.store(self.key.subject, msgspec.json.encode(entry), headers)
        if sequence is None:
            raise Retry(
                f"another worker sends this film to {self.key.target}",
                delay_seconds=RIVAL_SECONDS,
                code="publishing_elsewhere",
            )
        self.entry, self._sequence = entry, sequence

    async def tick_off(self, step: str) -> None:
        await self.record(done=(*self.entry.done, step))


class Ledger:
    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def page(self, key: Key) -> Page:
        """Give the entry of a film and target; a new one where there is none."""
        stored = await self._bus.last([key.subject], stream=STREAM)
        if not stored:
            return Page(self._bus, key, Entry(at=now()), 0)
        return Page(self._bus, key, msgspec.json.decode(stored[-1].payload, type=Entry), stored[-1].sequence)

    async def pages(self, job_id: str, target: str) -> list[Page]:
        """Give all that was sent of a job to a target, in whatever language and revision."""
        where = f"$KV.{LEDGER_BUCKET}.{job_id}.*.{target}.*"
        return [
            Page(
                self._bus,
                Key(job_id, one.subject.split(".")[3], target, one.subject.rpartition(".")[2]),
                msgspec.json.decode(one.payload, type=Entry),
                one.sequence,
            )
            for one in await self._bus.last([where], stream=STREAM)
        ]

    async def predecessor(self, key: Key) -> Entry | None:
        """Give what an earlier revision of the same film left at the target; the newest that arrived."""
        stored = await self._bus.last([key.any_revision], stream=STREAM)
        entries = [
            msgspec.json.decode(one.payload, type=Entry) for one in stored if one.subject != key.subject
        ]
        there = (one for one in entries if one.reference and not one.withdrawn)
        return max(there, key=lambda one: one.at, default=None)
