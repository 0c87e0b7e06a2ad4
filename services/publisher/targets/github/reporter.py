"""Tells GitHub where a job stands, from its first moment to its end (ADR-35)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator

import structlog

from services.publisher.follower import Job
from services.publisher.targets.github.calls import Calls
from services.publisher.targets.github.once import SETTLE_SECONDS, bring
from services.publisher.targets.github.section import bring_section
from services.publisher.targets.github.things import Check, Comment, Status
from services.publisher.targets.github.wording import Report, report_of
from services.publisher.targets.ledger import Key, Ledger
from shared.bus import Bus
from shared.errors import Retry
from shared.events import GITHUB, JobSpec
from shared.github.refusals import Refused

log = structlog.get_logger(__name__)

ACKNOWLEDGED = "eyes"

Act = Callable[[], Awaitable[None]]


def is_told(spec: JobSpec) -> bool:
    """Whether GitHub is to hear of such a job."""
    return GITHUB in spec.publish and not spec.is_folder


class Reporter:
    """`settle_seconds`: see `once.bring`."""

    def __init__(
        self, bus: Bus, calls: Calls, public_url: str, *, settle_seconds: float = SETTLE_SECONDS
    ) -> None:
        self._calls = calls
        self._ledger = Ledger(bus)
        self._public_url = public_url
        self._settle_seconds = settle_seconds

    async def tell(self, job: Job) -> None:
        """Bring all that GitHub shows of a job in line; what it refuses is logged and left.

        Raises Retry when something has to wait, after all has been tried.
        """
        report = report_of(job.record, job.events, job.submitted.spec.repo, self._public_url)
        waits: list[Retry] = []
        for what, act in self._acts(job, report):
            try:
                await act()
            except Refused as error:
                log.warning("github.refused", what=what, reason=str(error), hint=_hint(error))
            except Retry as error:
                waits.append(error)
        if waits:
            raise max(waits, key=lambda one: one.delay_seconds)

    def _acts(self, job: Job, report: Report) -> Iterator[tuple[str, Act]]:
        """The acknowledgement first."""
        spec = job.submitted.spec
        if spec.comment is not None:
            yield "reaction", lambda: self._acknowledge(job)
        if spec.issue is not None:
            yield "comment", lambda: self._comment(job, report)
        yield "check", lambda: self._check(job, report)
        if spec.trigger == "release" and spec.ref:
            yield "release", lambda: self._section(job, report)

    async def _acknowledge(self, job: Job) -> None:
        """Let whoever asked see at once that it was heard; GitHub keeps one reaction of each kind."""
        page = await self._ledger.page(_key(job, "reaction"))
        spec = job.submitted.spec
        if not page.entry.done:
            path = f"/repos/{spec.repo}/issues/comments/{spec.comment}/reactions"
            await self._calls.make(path, {"content": ACKNOWLEDGED})
            await page.tick_off(ACKNOWLEDGED)

    async def _comment(self, job: Job, report: Report) -> None:
        thing = Comment(self._calls, job.submitted.spec, report, job.submitted.at)
        page = await self._ledger.page(_key(job, "comment"))
        await bring(page, thing, surely=job.sure, settle_seconds=self._settle_seconds)

    async def _check(self, job: Job, report: Report) -> None:
        spec, scanned = job.submitted.spec, job.events.scanned
        kind, name = (Check, "check") if await self._calls.as_app(spec.repo) else (Status, "status")
        page = await self._ledger.page(_key(job, name))
        thing = kind(self._calls, spec, report, scanned.commit if scanned else None)
        await bring(page, thing, surely=job.sure, settle_seconds=self._settle_seconds)

    async def _section(self, job: Job, report: Report) -> None:
        page = await self._ledger.page(_key(job, "release"))
        await bring_section(self._calls, job.submitted.spec, report, page, surely=job.sure)


def _key(job: Job, what: str) -> Key:
    """GitHub shows one of each for a job, whatever its languages and revisions."""
    return Key(job.submitted.job_id, "all", f"{GITHUB}-{what}", "0")


def _hint(error: Refused) -> str:
    if error.code in {"forbidden", "not_found"}:
        return "The token or App needs to write checks or statuses, issues and contents in this repository."
    return error.hint
