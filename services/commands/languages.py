"""`reporeel languages`: what films can be made in here."""

from __future__ import annotations

import sys

from shared.languages import SPOKEN


async def languages() -> int:
    for language in SPOKEN:
        sys.stdout.write(f"{language}  spoken\n")
    return 0
