"""The history in a bucket of NATS: a key a film, `owner=2Fname.<job id>`, kept for ever."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from shared.bus import EXPECTED, MAX_STORED_BATCH, Bus
from shared.history.entry import MOST_LISTED, Entry, Kept, last_changed_first, newest_first
from shared.history.ids import document_id, repository_word
from shared.pipeline import HISTORY_BUCKET

STREAM = f"KV_{HISTORY_BUCKET}"
_PREFIX = f"$KV.{HISTORY_BUCKET}."
WIDER = 4
"""How many times more of the stream is looked at each time there was too little in its end."""


class BucketHistory:
    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def close(self) -> None:
        """The connection is its owner's."""

    async def get(self, repo: str, job_id: str) -> Kept | None:
        stored = await self._bus.last([_PREFIX + document_id(repo, job_id)], stream=STREAM)
        return Kept(_entry(stored[-1].payload), str(stored[-1].sequence)) if stored else None

    async def create(self, entry: Entry) -> bool:
        return await self._store(entry, "0")

    async def replace(self, entry: Entry, revision: str) -> bool:
        return await self._store(entry, revision)

    async def of_repository(self, repo: str) -> Sequence[Entry]:
        stored = await self._bus.last([f"{_PREFIX}{repository_word(repo)}.*"], stream=STREAM)
        return newest_first([_entry(one.payload) for one in stored], MOST_LISTED)

    async def recent(self, limit: int) -> Sequence[Entry]:
        """Read the end of the stream, where what changed last stands, more of it if need be."""
        last = (await self._bus.api(f"STREAM.INFO.{STREAM}"))["state"]["last_seq"]
        reach = limit
        while True:
            first = max(1, last - reach + 1)
            found = await self._from(first)
            if len(found) >= limit or first == 1:
                return last_changed_first(found, limit)
            reach *= WIDER

    async def _from(self, first: int) -> list[Entry]:
        found: list[Entry] = []
        while True:
            body = {"seq": first, "next_by_subj": f"{_PREFIX}>", "batch": MAX_STORED_BATCH}
            page = [stored async for stored in self._bus.read(STREAM, body)]
            found += [_entry(stored.payload) for stored in page]
            if len(page) < MAX_STORED_BATCH:
                return found
            first = page[-1].sequence + 1

    async def _store(self, entry: Entry, revision: str) -> bool:
        headers = {EXPECTED: revision}
        return await self._bus.store(_PREFIX + entry.id, msgspec.json.encode(entry), headers) is not None


def _entry(payload: bytes) -> Entry:
    return msgspec.json.decode(payload, type=Entry)
