"""Wires the publisher and runs it: it renders, publishes, and closes jobs."""

from __future__ import annotations

import asyncio

import msgspec

from services.publisher.files_publisher import FilesPublisher
from services.publisher.follower import Follower, following
from services.publisher.historian import Historian
from services.publisher.publication import Publication
from services.publisher.renderer import Renderer
from services.publisher.settings import PublisherSettings, RenderSettings
from services.publisher.targets import Ledger, bucket_copy, targets, telling_github
from shared.bus import Bus
from shared.errors import Reject
from shared.events import AnyEvent, JobClosed, JobEnded, now
from shared.history.settings import history_of
from shared.job_events import Events, decode_events
from shared.jobs import fold
from shared.lifecycle import Process, together
from shared.pipeline import CLOSE, HISTORY_CONSUMER, PUBLISH, RENDER
from shared.settings import PlaceSettings, load


async def main(process: Process, stage: str | None = None) -> None:
    """Run all stages, or the one named; whoever publishes also closes."""
    places = load(PlaceSettings, process.environ)
    files = FilesPublisher(process.blobs, places.films, FinalRecords(process.bus).get)
    renderer = Renderer(process.blobs, settings=load(RenderSettings, process.environ))
    await together(
        {
            RENDER.name: process.run_stage(RENDER, renderer.handle),
            PUBLISH.name: _publishing(process, files),
        },
        only=stage,
    )


async def _publishing(process: Process, files: FilesPublisher) -> None:
    """Publish, and close: both write into the same folder."""
    settings, bus, environ = load(PublisherSettings, process.environ), process.bus, process.environ
    async with (
        targets(bus, settings, environ, process.measures) as sent_to,
        bucket_copy(environ) as bucket,
        history_of(bus, environ) as history,
        telling_github(bus, settings, environ, process.measures) as teller,
        following(Follower(bus, HISTORY_CONSUMER, Historian(history, process.blobs).record), teller),
        asyncio.TaskGroup() as group,
    ):
        publication = Publication(process.blobs, files, settings, sent_to, Ledger(bus), bucket)
        group.create_task(process.run_stage(PUBLISH, publication.handle))
        group.create_task(process.run_stage(CLOSE, publication.close))


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
