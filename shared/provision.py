"""Brings a NATS server in line with the pipeline. Run by an operator, never by a service.

Everything here is idempotent: what exists is brought up to date, what is missing is made. A mirror
holds nothing of its own, so one that is of no use any more is made anew.
"""

from __future__ import annotations

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
    if "mirror" in config and await _is_of_no_use(bus, config):
        log.warning("provision.mirror_made_anew", stream=name)
        await bus.api(f"STREAM.DELETE.{name}")
    try:
        await bus.api(f"STREAM.UPDATE.{name}", config)
    except ApiFault as fault:
        if fault.err_code != STREAM_NOT_FOUND:
            raise
        await bus.api(f"STREAM.CREATE.{name}", config)


async def _is_of_no_use(bus: Bus, config: dict[str, Any]) -> bool:
    """Whether a mirror that exists shows another stream, or more than its stream holds.

    A machine that lost its power may have kept the one further than the other. The server would then pass
    over as many new messages as were lost.
    """
    try:
        mirror = await bus.api(f"STREAM.INFO.{config['name']}")
    except ApiFault as fault:
        if fault.err_code != STREAM_NOT_FOUND:
            raise
        return False
    if mirror["config"].get("mirror") != config["mirror"]:
        return True
    mirrored = await bus.api(f"STREAM.INFO.{config['mirror']['name']}")  # asked later, it can only be further
    return int(mirror["state"]["last_seq"]) > int(mirrored["state"]["last_seq"])


async def _make_consumer(bus: Bus, stream: str, config: dict[str, Any]) -> None:
    body = {"stream_name": stream, "config": config}
    await bus.api(f"CONSUMER.DURABLE.CREATE.{stream}.{config['durable_name']}", body)
