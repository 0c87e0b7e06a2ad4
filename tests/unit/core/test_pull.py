"""The standing pull against a server that answers whatever the test says."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import msgspec

from shared.answers import Mailbox, Message
from shared.errors import Unavailable
from shared.pull import Delivery, Pull, turns
from tests.support.pipelines import wait_until


class Server:
    """What a pull needs of a bus, and everything it was told."""

    def __init__(self) -> None:
        self.reconnections = 0
        self.told: list[tuple[str, bytes]] = []
        self.replies: list[str] = []
        self.mailboxes: list[Mailbox] = []

    @contextlib.asynccontextmanager
    async def inbox(self, below: str = "") -> AsyncIterator[tuple[str, Mailbox]]:
        self.mailboxes.append(Mailbox())
        yield "inbox", self.mailboxes[-1]

    async def tell(self, where: str, payload: bytes, reply: str = "") -> None:
        self.told.append((where, payload))
        if reply:
            self.replies.append(reply)

    async def send(
        self, *, sequence: int = 0, status: str = "", consumer: str = "scan", **headers: str
    ) -> None:
        """Send a message, or a status to the last request's address."""
        reply = "" if status else f"$JS.ACK.JOBS.{consumer}.1.{sequence}.{sequence}.0.0"
        lines = [f"NATS/1.0 {status}", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        data = b"" if status else b"{}"
        where = self.replies[-1] if status else "jobs.x"
        self.mailboxes[-1].take(Message(where, reply, data, "\r\n".join(lines).encode()))

    async def nothing(self, requests: int = 1) -> None:
        """Answer to as many requests, one after the other, that there is nothing."""
        for _ in range(requests):
            before = len(self.replies)
            await self.send(status="404")
            await wait_until(lambda: len(self.replies) > before)  # noqa: B023 - waited for here

    @property
    def asked(self) -> list[int]:
        """The sizes of the batches that were asked for."""
        return [msgspec.json.decode(body)["batch"] for where, body in self.told if "MSG.NEXT" in where]


@contextlib.asynccontextmanager
async def pulling(
    server: Server, at_once: int, consumers: tuple[str, ...] = ("scan",)
) -> AsyncIterator[tuple[Pull, asyncio.Queue[Delivery]]]:
    bus: Any = server
    pull, taken = Pull(bus, "JOBS", consumers, at_once), asyncio.Queue[Delivery]()

    async def take() -> None:
        async for delivery in pull.deliveries():
            await taken.put(delivery)

    task = asyncio.create_task(take())
    await wait_until(lambda: server.asked)
    try:
        yield pull, taken
    finally:
        task.cancel()
        await asyncio.wait([task])


async def test_no_more_is_asked_for_than_may_be_in_hand() -> None:
    server = Server()
    async with pulling(server, 2) as (pull, taken):
        for sequence in (1, 2):
            await server.send(sequence=sequence)
        await wait_until(lambda: taken.qsize() == 2)
        before = sum(server.asked)
        pull.finished()
        await wait_until(lambda: sum(server.asked) > before)
    assert before == 2
    assert sum(server.asked) == 3


async def test_what_comes_while_all_hands_are_full_is_handed_back_at_once() -> None:
    server = Server()
    async with pulling(server, 1) as (_, taken):
        await server.send(sequence=1)
        await server.send(sequence=2)
        await wait_until(lambda: any(body.startswith(b"-NAK") for _, body in server.told))
        assert taken.qsize() == 1
        await server.send(sequence=3)
    handed_back = [where for where, body in server.told if body.startswith(b"-NAK")]
    assert [where.split(".")[-4] for where in handed_back] == ["2", "3"]


async def test_a_request_that_ran_out_is_made_again() -> None:
    server = Server()
    async with pulling(server, 1):
        await server.nothing()
        await server.send(status="100")
        await server.send(status="408", **{"Nats-Pending-Messages": "1"})
        await wait_until(lambda: len(server.asked) == 3)
    assert [reply.split(".")[1] for reply in server.replies] == ["asked", "waited", "waited"]
    assert len(server.mailboxes) == 1


async def test_free_hands_ask_the_urgent_first_and_wait_on_all_only_when_nobody_has_anything() -> None:
    server = Server()
    async with pulling(server, 1, ("high", "normal", "low")) as (pull, taken):
        await server.nothing(3)
        await wait_until(lambda: len(server.replies) == 6)
        await server.send(sequence=1, consumer="low")
        await wait_until(lambda: taken.qsize() == 1)
        pull.finished()
        await wait_until(lambda: len(server.replies) == 7)
    asked = [tuple(reply.split(".")[1:]) for reply in server.replies]
    assert asked[:3] == [("asked", "high"), ("asked", "normal"), ("asked", "low")]
    assert set(asked[3:6]) == {("waited", "high"), ("waited", "normal"), ("waited", "low")}
    assert asked[6] == ("asked", "high")


async def test_what_was_waited_for_and_comes_alone_is_only_waited_for_again() -> None:
    server = Server()
    async with pulling(server, 8, ("high", "low")) as (_, taken):
        await server.nothing(2)
        await wait_until(lambda: len(server.replies) == 4)
        await server.send(sequence=1, consumer="low")
        await wait_until(lambda: len(server.replies) == 5)
        assert taken.qsize() == 1
    assert server.replies[4].split(".")[1:] == ["waited", "low"]


async def test_what_was_waited_for_and_comes_in_numbers_begins_a_new_round() -> None:
    server = Server()
    async with pulling(server, 8, ("high", "low")) as (_, taken):
        await server.nothing(2)
        await wait_until(lambda: len(server.replies) == 4)
        await server.send(sequence=1, consumer="low")
        await server.send(sequence=2, consumer="high")
        await wait_until(lambda: taken.qsize() == 2)
        await wait_until(lambda: len(server.replies) == 5)
    assert server.replies[4].split(".")[1] == "asked"
    assert server.asked[-1] == 7  # all hands that were free


async def test_a_consumer_that_falls_silent_while_others_are_heard_is_asked_anew() -> None:
    server = Server()
    async with pulling(server, 1, ("high", "low")):
        await server.nothing(2)
        await wait_until(lambda: len(server.replies) == 4)
        while len(server.mailboxes) == 1:  # the last one asked goes on to be heard, the other does not
            await server.send(status="100")
            await asyncio.sleep(0.05)
    assert len(server.mailboxes) == 2


def test_in_eight_turns_each_consumer_is_first_at_least_once_and_the_urgent_one_mostly() -> None:
    first = [turn[0] for turn in turns(("high", "normal", "low"))]
    assert (len(first), first.count("high"), first.count("normal"), first.count("low")) == (8, 6, 1, 1)
    assert all(sorted(turn) == ["high", "low", "normal"] for turn in turns(("high", "normal", "low")))


async def test_a_consumer_that_refuses_is_asked_again_in_a_moment_by_another_address() -> None:
    server = Server()
    async with pulling(server, 1):
        await server.send(status="409")
        await wait_until(lambda: len(server.mailboxes) == 2)
        await wait_until(lambda: len(server.asked) == 2)


async def test_a_new_connection_makes_the_old_request_void() -> None:
    server = Server()
    async with pulling(server, 1):
        server.reconnections += 1
        await server.send(status="100")
        await wait_until(lambda: len(server.mailboxes) == 2)


async def test_a_delivery_knows_its_numbers_and_answers_to_its_own_address() -> None:
    server = Server()
    bus: Any = server
    message = Message("jobs.x", "$JS.ACK.JOBS.scan.7.42.9.0.3", b"{}", None)
    delivery = Delivery(bus, message)
    await delivery.beat()
    await delivery.again(1.5)
    await delivery.drop("no" * 200)
    assert (delivery.delivered, delivery.sequence) == (7, 42)
    assert {where for where, _ in server.told} == {"$JS.ACK.JOBS.scan.7.42.9.0.3"}
    beat, again, drop = (body for _, body in server.told)
    assert beat == b"+WPI"
    assert again == b'-NAK {"delay":1500000000}'
    assert drop == b"+TERM " + b"no" * 100


async def test_while_nothing_can_be_told_it_is_tried_again() -> None:
    server, refusals = Server(), [Unavailable("no"), Unavailable("no")]
    tell = server.tell

    async def refusing(where: str, payload: bytes, reply: str = "") -> None:
        if refusals:
            raise refusals.pop()
        await tell(where, payload, reply)

    server.tell = refusing  # type: ignore[method-assign]
    async with pulling(server, 1) as (_, taken):
        await server.send(sequence=1)
        await wait_until(lambda: taken.qsize() == 1)
    assert len(server.mailboxes) == 3
