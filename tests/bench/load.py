"""Sends HTTP requests at the least cost to the sender, whose time would count against both sides alike."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

SECONDS = 30.0
BUFFER_BYTES = 1 << 16
END_OF_HEAD = b"\r\n\r\n"
LENGTH = b"content-length:"


class Answer(NamedTuple):
    status: int
    body: bytes
    microseconds: float
    """From sending to the last byte of the answer."""


class Line:
    """One connection with at most one request on its way; a server that closes it is called again."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._place = parts.hostname or "", parts.port or 80
        self._socket: socket.socket | None = None
        self._received = b""
        self._length = -1
        """Of the whole answer; -1 until its head is there."""
        self._sent_at = 0.0

    @property
    def is_open(self) -> bool:
        return self._socket is not None

    def fileno(self) -> int:
        """Give what a selector waits on."""
        return self._opened().fileno()

    def send(self, data: bytes) -> None:
        line = self._opened()
        self._received, self._length = b"", -1
        self._sent_at = time.perf_counter()
        line.sendall(data)

    def receive(self) -> Answer | None:
        """Wait for bytes; give the answer when they complete it.

        Raises ConnectionError when the server hangs up in between.
        """
        part = self._opened().recv(BUFFER_BYTES)
        if not part:
            raise ConnectionError("the server hung up before its answer was complete")
        self._received += part
        if self._length < 0 and (end := self._received.find(END_OF_HEAD)) >= 0:
            head = self._received[:end].lower()
            length = int(head.partition(LENGTH)[2].partition(b"\r\n")[0] or 0)
            self._length = end + len(END_OF_HEAD) + length
        if self._length < 0 or len(self._received) < self._length:
            return None
        took = 1e6 * (time.perf_counter() - self._sent_at)
        head, _, body = self._received.partition(END_OF_HEAD)
        if b"connection: close" in head.lower():
            self.close()
        return Answer(int(head[9:12]), body, took)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _opened(self) -> socket.socket:
        if self._socket is None:
            self._socket = socket.create_connection(self._place, timeout=SECONDS)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._socket


def one_by_one(address: str, requests: Sequence[bytes]) -> list[Answer]:
    """Send each request when the one before was answered, over one connection."""
    line, answers = Line(address), list[Answer]()
    try:
        for data in requests:
            line.send(data)
            while (answer := line.receive()) is None:
                pass
            answers.append(answer)
    finally:
        line.close()
    return answers


def together(address: str, requests: Sequence[bytes], connections: int) -> list[Answer]:
    """Send requests over several connections, each as soon as one is free; answers as they come."""
    waiting, answers = iter(requests), list[Answer]()
    lines = [Line(address) for _ in range(min(connections, len(requests)))]
    with selectors.DefaultSelector() as selector:
        try:
            for line in lines:
                line.send(next(waiting))
                selector.register(line, selectors.EVENT_READ, line)
            while selector.get_map():
                for key, _ in selector.select(SECONDS):
                    if (answer := key.data.receive()) is None:
                        continue
                    answers.append(answer)
                    data = next(waiting, None)
                    if data is None or not key.data.is_open:
                        selector.unregister(key.fd)
                    if data is not None:
                        key.data.send(data)
                        if key.data.fileno() not in selector.get_map():
                            selector.register(key.data, selectors.EVENT_READ, key.data)
        finally:
            for line in lines:
                line.close()
    return answers
