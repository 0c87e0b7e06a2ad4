"""How the bus reads the server's answers."""

from __future__ import annotations

from typing import Any

import pytest

from shared.answers import Answers, Message
from shared.bus import ALREADY_STORED, RIVALS_UNDER_WAY, ApiFault, Bus, connect
from shared.client import without_password
from shared.errors import Unavailable

STREAM_FULL = 10077
WHERE = "jobs.normal.j.submitted.all.g0"


def fault(code: int) -> bytes:
    return b'{"error": {"code": 400, "err_code": %d, "description": "no"}}' % code


class Client:
    """A connection whose server answers what the test says."""

    def __init__(self, *replies: bytes, headers: bytes | None = None) -> None:
        self.is_connected = True
        self.asked = 0
        self.answers = Answers("inbox", 5.0)
        self._replies = list(replies)
        self._headers = headers

    def put(self, where: str, payload: bytes, reply: str, headers: object) -> None:
        self.asked += 1
        self.answers.take(Message(reply, "", self._replies.pop(0), self._headers))


def bus_of(client: Client) -> Bus:
    known: Any = client
    return Bus(known, client.answers)


async def test_the_answer_to_a_stored_message_is_its_sequence() -> None:
    assert await bus_of(Client(b'{"stream": "JOBS", "seq": 7}')).store(WHERE, b"", {}) == 7


async def test_what_stands_there_already_is_no_fault() -> None:
    assert await bus_of(Client(fault(ALREADY_STORED))).store(WHERE, b"", {}) is None


async def test_a_full_stream_is_never_taken_for_a_message_that_stands_there() -> None:
    with pytest.raises(ApiFault) as refused:
        await bus_of(Client(fault(STREAM_FULL))).store(WHERE, b"", {})
    assert refused.value.err_code == STREAM_FULL


async def test_what_came_twice_within_a_moment_stands_there_already() -> None:
    assert (
        await bus_of(Client(b'{"stream": "JOBS", "seq": 7, "duplicate": true}')).store(WHERE, b"", {}) is None
    )


@pytest.mark.parametrize("rival", sorted(RIVALS_UNDER_WAY))
async def test_while_a_rival_is_under_way_it_is_asked_again(rival: int) -> None:
    client = Client(fault(rival), fault(rival), fault(ALREADY_STORED))
    assert await bus_of(client).store(WHERE, b"", {}) is None
    assert client.asked == 3


async def test_a_rival_that_never_arrives_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.bus.RIVAL_PAUSES_SECONDS", (0.0, 0.0))
    client = Client(*[fault(min(RIVALS_UNDER_WAY))] * 9)
    with pytest.raises(ApiFault):
        await bus_of(client).store(WHERE, b"", {})
    assert client.asked == 3


async def test_where_nobody_listens_the_hint_is_to_provision() -> None:
    client = Client(b"", headers=b"NATS/1.0 503\r\n\r\n")
    with pytest.raises(Unavailable, match="reporeel provision"):
        await bus_of(client).store(WHERE, b"", {})


async def test_while_disconnected_nothing_is_kept_to_be_sent_later() -> None:
    client = Client()
    client.is_connected = False
    for request in (bus_of(client).ask, bus_of(client).tell):
        with pytest.raises(Unavailable, match="not connected"):
            await request(WHERE, b"")
    assert client.asked == 0


async def test_where_no_server_is_the_address_is_named_without_its_password() -> None:
    with pytest.raises(Unavailable, match=r"no NATS server answers at nats://127.0.0.1:1: ") as refused:
        async with connect("nats://user:s3cret@127.0.0.1:1", "test"):
            pass
    assert "s3cret" not in str(refused.value)


def test_addresses_are_shown_without_passwords() -> None:
    assert without_password("nats://a:b@c:1,nats://d:2,e") == "nats://c:1,nats://d:2,e"
