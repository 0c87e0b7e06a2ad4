"""Streams, consumers and buckets, all derived from the pipeline. Run by an operator, never by a service.

Everything here is idempotent: what exists is brought up to date, what is missing is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
import structlog

from shared.bus import ApiFault, Bus
from shared.pipeline import (
    JOBS,
    MEDIA_BUCKET,
    PARKED,
    PIPELINE,
    STATUS_BUCKET,
    WORKERS_BUCKET,
    Stage,
    filter_for,
)
from shared.settings import Patience

log = structlog.get_logger()

NANOSECONDS = 1_000_000_000
DAY_SECONDS = 24 * 3600
STREAM_NOT_FOUND = 10059


class ProvisionSettings(Patience, frozen=True, kw_only=True):
    """How much is kept, and for how long."""

    replicas: int = msgspec.field(name="REPOREEL_NATS_REPLICAS", default=1)
    retention_days: Annotated[float, msgspec.Meta(ge=2)] = msgspec.field(
        name="REPOREEL_RETENTION_DAYS", default=30.0
    )
    """Of records and artefacts, at least two; parked work is kept 14 days. The server itself forgets."""
    jobs_max_bytes: int = msgspec.field(name="REPOREEL_JOBS_MAX_BYTES", default=1 << 30)
    media_max_bytes: int = msgspec.field(name="REPOREEL_MEDIA_MAX_BYTES", default=20 << 30)


async def provision(bus: Bus, settings: ProvisionSettings) -> None:
    """Bring the server's streams, buckets and consumers in line with the pipeline."""
    for config in streams(settings):
        await _make_stream(bus, config)
    for stage in PIPELINE:
        await _make_consumer(bus, stage, settings)
    log.info("provision.finished", streams=[config["name"] for config in streams(settings)])


def streams(settings: ProvisionSettings) -> Iterator[dict[str, Any]]:
    """Give the configuration of every stream, buckets included."""
    kept = _nanoseconds(settings.retention_days * DAY_SECONDS)
    common = {"storage": "file", "num_replicas": settings.replicas, "allow_direct": True}
    yield common | {
        "name": JOBS,
        "subjects": ["jobs.>"],
        "discard": "new",
        "max_msgs_per_subject": 1,
        "max_bytes": settings.jobs_max_bytes,
        "max_age": kept,
        "republish": {"src": "jobs.>", "dest": "live.jobs.>"},
    }
    yield common | {
        "name": PARKED,
        "subjects": ["parked.>"],
        "max_age": _nanoseconds(14 * DAY_SECONDS),
        "max_msgs_per_subject": 1,
    }
    yield common | _bucket(STATUS_BUCKET) | {"max_age": kept, "sources": [_status_source()]}
    yield (
        common
        | _bucket(WORKERS_BUCKET)
        | {
            "storage": "memory",
            "max_age": _nanoseconds(30),
            "subjects": [f"$KV.{WORKERS_BUCKET}.>"],
        }
    )
    yield common | {
        "name": f"OBJ_{MEDIA_BUCKET}",
        "subjects": [f"$O.{MEDIA_BUCKET}.C.>", f"$O.{MEDIA_BUCKET}.M.>"],
        "discard": "new",
        "allow_rollup_hdrs": True,
        "max_bytes": settings.media_max_bytes,
        "max_age": kept,
    }


def consumer(stage: Stage[Any, Any], settings: ProvisionSettings) -> dict[str, Any]:
    """Give the configuration of a stage's durable consumer.

    The server redelivers for ever; giving up is the runner's decision, who parks before it drops.
    """
    return {
        "durable_name": stage.name,
        "filter_subject": filter_for(stage.consumes),
        "ack_policy": "explicit",
        "ack_wait": _nanoseconds(settings.with_stage(stage).ack_wait_seconds),
        "max_deliver": -1,
        "max_ack_pending": 1000,
        "deliver_policy": "all",
    }


def _bucket(name: str) -> dict[str, Any]:
    return {
        "name": f"KV_{name}",
        "discard": "new",
        "max_msgs_per_subject": 1,
        "allow_rollup_hdrs": True,
        "deny_delete": True,
    }


def _status_source() -> dict[str, Any]:
    """Fill the bucket from the stream, in the server: key `<job>.<generation>.<token>.<branch>`."""
    key = ".".join(f"{{{{wildcard({n})}}}}" for n in (2, 5, 3, 4))
    return {
        "name": JOBS,
        "subject_transforms": [{"src": "jobs.*.*.*.*.*", "dest": f"$KV.{STATUS_BUCKET}.{key}"}],
    }


async def _make_stream(bus: Bus, config: dict[str, Any]) -> None:
    name = config["name"]
    try:
        await bus.api(f"STREAM.UPDATE.{name}", config)
    except ApiFault as fault:
        if fault.err_code != STREAM_NOT_FOUND:
            raise
        await bus.api(f"STREAM.CREATE.{name}", config)


async def _make_consumer(bus: Bus, stage: Stage[Any, Any], settings: ProvisionSettings) -> None:
    config = consumer(stage, settings)
    body = {"stream_name": JOBS, "config": config}
    await bus.api(f"CONSUMER.DURABLE.CREATE.{JOBS}.{stage.name}", body)


def _nanoseconds(seconds: float) -> int:
    return int(seconds * NANOSECONDS)
