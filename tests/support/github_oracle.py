"""GitHub's own description of its API as a judge: what is asked, and what is answered.

The description lies in `tests/contract/data`, with its origin and the script that cut it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import jsonschema

DATA = Path(__file__).parents[1] / "contract" / "data"
DESCRIBED = json.loads((DATA / "github_openapi.json").read_text("utf-8"))
ROUTES: dict[str, Any] = DESCRIBED["routes"]
SCALARS = ("integer", "boolean")
SCALAR = re.compile(r"-?\d+|true|false")


def route_of(method: str, path: str) -> str | None:
    """The described route that a request is for; a route's fixed words count for more than its parameters."""
    asked = path.split("/")
    found = [
        (sum(part.startswith("{") for part in parts), name)
        for name, route in ROUTES.items()
        if "path" in route and route["method"] == method and _fits(parts := route["path"].split("/"), asked)
    ]
    return min(found)[1] if found else None


def _fits(described: list[str], asked: list[str]) -> bool:
    return len(described) == len(asked) and all(
        one.startswith("{") or one == other for one, other in zip(described, asked, strict=True)
    )


def answer_faults(route: str, answer: Any) -> list[str]:
    """What GitHub's description does not allow in an answer; empty for a right one."""
    return _faults(route, "schema", answer)


@lru_cache(maxsize=1000)
def known_faults(route: str, body: bytes) -> tuple[str, ...]:
    """The same of an answer's bytes: what was judged once is not judged again."""
    return tuple(answer_faults(route, json.loads(body)))


def request_faults(route: str, query: Mapping[str, str], body: Any) -> list[str]:
    """What it does not allow in a request."""
    found = [] if body is None else [*_unknown(route, body), *_faults(route, "body", body)]
    return [*_query_faults(route, query), *found]


def _query_faults(route: str, query: Mapping[str, str]) -> Iterator[str]:
    for name, value in query.items():
        schema = ROUTES[route]["query"].get(name)
        if schema is None:
            yield f"{route} knows no parameter {name!r}"
            continue
        typed = json.loads(value) if SCALAR.fullmatch(value) and schema.get("type") in SCALARS else value
        yield from (error.message for error in jsonschema.Draft7Validator(schema).iter_errors(typed))


def _unknown(route: str, body: Any) -> Iterator[str]:
    """Fields that GitHub would pass over without a word."""
    known = ROUTES[route]["body"].get("properties", {})
    yield from (f"{route} knows no field {name!r}" for name in body if name not in known)


def _faults(route: str, part: str, document: Any) -> list[str]:
    return [
        f"{'/'.join(map(str, error.path))}: {error.message[:120]}"
        for error in _judge(route, part).iter_errors(document)
    ]


@cache
def _judge(route: str, part: str) -> jsonschema.Draft7Validator:
    schema = {**ROUTES[route][part], "definitions": DESCRIBED["definitions"]}
    return jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())
