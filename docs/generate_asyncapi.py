"""Writes docs/asyncapi.json: the events on NATS as an AsyncAPI 3 document, from the structs that carry them.

python docs/generate_asyncapi.py > docs/asyncapi.json
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any, get_args

import msgspec

from shared.bus import ATTEMPT, ID
from shared.events import AnyEvent, Event, JobSubmitted, Priority, StageName, StageReported
from shared.pipeline import PIPELINE, Stage, consumers, token
from shared.tracing import TRACEPARENT

PARAMETERS: dict[str, dict[str, Any]] = {
    "priority": {"description": "How urgent the job is.", "enum": list(get_args(Priority))},
    "job_id": {"description": "32 hexadecimal digits."},
    "branch": {"description": "`all`, or the language this is about."},
    "generation": {"description": "How often the job was retried: 0, 1, …"},
}
HEADERS: dict[str, Any] = {
    "type": "object",
    "required": [ID, ATTEMPT, TRACEPARENT],
    "properties": {
        ID: {"type": "string", "description": "Known by this wherever it is copied to."},
        ATTEMPT: {"type": "string", "pattern": "^[0-9]+$", "description": "0 where no stage made the event."},
        TRACEPARENT: {
            "type": "string",
            "description": "The span that stored it; where nothing is traced, a trace whose id is the job's.",
        },
    },
}
STAGE = {"description": "Whose report it is.", "enum": list(get_args(StageName))}


def document() -> dict[str, Any]:
    kinds: list[type[Event]] = list(AnyEvent.__args__)
    _, schemas = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Reporeel",
            "version": version("reporeel"),
            "description": "What the services say to each other. events.md tells who may say and hear what.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {"nats": {"host": "localhost:4222", "protocol": "nats"}},
        "channels": {kind.__name__: _channel(kind) for kind in kinds},
        "operations": dict(_operations()),
        "components": {"messages": {kind.__name__: _message(kind) for kind in kinds}, "schemas": schemas},
    }


def _channel(kind: type[Event]) -> dict[str, Any]:
    said = "{stage}" if kind is StageReported else token(kind)
    parameters = PARAMETERS | ({"stage": STAGE} if kind is StageReported else {})
    return {
        "address": f"jobs.{{priority}}.{{job_id}}.{said}.{{branch}}.g{{generation}}",
        "messages": {kind.__name__: {"$ref": f"#/components/messages/{kind.__name__}"}},
        "parameters": parameters,
    }


def _message(kind: type[Event]) -> dict[str, Any]:
    return {
        "name": kind.__name__,
        "summary": (kind.__doc__ or "").split("\n")[0],
        "headers": HEADERS,
        "payload": {"$ref": f"#/components/schemas/{kind.__name__}"},
    }


def _operations() -> Iterator[tuple[str, dict[str, Any]]]:
    yield "gateway.sends.JobSubmitted", _operation("send", JobSubmitted, "A job begins.")
    for stage in PIPELINE:
        durable = ", ".join(consumers(stage).values())
        yield (
            f"{stage.name}.receives.{stage.consumes.__name__}",
            _operation("receive", stage.consumes, f"Durable consumers of the {stage.service}: {durable}."),
        )
        for kind in _given(stage):
            yield (
                f"{stage.name}.sends.{kind.__name__}",
                _operation("send", kind, f"The {stage.service} stores it once a generation."),
            )


def _given(stage: Stage[Any, Any]) -> tuple[type[Event], ...]:
    return (*stage.publishes, *((StageReported,) if stage.name in get_args(StageName) else ()))


def _operation(action: str, kind: type[Event], summary: str) -> dict[str, Any]:
    channel = f"#/channels/{kind.__name__}"
    return {
        "action": action,
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{kind.__name__}"}],
        "summary": summary,
    }


if __name__ == "__main__":
    json.dump(document(), sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")
