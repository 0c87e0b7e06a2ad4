"""What a translation engine is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from shared.errors import ReporeelError


class EngineFault(ReporeelError):
    """An engine cannot be loaded, or does not answer."""


class Engine(Protocol):
    """A loaded engine. Blocking and bound to its thread: it lives in a child process."""

    name: str
    max_characters: int
    """Of one sentence: the end of a longer one might be lost."""

    def translate(self, sentences: Sequence[str]) -> list[str]:
        """Sentences of English, with placeholders such as `X0Y` that it keeps; as many come back.

        Raises EngineFault.
        """
        ...

    def close(self) -> None:
        """End what it has started."""
        ...
