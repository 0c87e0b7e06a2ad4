"""Blots out secrets that stand in a repository by mistake, before anything else reads the text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from services.scanner.analysis.classify import is_binary
from services.scanner.analysis.secrets import SHORTEST_TOKEN, TOKENS, Secret
from services.scanner.analysis.surrounded import SURROUNDED, Surrounded
from services.scanner.source import File, Skipped, Source
from shared.offload import Progress

BLOT = "[redacted]"
IN_RUNS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_=.$:~-"
"""The characters that tokens are made of."""
RUN_SHAPE = bytes(ord("a") if code in IN_RUNS else ord(" ") for code in range(256))
SHORTEST_RUN = b"a" * SHORTEST_TOKEN


class RedactedSource:
    """A source whose texts hold no secret of a known format; lines keep their numbers."""

    def __init__(self, source: Source) -> None:
        self._source = source

    @property
    def skipped(self) -> Skipped:
        return self._source.skipped

    def files(self, report: Progress) -> Iterator[File]:
        for file in self._source.files(report):
            yield _redacted_file(file)

    def read(self, paths: Collection[str]) -> dict[str, bytes]:
        return {path: _redacted_content(content) for path, content in self._source.read(paths).items()}


def redacted(text: str) -> str:
    """The text with each well-known token, key and password replaced by a blot."""
    content = text.encode("utf-8", "surrogatepass")
    return redacted_bytes(content).decode("utf-8", "surrogatepass")


def redacted_bytes(content: bytes) -> bytes:
    for secret in _suspects(content):
        content = secret.pattern.sub(_blotted, content)
    return content


def _suspects(content: bytes) -> list[Secret | Surrounded]:
    """The formats that stand in a text; finding that there is none must be quick."""
    lowered = content.lower()
    runs = _long_runs(content)
    return [
        *(each for each in SURROUNDED if _is_surrounded(each, content, lowered)),
        *(each for each in TOKENS if any(map(runs.__contains__, each.anchors)) and each.pattern.search(runs)),
    ]


def _long_runs(content: bytes) -> bytes:
    """The words long enough to be a token, parted by spaces."""
    shape = content.translate(RUN_SHAPE)
    found: list[bytes] = []
    end = 0
    while (start := shape.find(SHORTEST_RUN, end)) >= 0:
        end = shape.find(b" ", start)
        end = len(shape) if end < 0 else end
        found.append(content[start:end])
    return b" ".join(found)


def _is_surrounded(secret: Surrounded, content: bytes, lowered: bytes) -> bool:
    if not any(anchor in lowered for anchor in secret.anchors):
        return False
    if not secret.one_line:
        return secret.pattern.search(content) is not None
    lines = (line for anchor in secret.anchors for line in _lines_with(anchor, lowered))
    return any(secret.pattern.search(content, first, last) for first, last in lines)


def _lines_with(anchor: bytes, lowered: bytes) -> Iterator[tuple[int, int]]:
    last = 0
    while (found := lowered.find(anchor, last)) >= 0:
        first = lowered.rfind(b"\n", last, found) + 1 or last
        last = lowered.find(b"\n", found)
        last = len(lowered) if last < 0 else last
        yield first, last


def _redacted_file(file: File) -> File:
    if file.content is None:
        return file
    content = _redacted_content(file.content)
    return file if content is file.content else File(file.path, file.size_bytes, content)


def _redacted_content(content: bytes) -> bytes:
    # Nothing is ever quoted from a binary file.
    return content if is_binary(content) else redacted_bytes(content)


def _blotted(match: re.Match[bytes]) -> bytes:
    """The match without its secret, on as many lines as before: evidence counts lines."""
    group = "secret" if "secret" in match.re.groupindex else 0
    whole, start = match.group(), match.start()
    first, last = match.start(group) - start, match.end(group) - start
    lines = b"\n" * whole.count(b"\n", first, last)
    return whole[:first] + BLOT.encode() + lines + whole[last:]
