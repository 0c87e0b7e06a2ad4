"""Each service's NATS user on a real server with the shipped configuration."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

import nats
from services.gateway.__main__ import serving
from services.gateway.settings import GatewaySettings
from shared.bus import connect
from shared.embedded import server_binary
from shared.lifecycle import process
from shared.permissions import User, configuration, users
from shared.pipeline import PIPELINE, SERVICES
from shared.provision import provision
from shared.topology import ProvisionSettings, streams
from tests.support.pipelines import Trivial, ended, submission, submit, wait_until

ROOT = Path(__file__).parents[2]
REFUSAL_SECONDS = 10.0
USERS = {user.name: user for user in users()}


@contextlib.asynccontextmanager
async def server(folder: Path) -> AsyncIterator[str]:
    """The shipped configuration, on a free loopback port."""
    text = (ROOT / "nats" / "server.conf").read_text()
    text = re.sub(r"listen: .*", 'listen: "127.0.0.1:-1"', text)
    text = re.sub(r"http: .*", f'ports_file_dir: "{folder}"', text)
    (folder / "server.conf").write_text(text)
    (folder / "authorization").mkdir()
    shutil.copy(ROOT / "nats" / "authorization" / "users.conf", folder / "authorization")
    passwords = {user.password_variable: f"secret{user.name}" for user in users()}
    environ = os.environ | passwords | {"NATS_STORE": str(folder / "js"), "NATS_SERVER_NAME": "test"}
    child = await asyncio.create_subprocess_exec(
        server_binary(), "-c", folder / "server.conf", env=environ, stderr=asyncio.subprocess.DEVNULL
    )
    ports = folder / f"nats-server_{child.pid}.ports"
    try:
        async with asyncio.timeout(10):
            while not (ports.exists() and ports.read_text().endswith("}")):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        yield re.findall(r"nats://[^\"]+", ports.read_text())[0]
    finally:
        child.terminate()
        await child.wait()


def as_user(address: str, name: str) -> str:
    return address.replace("nats://", f"nats://{name}:secret{name}@")


@contextlib.asynccontextmanager
async def provisioned(folder: Path) -> AsyncIterator[str]:
    async with server(folder) as address:
        async with connect(as_user(address, "provision"), "p", inbox_prefix="_INBOX_provision") as bus:
            await provision(bus, ProvisionSettings(media_max_bytes=1 << 30))
        yield address


def test_the_server_takes_the_shipped_configuration_as_it_is(tmp_path: Path) -> None:
    passwords = {user.password_variable: "secret" for user in users()}
    environ = os.environ | passwords | {"NATS_STORE": str(tmp_path), "NATS_SERVER_NAME": "test"}
    command = [server_binary(), "-t", "-c", ROOT / "nats" / "server.conf"]
    told = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    without = environ | {"NATS_STORE": ""}
    del without["NATS_SCANNER_PASSWORD"]
    refused = subprocess.run(command, env=without, capture_output=True, text=True, check=False)
    assert "NATS_SCANNER_PASSWORD" in refused.stderr


def test_what_the_shipped_server_acknowledges_is_on_disk() -> None:
    assert "sync_interval: always" in (ROOT / "nats" / "server.conf").read_text()


def test_the_shipped_users_are_the_generated_ones() -> None:
    assert (ROOT / "nats" / "authorization" / "users.conf").read_text() == configuration()


async def test_every_service_does_its_work_with_its_own_user(tmp_path: Path) -> None:
    trivial, stopping = Trivial(), asyncio.Event()
    async with provisioned(tmp_path) as address, contextlib.AsyncExitStack() as stack:
        parts = {
            name: await stack.enter_async_context(process(as_user(address, name), name, {}, stopping))
            for name in SERVICES
        }
        await stack.enter_async_context(serving(parts["gateway"], GatewaySettings(port=0)))
        async with asyncio.TaskGroup() as group:
            for stage in PIPELINE:
                handler = trivial.handlers()[stage.name]
                group.create_task(parts[stage.service].run_stage(stage, handler))
            await submit(parts["gateway"], submission("a", "en", "es"))
            record = await ended(parts["gateway"], "a")
            key = await parts["scanner"].blobs.put(b"facts")
            assert await parts["narrator"].blobs.get(key) == b"facts"
            stopping.set()
    assert record.status == "finished"


def forbidden_publishes() -> Iterator[tuple[str, str]]:
    """Each service, with every subject another service may use and it may not."""
    every = sorted({subject for user in USERS.values() for subject in user.publish})
    extra = [
        "jobs.>",
        "$JS.API.INFO",
        "$JS.API.STREAM.DELETE.JOBS",
        "$JS.API.STREAM.CREATE.X",
        "$SYS.REQ.SERVER.PING",
        "x",
    ]
    extra += [f"$JS.API.STREAM.PURGE.{config['name']}" for config in streams(ProvisionSettings())]
    extra += [f"$JS.API.CONSUMER.DELETE.JOBS.{stage.name}" for stage in PIPELINE]
    for service in SERVICES:
        for pattern in [*every, *extra]:
            subject = pattern.replace("*", "x1").replace(">", "y1")
            if not any(_covers(allowed, subject) for allowed in USERS[service].publish):
                yield service, subject


def forbidden_subscriptions(service: str) -> list[str]:
    """Give everything others may hear and this service may not, the streams' own subjects, and all of it."""
    every = {subject for user in USERS.values() for subject in user.subscribe} - set(USERS[service].subscribe)
    own = {subject for config in streams(ProvisionSettings()) for subject in config.get("subjects", ())}
    wider = [
        subject for subject in every if not any(_covers(ours, subject) for ours in USERS[service].subscribe)
    ]
    return sorted({*wider, *own, ">", "$JS.>", "$SYS.>", "_INBOX.>", "live.>"})


