"""GitHub's answers by their ETag: an answer that has not changed costs none of the hourly quota."""

from __future__ import annotations

from collections import OrderedDict
from typing import Protocol

import msgspec

MAX_BYTES = 32 << 20


class Answer(msgspec.Struct, frozen=True):
    status: int
    body: bytes
    link: str = ""
    """The Link header, which counts pages."""
    etag: str = ""


class Remembered(Protocol):
    """Answers of before, by the path they were asked at. Each may be forgotten at any time.

    GitHub is asked every time; what is remembered counts only once it has said that nothing changed.
    """

    async def get(self, path: str) -> Answer | None: ...

    async def put(self, path: str, answer: Answer) -> None: ...


class AnswersInMemory:
    """The answers asked for last, as many as fit: for one process, while it lives."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._size_bytes = 0

    async def get(self, path: str) -> Answer | None:
        answer = self._answers.get(path)
        if answer is not None:
            self._answers.move_to_end(path)
        return answer

    async def put(self, path: str, answer: Answer) -> None:
        """Remember an answer that can be asked for again; larger ones than an eighth of the room are not."""
        self._forget(path)
        if not answer.etag or len(answer.body) > self._max_bytes // 8:
            return
        self._answers[path] = answer
        self._size_bytes += len(answer.body)
        while self._size_bytes > self._max_bytes:
            self._forget(next(iter(self._answers)))

    def _forget(self, path: str) -> None:
        forgotten = self._answers.pop(path, None)
        self._size_bytes -= len(forgotten.body) if forgotten else 0
