"""Webhooks that GitHub could not bring us come in all the same, once."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from services.gateway.missed import MAX_ATTEMPTS, Delivered, missed
from services.gateway.reconciler import ReconcilerSettings
from shared.errors import SettingsError
from tests.support.doors import gateway
from tests.support.fake_github import FakeGitHub, pem_of
from tests.support.github_hooks import HOOK_NUMBER
from tests.support.pipelines import pipeline_process, wait_until

MOMENT = datetime(2026, 11, 1, tzinfo=UTC)


def star(repo: str) -> dict[str, Any]:
    return {"action": "created", "repository": {"full_name": repo}}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.asynccontextmanager
async def github() -> AsyncIterator[tuple[FakeGitHub, dict[str, str], int]]:
    """A GitHub whose webhooks lead where nobody listens yet, and what a gateway must know of it."""
    key, port = generate_private_key(public_exponent=65537, key_size=2048), free_port()
    async with FakeGitHub() as fake:
        fake.app_key = key.public_key()
        fake.webhooks.target = f"http://127.0.0.1:{port}/webhook"
        environ = {"GITHUB_API_URL": fake.url, "REPOREEL_RECONCILE_SECONDS": "0.2"}
        yield fake, environ | {"GITHUB_APP_ID": "1", "GITHUB_APP_PRIVATE_KEY": pem_of(key)}, port


@pytest.mark.parametrize("asked", ["app", "hook"])
async def test_what_failed_while_we_were_down_is_brought_again_and_starts_one_job(
    tmp_path: Path, asked: str
) -> None:
    async with github() as (fake, environ, port):
        fake.webhooks.page_size = 2
        fake.add("acme/site", tmp_path)
        if asked == "hook":
            for name in ("GITHUB_APP_ID", "GITHUB_APP_PRIVATE_KEY"):
                del environ[name]
            environ["REPOREEL_RECONCILE_HOOKS"] = f"acme/site:{HOOK_NUMBER}"
        lost = [await fake.webhooks.send("star", star(f"acme/n{number}")) for number in range(5)]
        await fake.webhooks.send("deployment", {})
        async with (
            pipeline_process(tmp_path / "nats", environ) as running,
            gateway(running, port=port),
            gateway(running),
        ):
            wrong = await fake.webhooks.send("star", star("acme/forged"), secret="other")
            await wait_until(lambda: set(fake.webhooks.asked_again) >= set(lost))
            await fake.webhooks.send("star", star("acme/later"))
            seen = len(fake.requests)
            await wait_until(lambda: len(fake.requests) > seen + 12)
            stored = await running.bus.last(["jobs.*.*.submitted.>"])
        assert len(stored) == len(lost) + 1
        assert set(fake.webhooks.asked_again) == set(lost)
        assert wrong not in fake.webhooks.asked_again
        assert fake.wrongs == []


async def test_a_github_that_refuses_does_not_stop_the_gateway(tmp_path: Path) -> None:
    async with github() as (fake, environ, port):
        lost = await fake.webhooks.send("star", star("acme/site"))
        fake.fail("/app/hook/deliveries$", 500, times=2)
        fake.fail("/app/hook/deliveries$", 403, times=1)
        async with pipeline_process(tmp_path, environ) as running, gateway(running, port=port):
            await wait_until(lambda: fake.webhooks.asked_again == [lost])


def attempt(number: int, code: int, **changes: Any) -> Delivered:
    known = {"id": number, "guid": "g", "delivered_at": MOMENT + timedelta(minutes=number), "event": "star"}
    return Delivered(status_code=code, **(known | changes))


@pytest.mark.parametrize(
    ("codes", "is_missed"),
    [
        ([502], True),
        ([0], True),
        ([503, 429], True),
        ([502, 202], False),
        ([202, 502], False),
        ([403], False),
        ([400], False),
        ([502] * (MAX_ATTEMPTS - 1), True),
        ([502] * MAX_ATTEMPTS, False),
    ],
)
def test_only_what_never_came_in_and_still_may_is_missed(codes: list[int], *, is_missed: bool) -> None:
    attempts = [attempt(number, code) for number, code in enumerate(codes)]
    assert [one.id for one in missed(attempts)] == ([len(codes) - 1] if is_missed else [])


def test_an_event_nobody_reads_is_not_missed() -> None:
    assert list(missed([attempt(1, 502, event="deployment")])) == []


def test_a_webhook_is_named_by_repository_and_number() -> None:
    assert ReconcilerSettings(hooks=("acme/site:12",), github_app_id="1").places() == (
        "/app/hook/deliveries",
        "/repos/acme/site/hooks/12/deliveries",
    )
    with pytest.raises(SettingsError, match="owner/name:number"):
        ReconcilerSettings(hooks=("acme/site",)).places()
