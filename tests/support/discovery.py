"""Holds requests against YouTube's discovery document: parameters, parts, and the shape of what is sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

DOCUMENT = json.loads(
    (Path(__file__).parents[1] / "contract" / "data" / "youtube_discovery.json").read_text()
)
PROTOCOL = frozenset({"uploadType", "upload_id"})
TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}


def method_of(verb: str, path: str) -> str | None:
    """`videos.insert` of a POST to `/upload/youtube/v3/videos`; None where there is no such method."""
    for name, method in DOCUMENT["methods"].items():
        protocols = method.get("mediaUpload", {}).get("protocols", {}).values()
        paths = [method["path"], *(protocol["path"] for protocol in protocols)]
        if verb == method["httpMethod"] and path.strip("/") in {one.strip("/") for one in paths}:
            return str(name)
    return None


def faults(name: str, query: Mapping[str, str], body: Any) -> list[str]:
    """What the document does not allow in a request; empty for a right one."""
    method = DOCUMENT["methods"][name]
    found = [*_parameter_faults(method, query)]
    if body is not None:
        if "request" not in method:
            return [*found, "a body where none belongs"]
        schema = method["request"]["$ref"]
        found += _part_faults(schema, query, body)
        found += _faults(DOCUMENT["schemas"][schema], body, schema)
    return found


def _parameter_faults(method: dict[str, Any], query: Mapping[str, str]) -> Iterator[str]:
    known = method.get("parameters", {})
    yield from (f"unknown parameter {name}" for name in query if name not in known and name not in PROTOCOL)
    yield from (
        f"parameter {name} is missing"
        for name, parameter in known.items()
        if parameter.get("required") and not query.get(name)
    )
    for name, value in query.items():
        kind = known.get(name, {}).get("type")
        if kind == "boolean" and value not in {"true", "false"}:
            yield f"parameter {name} is not a boolean"
        if kind == "integer" and not value.isdigit():
            yield f"parameter {name} is not an integer"


def _part_faults(schema: str, query: Mapping[str, str], body: Mapping[str, Any]) -> Iterator[str]:
    parts = set(query.get("part", "").split(","))
    yield from (f"no part {part}" for part in parts - set(DOCUMENT["schemas"][schema]["properties"]))
    yield from (f"{name} is sent and not in part" for name in set(body) - parts - {"id", "kind"})


def _faults(schema: dict[str, Any], value: Any, where: str) -> Iterator[str]:
    if "$ref" in schema:
        yield from _faults(DOCUMENT["schemas"][schema["$ref"]], value, where)
        return
    kind = schema.get("type")
    if kind == "object":
        yield from _object_faults(schema, value, where)
    elif kind == "array":
        for number, inner in enumerate(value if isinstance(value, list) else [value]):
            yield from _faults(schema["items"], inner, f"{where}[{number}]")
    elif kind in TYPES and not isinstance(value, TYPES[kind]):
        yield f"{where} is no {kind}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where} is none of {schema['enum']}"
    if schema.get("format") == "date-time" and not _is_time(value):
        yield f"{where} is no time"


def _object_faults(schema: dict[str, Any], value: Any, where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where} is no object"
        return
    for name, inner in value.items():
        described = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
        if described is None:
            yield f"{where}.{name} is unknown"
        else:
            yield from _faults(described, inner, f"{where}.{name}")


def _is_time(value: Any) -> bool:
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", str(value)):
        return False
    return datetime.fromisoformat(str(value)).tzinfo is not None
