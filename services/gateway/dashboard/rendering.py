"""Turns templates into answers: everything escaped, everything under one strict policy."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.gateway.dashboard import wording

FOLDER = Path(__file__).parent
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "private, no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "microphone=(), camera=(), geolocation=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
A_YEAR_SECONDS = 31_536_000


def page(name: str, context: Mapping[str, Any], status: int = 200) -> web.Response:
    """Answer with a template."""
    text = _environment().get_template(f"{name}.html").render(context)
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8", headers=HEADERS)


def see_other(where: str) -> web.Response:
    return web.Response(status=303, headers={**HEADERS, "Location": where})


async def static(request: web.Request) -> web.Response:
    """`GET /dashboard/static/{name}`: style, scripts and icon; their address carries their hash."""
    name = request.match_info["name"]
    if name not in _assets():
        raise web.HTTPNotFound
    kept = {"Cache-Control": f"public, max-age={A_YEAR_SECONDS}, immutable"}
    headers = {**HEADERS, **kept, "Content-Type": f"{TYPES[Path(name).suffix]}; charset=utf-8"}
    return web.Response(body=_assets()[name], headers=headers)


@cache
def _assets() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (FOLDER / "static").iterdir() if path.suffix in TYPES}


def _asset(name: str) -> str:
    return f"/dashboard/static/{name}?v={hashlib.sha256(_assets()[name]).hexdigest()[:12]}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = _asset
    environment.filters.update(wording.FILTERS)
    return environment
