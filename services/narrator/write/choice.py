"""Variation that repeats: the same facts always choose the same words, other facts often choose others."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from services.narrator.write.pace import MAX_STILL_SECONDS, seconds
from shared.facts import FactBase

T = TypeVar("T")


class Choice:
    def __init__(self, base: FactBase) -> None:
        self._seed = hashlib.sha256(msgspec.json.encode((base.repo, base.facts))).digest()

    def among(self, place: str, options: Sequence[T]) -> T:
        """One of `options`; another place in the film chooses independently."""
        drawn = hashlib.sha256(self._seed + place.encode()).digest()
        return options[int.from_bytes(drawn[:4], "big") % len(options)]

    def brief(self, place: str, options: Sequence[str]) -> str:
        """One of those that can be said while a picture stands still; the shortest, if none can."""
        fitting = [option for option in options if seconds(option) <= MAX_STILL_SECONDS]
        return self.among(place, fitting or [min(options, key=seconds)])
