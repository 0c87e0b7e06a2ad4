"""The gateway over real HTTP, in front of a real nats-server."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import io
import json
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import jsonschema
import msgspec
import pytest

from services.gateway.__main__ import serving
from services.gateway.settings import GatewaySettings
from shared.errors import SettingsError
from shared.events import JobSubmitted
from tests.support.pipelines import Trivial, pipeline_process, submission, submit, wait_until, working

ROOT = Path(__file__).parents[2]

SECRET = "s3cret"
STAR = json.dumps(
    {"action": "created", "repository": {"full_name": "acme/site", "default_branch": "main"}}
).encode()


@contextlib.asynccontextmanager
async def door(folder: Path, **settings: Any) -> AsyncIterator[tuple[aiohttp.ClientSession, Any]]:
    known = GatewaySettings(port=0, webhook_secrets=(SECRET,), **settings)
    async with (
        pipeline_process(folder) as running,
        serving(running, known) as address,
        aiohttp.ClientSession(address) as session,
    ):
        yield session, running


async def ask(
    session: aiohttp.ClientSession, method: str, path: str, **options: Any
) -> tuple[int, Any, aiohttp.typedefs.LooseHeaders]:
    async with session.request(method, path, **options) as reply:
        return reply.status, json.loads(await reply.read()), dict(reply.headers)


async def hook(session: aiohttp.ClientSession, body: bytes | io.BytesIO, **headers: str) -> tuple[int, Any]:
    signed = body if isinstance(body, bytes) else body.getvalue()
    signature = "sha256=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    known = {"X-GitHub-Event": "star", "X-GitHub-Delivery": "d1", "X-Hub-Signature-256": signature}
    status, answer, _ = await ask(session, "POST", "/webhook", data=body, headers=known | headers)
    return status, answer


async def test_a_star_is_answered_202_and_the_same_delivery_again_has_the_same_id(tmp_path: Path) -> None:
    async with door(tmp_path) as (session, running):
        status, first = await hook(session, STAR)
        again_status, again = await hook(session, STAR)
        other_status, other = await hook(session, STAR, **{"X-GitHub-Delivery": "d2"})
        stored = await running.bus.last(["jobs.*.*.submitted.>"])
    assert (status, again_status, other_status) == (202, 202, 202)
    assert first == again == other
    assert first["status_url"] == f"/jobs/{first['job_id']}"
    assert len(stored) == 1


async def test_a_ping_is_200_and_an_event_without_a_film_says_why(tmp_path: Path) -> None:
    async with door(tmp_path) as (session, _):
        ping = await hook(session, b"{}", **{"X-GitHub-Event": "ping"})
        status, ignored = await hook(session, STAR, **{"X-GitHub-Event": "issues"})
    assert ping[0] == 200
    assert status == 200
    assert ignored["message"] == "Event ignored"
    assert ignored["reason"]


@pytest.mark.parametrize("signature", ["sha256=00", "no-equals-sign", "sha1=abc", "ünïcode"])
async def test_a_wrong_signature_is_403_whatever_it_looks_like(tmp_path: Path, signature: str) -> None:
    async with door(tmp_path) as (session, running):
        status, answer = await hook(session, STAR, **{"X-Hub-Signature-256": signature})
        stored = await running.bus.last(["jobs.>"])
    assert status == 403
    assert set(answer["error"]) == {"code", "message", "hint"}
    assert stored == []


async def test_a_job_goes_from_queued_to_finished_before_the_callers_eyes(tmp_path: Path) -> None:
    trivial = Trivial()
    async with door(tmp_path) as (session, running):
        status, accepted, headers = await ask(session, "POST", "/jobs", json={"repo": "acme/site"})
        where = headers["Location"]
        _, queued, _ = await ask(session, "GET", where)
        async with working(running, trivial.handlers()):

            async def finished() -> Any:
                _, record, _ = await ask(session, "GET", where)
                return record if record["status"] == "finished" else None

            record = await wait_until(finished)
    assert status == 202
    assert accepted["job_id"] == record["job_id"]
    assert queued["status"] == "queued"
    assert record["progress"] == 100.0
    assert record["result"]["status"] == "success"
    assert record["error"] is None
    assert list(record)[:16] == [
        "job_id",
        "status",
        "repo_url",
        "ref",
        "commit",
        "trigger",
        "profile",
        "format",
        "languages",
        "priority",
        "created_at",
        "started_at",
        "ended_at",
        "progress",
        "stages",
        "result",
    ]


async def test_an_idempotency_key_makes_one_job_of_two_calls(tmp_path: Path) -> None:
    async with door(tmp_path) as (session, _):
        bodies = [{"json": {"repo": "acme/site"}}] * 2
        keyed = [await ask(session, "POST", "/jobs", headers={"Idempotency-Key": "k"}, **b) for b in bodies]
        free = [await ask(session, "POST", "/jobs", **body) for body in bodies]
    assert keyed[0][1] == keyed[1][1]
    assert free[0][1] != free[1][1]


async def test_a_form_starts_a_job_with_its_recording(tmp_path: Path) -> None:
    sound = bytes(range(256)) * 1000
    form = aiohttp.FormData({"repo": "acme/site", "languages": "en,pt"})
    form.add_field("narration", sound, filename="talk.wav")
    async with door(tmp_path) as (session, running):
        status, accepted, _ = await ask(session, "POST", "/jobs", data=form)
        subject = f"jobs.normal.{accepted['job_id']}.submitted.all.g0"
        (stored,) = await running.bus.last([subject])
        spec = msgspec.json.decode(stored.payload, type=JobSubmitted).spec
        kept = await running.blobs.get(spec.narration)
    assert status == 202
    assert (spec.repo, spec.languages) == ("acme/site", ("en", "pt"))
    assert kept == sound


async def test_a_form_that_is_none_is_refused_as_json_is(tmp_path: Path) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=gap"}
    async with door(tmp_path) as (session, _):
        status, answer, _ = await ask(session, "POST", "/jobs", data=b"nothing", headers=headers)
    assert (status, answer["error"]["code"]) == (400, "body_invalid")
    assert "narration" in answer["error"]["hint"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/jobs?limit=abc", 400),
        ("GET", "/jobs?limit=0", 400),
        ("GET", "/jobs?limit=101", 400),
        ("GET", "/jobs?status=nonsense", 400),
        ("GET", "/jobs?cursor=nonsense", 400),
        ("GET", "/jobs?colour=red", 400),
        ("GET", "/jobs/batch", 405),
        ("GET", "/jobs/00000000000000000000000000000000", 404),
        ("GET", "/jobs/*", 404),
        ("GET", "/jobs/%3E", 404),
        ("GET", "/nowhere", 404),
        ("DELETE", "/jobs", 405),
        ("POST", "/jobs", 400),
    ],
)
async def test_a_wrong_request_is_refused_in_the_one_shape_errors_have(
    tmp_path: Path, method: str, path: str, status: int
) -> None:
    async with door(tmp_path) as (session, _):
        answered, body, _ = await ask(session, method, path)
    assert answered == status
    assert set(body["error"]) == {"code", "message", "hint"}


async def test_jobs_are_listed_newest_first_page_by_page(tmp_path: Path) -> None:
    async with door(tmp_path) as (session, running):
        names = [f"{number:032x}" for number in range(5)]
        for name in names:
            await submit(running, submission(name))

        async def all_known() -> bool:
            return len((await ask(session, "GET", "/jobs"))[1]["jobs"]) == 5

        await wait_until(all_known)
        _, first, _ = await ask(session, "GET", "/jobs?limit=3")
        _, second, _ = await ask(session, "GET", f"/jobs?limit=3&cursor={first['cursor']}")
        _, none, _ = await ask(session, "GET", "/jobs?status=finished")
        _, other, _ = await ask(session, "GET", "/jobs?repo=acme/other")
    assert [len(page["jobs"]) for page in (first, second, none, other)] == [3, 2, 0, 0]
    assert second["cursor"] is None
    listed = [datetime.fromisoformat(job["created_at"]) for page in (first, second) for job in page["jobs"]]
    assert listed == sorted(listed, reverse=True)
    assert len({job["job_id"] for page in (first, second) for job in page["jobs"]}) == 5


async def test_with_tokens_set_only_their_bearers_reach_jobs(tmp_path: Path) -> None:
    async with door(tmp_path, api_tokens=("right", "other")) as (session, _):
        statuses = [
            (await ask(session, "GET", "/jobs", headers=headers))[0]
            for headers in (
                {},
                {"Authorization": "Basic right"},
                {"Authorization": "Bearer wrong"},
                {"Authorization": "Bearer ünïcode"},
                {"Authorization": "Bearer right"},
                {"Authorization": "bearer other"},
            )
        ]
        open_routes = [(await ask(session, "GET", path))[0] for path in ("/health", "/livez", "/readyz")]
        star = await hook(session, STAR)
    assert statuses == [401, 401, 403, 403, 200, 200]
    assert open_routes == [200, 200, 200]
    assert star[0] == 202


async def test_a_body_over_the_limit_is_413(tmp_path: Path) -> None:
    async with door(tmp_path) as (session, _):
        status, body = await hook(session, io.BytesIO(b" " * (25 * 1024 * 1024 + 1)))
    assert status == 413
    assert "25 MiB" in body["error"]["hint"]


async def test_health_counts_unfinished_jobs_and_workers(tmp_path: Path) -> None:
    async with door(tmp_path) as (session, running), working(running, {"scan": _for_ever}):
        await submit(running, submission("a" * 32))

        async def seen() -> Any:
            _, body, _ = await ask(session, "GET", "/health")
            return body if body["queue_length"] == 1 and body["workers_count"] == 1 else None

        body = await wait_until(seen)
        running.stopping.set()
    assert body["status"] == "healthy"
    assert body["nats_connected"] is True


async def _for_ever(event: object, progress: object) -> None:
    raise AssertionError("not reached in time")


async def test_no_gateway_opens_to_the_network_without_tokens(tmp_path: Path) -> None:
    async with pipeline_process(tmp_path) as running:
        with pytest.raises(SettingsError, match="REPOREEL_API_TOKENS"):
            async with serving(running, GatewaySettings(host="0.0.0.0", port=0)):
                pass


async def test_metrics_count_what_the_records_say(tmp_path: Path) -> None:
    trivial = Trivial()
    async with door(tmp_path) as (session, running), working(running, trivial.handlers()):
        await ask(session, "POST", "/jobs", json={"repo": "acme/site"})

        async def text() -> str | None:
            async with session.get("/metrics") as reply:
                assert reply.headers["Content-Type"].startswith("text/plain; version=0.0.4")
                body = await reply.text()
            return body if 'status="finished",trigger="api"' in body else None

        body = await wait_until(text)
    assert "reporeel_nats_connected 1.0" in body
    assert "reporeel_parked_messages 0.0" in body
    assert 'reporeel_stage_seconds_count{stage="render"} 1.0' in body
    assert 'reporeel_queue_lag{priority="high",stage="scan"} 0.0' in body
    assert 'reporeel_retries{stage="render"} 0.0' in body


async def test_the_openapi_document_describes_every_route_and_is_valid(tmp_path: Path) -> None:
    async with door(tmp_path) as (session, _):
        _, document, _ = await ask(session, "GET", "/openapi.json")
    assert document == json.loads((ROOT / "docs" / "openapi.json").read_text())
    assert document["openapi"] == "3.1.0"
    described = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert described >= {
        ("POST", "/webhook"),
        ("POST", "/jobs"),
        ("GET", "/jobs"),
        ("GET", "/jobs/{job_id}"),
        ("POST", "/jobs/{job_id}/cancel"),
        ("POST", "/jobs/{job_id}/retry"),
        ("GET", "/parked"),
        ("POST", "/parked/{parked_id}/requeue"),
        ("GET", "/health"),
        ("GET", "/metrics"),
    }
    operations = [operation for methods in document["paths"].values() for operation in methods.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    for reference in _references(document):
        assert reference.removeprefix("#/components/schemas/") in document["components"]["schemas"]


def _references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [found for value in node.values() for found in _references(value)]
    return [found for value in node for found in _references(value)] if isinstance(node, list) else []


async def test_an_answer_matches_its_description(tmp_path: Path) -> None:
    trivial = Trivial()
    async with door(tmp_path) as (session, running), working(running, trivial.handlers()):
        _, document, _ = await ask(session, "GET", "/openapi.json")
        _, accepted, headers = await ask(session, "POST", "/jobs", json={"repo": "acme/site"})

        async def finished() -> Any:
            _, record, _ = await ask(session, "GET", headers["Location"])
            return record if record["status"] == "finished" else None

        record = await wait_until(finished)
        _, page, _ = await ask(session, "GET", "/jobs")
        _, health, _ = await ask(session, "GET", "/health")
        status, refused, _ = await ask(session, "GET", "/jobs?limit=0")
    for name, body in (
        ("JobRecord", record),
        ("Page", page),
        ("Condition", health),
        ("Accepted", accepted),
        ("Refusal", refused),
    ):
        schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        jsonschema.Draft202012Validator(schema).validate(body)
    assert status == 400
