"""Takes every closed job, and tells whoever wants to know, until they know or it was tried often enough.

What was sent is logged before the job's message is acknowledged. A process that dies between sending and
logging sends again, with the same delivery id.
"""

from __future__ import annotations

import asyncio
import contextlib
import time

import msgspec
import structlog

from services.gateway.notices.callback import Callbacks
from services.gateway.notices.mail import Mails
from services.gateway.notices.notice import Log, Notice, Target, notice_id
from services.gateway.notices.sending import Undeliverable, Unreached
from services.gateway.notices.settings import NoticeSettings
from shared.bus import Bus
from shared.errors import Unavailable
from shared.events import JobClosed, now
from shared.job_events import Events, decode_events
from shared.jobs import fold
from shared.pipeline import JOBS, NOTIFY_CONSUMER
from shared.pull import Delivery, Pull
from shared.record import JobRecord

log = structlog.get_logger()

AT_ONCE = 8
MAX_ATTEMPTS = 12
"""Over about half a day."""
MAX_PAUSE_SECONDS = 3600.0
UNAVAILABLE_SECONDS = 5.0


class Told(msgspec.Struct, frozen=True):
    """The body of a callback."""

    event: str
    """`job.finished`, `job.failed` or `job.cancelled`."""
    job: JobRecord


class Notifier:
    def __init__(self, bus: Bus, settings: NoticeSettings, first_pause_seconds: float = 5.0) -> None:
        self._bus = bus
        self._settings = settings
        self._log = Log(bus)
        self._callbacks = Callbacks(settings.secrets, settings.hosts)
        self._mails = Mails(settings)
        self._first_pause_seconds = first_pause_seconds
        self._pull = Pull(bus, JOBS, (NOTIFY_CONSUMER,), AT_ONCE)

    async def work(self) -> None:
        """Take closed jobs, for ever."""
        async with asyncio.TaskGroup() as group:
            async for delivery in self._pull.deliveries():
                group.create_task(self._take(delivery))

    async def again(self, notice: Notice) -> Notice:
        """Send one more time what was sent or given up, and log it."""
        record = await self._record(notice.job_id)
        return await self._try(notice, record) if record else notice

    async def _take(self, delivery: Delivery) -> None:
        try:
            pause = await self._tell_all(msgspec.json.decode(delivery.payload, type=JobClosed))
            await (delivery.done() if pause is None else delivery.again(pause))
        except msgspec.DecodeError as error:
            with contextlib.suppress(Unavailable):
                await delivery.drop(f"unreadable: {error}")
        except Unavailable as error:
            log.warning("notice.held_back", reason=str(error))
            with contextlib.suppress(Unavailable):
                await delivery.again(UNAVAILABLE_SECONDS)
        finally:
            self._pull.finished()

    async def _tell_all(self, closed: JobClosed) -> float | None:
        """Tell everybody who does not know yet; gives after how many seconds to try again, None for never."""
        targets = self._targets(closed)
        record = await self._record(closed.job_id) if targets else None
        if record is None:
            return None
        known = await self._log.of(closed.job_id)
        notices = [known.get(new.id, new) for new in (_new(closed, target) for target in targets)]
        tried = [await self._try(one, record) for one in notices if one.state == "waiting"]
        pauses = [self._pause(one.attempts) for one in tried if one.state == "waiting"]
        return min(pauses, default=None)

    def _targets(self, closed: JobClosed) -> list[Target]:
        targets = self._settings.standing_targets(closed.spec.repo)
        if closed.spec.callback_url is not None:
            targets.append(Target("callback", closed.spec.callback_url))
        if closed.spec.email is not None:
            targets.append(Target("mail", closed.spec.email))
        return list({(target.kind, target.address): target for target in targets}.values())

    async def _try(self, notice: Notice, record: JobRecord) -> Notice:
        try:
            answer = await self._send(notice, record)
        except Undeliverable as error:
            tried = _after(notice, state="failed", answer=str(error))
        except Unreached as error:
            last = notice.attempts + 1 >= MAX_ATTEMPTS
            tried = _after(notice, state="failed" if last else "waiting", answer=str(error))
        else:
            tried = _after(notice, state="delivered", answer=answer)
        await self._log.store(tried)
        log.info("notice.tried", job_id=notice.job_id, kind=notice.target.kind, state=tried.state)
        return tried

    async def _send(self, notice: Notice, record: JobRecord) -> str:
        if notice.target.kind == "mail":
            return await self._mails.send(notice, record)
        event = f"job.{record.status}"
        body = msgspec.json.encode(Told(event, record))
        return await self._callbacks.send(notice, event, body, int(time.time()))

    async def _record(self, job_id: str) -> JobRecord | None:
        stored = await self._bus.last([f"jobs.*.{job_id}.>"])
        return fold(Events(decode_events(message.payload for message in stored)))

    def _pause(self, attempts: int) -> float:
        return min(self._first_pause_seconds * 2.0 ** (attempts - 1), MAX_PAUSE_SECONDS)


def _new(closed: JobClosed, target: Target) -> Notice:
    return Notice(
        id=notice_id(closed.job_id, closed.generation, target),
        job_id=closed.job_id,
        generation=closed.generation,
        target=target,
        at=now(),
    )


def _after(notice: Notice, **changes: object) -> Notice:
    changed: Notice = msgspec.structs.replace(notice, attempts=notice.attempts + 1, at=now(), **changes)
    return changed
