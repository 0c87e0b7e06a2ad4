"""Requests and their answers, without a server."""

from __future__ import annotations

import asyncio

import pytest

from shared.answers import Answers, Mailbox, Message
from shared.errors import Unavailable


def message_to(address: str, text: str = "", headers: bytes | None = None) -> Message:
    return Message(address, "", text.encode(), headers)


async def test_each_answer_reaches_the_request_it_is_for() -> None:
    answers = Answers("_INBOX.me", seconds=5.0)
    (first, one), (second, two) = answers.expect(), answers.expect()
    answers.take(message_to(second, "two"))
    answers.take(message_to(first, "one"))
    assert ((await one).data, (await two).data) == (b"one", b"two")


async def test_a_request_without_an_answer_fails_in_time_and_a_later_one_does_too() -> None:
    answers = Answers("_INBOX.me", seconds=0.05)
    _, first = answers.expect()
    await asyncio.sleep(0.02)
    _, second = answers.expect()
    with pytest.raises(TimeoutError):
        await first
    assert not second.done()
    with pytest.raises(TimeoutError):
        await second


async def test_an_answer_that_comes_too_late_harms_nobody() -> None:
    answers = Answers("_INBOX.me", seconds=0.01)
    address, answer = answers.expect()
    with pytest.raises(TimeoutError):
        await answer
    answers.take(message_to(address))


async def test_an_answer_nobody_waits_for_any_more_is_dropped() -> None:
    answers = Answers("_INBOX.me", seconds=5.0)
    address, answer = answers.expect()
    answer.cancel()
    answers.take(message_to(address))


async def test_a_lost_connection_fails_all_requests_at_once() -> None:
    answers = Answers("_INBOX.me", seconds=5.0)
    _, answer = answers.expect()
    answers.lose("gone")
    with pytest.raises(Unavailable, match="gone"):
        await answer


async def test_several_answers_to_one_request_come_in_order() -> None:
    answers = Answers("_INBOX.me", seconds=5.0)
    with answers.mailbox() as (address, mailbox):
        for text in "abc":
            answers.take(message_to(address, text))
        assert len(mailbox) == 3
        assert [(await mailbox.next(1.0)).data for _ in range(3)] == [b"a", b"b", b"c"]
    answers.take(message_to(address, "late"))
    assert not mailbox


async def test_a_mailbox_waits_for_its_next_message() -> None:
    mailbox = Mailbox()
    waiting = asyncio.create_task(mailbox.next(5.0))
    await asyncio.sleep(0)
    news = message_to("inbox", "news")
    mailbox.take(news)
    assert await waiting is news


async def test_a_mailbox_that_stays_empty_says_so() -> None:
    with pytest.raises(Unavailable, match=r"nothing for 0\.01 s"):
        await Mailbox().next(0.01)


async def test_a_lost_connection_fails_who_waits_at_a_mailbox_and_who_comes_later() -> None:
    answers = Answers("_INBOX.me", seconds=5.0)
    with answers.mailbox() as (address, mailbox):
        answers.take(message_to(address, "in time"))
        answers.lose("gone")
        assert (await mailbox.next(5.0)).data == b"in time"
        with pytest.raises(Unavailable, match="gone"):
            await mailbox.next(5.0)


@pytest.mark.parametrize(
    ("raw", "headers"),
    [
        (None, {}),
        (b"NATS/1.0\r\nNats-Sequence: 7\r\nX:y\r\n\r\n", {"Nats-Sequence": "7", "X": "y"}),
        (b"NATS/1.0 503\r\n\r\n", {"Status": "503"}),
        (
            b"NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: 3\r\n\r\n",
            {"Status": "100", "Nats-Last-Consumer": "3"},
        ),
        (b"NATS/1.0\r\nX: a: \xff\r\n\r\n", {"X": "a: \ufffd"}),
    ],
)
def test_headers_are_read_as_they_stand(raw: bytes | None, headers: dict[str, str]) -> None:
    assert message_to("inbox", headers=raw).headers == headers
