"""Who may send a film where, asked over real HTTP and read back from the stream."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from shared.events import JobSpec, JobSubmitted
from tests.contract.test_http import STAR, ask, door, hook

TOKENS = {"api_tokens": ("submit:user", "admin:boss")}


async def submitted(running) -> list[JobSpec]:
    stored = await running.bus.last(["jobs.*.*.submitted.>"])
    return [msgspec.json.decode(message.payload, type=JobSubmitted).spec for message in stored]


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_a_request_without_wishes_and_a_star_go_into_the_folder_only(tmp_path: Path) -> None:
    async with door(tmp_path) as (session, running):
        await ask(session, "POST", "/jobs", json={"repo": "acme/site"})
        await hook(session, STAR)
        specs = await submitted(running)
    assert [(spec.publish, spec.force) for spec in specs] == [(("files",), False)] * 2


@pytest.mark.parametrize("token", ["user", "boss"])
async def test_no_token_widens_what_the_operator_allows(tmp_path: Path, token: str) -> None:
    body = {"repo": "acme/site", "publish": ["files", "elsewhere"]}
    async with door(tmp_path, **TOKENS) as (session, running):
        status, answer, _ = await ask(session, "POST", "/jobs", json=body, headers=bearer(token))
        assert await submitted(running) == []
    assert (status, answer["error"]["code"]) == (422, "not_available")
    assert "elsewhere" in answer["error"]["message"]


async def test_only_an_administrator_may_publish_by_force(tmp_path: Path) -> None:
    body = {"repo": "acme/site", "publish": ["force"]}
    async with door(tmp_path, **TOKENS) as (session, running):
        status, answer, _ = await ask(session, "POST", "/jobs", json=body, headers=bearer("user"))
        accepted, _, _ = await ask(session, "POST", "/jobs", json=body, headers=bearer("boss"))
        (spec,) = await submitted(running)
    assert (status, answer["error"]["code"]) == (403, "admin_needed")
    assert (accepted, spec.force, spec.publish) == (202, True, ("files",))


async def test_extras_are_handed_on(tmp_path: Path) -> None:
    body = {"repo": "acme/site", "extras": ["tracks", "export", "tracks"]}
    async with door(tmp_path) as (session, running):
        await ask(session, "POST", "/jobs", json=body)
        (spec,) = await submitted(running)
    assert spec.extras == ("tracks", "export")
