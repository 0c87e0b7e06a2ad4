"""What is said to NATS: storing events once, reading them back, asking, telling and listening.

Beyond the connection itself everything goes through JetStream's documented JSON API, so what stands here can
be read beside the server's own documentation.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import Any

import msgspec
import structlog

from shared.answers import Answers, Mailbox, Message
from shared.client import DirectClient, connected
from shared.errors import Unavailable
from shared.events import Event
from shared.pipeline import JOBS, subject
from shared.tracing import TRACEPARENT, carried, context_of

log = structlog.get_logger()

ALREADY_STORED = 10071
"""JetStream: "wrong last sequence". Never test for 10077, which also means "stream full"."""
RIVALS_UNDER_WAY = frozenset({10158, 10164})
"""A cluster: another message, or this one, is on its way there. Whether it arrives is known in a moment."""
RIVAL_PAUSES_SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8)
EXPECTED = "Nats-Expected-Last-Subject-Sequence"
EXPECTED_SUBJECT = "Nats-Expected-Last-Subject-Sequence-Subject"
ID = "Nats-Msg-Id"
ATTEMPT = "Reporeel-Attempt"

REQUEST_SECONDS = 5.0
MAX_STORED_BATCH = 1000
MESSAGES_IN_FLIGHT = 8
NO_RESPONDERS = "503"


class StreamFault(msgspec.Struct):
    """JetStream's error object."""

    code: int = 0
    err_code: int = 0
    description: str = ""


class PublishAck(msgspec.Struct):
    stream: str = ""
    seq: int = 0
    duplicate: bool = False
    """Whether a message of this id was stored a moment ago."""
    error: StreamFault | None = None


class ApiFault(Unavailable):
    """The JetStream API refused a request."""

    def __init__(self, request: str, fault: StreamFault) -> None:
        super().__init__(f"NATS refuses {request}: {fault.description} (code {fault.err_code})")
        self.err_code = fault.err_code


class Stored(msgspec.Struct, frozen=True):
    """One message as it stands in a stream."""

    subject: str
    sequence: int
    payload: bytes


_ack = msgspec.json.Decoder(PublishAck)


