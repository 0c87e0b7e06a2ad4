"""Which streams, buckets and consumers there are, all derived from the pipeline."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Annotated, Any

import msgspec

from shared.events import JobClosed
from shared.pipeline import (
    DISCOVERED_BUCKET,
    DUE_CONSUMER,
    ENDED,
    GITHUB_BUCKET,
    GITHUB_CONSUMER,
    HISTORY_BUCKET,
    HISTORY_CONSUMER,
    JOBS,
    LEDGER_BUCKET,
    MEDIA_BUCKET,
    NOTICES,
    NOTIFY_CONSUMER,
    PARKED,
    PIPELINE,
    PRIORITIES,
    RECORDED,
    SCHEDULES,
    STATUS_BUCKET,
    TOLD,
    WORKERS_BUCKET,
    Stage,
    consumers,
    filter_for,
)
from shared.settings import Patience

NANOSECONDS = 1_000_000_000
DAY_SECONDS = 24 * 3600
SAME_ID_SECONDS = 1.0
"""So long the server remembers ids of messages. Outputs are stored once by their subjects, for ever."""
NOTICES_SHARE = 16
"""Notices of ends get so many times less room than the events themselves."""


class ProvisionSettings(Patience, frozen=True, kw_only=True):
    """How much is kept, and for how long."""

    replicas: int = msgspec.field(name="REPOREEL_NATS_REPLICAS", default=1)
    retention_days: Annotated[float, msgspec.Meta(ge=2)] = msgspec.field(
        name="REPOREEL_RETENTION_DAYS", default=30.0
    )
    """Of records and artefacts, at least two; parked work is kept 14 days. The server itself forgets."""
    jobs_max_bytes: int = msgspec.field(name="REPOREEL_JOBS_MAX_BYTES", default=1 << 30)
    media_max_bytes: int = msgspec.field(name="REPOREEL_MEDIA_MAX_BYTES", default=20 << 30)
    github_max_bytes: int = msgspec.field(name="REPOREEL_GITHUB_CACHE_MAX_BYTES", default=256 << 20)


def streams(settings: ProvisionSettings) -> Iterator[dict[str, Any]]:
    """Give the configuration of every stream, buckets included."""
    common = {"storage": "file", "num_replicas": settings.replicas, "allow_direct": True}
    kept = _nanoseconds(settings.retention_days * DAY_SECONDS)
    for config in (*_work(settings, kept), *_buckets(settings, kept), _media(settings, kept)):
        yield common | config


def _work(settings: ProvisionSettings, kept: int) -> Iterator[dict[str, Any]]:
    """The events of jobs, and what is set aside, told, and due later."""
    yield {
        "name": JOBS,
        "subjects": ["jobs.>"],
        "discard": "new",
        "max_msgs_per_subject": 1,
        "max_bytes": settings.jobs_max_bytes,
        "max_age": kept,
        "republish": {"src": ENDED, "dest": f"live.{_numbered(ENDED)}"},
        "duplicate_window": _nanoseconds(SAME_ID_SECONDS),
    }
    yield {
        "name": PARKED,
        "subjects": ["parked.>"],
        "max_age": _nanoseconds(14 * DAY_SECONDS),
        "max_msgs_per_subject": 1,
    }
    yield {
        "name": NOTICES,
        "subjects": ["notices.>"],
        "max_age": kept,
        "max_bytes": settings.jobs_max_bytes // NOTICES_SHARE,
        "max_msgs_per_subject": 1,
    }
    yield {
        "name": SCHEDULES,
        "subjects": ["sched.>", "due.>"],
        "allow_msg_schedules": True,
        "allow_msg_ttl": True,
        "allow_rollup_hdrs": True,
        "max_age": 0,  # it would end the schedules; what they fire has a time to live of its own
    }


def _buckets(settings: ProvisionSettings, kept: int) -> Iterator[dict[str, Any]]:
    same_id = _nanoseconds(SAME_ID_SECONDS)
    sourced = {"subjects": [], "sources": [_status_source()], "duplicate_window": same_id}
    yield _bucket(STATUS_BUCKET) | sourced | {"max_age": kept}
    yield _bucket(WORKERS_BUCKET) | {"storage": "memory", "max_age": _nanoseconds(30)}
    yield _bucket(LEDGER_BUCKET)  # what was published once is never published again
    a_day_and_its_neighbours = _nanoseconds(3 * DAY_SECONDS)
    yield _bucket(DISCOVERED_BUCKET) | {"max_age": a_day_and_its_neighbours}
    room = {"discard": "old", "max_bytes": settings.github_max_bytes}  # what is forgotten costs a request
    yield _bucket(GITHUB_BUCKET) | room | {"max_age": kept}
    yield _bucket(HISTORY_BUCKET)


def _media(settings: ProvisionSettings, kept: int) -> dict[str, Any]:
    """The object store of big bytes."""
    return {
        "name": f"OBJ_{MEDIA_BUCKET}",
        "subjects": [f"$O.{MEDIA_BUCKET}.C.>", f"$O.{MEDIA_BUCKET}.M.>"],
        "discard": "new",
        "allow_rollup_hdrs": True,
        "max_bytes": settings.media_max_bytes,
        "max_age": kept,
    }


def consumers_of(settings: ProvisionSettings) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every durable consumer: its stream, and its configuration."""
    for stage in PIPELINE:
        for priority in PRIORITIES:
            yield JOBS, consumer(stage, priority, settings)
    yield SCHEDULES, _outside(DUE_CONSUMER, "due.>")
    yield JOBS, _outside(NOTIFY_CONSUMER, filter_for(JobClosed))
    yield JOBS, _outside(GITHUB_CONSUMER, *map(filter_for, TOLD))
    yield JOBS, _outside(HISTORY_CONSUMER, *map(filter_for, RECORDED))


