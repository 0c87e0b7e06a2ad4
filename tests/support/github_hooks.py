"""The webhooks of a fake GitHub: sends them, signed, and keeps the list of what came of each."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web

from tests.support.doors import SECRET, signed

HOOK_NUMBER = 7


class Webhooks:
    """One webhook of an App and of every repository, which leads to `target`."""

    def __init__(self, check_app: Callable[[web.Request], None]) -> None:
        self.target = ""
        self.attempts: list[dict[str, Any]] = []
        """Newest first, as GitHub lists them."""
        self.asked_again: list[str] = []
        """The guids of those somebody wanted again."""
        self.page_size = 100
        self._sent: dict[str, tuple[str, bytes]] = {}
        self._check_app = check_app
        self._numbers = itertools.count(1)

    def routes(self) -> Iterator[web.RouteDef]:
        for place in ("/app/hook/deliveries", f"/repos/{{owner}}/{{name}}/hooks/{HOOK_NUMBER}/deliveries"):
            yield web.get(place, self._list)
            yield web.post(f"{place}/{{id}}/attempts", self._again)

    async def send(self, event: str, payload: Any, secret: str = SECRET) -> str:
        """Try once to bring a webhook; gives its guid."""
        guid = f"guid-{len(self._sent)}"
        self._sent[guid] = event, json.dumps(payload).encode()
        await self._bring(guid, secret)
        return guid

    async def _bring(self, guid: str, secret: str = SECRET, *, again: bool = False) -> None:
        event, body = self._sent[guid]
        headers = signed(body, event, secret) | {"X-GitHub-Delivery": guid}
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.post(self.target, data=body, headers=headers) as reply,
            ):
                code, said = reply.status, "OK" if reply.ok else f"Invalid HTTP Response: {reply.status}"
        except aiohttp.ClientError:
            code, said = 502, "failed to connect to host"
        moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        attempt = {
            "id": next(self._numbers),
            "guid": guid,
            "delivered_at": moment,
            "redelivery": again,
            "duration": 0.1,
            "status": said,
            "status_code": code,
            "event": event,
            "action": None,
            "installation_id": None,
            "repository_id": None,
        }
        self.attempts.insert(0, attempt)

    async def _list(self, request: web.Request) -> web.Response:
        if request.path.startswith("/app/"):
            self._check_app(request)
        start, size = int(request.query.get("cursor", "0")), int(request.query.get("per_page", "30"))
        stop = start + min(size, self.page_size)
        more = request.url.update_query(cursor=str(stop))
        headers = {"Link": f'<{more}>; rel="next"'} if stop < len(self.attempts) else {}
        return web.json_response(self.attempts[start:stop], headers=headers)

    async def _again(self, request: web.Request) -> web.Response:
        if request.path.startswith("/app/"):
            self._check_app(request)
        known = {str(one["id"]): one["guid"] for one in self.attempts}
        if request.match_info["id"] not in known:
            raise web.HTTPNotFound
        guid = known[request.match_info["id"]]
        self.asked_again.append(guid)
        await self._bring(guid, again=True)
        return web.json_response({}, status=202)
