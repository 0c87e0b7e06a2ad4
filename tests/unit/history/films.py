"""A star, its film, and another star in an installation that has forgotten all but the history."""

from __future__ import annotations

from pathlib import Path

from services.publisher.follower import Follower, following
from services.publisher.historian import Historian
from services.scanner.service import found
from shared.events import FilmFound, JobSubmitted, RepoScanned
from shared.history.entry import Entry
from shared.history.settings import history_of
from shared.lifecycle import Process
from shared.offload import Progress
from shared.pipeline import HISTORY_CONSUMER
from shared.record import JobRecord
from tests.support.pipelines import Trivial, ended, pipeline_process, submission, submit, wait_until, working


async def filmed(running: Process, environ: dict[str, str], wanted: JobSubmitted) -> tuple[JobRecord, Entry]:
    """Let a job run with the history that the environment names; give its record and its entry."""
    trivial = Trivial()
    async with history_of(running.bus, environ) as history:

        async def scan(event: JobSubmitted, progress: Progress) -> RepoScanned | FilmFound:
            return await found(history, event, await trivial.scan(event, progress))

        historian = Historian(history, running.blobs)
        follower = Follower(running.bus, HISTORY_CONSUMER, historian.record)
        async with following(follower), working(running, trivial.handlers() | {"scan": scan}):
            await submit(running, wanted)
            record = await ended(running, wanted.job_id)

            async def is_kept() -> Entry | None:
                found = await history.get(wanted.spec.repo, wanted.job_id)
                over = found is not None and found.entry.status in ("completed", "failed")
                return found.entry if found and over else None

            return record, await wait_until(is_kept)


async def a_star_is_filmed_once(folder: Path, environ: dict[str, str], *, keep_nats: bool) -> None:
    async with pipeline_process(folder / "one") as running:
        record, entry = await filmed(running, environ, submission("a" * 32, trigger="star"))
    assert record.status == "finished"
    assert (entry.status, entry.video_url, entry.commit) == ("completed", "file:///v", "c" * 40)
    # Records are forgotten after a month, and a machine may be set up anew.
    async with pipeline_process(folder / ("one" if keep_nats else "two")) as running:
        record, entry = await filmed(running, environ, submission("b" * 32, trigger="star"))
        assert (record.status, record.error, record.progress) == ("finished", None, 100.0)
        assert record.result is not None
        assert [(one.language, one.video_url, one.subtitles_url) for one in record.result.outputs] == [
            ("en", "file:///v", "file:///s")
        ]
        assert {row.stage: row.status for row in record.stages} == {
            "scan": "finished",
            **dict.fromkeys(("write", "speak", "render", "publish"), "skipped"),
        }
        assert record.warnings[0].startswith("acme/site was filmed on ")
        assert (entry.status, entry.video_url, entry.commit) == ("completed", "file:///v", "c" * 40)
    async with pipeline_process(folder / "three") as running:
        record, _ = await filmed(running, environ, submission("d" * 32, trigger="api"))
        assert record.status == "finished"