def _covers(pattern: str, subject: str) -> bool:
    expression = re.escape(pattern).replace(r"\*", r"[^.]+").replace(">", ".+")
    return re.fullmatch(expression, subject) is not None


@pytest.mark.parametrize("service", SERVICES)
async def test_whatever_a_service_does_not_need_is_denied(tmp_path: Path, service: str) -> None:
    wanted = [subject for name, subject in forbidden_publishes() if name == service]
    assert len(wanted) > 20
    async with provisioned(tmp_path) as address:
        denied = await denials(as_user(address, service), USERS[service], wanted)
    assert sorted(denied["publish"]) == sorted(subject.lower() for subject in wanted)
    assert sorted(denied["subscription"]) == sorted(map(str.lower, forbidden_subscriptions(service)))


async def denials(url: str, user: User, wanted: list[str]) -> dict[str, list[str]]:
    """Publish to each subject, listen to what is not ours; collect what is refused, in lower case."""
    refused: dict[str, list[str]] = {"publish": [], "subscription": []}

    async def note(error: Exception) -> None:
        found = re.search(
            r"permissions violation for (publish|subscription) to \"([^\"]+)\"", str(error), re.IGNORECASE
        )
        if found:
            refused[found[1].lower()].append(found[2])

    client = await nats.connect(url, error_cb=note, inbox_prefix=f"_INBOX_{user.name}".encode())
    try:
        for subject in wanted:
            await client.publish(subject, b"{}")
        for pattern in forbidden_subscriptions(user.name):
            await client.subscribe(pattern)
        expected = len(wanted) + len(forbidden_subscriptions(user.name))
        with contextlib.suppress(TimeoutError):  # whoever compares says what is missing
            await wait_until(lambda: sum(map(len, refused.values())) >= expected, REFUSAL_SECONDS)
    finally:
        await client.close()
    return refused


def test_a_user_with_one_subject_too_many_would_be_seen() -> None:
    """The negative control: the list of what is forbidden shrinks when a permission is added."""
    before = list(forbidden_publishes())
    USERS["scanner"] = User(name="scanner", publish=("jobs.>",), subscribe=())
    try:
        assert len(list(forbidden_publishes())) < len(before)
    finally:
        USERS.update({user.name: user for user in users()})
