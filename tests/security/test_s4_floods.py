"""Floods: honest callers are still served, and memory stays where it is."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.support.doors import signed, star
from tests.support.gateway_child import gateway_child
from tests.support.raw_http import Connection, ask_all, request

FLOODERS, HONEST = 8, 200
HONEST_P99_SECONDS = 0.2
UPLOADS, UPLOAD_BYTES = 1000, 1 << 20
GROWN_BYTES = 100 << 20


async def test_while_forgeries_flood_in_honest_webhooks_are_all_accepted(tmp_path: Path) -> None:
    refused, took = await _flooded(tmp_path)
    assert refused[429] > refused[403]
    assert len(took) == HONEST


@pytest.mark.chaos
async def test_while_forgeries_flood_in_honest_webhooks_are_answered_fast(tmp_path: Path) -> None:
    refused, took = await _flooded(tmp_path)
    p99 = sorted(took)[int(HONEST * 0.99)]
    sys.stdout.write(f"among {refused.total()} forgeries, honest webhooks: p99 {1000 * p99:.1f} ms\n")
    assert p99 < HONEST_P99_SECONDS


async def _flooded(folder: Path) -> tuple[Counter[int], list[float]]:
    """Give how forgeries were answered, and how many seconds each honest webhook took."""
    forged = request(
        "POST", "/webhook", star(), {"X-Hub-Signature-256": "sha256=0", "X-Forwarded-For": "203.0.113.66"}
    )
    took: list[float] = []
    async with gateway_child(
        folder, REPOREEL_PROXIES="1", REPOREEL_SOURCE_FORGERIES_PER_MINUTE="60"
    ) as child:
        stop = asyncio.Event()

        async def flood() -> Counter[int]:
            connection, statuses = Connection(child.address), Counter[int]()
            while not stop.is_set():
                statuses[(await connection.ask(forged)).status] += 1
            await connection.close()
            return statuses

        floods = [asyncio.create_task(flood()) for _ in range(FLOODERS)]
        honest = Connection(child.address)
        for number in range(HONEST):
            body = star(f"acme/n{number}")
            headers = signed(body) | {"X-Forwarded-For": "203.0.113.1"}
            started = time.perf_counter()
            assert (await honest.ask(request("POST", "/webhook", body, headers))).status == 202
            took.append(time.perf_counter() - started)
        stop.set()
        refused = sum(await asyncio.gather(*floods), Counter[int]())
        await honest.close()
    assert set(refused) == {403, 429}
    return refused, took


async def test_a_thousand_uploads_at_once_and_as_many_slow_ones_do_not_move_memory(tmp_path: Path) -> None:
    head = request("POST", "/webhook", b"", {"Content-Length": str(UPLOAD_BYTES)})
    body = b" " * UPLOAD_BYTES
    peak = 0
    async with gateway_child(tmp_path, REPOREEL_BODY_SECONDS="2") as child:
        before = child.resident_bytes()
        done = asyncio.Event()

        async def watch() -> None:
            nonlocal peak
            while not done.is_set():
                peak = max(peak, child.resident_bytes())
                await asyncio.sleep(0.01)

        async def upload(*, slow: bool) -> int:
            reader, writer = await asyncio.open_connection("127.0.0.1", int(child.address.rpartition(":")[2]))
            writer.write(head + (body[: UPLOAD_BYTES // 20] if slow else body))
            try:
                return int((await reader.readuntil(b"\r\n"))[9:12])
            except (ConnectionError, asyncio.IncompleteReadError):
                return 0  # refused, and closed before all was sent
            finally:
                writer.close()
                with contextlib.suppress(ConnectionError):
                    await writer.wait_closed()

        watching = asyncio.create_task(watch())
        statuses = [
            status
            for slow in (False, True)
            for status in await asyncio.gather(*(upload(slow=slow) for _ in range(UPLOADS)))
        ]
        done.set()
        await watching
        alive = await ask_all(child.address, [request("GET", "/livez")], 1)
    assert set(statuses) <= {0, 403, 408, 429}
    assert {403, 408, 429} & set(statuses)
    assert alive[0].status == 200
    sys.stdout.write(f"{2 * UPLOADS} uploads: {before >> 20} MiB, at most {(peak - before) >> 20} more\n")
    assert peak - before < GROWN_BYTES
