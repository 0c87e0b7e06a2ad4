"""`GET /history`: what was filmed, also where its job's record is long forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from aiohttp import web

from services.gateway.errors import ApiError, answer
from services.gateway.listing import MAX_ASKED_CHARACTERS
from services.gateway.requests import decode_query
from services.gateway.routes import Route
from shared.errors import StageError
from shared.history.entry import MOST_LISTED, Entry, History

RETRY_AFTER_SECONDS = 30


class PastQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    repo: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_ASKED_CHARACTERS)] | None = None
    """Only its films, the newest first; without it those that changed last."""
    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST_LISTED)] = 20


class EntryList(msgspec.Struct, frozen=True):
    films: Sequence[Entry]


class Past:
    def __init__(self, history: History) -> None:
        self._history = history

    def routes(self) -> tuple[Route, ...]:
        return (
            Route(
                method="GET",
                path="/history",
                handler=self.list,
                summary="What was filmed, also long ago.",
                query=PastQuery,
                answers={200: EntryList},
                faults=(400,),
            ),
        )

    async def list(self, request: web.Request) -> web.Response:
        wish = decode_query(request.query, PastQuery)
        try:
            found = await (
                self._history.of_repository(wish.repo) if wish.repo else self._history.recent(wish.limit)
            )
        except StageError as error:
            raise ApiError(
                503, error.code, error.message, error.hint, retry_after=RETRY_AFTER_SECONDS
            ) from error
        return answer(EntryList(found[: wish.limit]))
