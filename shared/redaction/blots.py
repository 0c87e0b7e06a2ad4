"""Blots out secrets that stand in a repository by mistake, before anything else reads the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shared.redaction.surrounded import SURROUNDED, Surrounded
from shared.redaction.tokens import SHORTEST_TOKEN, TOKENS, Secret

BLOT = "[redacted]"
IN_RUNS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_=.$:~-"
"""The characters that tokens are made of."""
RUN_SHAPE = bytes(ord("a") if code in IN_RUNS else ord(" ") for code in range(256))
ANY_ANCHOR = re.compile(b"|".join(sorted({re.escape(word) for each in TOKENS for word in each.anchors})))
SHORTEST_RUN = b"a" * SHORTEST_TOKEN


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
    tokens = TOKENS if ANY_ANCHOR.search(runs) else ()
    return [
        *(each for each in SURROUNDED if _is_surrounded(each, content, lowered)),
        *(each for each in tokens if any(map(runs.__contains__, each.anchors)) and each.pattern.search(runs)),
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


def _blotted(match: re.Match[bytes]) -> bytes:
    """The match without its secret, on as many lines as before: evidence counts lines."""
    group = "secret" if "secret" in match.re.groupindex else 0
    whole, start = match.group(), match.start()
    first, last = match.start(group) - start, match.end(group) - start
    lines = b"\n" * whole.count(b"\n", first, last)
    return whole[:first] + BLOT.encode() + lines + whole[last:]
