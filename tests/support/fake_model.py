"""A language model's endpoint on loopback that speaks the real shapes of OpenAI's and Gemini's APIs."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from aiohttp import web

from services.narrator.authors.endpoint import MAX_ANSWER_BYTES

Rewording = Callable[[str, str], str]
"""Takes a sentence's id and text, gives its new text."""


class FakeModel:
    """Rewords; first come `troubles`: a status, `hang`, `garbage`, `prose`, `endless`, `fine`."""

    def __init__(self, reword: Rewording = lambda _known, text: text, *troubles: int | str) -> None:
        self.reword = reword
        self.troubles = list(troubles)
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.url = ""

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[FakeModel]:
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._openai)
        app.router.add_post("/v1beta/models/{model}", self._gemini)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await runner.cleanup()

    async def _openai(self, request: web.Request) -> web.StreamResponse:
        body = await self._taken(request)
        if (trouble := await self._trouble()) is not None:
            return trouble
        assert body["response_format"]["json_schema"]["strict"] is True
        text = self._answer(body["messages"][-1]["content"])
        message = {"role": "assistant", "content": text}
        choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
        usage = {"prompt_tokens": 40, "completion_tokens": 60, "total_tokens": 100}
        answer = {"id": "x", "object": "chat.completion", "choices": choices, "usage": usage}
        return await self._in_pieces(request, json.dumps(answer).encode())

    async def _in_pieces(self, request: web.Request, body: bytes) -> web.StreamResponse:
        """As answers come over a network: not all at once."""
        response = web.StreamResponse()
        await response.prepare(request)
        for start in range(0, len(body), 700):
            await response.write(body[start : start + 700])
            await asyncio.sleep(0)
        await response.write_eof()
        return response

    async def _gemini(self, request: web.Request) -> web.Response:
        body = await self._taken(request)
        if (trouble := await self._trouble()) is not None:
            return trouble
        text = self._answer(body["contents"][-1]["parts"][0]["text"])
        content = {"role": "model", "parts": [{"text": text}]}
        answer = {"candidates": [{"content": content}], "usageMetadata": {"totalTokenCount": 100}}
        return web.json_response(answer)

    async def _taken(self, request: web.Request) -> Any:
        self.headers.append(dict(request.headers))
        body = await request.json()
        self.requests.append(body)
        return body

    async def _trouble(self) -> web.Response | None:
        if not self.troubles:
            return None
        trouble = self.troubles.pop(0)
        if trouble == "hang":
            await asyncio.sleep(30)
        if trouble == "fine":
            return None
        if trouble == "endless":
            return web.Response(body=b" " * (MAX_ANSWER_BYTES + 1))
        if isinstance(trouble, int):
            return web.json_response(
                {"error": {"message": "no"}}, status=trouble, headers={"Retry-After": "0"}
            )
        if trouble == "prose":
            choices = [{"message": {"content": "Sure! Here is your script."}}]
            return web.json_response({"choices": choices})
        return web.Response(body=b"<html>garbage</html>")

    def _answer(self, words: str) -> str:
        data = json.loads(words.split("=====REPOSITORY-DATA=====")[1])
        told = [{"id": one["id"], "text": self.reword(one["id"], one["text"])} for one in data["sentences"]]
        return json.dumps({"sentences": told})
