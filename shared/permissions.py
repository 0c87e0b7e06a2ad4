"""One NATS user a service, with just what the pipeline says it needs.

    python -m shared.permissions > nats/authorization/users.conf

Passwords are read from the server's environment: `NATS_SCANNER_PASSWORD` for user `scanner`, and so on.
Streams, buckets and consumers are made, saved and restored by user `provision`, never by a service.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from shared.events import ScriptProposed
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
    PUBLISH,
    SCAN,
    SCHEDULES,
    SERVICES,
    STATUS_BUCKET,
    WORKERS_BUCKET,
    Stage,
    consumers,
    filter_for,
)

GATEWAY = "gateway"
PROVISION = "provision"
OPERATORS_INBOXES = (f"_INBOX_{PROVISION}.>", "_INBOX.>")
"""An operator's `nats` has answers and backups sent to the second, which no service uses."""


class User(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    publish: tuple[str, ...]
    subscribe: tuple[str, ...]

    @property
    def password_variable(self) -> str:
        return f"NATS_{self.name.upper()}_PASSWORD"


def users() -> Iterator[User]:
    """Give every user, in the order of the pipeline."""
    yield User(name=PROVISION, publish=("$JS.API.>", "$JS.SNAPSHOT.>"), subscribe=OPERATORS_INBOXES)
    for service in SERVICES:
        stages = [stage for stage in PIPELINE if stage.service == service]
        subjects = _gateway() if service == GATEWAY else _worker(stages)
        heard = (f"_INBOX_{service}.>",) + ((f"live.{ENDED}",) if stages else ())
        yield User(name=service, publish=tuple(sorted(set(subjects))), subscribe=heard)


def _worker(stages: list[Stage[Any, Any]]) -> Iterator[str]:
    for stage in stages:
        for name in consumers(stage).values():
            yield f"$JS.API.CONSUMER.MSG.NEXT.{JOBS}.{name}"
            yield f"$JS.ACK.{JOBS}.{name}.>"
        yield f"jobs.*.*.{stage.name}.*.*"
        yield f"parked.{stage.name}.*"
        yield f"$KV.{WORKERS_BUCKET}.{stage.name}.*"
        yield from (filter_for(event) for event in stage.publishes)
    yield ENDED
    yield f"$JS.API.DIRECT.GET.{JOBS}"
    yield f"$JS.API.DIRECT.GET.OBJ_{MEDIA_BUCKET}"
    yield f"$O.{MEDIA_BUCKET}.C.*"
    yield f"$O.{MEDIA_BUCKET}.M.*"
    if SCAN in stages:
        yield f"$KV.{GITHUB_BUCKET}.*"
        yield f"$JS.API.DIRECT.GET.KV_{GITHUB_BUCKET}"
    if SCAN in stages or PUBLISH in stages:
        yield f"$JS.API.DIRECT.GET.KV_{HISTORY_BUCKET}"
    if PUBLISH in stages:
        for name in (GITHUB_CONSUMER, HISTORY_CONSUMER):
            yield f"$JS.API.CONSUMER.MSG.NEXT.{JOBS}.{name}"
            yield f"$JS.ACK.{JOBS}.{name}.>"
            yield f"$JS.API.CONSUMER.INFO.{JOBS}.{name}"
        yield f"$KV.{HISTORY_BUCKET}.>"
        yield f"$KV.{LEDGER_BUCKET}.>"
        yield f"$JS.API.DIRECT.GET.KV_{LEDGER_BUCKET}"


def _gateway() -> Iterator[str]:
    """Accepts jobs, ends them, stores edited scripts, and a stage's input again for a retry."""
    yield from (filter_for(stage.consumes) for stage in PIPELINE)
    yield filter_for(ScriptProposed)
    yield from (f"$O.{MEDIA_BUCKET}.{part}.*" for part in ("C", "M"))
    yield f"$KV.{DISCOVERED_BUCKET}.*"
    yield "sched.>"
    yield "notices.>"
    yield f"$JS.API.CONSUMER.MSG.NEXT.{JOBS}.{NOTIFY_CONSUMER}"
    yield f"$JS.ACK.{JOBS}.{NOTIFY_CONSUMER}.>"
    yield f"$JS.API.CONSUMER.MSG.NEXT.{SCHEDULES}.{DUE_CONSUMER}"
    yield f"$JS.ACK.{SCHEDULES}.{DUE_CONSUMER}.>"
    yield f"$JS.API.STREAM.PURGE.{SCHEDULES}"
    keys = (STATUS_BUCKET, WORKERS_BUCKET, DISCOVERED_BUCKET)
    buckets = (*(f"KV_{name}" for name in keys), f"OBJ_{MEDIA_BUCKET}")
    for stream in (JOBS, NOTICES, PARKED, SCHEDULES, *buckets):
        yield f"$JS.API.DIRECT.GET.{stream}"
    yield f"$JS.API.CONSUMER.CREATE.KV_{STATUS_BUCKET}.*.$KV.{STATUS_BUCKET}.>"
    yield f"$JS.API.STREAM.PURGE.{PARKED}"
    yield f"$JS.API.STREAM.INFO.{JOBS}"
    yield f"$JS.API.DIRECT.GET.KV_{HISTORY_BUCKET}"
    yield f"$JS.API.STREAM.INFO.KV_{HISTORY_BUCKET}"
    yield f"$JS.API.CONSUMER.LIST.{JOBS}"


def configuration(passwords: Mapping[str, str] | None = None) -> str:
    """Give the server's `authorization` block; where no passwords are given, it names variables for them."""
    header = "# Generated: python -m shared.permissions > nats/authorization/users.conf"
    return "\n".join([header, *_lines(passwords or {}), ""])


def _lines(passwords: Mapping[str, str]) -> Iterator[str]:
    yield "authorization {"
    yield "  users: ["
    for user in users():
        password = f'"{passwords[user.name]}"' if passwords else f"${user.password_variable}"
        yield f"    {{ user: {user.name}, password: {password}, permissions: {{"
        yield f"        publish: {{ allow: {_list(user.publish)} }}"
        yield f"        subscribe: {{ allow: {_list(user.subscribe)} }}"
        yield "    } }"
    yield "  ]"
    yield "}"


def _list(subjects: tuple[str, ...]) -> str:
    return msgspec.json.encode(subjects).decode()


if __name__ == "__main__":
    sys.stdout.write(configuration())
