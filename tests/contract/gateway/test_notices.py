"""What the world outside is told of a job's end: signed, again after failures, never into our network."""

from __future__ import annotations

import asyncio
import contextlib
import email
import hashlib
import hmac
import json
import socket
import time
from collections.abc import AsyncIterator
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver
from aiosmtpd.controller import Controller

from services.gateway.errors import ApiError
from services.gateway.notices.addresses import PrivateAddress, PublicResolver, check_address, is_public
from services.gateway.notices.notice import Log
from services.gateway.notices.notifier import Notifier
from services.gateway.notices.settings import NoticeSettings, check
from shared.errors import SettingsError
from shared.lifecycle import Process
from tests.support.doors import ask, gateway
from tests.support.pages import Reading, read, send
from tests.support.pipelines import Trivial, ended, pipeline_process, submission, submit, wait_until, working

JOB = "a" * 32
SECRETS = ("new", "old")


class Receiver:
    """A web server that answers with the statuses it is given, then 200."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.host = ""

    async def take(self, request: web.Request) -> web.Response:
        self.taken.append((dict(request.headers), await request.read()))
        status = self.statuses.pop(0) if self.statuses else 200
        return web.Response(status=status, headers={"Location": f"http://{self.host}/elsewhere"})

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self.take)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.host = f"127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield f"http://{self.host}/hook"
        finally:
            await runner.cleanup()


class Postbox:
    """A mail server: the first messages are turned away with these answers."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.mails: list[Message] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - its name
        if self.answers:
            return self.answers.pop(0)
        self.mails.append(email.message_from_bytes(envelope.content))
        return "250 OK"

    @contextlib.contextmanager
    def serving(self) -> Any:
        with socket.socket() as probe:  # the controller knocks at the port it was given
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        controller = Controller(self, hostname="127.0.0.1", port=port)
        controller.start()
        try:
            yield port
        finally:
            controller.stop()


@contextlib.asynccontextmanager
async def notifying(running: Process, **settings: Any) -> AsyncIterator[Log]:
    work = asyncio.create_task(Notifier(running.bus, NoticeSettings(**settings), 0.05).work())
    try:
        yield Log(running.bus)
    finally:
        work.cancel()
        await asyncio.wait([work])


async def settled(log: Log, count: int = 1) -> list[Any]:
    async def all_tried() -> Any:
        notices = list((await log.of(JOB)).values())
        return notices if len(notices) == count and all(one.state != "waiting" for one in notices) else None

    return await wait_until(all_tried)


async def test_a_callback_arrives_once_signed_and_time_stamped_after_failures(tmp_path: Path) -> None:
    receiver = Receiver(500, 302, 429)
    async with receiver.serving() as url, pipeline_process(tmp_path) as running:
        known = {"secrets": SECRETS, "hosts": (receiver.host,)}
        async with notifying(running, **known) as log, working(running, Trivial().handlers()):
            await submit(running, submission(JOB, callback_url=url))
            (notice,) = await settled(log)
    assert (notice.state, notice.attempts, notice.answer) == ("delivered", 4, "200")
    assert len(receiver.taken) == 4
    headers, body = receiver.taken[-1]
    assert {one["X-Reporeel-Delivery"] for one, _ in receiver.taken} == {notice.id}
    assert abs(time.time() - int(headers["X-Reporeel-Timestamp"])) < 60
    signed = f"{headers['X-Reporeel-Timestamp']}.".encode() + body
    right = ["sha256=" + hmac.new(key.encode(), signed, hashlib.sha256).hexdigest() for key in SECRETS]
    assert headers["X-Reporeel-Signature-256"].split(",") == right
    told = json.loads(body)
    assert (told["event"], told["job"]["job_id"]) == ("job.finished", JOB)
    assert headers["X-Reporeel-Event"] == "job.finished"


async def test_a_mail_arrives_once_after_a_failure(tmp_path: Path) -> None:
    postbox = Postbox("451 4.3.0 later")
    with postbox.serving() as port:
        async with pipeline_process(tmp_path) as running:
            known = {
                "smtp_host": "127.0.0.1",
                "smtp_port": port,
                "smtp_tls": False,
                "sender": "bot@acme.example",
            }
            async with notifying(running, **known) as log, working(running, Trivial().handlers()):
                await submit(running, submission(JOB, email="ada@acme.example"))
                (notice,) = await settled(log)
    (mail,) = postbox.mails
    assert (notice.state, notice.attempts) == ("delivered", 2)
    assert (mail["To"], mail["Subject"]) == ("ada@acme.example", "Film finished: acme/site")
    assert mail["Message-ID"] == f"<{notice.id}@acme.example>"
    assert "file:///v" in mail.get_payload()