class Bus:
    """One connection to NATS."""

    def __init__(self, client: DirectClient, answers: Answers) -> None:
        self.client = client
        self.reconnections = 0
        self._answers = answers

    @property
    def connected(self) -> bool:
        return bool(self.client.is_connected)

    def lose(self, why: str) -> None:
        """Fail every request that waits for its answer."""
        self._answers.lose(why)

    async def publish_once(self, event: Event, unique: str | None = None) -> int | None:
        """Store an event unless one stands at its subject, or at the pattern `unique`, already.

        Gives the sequence it was stored at, or None when it stood there already.
        """
        return await self._put(event, subject(event), unique)

    async def publish_unless(self, event: Event, absent: str) -> int | None:
        """Store an event, replacing the one before it, unless a message stands at `absent`."""
        return await self._put(event, _id_of_this_one(event), absent)

    async def replace(self, event: Event, sequence: int) -> int | None:
        """Store an event in the place of the one at `sequence`; None when that was replaced meanwhile."""
        headers = _told_of(event, _id_of_this_one(event)) | {EXPECTED: str(sequence)}
        return await self.store(subject(event), msgspec.json.encode(event), headers)

    async def _put(self, event: Event, message_id: str, absent: str | None) -> int | None:
        headers = _told_of(event, message_id)
        headers[EXPECTED] = "0"
        if absent is not None:
            headers[EXPECTED_SUBJECT] = absent
        return await self.store(subject(event), msgspec.json.encode(event), headers)

    async def store(self, where: str, payload: bytes, headers: dict[str, str]) -> int | None:
        """Store bytes in the stream that listens at `where`; None when `headers` expected otherwise.

        Raises Unavailable when no stream takes it: disconnected, stream full, disk full.
        """
        if context := carried.get():
            headers = headers | {TRACEPARENT: context}
        for pause_seconds in RIVAL_PAUSES_SECONDS:
            try:
                return _stored_at(where, await self.ask(where, payload, headers=headers))
            except ApiFault as fault:
                if fault.err_code not in RIVALS_UNDER_WAY:
                    raise
            await asyncio.sleep(pause_seconds)
        return _stored_at(where, await self.ask(where, payload, headers=headers))

    async def store_all(self, where: str, payloads: Iterable[bytes]) -> None:
        """Store many messages at one subject, in order, with a few on their way at a time.

        Raises Unavailable when one of them is not stored.
        """
        with self._answers.mailbox() as (inbox, acks):
            waited_for = 0
            for waited_for, payload in enumerate(payloads, start=1):
                await self.tell(where, payload, reply=inbox)
                if waited_for > MESSAGES_IN_FLIGHT:
                    _stored_at(where, await acks.next(REQUEST_SECONDS))
            for _ in range(min(waited_for, MESSAGES_IN_FLIGHT)):
                _stored_at(where, await acks.next(REQUEST_SECONDS))

    async def ask(self, where: str, payload: bytes, headers: dict[str, str] | None = None) -> Message:
        """Send a request and wait for its one answer.

        Raises Unavailable when nobody answers in time.
        """
        if not self.connected:
            raise Unavailable("NATS is not connected")
        address, answer = self._answers.expect()
        try:
            self.client.put(_checked(where), payload, address, headers)
            message = await answer
        except TimeoutError as error:
            raise Unavailable(f"NATS did not answer at {where}: {error}") from error
        finally:
            answer.cancel()
        if not message.data and message.headers.get("Status") == NO_RESPONDERS:
            raise Unavailable(f"nothing listens at {where}: has `reporeel provision` run?")
        return message

    async def api(self, request: str, body: Any = None) -> dict[str, Any]:
        """Call the JetStream API, `STREAM.INFO.JOBS` for instance.

        Raises ApiFault with the server's words.
        """
        payload = b"" if body is None else msgspec.json.encode(body)
        answer: dict[str, Any] = msgspec.json.decode((await self.ask(f"$JS.API.{request}", payload)).data)
        if "error" in answer:
            raise ApiFault(request, msgspec.convert(answer["error"], StreamFault))
        return answer

    async def last(self, subjects: Sequence[str], stream: str = JOBS) -> list[Stored]:
        """Give the last message of each subject that matches, oldest first, as the stream has them now."""
        body = {"multi_last": list(subjects), "batch": MAX_STORED_BATCH}
        return [stored async for stored in self.read(stream, body)]

    async def newest_sequence(self, stream: str) -> int:
        """Give the sequence of a stream's newest message; 0 when it has none.

        What was asked for on this connection, a subscription for instance, is in force by then.

        Raises Unavailable when nobody tells.
        """
        body = msgspec.json.encode({"last_by_subj": ">"})
        headers = (await self.ask(f"$JS.API.DIRECT.GET.{stream}", body)).headers
        if headers.get("Status", "404") != "404":
            raise Unavailable(f"stream {stream} cannot be read: {headers}")
        return int(headers.get("Nats-Sequence", 0))

    async def read(self, stream: str, body: dict[str, Any]) -> AsyncIterator[Stored]:
        """Run one DIRECT.GET request and give its messages in order.

        Raises Unavailable when they do not come.
        """
        if not self.connected:
            raise Unavailable("NATS is not connected")
        with self._answers.mailbox() as (inbox, messages):
            await self.tell(f"$JS.API.DIRECT.GET.{stream}", msgspec.json.encode(body), reply=inbox)
            while True:
                message = await messages.next(REQUEST_SECONDS)
                headers = message.headers
                if "Status" in headers:
                    if headers["Status"] in {"204", "404"}:
                        return
                    raise Unavailable(f"stream {stream} cannot be read: {headers}")
                yield Stored(headers["Nats-Subject"], int(headers["Nats-Sequence"]), message.data)

    async def tell(
        self, where: str, payload: bytes, reply: str = "", headers: dict[str, str] | None = None
    ) -> None:
        """Send a message and wait for nothing.

        Raises Unavailable while disconnected: kept for later it would reach nobody who still wants it.
        """
        if not self.connected:
            raise Unavailable("NATS is not connected")
        self.client.put(_checked(where), payload, reply, headers)

    @contextlib.asynccontextmanager
    async def inbox(self, below: str = "") -> AsyncIterator[tuple[str, Mailbox]]:
        """Give an address for deliveries, which keep their own subjects, and the mailbox they come to.

        `below` is a pattern of more words: then the addresses are those that match.
        """
        address, mailbox = self.client.new_inbox(), Mailbox()
        async with self.client.hear(address + below, mailbox.take):
            yield address, mailbox

    @contextlib.asynccontextmanager
    async def listen(
        self, pattern: str, heard: Callable[[str, bytes], Awaitable[None]]
    ) -> AsyncIterator[None]:
        """Call `heard(subject, payload)` for each message that passes; none are kept for later."""
        async with self.client.listen(_checked(pattern), heard):
            yield


def _told_of(event: Event, message_id: str) -> dict[str, str]:
    """Say in headers what every tool may read without decoding the event."""
    return {ID: message_id, TRACEPARENT: context_of(event.job_id), ATTEMPT: str(event.attempt)}


def _id_of_this_one(event: Event) -> str:
    """Tell an event that replaces others from those at the same subject, however fast they follow."""
    return f"{subject(event)}@{time.time_ns()}"


def _checked(where: str) -> str:
    """Give the subject back: one with white space in it would be read as a command of its own.

    The client's own check does more, and at each publish for the reply address too.
    """
    if " " in where or not where.isprintable():
        raise ValueError(f"{where!r} is no subject")
    return where


def _stored_at(where: str, reply: Message) -> int | None:
    ack = _ack.decode(reply.data)
    if ack.error is None:
        return None if ack.duplicate else ack.seq
    if ack.error.err_code == ALREADY_STORED:
        return None
    raise ApiFault(f"a message at {where}", ack.error)


@contextlib.asynccontextmanager
async def connect(url: str, name: str, *, inbox_prefix: str = "_INBOX") -> AsyncIterator[Bus]:
    """Connect, and stay connected: a lost server is tried again until this block ends.

    Raises Unavailable when there is no server to begin with.
    """
    bus: Bus | None = None

    def lost() -> None:
        if bus is not None:
            bus.lose("NATS was disconnected before it answered")

    def regained() -> None:
        if bus is not None:
            bus.reconnections += 1

    async with connected(url, name, inbox_prefix=inbox_prefix, lost=lost, regained=regained) as client:
        answers = Answers(client.new_inbox(), REQUEST_SECONDS)
        bus = Bus(client, answers)
        async with client.hear(answers.pattern, answers.take):
            yield bus
