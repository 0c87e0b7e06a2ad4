"""Blots out secrets that stand in a repository by mistake, before anything else reads the text."""

from __future__ import annotations

from services.scanner.analysis.classify import is_binary
from shared.redaction.blots import redacted_bytes


def redacted_content(content: bytes) -> bytes:
    """A file's content as anything but a count may see it; nothing is ever quoted from a binary file."""
    return content if is_binary(content) else redacted_bytes(content)
