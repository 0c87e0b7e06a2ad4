"""Writes docs/events.md: subjects, streams, consumers and users, all from the pipeline.

python docs/generate_events.py > docs/events.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import msgspec

from shared.events import AnyEvent, Event, StageReported
from shared.permissions import users
from shared.pipeline import PIPELINE, consumers, filter_for
from shared.topology import ProvisionSettings, streams

HEAD = """\
# What passes over NATS

Generated from the code by `python docs/generate_events.py > docs/events.md`; a test keeps it true.

Everything is JSON with readable subjects, so the `nats` command line tells the story of a job without any of
our tools: `nats sub --stream JOBS --new 'jobs.>'` shows events as they are stored, `nats stream view JOBS`
those that stand, `nats kv get status <key>` an entry of a record, `nats stream view PARKED` the dead letters.
`docs/watch_job.py` does the same with Python.

A subject is `jobs.<priority>.<job_id>.<token>.<branch>.g<generation>`. `branch` is `all` or a language;
`generation` counts retries. The stream keeps one message a subject, and outputs are stored only where none
stands. The status bucket mirrors each event at the key `<job_id>.g<generation>.<token>.<branch>`.

An event that a stage made says which `attempt` made it, and when that began: `started_at`. A stage reports
itself only when its work takes longer than a moment, waits or fails.

Headers say what every tool may read without decoding: `Nats-Msg-Id`, by which an output is known wherever it
is copied to; `Reporeel-Attempt`, 0 where no stage made the event; `traceparent`, the span that stored it, or
where nothing is traced a trace of the job's own, whose id is the job's.

[asyncapi.json](asyncapi.json) describes the same for programs, each event with its JSON schema.
"""


def document() -> str:
    parts = [HEAD, *_section("Events", _events()), *_section("Stages and their consumers", _stages())]
    parts += [*_section("Streams and buckets", _streams()), *_section("Users", _users())]
    return "\n".join(parts) + "\n"


def _section(title: str, rows: Iterator[str]) -> list[str]:
    return [f"\n## {title}\n", *rows]


def _events() -> Iterator[str]:
    yield "| token | event | says |\n|---|---|---|"
    kinds: list[type[Event]] = list(AnyEvent.__args__)
    for kind in kinds:
        words = (kind.__doc__ or "").split("\n")[0]
        token = "the stage's name" if kind is StageReported else f"`{kind.__struct_config__.tag}`"
        yield f"| {token} | `{kind.__name__}` | {words} |"
    yield "\nFields, beside `event`, `job_id`, `spec`, `at` and `generation`, which all have:\n"
    common = {field.name for field in msgspec.structs.fields(Event)}
    for kind in kinds:
        own = [field.name for field in msgspec.structs.fields(kind) if field.name not in common]
        yield f"- `{kind.__name__}`: {', '.join(f'`{name}`' for name in own) or 'none'}"


def _stages() -> Iterator[str]:
    yield "Consumers for high, normal and low priority.\n"
    yield "| consumers | service | filter | gives | attempts | silent for at most | one attempt at most |"
    yield "|---|---|---|---|---|---|---|"
    for stage in PIPELINE:
        names = ", ".join(f"`{name}`" for name in consumers(stage).values())
        gives = ", ".join(f"`{event.__name__}`" for event in stage.publishes)
        yield (
            f"| {names} | {stage.service} | `{filter_for(stage.consumes)}` | {gives} "
            f"| {stage.attempts} | {stage.ack_wait_seconds:g} s | {stage.time_limit_seconds:g} s |"
        )


def _streams() -> Iterator[str]:
    yield "| stream | subjects | kept | at most |\n|---|---|---|---|"
    for config in streams(ProvisionSettings()):
        subjects = (
            ", ".join(f"`{subject}`" for subject in config.get("subjects", ())) or "sourced from `JOBS`"
        )
        days = config["max_age"] / 1e9 / 86400
        kept = (
            f"{days:g} days" if days >= 1 else f"{config['max_age'] / 1e9:g} s" if days else "until removed"
        )
        size = f"{config['max_bytes'] / (1 << 30):g} GiB" if "max_bytes" in config else ""
        yield f"| `{config['name']}` | {subjects} | {kept} | {size} |"


def _users() -> Iterator[str]:
    yield "`nats/authorization/users.conf` holds these for the server.\n"
    yield "| user | may publish | may subscribe |\n|---|---|---|"
    for user in users():
        publish, subscribe = (
            "<br>".join(f"`{subject}`" for subject in subjects) for subjects in (user.publish, user.subscribe)
        )
        yield f"| {user.name} | {publish} | {subscribe} |"


if __name__ == "__main__":
    sys.stdout.write(document())
