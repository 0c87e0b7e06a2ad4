"""Follows a stream as it grows, across lost connections, without losing or repeating a message."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from typing import Any

import structlog

from shared.bus import Bus, Stored
from shared.errors import Unavailable

log = structlog.get_logger()

HEARTBEAT_SECONDS = 1.0
PAUSE_SECONDS = 0.2
NANOSECONDS = 1_000_000_000
LAST_SENT = "Nats-Last-Consumer"


async def follow(bus: Bus, stream: str, pattern: str) -> AsyncIterator[Stored | None]:
    """Give the last message of every matching subject, then None once, then each new message.

    Runs until closed. When the server or the connection is lost it goes on after the last message seen.
    """
    last, told = 0, False
    while True:
        try:
            async with bus.inbox() as (inbox, messages):
                pending = await _start(bus, stream, pattern, inbox, after=last)
                if not pending and not told:
                    told = True
                    yield None
                received = 0
                while True:
                    message = await messages.next(3 * HEARTBEAT_SECONDS)
                    if not message.reply:
                        _check_none_missed(received, int(message.headers[LAST_SENT]))
                        continue  # an idle heartbeat
                    # $JS.ACK.….<delivered>.<stream seq>.<consumer seq>.<time>.<pending>
                    parts = message.reply.split(".")
                    received += 1
                    _check_none_missed(received, int(parts[-3]))
                    last = int(parts[-4])
                    yield Stored(message.subject, last, message.data)
                    if parts[-1] == "0" and not told:
                        told = True
                        yield None
        except Unavailable as error:
            log.debug("follow.repeated", stream=stream, reason=str(error))
            await asyncio.sleep(PAUSE_SECONDS)


def _check_none_missed(received: int, sent: int) -> None:
    """Compare with what the consumer says it has sent: what passes while a connection is lost is gone.

    Raises Unavailable when something is missing, so that following starts again after the last one seen.
    """
    if received != sent:
        raise Unavailable(f"{sent} messages were sent, {received} came")


async def _start(bus: Bus, stream: str, pattern: str, inbox: str, *, after: int) -> int:
    """Make an ephemeral consumer that delivers to `inbox`; gives how many messages are on their way."""
    config: dict[str, Any] = {
        "name": f"follow-{secrets.token_hex(8)}",
        "filter_subject": pattern,
        "deliver_subject": inbox,
        "ack_policy": "none",
        "mem_storage": True,
        "num_replicas": 1,
        "inactive_threshold": 10 * NANOSECONDS,
        "idle_heartbeat": int(HEARTBEAT_SECONDS * NANOSECONDS),
        "deliver_policy": "by_start_sequence" if after else "last_per_subject",
    }
    if after:
        config["opt_start_seq"] = after + 1
    body = {"stream_name": stream, "config": config, "action": "create"}
    answer = await bus.api(f"CONSUMER.CREATE.{stream}.{config['name']}.{pattern}", body)
    return int(answer.get("num_pending", 0))
