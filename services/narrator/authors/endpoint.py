"""Calls a language model over HTTP: bounded in time, tries, tokens and bytes; its answers are remembered."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, NamedTuple

import aiohttp
import msgspec
import structlog

from shared.errors import ReporeelError

log = structlog.get_logger(__name__)

TRIES = 3
FIRST_PAUSE_SECONDS = 0.5
MAX_PAUSE_SECONDS = 20.0
MAX_ANSWER_BYTES = 1024 * 1024
REMEMBERED = 256
PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})


class ModelFailed(ReporeelError):
    """The model gave nothing that can be used; the message says why."""


class Call(NamedTuple):
    """One request in the words of one kind of API."""

    url: str
    headers: dict[str, str]
    body: dict[str, Any]


class Reply(NamedTuple):
    text: str
    tokens: int


class Api(NamedTuple):
    """How one kind of endpoint is asked, and how its answer is read."""

    ask: Callable[[str, str], Call]
    """Takes the system's and the user's words."""
    read: Callable[[bytes], Reply]
    """Raises msgspec.DecodeError, LookupError when the answer is not of its shape."""


class Endpoint:
    def __init__(self, api: Api, *, timeout_seconds: float, budget_tokens: int) -> None:
        self._api = api
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)
        self._left = budget_tokens
        self._answers: OrderedDict[str, str] = OrderedDict()

    async def ask(self, system: str, user: str) -> str:
        """Give the model's answer; the same question is asked once.

        Raises ModelFailed when it does not answer in time, refuses, or the budget is used up.
        """
        call = self._api.ask(system, user)
        key = hashlib.sha256(msgspec.json.encode((call.url, call.body))).hexdigest()
        if key not in self._answers:
            self._answers[key] = await self._asked(call)
            while len(self._answers) > REMEMBERED:
                self._answers.popitem(last=False)
        return self._answers[key]

    async def _asked(self, call: Call) -> str:
        if self._left <= 0:
            raise ModelFailed("the model's budget of tokens is used up")
        async with aiohttp.ClientSession(timeout=self._timeout) as session:
            for number in range(TRIES):
                pause, answer = await self._tried(session, call, FIRST_PAUSE_SECONDS * 2**number)
                if answer is not None:
                    return answer
                if number + 1 < TRIES:
                    await asyncio.sleep(min(pause, MAX_PAUSE_SECONDS))
        raise ModelFailed(f"the model did not answer in {TRIES} tries")

    async def _tried(
        self, session: aiohttp.ClientSession, call: Call, pause: float
    ) -> tuple[float, str | None]:
        """The answer, or how long to wait before the next try."""
        try:
            async with session.post(
                call.url, json=call.body, headers=call.headers, allow_redirects=False
            ) as reply:
                body = await _bounded(reply)
                if reply.status in PASSING:
                    asked = reply.headers.get("Retry-After", "")
                    return (float(asked) if asked.isdecimal() else pause), None
                status = reply.status
        except (aiohttp.ClientError, TimeoutError) as error:
            log.warning("model.unreachable", error=type(error).__name__)
            return pause, None
        return pause, self._read(status, body)

    def _read(self, status: int, body: bytes) -> str:
        if status != 200:  # noqa: PLR2004 - HTTP
            raise ModelFailed(f"the model's endpoint answers {status}")
        if len(body) > MAX_ANSWER_BYTES:
            raise ModelFailed("the model's answer is too long")
        try:
            reply = self._api.read(body)
        except (msgspec.DecodeError, LookupError) as error:
            raise ModelFailed("the model's endpoint answers in another shape") from error
        self._left -= max(reply.tokens, 1)
        return reply.text


async def _bounded(reply: aiohttp.ClientResponse) -> bytes:
    """The whole answer, in however many pieces it comes; of a too long one a little more than is allowed."""
    body = bytearray()
    async for piece in reply.content.iter_any():
        body += piece
        if len(body) > MAX_ANSWER_BYTES:
            break
    return bytes(body)
