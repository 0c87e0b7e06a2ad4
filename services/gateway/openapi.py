"""`GET /openapi.json`: the HTTP API described by the types that decode and encode it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import msgspec

from services.gateway.routes import EVENT_STREAM, JSON, Refusal, Route

REFERENCES = "#/components/schemas/{name}"
IDS = {
    "job_id": "^[0-9a-f]{32}$",
    "parked_id": "^[a-z]+-[0-9]+$",
    "notice_id": "^[0-9a-f]{16}$",
    "owner": "^[A-Za-z0-9][A-Za-z0-9-]{0,38}$",
    "name": "^[A-Za-z0-9._-]{1,64}$",
}
"""The patterns of the parameters in paths."""
PARAMETER = re.compile(r"{(\w+)}")


def describe(routes: Sequence[Route]) -> dict[str, Any]:
    """Give the OpenAPI 3.1 document of a table of routes."""
    types = [kind for route in routes for kind in (route.body, *route.answers.values()) if _is_typed(kind)]
    schemas, components = msgspec.json.schema_components([*types, Refusal], ref_template=REFERENCES)
    known = dict(zip([*map(_key, types), _key(Refusal)], schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, routes, known)
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


def _operation(route: Route, routes: Sequence[Route], known: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": route.summary,
        "operationId": _operation_id(route),
        "parameters": [*_path_parameters(route), *_query_parameters(route), *_header_parameters(route)],
        "responses": _responses(route, routes, known),
    }
    if route.body is not None:
        content = {JSON: {"schema": known.get(_key(route.body), {"type": "object"})}}
        if route.form is not None:
            content["multipart/form-data"] = {"schema": route.form}
        operation["requestBody"] = {"required": route.body_required, "content": content}
    if route.scope is not None:
        operation["security"] = [{"token": []}, {}]
        operation["x-scope"] = route.scope
    return operation


def _responses(route: Route, routes: Sequence[Route], known: dict[str, Any]) -> dict[str, Any]:
    links = _links(route, routes)
    responses: dict[str, Any] = {
        str(status): {"description": "done"} | _content(route, kind, known) | links
        for status, kind in route.answers.items()
    }
    faults = {*route.faults, 500, 503} | ({401, 403} if route.scope else set())
    faults |= {400, 408, 413, 415, 429} if route.body else set()
    for status in sorted(faults - route.answers.keys()):
        content = {JSON: {"schema": known[_key(Refusal)]}}
        responses[str(status)] = {"description": "refused", "content": content}
    return responses


def _links(route: Route, routes: Sequence[Route]) -> dict[str, Any]:
    """Say which routes take what this one's answer holds."""
    links = {
        _operation_id(other): {
            "operationId": _operation_id(other),
            "parameters": {name: f"$response.body#{route.gives[name]}" for name in names},
        }
        for other in routes
        if (names := PARAMETER.findall(other.path)) and set(names) <= route.gives.keys()
    }
    return {"links": links} if links else {}


def _operation_id(route: Route) -> str:
    return f"{route.method.lower()}{re.sub(r'[^a-z]+', '_', route.path)}".rstrip("_")


def _content(route: Route, kind: Any, known: dict[str, Any]) -> dict[str, Any]:
    if kind is None:
        return {}
    if route.media == EVENT_STREAM:
        return {"content": {EVENT_STREAM: {"schema": _server_sent(known[_key(kind)])}}}
    if kind is str:
        return {"content": {route.media: {"schema": {"type": "string"}}}}
    if kind is bytes:
        return {"content": {"*/*": {"schema": {}}}}
    return {"content": {JSON: {"schema": known.get(_key(kind), {"type": "object"})}}}


def _server_sent(told: dict[str, Any]) -> dict[str, Any]:
    """Describe one event of a stream: its data is JSON, until one named `end` says that it is over."""
    told = {"type": "string", "contentMediaType": JSON, "contentSchema": told}
    one = {"event": {"const": "message"}, "id": {"type": "string", "pattern": "^[0-9]+$"}, "data": told}
    return {
        "anyOf": [
            {"type": "object", "required": list(one), "properties": one},
            {"type": "object", "properties": {"event": {"const": "end"}}},
        ]
    }


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": IDS.get(name, "^.+$")},
        }
        for name in PARAMETER.findall(route.path)
    ]


def _query_parameters(route: Route) -> list[dict[str, Any]]:
    if route.query is None:
        return []
    _, components = msgspec.json.schema_components([route.query], ref_template=REFERENCES)
    described = components[route.query.__name__]
    needed = described.get("required", ())
    return [
        {"name": name, "in": "query", "required": name in needed, "schema": schema}
        for name, schema in described["properties"].items()
    ]


def _header_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {"name": one.name, "in": "header", "required": one.required, "schema": one.schema}
        for one in route.headers
    ]


def _is_typed(kind: Any) -> bool:
    return kind not in {None, str, bytes, dict}


def _key(kind: Any) -> str:
    return str(kind)
