"""Webhooks: everything GitHub is known to send is answered well; nothing else gets in."""

from __future__ import annotations

import hashlib
import hmac
import json
import lzma
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.doors import SECRET, door, signed, star
from tests.support.gateway_child import gateway_child
from tests.support.raw_http import ask_all, request

DATA = Path(__file__).parents[1] / "contract" / "data" / "github_webhooks.json.xz"
STARTS = {("star", "created"), ("release", "published")}
FEW, MANY = 10_000, 100_000
CONNECTIONS = 16
MIB = 1 << 20
FLAT_BYTES = 32 * MIB


@pytest.fixture(scope="module")
def recorded() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(lzma.decompress(DATA.read_bytes()))
    return content


async def test_every_recorded_payload_is_answered_and_only_the_right_ones_start_jobs(
    tmp_path: Path, recorded: dict[str, Any]
) -> None:
    """The signatures are those of GitHub's own library."""
    webhooks = recorded["webhooks"]
    async with door(tmp_path, webhook_secrets=("new", recorded["secret"])) as (session, running):
        started, repos = Counter[tuple[str, str]](), set()
        for one in webhooks:
            headers = {"X-GitHub-Event": one["event"], "X-Hub-Signature-256": one["signature"]}
            async with session.post("/webhook", data=one["body"].encode(), headers=headers) as reply:
                status, answer = reply.status, await reply.json()
            action = json.loads(one["body"]).get("action", "")
            assert status == (202 if (one["event"], action) in STARTS else 200), (one["event"], answer)
            if status == 202:
                started[one["event"], action] += 1
                repos.add(answer["job_id"])
        stored = await running.bus.last(["jobs.*.*.submitted.>"])
    assert len(webhooks) == 329
    assert started == {("star", "created"): 2, ("release", "published"): 3}
    assert {message.subject.split(".")[2] for message in stored} == repos


async def test_a_replay_with_another_delivery_id_makes_no_second_job(tmp_path: Path) -> None:
    body = json.dumps({"action": "film", "repository": {"full_name": "acme/site"}}).encode()
    async with door(tmp_path) as (session, running):
        for event, payload in (("star", star()), ("repository_dispatch", body)):
            for number in range(3):
                headers = signed(payload, event) | {"X-GitHub-Delivery": f"d{number}"}
                async with session.post("/webhook", data=payload, headers=headers) as reply:
                    assert reply.status == 202
        stored = await running.bus.last(["jobs.*.*.submitted.>"])
    assert len(stored) == 2


def _forged(number: int, chance: random.Random) -> bytes:
    """One request that must not be accepted."""
    body = chance.choice(BODIES)
    right = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    other = "sha256=" + hmac.new(b"other", body, hashlib.sha256).hexdigest()
    signatures: list[bytes] = [
        b"",
        b"sha256=",
        right[:-1].encode(),
        right.upper().encode(),
        right.replace("256", "1").encode(),
        other.encode(),
        b"sha1=" + b"0" * 40,
        "sha256=ünïcode".encode(),
        b"\xff\xfe",
        b"=" * 4000,
        bytes(chance.choice(range(0x21, 0x7F)) for _ in range(71)),
    ]
    headers = {
        "X-GitHub-Event": chance.choice(["star", "release", "push", "ping", "", "x" * 1000]),
        "X-GitHub-Delivery": str(number),
        "X-Hub-Signature-256": chance.choice(signatures),
    }
    if chance.random() < 0.1:
        del headers["X-Hub-Signature-256"]
    return request("POST", "/webhook", body, headers)


def _malformed(chance: random.Random) -> bytes:
    """One that is rightly signed, and no event at all."""
    body = chance.choice(BROKEN)
    signature = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    event = chance.choice(["star", "release", "push", "repository_dispatch", "issue_comment", "workflow_run"])
    return request("POST", "/webhook", body, {"X-GitHub-Event": event, "X-Hub-Signature-256": signature})


BODIES = [star(), b"", b"{}", b"[" * 3_000, b'{"' + b"a" * 3_000 + b'": 1}', b"\xff\xfe\x00", b"9" * 5000]
BROKEN = [
    b"",
    b"[]",
    b"null",
    b"[" * 3_000,
    b'{"a":' * 1_500,
    b"\xff\xfe\x00",
    b'{"action": ' + b"9" * 5000 + b"}",
    b'{"action": "created", "repository": {"full_name": 3}}',
    b'{"action": "created", "repository": {"full_name": "../../etc"}}',
    b'{"action": "created", "repository": {"full_name": "a/b\\u0000"}}',
    b'{"action": "created", "repository": [], "release": 7, "comment": "x"}',
    b'{"action": "film", "repository": {"full_name": "a/b"}, "client_payload": [1]}',
    b'{"action": "film", "repository": {"full_name": "a/b"}, "client_payload": {"ref": "--x"}}',
    b'{"action": "created", "repository": {"full_name": "a/b"}, "comment": {"body": "/film \\ud800"}}',
]


def _requests(count: int) -> Iterator[bytes]:
    chance = random.Random(8)
    for number in range(count):
        yield _malformed(chance) if number % 4 == 0 else _forged(number, chance)


async def _none_gets_in(folder: Path, count: int) -> None:
    async with gateway_child(
        folder, REPOREEL_SOURCE_FORGERIES_PER_MINUTE="0", REPOREEL_SOURCE_JOBS_PER_MINUTE="0"
    ) as child:
        await ask_all(child.address, _requests(1000), CONNECTIONS)
        before = child.resident_bytes()
        replies = await ask_all(child.address, _requests(count), CONNECTIONS)
        grown = child.resident_bytes() - before
        jobs = await ask_all(child.address, [request("GET", "/jobs")], 1)
    statuses = Counter(reply.status for reply in replies)
    assert sum(statuses.values()) == count
    assert set(statuses) <= {200, 400, 403}, statuses
    assert statuses[403] >= count * 0.7
    assert json.loads(jobs[0].body)["jobs"] == []
    assert grown < FLAT_BYTES
    sys.stdout.write(f"{count} webhooks: {dict(statuses)}; {before / MIB:.1f} MiB, grown {grown / MIB:.1f}\n")


async def test_ten_thousand_forged_or_malformed_webhooks_start_nothing_and_break_nothing(
    tmp_path: Path,
) -> None:
    await _none_gets_in(tmp_path, FEW)


@pytest.mark.chaos
async def test_a_hundred_thousand_forged_or_malformed_webhooks_neither(tmp_path: Path) -> None:
    await _none_gets_in(tmp_path, MANY)
