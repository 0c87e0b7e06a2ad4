"""The short way to a real server and back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.answers import Mailbox
from shared.client import connected
from shared.embedded import embedded_nats
from shared.errors import Unavailable
from tests.chaos.children import children, free_port, start_server

SECONDS = 5.0


@pytest.fixture
async def url(tmp_path: Path) -> AsyncIterator[str]:
    async with embedded_nats(tmp_path) as address:
        yield address


async def test_what_is_put_arrives_whole_with_its_headers_and_its_reply(url: str) -> None:
    payloads = [b"", b"a", b"\r\n" * 3, bytes(range(256)), "é→🎬".encode(), b"x" * 500_000]
    heard = Mailbox()
    async with connected(url, "test", inbox_prefix="_INBOX") as client, client.hear("put.*", heard.take):
        for number, payload in enumerate(payloads):
            client.put(f"put.{number}", payload, f"reply.{number}", {"One": "1", "Two": "a: b"})
            client.put(f"put.{number}", payload, "", None)
        for number, payload in enumerate(payloads):
            with_headers, plain = await heard.next(SECONDS), await heard.next(SECONDS)
            assert with_headers.headers == {"One": "1", "Two": "a: b"}
            assert with_headers.reply == f"reply.{number}"
            assert (plain.headers, plain.reply) == ({}, "")
            assert [with_headers.data, plain.data] == [payload] * 2
            assert {with_headers.subject, plain.subject} == {f"put.{number}"}


async def test_what_is_put_keeps_its_place_among_what_the_library_sends(url: str) -> None:
    heard = Mailbox()
    async with connected(url, "test", inbox_prefix="_INBOX") as client:
        client.put("order", b"too early to be heard", "", None)
        async with client.hear("order", heard.take):
            client.put("order", b"1", "", None)
            await client.publish("order", b"2")
            client.put("order", b"3", "", None)
            assert [(await heard.next(SECONDS)).data for _ in range(3)] == [b"1", b"2", b"3"]


async def test_what_is_put_in_one_turn_leaves_in_one_write(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    heard, writes = Mailbox(), list[bytes]()
    async with connected(url, "test", inbox_prefix="_INBOX") as client, client.hear("many", heard.take):
        await client.flush()
        write = client._transport.write
        monkeypatch.setattr(client._transport, "write", lambda data: (writes.append(data), write(data)))
        for number in range(100):
            client.put("many", b"%d" % number, "", None)
        assert [int((await heard.next(SECONDS)).data) for _ in range(100)] == list(range(100))
    assert len([data for data in writes if b"PUB" in data]) == 1


async def test_what_cannot_be_sent_is_refused_at_once(url: str) -> None:
    async with connected(url, "test", inbox_prefix="_INBOX") as client:
        with pytest.raises(Unavailable, match="at large: 1048577 bytes are more than 1048576"):
            client.put("large", bytes(client.max_payload + 1), "", None)
    with pytest.raises(Unavailable, match="at late: the connection is closed"):
        client.put("late", b"", "", None)


async def test_what_was_put_while_disconnected_is_sent_once_connected(tmp_path: Path) -> None:
    port, lost, regained, heard = free_port(), asyncio.Event(), asyncio.Event(), Mailbox()
    turns = {"lost": lost.set, "regained": regained.set}
    with children(tmp_path) as mine:
        server = await start_server(mine, port)
        async with (
            connected(f"nats://127.0.0.1:{port}", "test", inbox_prefix="_INBOX", **turns) as client,
            client.hear("later", heard.take),
        ):
            server.kill()
            await asyncio.wait_for(lost.wait(), SECONDS)
            client.put("later", b"kept", "", None)
            await asyncio.sleep(0.1)
            server.start()
            await asyncio.wait_for(regained.wait(), SECONDS)
            assert (await heard.next(SECONDS)).data == b"kept"
