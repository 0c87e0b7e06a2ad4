"""The narrator's settings."""

from __future__ import annotations

import msgspec

from services.narrator.write import REEL_SECONDS


class NarratorSettings(msgspec.Struct, frozen=True, kw_only=True):
    reel_seconds: tuple[float, float, float, float, float] = msgspec.field(
        name="REPOREEL_REEL_SECONDS", default=REEL_SECONDS
    )
    """Targets of a reel's intro, problem, solution, architecture and outro."""


DEFAULTS = NarratorSettings()
