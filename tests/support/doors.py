"""A gateway on the loopback, in front of a real nats-server, and what talks to it."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp

from services.gateway.__main__ import serving
from services.gateway.settings import GatewaySettings
from shared.lifecycle import Process
from tests.support.pipelines import pipeline_process, wait_until

SECRET = "s3cret"
ADMIN = {"Authorization": "Bearer boss"}


def star(repo: str = "acme/site", **repository: Any) -> bytes:
    body = {"action": "created", "repository": {"full_name": repo, "default_branch": "main"} | repository}
    return json.dumps(body).encode()


@contextlib.asynccontextmanager
async def door(folder: Path, **settings: Any) -> AsyncIterator[tuple[aiohttp.ClientSession, Process]]:
    async with pipeline_process(folder) as running, gateway(running, **settings) as session:
        yield session, running


@contextlib.asynccontextmanager
async def gateway(running: Process, **settings: Any) -> AsyncIterator[aiohttp.ClientSession]:
    """One more gateway for a process that runs."""
    known = GatewaySettings(**({"port": 0, "webhook_secrets": (SECRET,)} | settings))
    cookies = aiohttp.CookieJar(unsafe=True)  # which is: from hosts without a name
    async with (
        serving(running, known) as address,
        aiohttp.ClientSession(address, cookie_jar=cookies) as session,
    ):
        yield session


async def ask(
    session: aiohttp.ClientSession, method: str, path: str, **options: Any
) -> tuple[int, Any, dict[str, str]]:
    """Give status, JSON body (None for an empty one) and headers."""
    async with session.request(method, path, **options) as reply:
        body = await reply.read()
        return reply.status, json.loads(body) if body else None, dict(reply.headers)


def signed(body: bytes, event: str = "star", secret: str = SECRET, **headers: str) -> dict[str, str]:
    signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"X-GitHub-Event": event, "X-GitHub-Delivery": "d1", "X-Hub-Signature-256": signature} | headers


async def hook(
    session: aiohttp.ClientSession, payload: Any, event: str = "star", **headers: str
) -> tuple[int, Any]:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    status, answer, _ = await ask(
        session, "POST", "/webhook", data=body, headers=signed(body, event, **headers)
    )
    return status, answer


async def record(session: aiohttp.ClientSession, job_id: str, *statuses: str) -> Any:
    """Wait until a job has one of these statuses, and give its record."""

    async def reached() -> Any:
        _, answer, _ = await ask(session, "GET", f"/jobs/{job_id}")
        return answer if answer.get("status") in statuses else None

    return await wait_until(reached)
