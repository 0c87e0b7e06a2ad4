"""The NATS client library as we use it: connected for good, with a short way in and a short way out.

The library's own ways pass a queue and a task for each message, in either direction; under load that is much
of the cost of an event. Here a message that comes is handed over at once, and what is sent in one turn of the
event loop leaves in one write.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from shared.answers import Message
from shared.errors import Unavailable

log = structlog.get_logger()

FIRST_CONNECT_SECONDS = 10.0
"""After this the next failed try is the last. Checked at each try: cancelling would not do, for the client's
own waiting swallows a cancellation that comes together with an answer (Python before 3.12)."""
CONNECT_SECONDS = 5.0
MAX_ERRORS = 20
"""So many different ones are remembered: each is logged once until the connection stands again."""
HEADER_LINE = b"NATS/1.0\r\n"


class DirectClient(Client):
    """The client library, with a short way in and out: no queue, no task."""

    def __init__(self) -> None:
        super().__init__()
        self._takers: dict[int, Callable[[Message], None]] = {}
        self._leaving = False

    @contextlib.asynccontextmanager
    async def hear(self, pattern: str, take: Callable[[Message], None]) -> AsyncIterator[None]:
        """Call `take` with each message, at once, while the block runs.

        Raises Unavailable when the connection is closed.
        """
        try:
            subscription = await self.subscribe(pattern)
        except NatsError as error:
            raise Unavailable(f"NATS does not subscribe us: {error}") from error
        number = subscription._id  # noqa: SLF001 - the server's name for it, which comes with each message
        self._takers[number] = take
        try:
            yield
        finally:
            del self._takers[number]
            with contextlib.suppress(NatsError):
                await subscription.unsubscribe()

    @contextlib.asynccontextmanager
    async def listen(
        self, pattern: str, heard: Callable[[str, bytes], Awaitable[None]]
    ) -> AsyncIterator[None]:
        """Call `heard(subject, payload)` for each message, one after the other, while the block runs."""

        async def take(message: Msg) -> None:
            await heard(message.subject, message.data)

        subscription = await self.subscribe(pattern, cb=take)
        try:
            yield
        finally:
            with contextlib.suppress(NatsError):
                await subscription.unsubscribe()

    def put(self, where: str, payload: bytes, reply: str, headers: dict[str, str] | None) -> None:
        """Send a message with what else is sent in this turn of the event loop.

        Names and values of `headers` are ours: ASCII, one line each.

        Raises Unavailable when the connection is closed, or the payload larger than the server takes.
        """
        if self.is_closed:
            raise Unavailable(f"NATS does not take a message at {where}: the connection is closed")
        if len(payload) > self._max_payload:
            sizes = f"{len(payload)} bytes are more than {self._max_payload}"
            raise Unavailable(f"NATS does not take a message at {where}: {sizes}")
        address = f"{where} {reply}" if reply else where
        if headers:
            lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode()
            size = len(HEADER_LINE) + len(lines) + 2
            start = f"HPUB {address} {size} {size + len(payload)}\r\n".encode()
            command = b"".join((start, HEADER_LINE, lines, b"\r\n", payload, b"\r\n"))
        else:
            command = b"".join((f"PUB {address} {len(payload)}\r\n".encode(), payload, b"\r\n"))
        self._pending.append(command)
        self._pending_data_size += len(command)
        if not self._leaving:
            self._leaving = True
            asyncio.get_running_loop().call_soon(self._leave)

    def _leave(self) -> None:
        """Write what waits; while disconnected the library keeps it and sends it once it is connected."""
        self._leaving = False
        if self._pending and self._transport and self.is_connected:
            self._transport.write(b"".join(self._pending))
            self._pending = []
            self._pending_data_size = 0

    async def _process_msg(
        self, sid: int, subject: bytes, reply: bytes, data: bytes, headers: bytes | None
    ) -> None:
        take = self._takers.get(sid)
        if take is None:
            await super()._process_msg(sid, subject, reply, data, headers)  # type: ignore[arg-type]
        else:
            take(Message(subject.decode(), reply.decode(), data, headers))


@contextlib.asynccontextmanager
async def connected(
    url: str,
    name: str,
    *,
    inbox_prefix: str,
    lost: Callable[[], None] = lambda: None,
    regained: Callable[[], None] = lambda: None,
) -> AsyncIterator[DirectClient]:
    """Connect, and stay connected: a lost server is tried again until this block ends.

    `lost` and `regained` are called whenever that happens within the block.

    Raises Unavailable when there is no server to begin with.
    """
    client, stands = DirectClient(), False
    errors: deque[str] = deque(maxlen=MAX_ERRORS)
    give_up_at = time.monotonic() + FIRST_CONNECT_SECONDS

    async def reconnected() -> None:
        if stands:
            regained()
        errors.clear()
        log.info("bus.reconnected")

    async def disconnected() -> None:
        if stands and not client.is_closed:
            lost()
            log.warning("bus.disconnected")

    async def failed(error: Exception) -> None:
        said = str(error) or type(error).__name__
        if said not in errors:
            errors.append(said)
            if stands:
                log.warning("bus.error", error=said)
        if not stands and time.monotonic() > give_up_at:
            raise TimeoutError(said)

    try:
        await client.connect(
            url.split(","),
            name=name,
            inbox_prefix=inbox_prefix.encode(),
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.2,  # type: ignore[arg-type]  # any number of seconds will do
            connect_timeout=CONNECT_SECONDS,  # type: ignore[arg-type]
            ping_interval=10,
            max_outstanding_pings=2,
            skip_subject_validation=True,  # the bus checks those that are not ours
            reconnected_cb=reconnected,
            disconnected_cb=disconnected,
            error_cb=failed,
        )
    except (NatsError, OSError, TimeoutError) as error:
        give_up_at = math.inf  # closing reports what the broken connection says, which is no news
        await client.close()
        reason = "; ".join(errors) or str(error)
        raise Unavailable(f"no NATS server answers at {without_password(url)}: {reason}") from error
    stands = True
    try:
        yield client
    finally:
        with contextlib.suppress(NatsError, OSError, TimeoutError):
            await client.close()


def without_password(url: str) -> str:
    """Show an address without the credentials in it."""
    return ",".join(
        f"{scheme}://{rest.rpartition('@')[2]}" if mark else scheme
        for scheme, mark, rest in (part.partition("://") for part in url.split(","))
    )
