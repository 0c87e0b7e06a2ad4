"""What `reporeel doctor` finds."""

from __future__ import annotations

import msgspec


class Finding(msgspec.Struct, frozen=True):
    """One thing looked at. What is not `ok` and `fatal` makes a run fail."""

    what: str
    ok: bool
    words: str
    fatal: bool = True