def consumer(stage: Stage[Any, Any], priority: str, settings: ProvisionSettings) -> dict[str, Any]:
    """Give the configuration of a stage's durable consumer for one priority.

    The server redelivers for ever; giving up is the runner's decision, who parks before it drops.
    """
    return {
        "durable_name": consumers(stage)[priority],
        "filter_subject": filter_for(stage.consumes, priority),
        "ack_policy": "explicit",
        "ack_wait": _nanoseconds(settings.with_stage(stage).ack_wait_seconds),
        "max_deliver": -1,
        "max_ack_pending": 1000,
        "deliver_policy": "all",
    }


def _outside(name: str, *subjects: str) -> dict[str, Any]:
    """A consumer beside the pipeline."""
    return {
        "durable_name": name,
        "filter_subjects": subjects,
        "ack_policy": "explicit",
        "ack_wait": _nanoseconds(60),
        "max_deliver": -1,
        "deliver_policy": "all",
    }


def _bucket(name: str) -> dict[str, Any]:
    """A key-value bucket, as NATS's own clients make them; its entries are kept for ever."""
    return {
        "name": f"KV_{name}",
        "subjects": [f"$KV.{name}.>"],
        "discard": "new",
        "max_msgs_per_subject": 1,
        "allow_rollup_hdrs": True,
        "deny_delete": True,
        "max_age": 0,
    }


def _status_source() -> dict[str, Any]:
    """Fill the bucket from the stream, in the server: key `<job>.<generation>.<token>.<branch>`."""
    key = ".".join(f"{{{{wildcard({n})}}}}" for n in (2, 5, 3, 4))
    return {
        "name": JOBS,
        "subject_transforms": [{"src": "jobs.*.*.*.*.*", "dest": f"$KV.{STATUS_BUCKET}.{key}"}],
    }


def _numbered(pattern: str) -> str:
    """Refer to each `*` of a pattern, as a subject that is made from it does."""
    numbers = itertools.count(1)
    words = (f"{{{{wildcard({next(numbers)})}}}}" if word == "*" else word for word in pattern.split("."))
    return ".".join(words)


def _nanoseconds(seconds: float) -> int:
    return int(seconds * NANOSECONDS)
