"""One NATS user a service, with just what the pipeline says it needs.

    python -m shared.permissions > nats/users.conf

Passwords are read from the server's environment: `NATS_SCANNER_PASSWORD` for user `scanner`, and so on.
Streams, buckets and consumers are made by user `provision`, never by a service.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import msgspec

from shared.events import ScriptProposed
from shared.pipeline import (
    ENDED,
    JOBS,
    MEDIA_BUCKET,
    PARKED,
    PIPELINE,
    SERVICES,
    STATUS_BUCKET,
    WORKERS_BUCKET,
    Stage,
    filter_for,
)

GATEWAY = "gateway"
PROVISION = "provision"


class User(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    publish: tuple[str, ...]
    subscribe: tuple[str, ...]

    @property
    def password_variable(self) -> str:
        return f"NATS_{self.name.upper()}_PASSWORD"


def users() -> Iterator[User]:
    """Give every user, in the order of the pipeline."""
    yield User(name=PROVISION, publish=("$JS.API.>",), subscribe=(f"_INBOX_{PROVISION}.>",))
    for service in SERVICES:
        stages = [stage for stage in PIPELINE if stage.service == service]
        subjects = _gateway() if service == GATEWAY else _worker(stages)
        heard = (f"_INBOX_{service}.>",) + (("live.jobs.>",) if service == GATEWAY else (f"live.{ENDED}",))
        yield User(name=service, publish=tuple(sorted(set(subjects))), subscribe=heard)


def _worker(stages: list[Stage[Any, Any]]) -> Iterator[str]:
    for stage in stages:
        yield f"$JS.API.CONSUMER.MSG.NEXT.{JOBS}.{stage.name}"
        yield f"$JS.ACK.{JOBS}.{stage.name}.>"
        yield f"jobs.*.*.{stage.name}.*.*"
        yield f"parked.{stage.name}.*"
        yield f"$KV.{WORKERS_BUCKET}.{stage.name}.*"
        yield from (filter_for(event) for event in stage.publishes)
    yield ENDED
    yield f"$JS.API.DIRECT.GET.{JOBS}"
    yield f"$JS.API.DIRECT.GET.OBJ_{MEDIA_BUCKET}"
    yield f"$O.{MEDIA_BUCKET}.C.*"
    yield f"$O.{MEDIA_BUCKET}.M.*"


def _gateway() -> Iterator[str]:
    """Accepts jobs, ends them, stores edited scripts, and a stage's input again for a retry."""
    yield from (filter_for(stage.consumes) for stage in PIPELINE)
    yield filter_for(ScriptProposed)
    yield from (f"$O.{MEDIA_BUCKET}.{part}.*" for part in ("C", "M"))
    for stream in (JOBS, PARKED, f"KV_{WORKERS_BUCKET}", f"OBJ_{MEDIA_BUCKET}"):
        yield f"$JS.API.DIRECT.GET.{stream}"
    yield f"$JS.API.CONSUMER.CREATE.KV_{STATUS_BUCKET}.*.$KV.{STATUS_BUCKET}.>"
    yield f"$JS.API.STREAM.PURGE.{PARKED}"
    yield f"$JS.API.STREAM.INFO.{JOBS}"


def configuration() -> str:
    """Give the server's `authorization` block."""
    return "\n".join(["# Generated: python -m shared.permissions > nats/users.conf", *_lines(), ""])


def _lines() -> Iterator[str]:
    yield "authorization {"
    yield "  users: ["
    for user in users():
        yield f"    {{ user: {user.name}, password: ${user.password_variable}, permissions: {{"
        yield f"        publish: {{ allow: {_list(user.publish)} }}"
        yield f"        subscribe: {{ allow: {_list(user.subscribe)} }}"
        yield "    } }"
    yield "  ]"
    yield "}"


def _list(subjects: tuple[str, ...]) -> str:
    return msgspec.json.encode(subjects).decode()


if __name__ == "__main__":
    sys.stdout.write(configuration())
