"""Brings a NATS server in line with the pipeline. Run by an operator, never by a service.

Everything here is idempotent: what exists is brought up to date, what is missing is made. A bucket that the
server fills from a stream holds nothing of its own, so one that knows more than its stream is made anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import structlog

from shared.bus import ApiFault, Bus
from shared.topology import ProvisionSettings, consumers_of, streams

log = structlog.get_logger()

STREAM_NOT_FOUND = 10059


async def provision(bus: Bus, settings: ProvisionSettings) -> None:
    """Make the streams, buckets and consumers that are missing, and bring the others up to date."""
    configs = list(streams(settings))
    for config in configs:
        await _make_stream(bus, config)
    for stream, config in consumers_of(settings):
        await _make_consumer(bus, stream, config)
    log.info("provision.finished", streams=[config["name"] for config in configs])


async def _make_stream(bus: Bus, config: dict[str, Any]) -> None:
    name = config["name"]
    try:
        made = await bus.api(f"STREAM.UPDATE.{name}", config)
        if await _is_ahead(bus, made.get("sources", ())):
            log.warning("provision.made_anew", stream=name)
            await bus.api(f"STREAM.DELETE.{name}")
            await bus.api(f"STREAM.CREATE.{name}", config)
    except ApiFault as fault:
        if fault.err_code != STREAM_NOT_FOUND:
            raise
        await bus.api(f"STREAM.CREATE.{name}", config)


async def _is_ahead(bus: Bus, sources: Sequence[dict[str, Any]]) -> bool:
    """Whether more was taken in from a stream than it holds: as many new messages would be passed over.

    A machine that lost its power may have kept the one further than the other.
    """
    for source in sources:
        filled_from = await bus.api(f"STREAM.INFO.{source['name']}")  # asked later, it can only be further
        if int(source.get("seq", 0)) > int(filled_from["state"]["last_seq"]):
            return True
    return False


async def _make_consumer(bus: Bus, stream: str, config: dict[str, Any]) -> None:
    body = {"stream_name": stream, "config": config}
    await bus.api(f"CONSUMER.DURABLE.CREATE.{stream}.{config['durable_name']}", body)