@pytest.mark.parametrize(("status", "answer"), [(410, "550 5.1.1 no such user")])
async def test_what_will_never_arrive_is_given_up_and_can_be_sent_again(
    tmp_path: Path, status: int, answer: str
) -> None:
    receiver, postbox = Receiver(status), Postbox(answer)
    async with receiver.serving() as url, pipeline_process(tmp_path) as running:
        with postbox.serving() as port:
            known = {
                "secrets": SECRETS,
                "hosts": (receiver.host,),
                "standing": (f"acme/site={url}", "*=ops@acme.example", "acme/other=x@acme.example"),
                "smtp_host": "127.0.0.1",
                "smtp_port": port,
                "smtp_tls": False,
            }
            async with notifying(running, **known) as log, working(running, Trivial().handlers()):
                await submit(running, submission(JOB))
                given_up = await settled(log, 2)
                again = Notifier(running.bus, NoticeSettings(**known))
                sent = [await again.again(notice) for notice in given_up]
    assert [notice.state for notice in given_up] == ["failed", "failed"]
    assert {"410", "550"} <= {word for notice in given_up for word in notice.answer.replace(":", " ").split()}
    assert [notice.state for notice in sent] == ["delivered", "delivered"]
    assert len(postbox.mails) == 1


async def test_the_log_is_shown_and_redelivery_asked_for_over_http(tmp_path: Path) -> None:
    async with (
        pipeline_process(tmp_path) as running,
        gateway(running) as session,
        working(running, Trivial().handlers()),
    ):
        await submit(running, submission(JOB, callback_url="https://127.0.0.1/never"))
        await ended(running, JOB)
        (notice,) = await settled(Log(running.bus))
        _, listed, _ = await ask(session, "GET", f"/jobs/{JOB}/notices")
        where = f"/jobs/{JOB}/notices/{notice.id}/redeliver"
        status, again, _ = await ask(session, "POST", where)
        unknown, _, _ = await ask(session, "POST", f"/jobs/{JOB}/notices/{'0' * 16}/redeliver")
    assert [one["state"] for one in listed["notices"]] == ["failed"]
    assert (status, again["attempts"]) == (200, notice.attempts + 1)
    assert "private" in again["answer"]
    assert unknown == 404


@pytest.mark.parametrize(
    "address",
    [
        "https://10.0.0.1/",
        "https://127.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://[2002:a00:1::]/",
        "https://[fd00::1]/",
        "https://0.0.0.0/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://100.64.0.1/",
        "https://224.0.0.1/",
        "http://example.com/",
        "ftp://example.com/",
        "https://user@example.com/",
        "https:///nowhere",
        "https://example.com:99999/",
        "nonsense",
        "",
    ],
)
def test_no_private_place_is_called(address: str) -> None:
    with pytest.raises(ApiError) as refused:
        check_address(address, ("10.9.9.9",))
    assert (refused.value.status, refused.value.code) == (422, "address_refused")


class Names(AbstractResolver):
    """A resolver that leads every name to one place."""

    def __init__(self, place: str) -> None:
        self.place = place

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[Any]:
        return [
            {"hostname": host, "host": self.place, "port": port, "family": family, "proto": 0, "flags": 0}
        ]

    async def close(self) -> None: ...


async def test_a_name_that_leads_into_a_private_network_is_not_called_unless_it_is_allowed() -> None:
    with pytest.raises(PrivateAddress):
        await PublicResolver(Names("10.0.0.1"), ()).resolve("evil.example", 443)
    assert await PublicResolver(Names("10.0.0.1"), ("inside.example",)).resolve("inside.example", 443)
    assert await PublicResolver(Names("93.184.216.34"), ()).resolve("example.com", 443)
    assert not is_public("not an address")


@pytest.mark.parametrize(
    "standing", ["nonsense", "=x@y.example", "acme/site=", "acme/site=x@y.example", "*=https://y.example"]
)
def test_settings_that_could_tell_nobody_stop_the_start(standing: str) -> None:
    with pytest.raises(SettingsError, match="REPOREEL_"):
        check(NoticeSettings(standing=(standing,)))


async def test_a_jobs_page_shows_its_notices_and_sends_them_again(tmp_path: Path) -> None:
    async with (
        pipeline_process(tmp_path) as running,
        gateway(running) as session,
        working(running, Trivial().handlers()),
    ):
        await submit(running, submission(JOB, callback_url="https://127.0.0.1/never?<b>"))
        await ended(running, JOB)
        (notice,) = await settled(Log(running.bus))
        _, page = await read(session, f"/dashboard/jobs/{JOB}")
        where = f"/dashboard/jobs/{JOB}/notices/{{}}/redeliver"
        sent = await send(session, where.format(notice.id))
        unknown = await send(session, where.format("0" * 16))
        attempts = [one.attempts for one in (await Log(running.bus).of(JOB)).values()]
    assert "callback to https://127.0.0.1/never?<b> failed" in Reading(page).text
    assert where.format(notice.id) in page
    assert (sent[0], unknown[0]) == (200, 404)
    assert attempts == [notice.attempts + 1]
