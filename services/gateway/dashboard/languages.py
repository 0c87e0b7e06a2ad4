"""The languages a form offers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from shared.languages import Language, known_languages


async def offered() -> Sequence[Language]:
    """Give those in which a film can be made here."""
    known = await asyncio.to_thread(known_languages)
    return [one for one in known if one.state != "unavailable"]
