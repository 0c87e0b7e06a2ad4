"""Wires the publisher and runs it: it renders, publishes, and closes jobs."""

from __future__ import annotations

import msgspec

from services.publisher.files_publisher import FilesPublisher
from services.publisher.renderer import Renderer
from shared.bus import Bus
from shared.errors import Reject
from shared.events import AnyEvent, JobClosed, JobEnded, now
from shared.jobs import Events, decode_events, fold
from shared.lifecycle import Process, together
from shared.pipeline import CLOSE, PUBLISH, RENDER
from shared.settings import PlaceSettings, load


async def main(process: Process, stage: str | None = None) -> None:
    """Run all stages, or the one named; whoever publishes also closes."""
    places = load(PlaceSettings, process.environ)
    files = FilesPublisher(process.blobs, places.films, FinalRecords(process.bus).get)
    await together(
        {
            RENDER.name: process.run_stage(RENDER, Renderer(process.blobs).handle),
            PUBLISH.name: process.run_stage(PUBLISH, files.publish),
            CLOSE.name: process.run_stage(CLOSE, files.close),
        },
        only=stage,
    )


class FinalRecords:
    """The records of ended jobs, as they read once the job is closed."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def get(self, job_id: str) -> bytes:
        """Give the record as JSON.

        Raises Reject when the job's events are gone.
        """
        stored = await self._bus.last([f"jobs.*.{job_id}.>"])
        events = list(decode_events(message.payload for message in stored))
        record = fold(Events([*events, *_closings(events)]))
        if record is None:
            raise Reject(f"the events of job {job_id} are gone", code="job_unknown")
        return msgspec.json.encode(record)


def _closings(events: list[AnyEvent]) -> list[JobClosed]:
    """Give the closing event that is about to be stored."""
    return [
        JobClosed(job_id=event.job_id, spec=event.spec, at=now(), generation=event.generation)
        for event in events
        if isinstance(event, JobEnded)
    ]
