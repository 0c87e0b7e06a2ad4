"""`GET /openapi.json`: the HTTP API described by the types that decode and encode it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import msgspec

from services.gateway.routes import Refusal, Route

REFERENCES = "#/components/schemas/{name}"
IDS = {"job_id": "^[0-9a-f]{32}$", "parked_id": "^[a-z]+-[0-9]+$"}
"""The patterns of the parameters in paths."""


def describe(routes: Sequence[Route]) -> dict[str, Any]:
    """Give the OpenAPI 3.1 document of a table of routes."""
    types = [kind for route in routes for kind in (route.body, *route.answers.values()) if _is_typed(kind)]
    schemas, components = msgspec.json.schema_components([*types, Refusal], ref_template=REFERENCES)
    known = dict(zip([*map(_key, types), _key(Refusal)], schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, known)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Reporeel",
            "version": version("reporeel"),
            "summary": "A repository in, a film out.",
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(route: Route, known: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": route.summary,
        "operationId": f"{route.method.lower()}{re.sub(r'[^a-z]+', '_', route.path)}".rstrip("_"),
        "parameters": [*_path_parameters(route), *_query_parameters(route), *_header_parameters(route)],
        "responses": _responses(route, known),
    }
    if route.body is not None:
        content = {"application/json": {"schema": known.get(_key(route.body), {"type": "object"})}}
        operation["requestBody"] = {"required": True, "content": content}
    if route.guarded:
        operation["security"] = [{"token": []}, {}]
    return operation


def _responses(route: Route, known: dict[str, Any]) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status, kind in route.answers.items():
        media = "text/plain" if kind is str else "application/json"
        schema = {"type": "string"} if kind is str else known.get(_key(kind), {"type": "object"})
        responses[str(status)] = {"description": "done", "content": {media: {"schema": schema}}}
    faults = {*route.faults, 500, 503} | ({401, 403} if route.guarded else set())
    for status in sorted(faults | ({400, 413} if route.body else set())):
        content = {"application/json": {"schema": known[_key(Refusal)]}}
        responses[str(status)] = {"description": "refused", "content": content}
    return responses


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": IDS.get(name, "^.+$")},
        }
        for name in re.findall(r"{(\w+)}", route.path)
    ]


def _query_parameters(route: Route) -> list[dict[str, Any]]:
    if route.query is None:
        return []
    _, components = msgspec.json.schema_components([route.query], ref_template=REFERENCES)
    properties = components[route.query.__name__]["properties"]
    return [
        {"name": name, "in": "query", "required": False, "schema": schema}
        for name, schema in properties.items()
    ]


def _header_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "header", "required": False, "schema": {"type": "string"}}
        for name in route.headers
    ]


def _is_typed(kind: Any) -> bool:
    return kind is not None and kind is not str and kind is not dict


def _key(kind: Any) -> str:
    return str(kind)
