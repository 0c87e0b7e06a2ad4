"""What an operator's licence policy says of a repository: shown, never shown, or once a person asks."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal

ALLOWED = tuple(
    (
        "MIT MIT-0 ISC 0BSD BSD-2-Clause BSD-3-Clause Apache-2.0 MPL-2.0 EPL-2.0 BSL-1.0 Zlib Unlicense "
        "CC0-1.0 PSF-2.0 GPL-2.0 GPL-2.0-only GPL-2.0-or-later GPL-3.0 GPL-3.0-only GPL-3.0-or-later "
        "LGPL-2.1 LGPL-2.1-only LGPL-2.1-or-later LGPL-3.0 LGPL-3.0-only LGPL-3.0-or-later "
        "AGPL-3.0 AGPL-3.0-only AGPL-3.0-or-later"
    ).split()
)
"""By SPDX id, where the operator names none."""
_EITHER = re.compile(r"\s+OR\s+")


def licensing(
    spdx: str | None, allowed: Collection[str], denied: Collection[str]
) -> Literal["allow", "deny", "ask"]:
    """Of `A OR B` the better half counts, of `A AND B` nothing is guessed."""
    options = {option.strip("() ") for option in _EITHER.split(spdx or "")}
    if options & set(allowed):
        return "allow"
    return "deny" if options & set(denied) else "ask"
