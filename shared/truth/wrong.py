"""Wrong answers for the quiz: near enough to be possible, too far to be a rounding of the right one."""

from __future__ import annotations

import hashlib
import re
from datetime import date, timedelta

_FACTORS = (0.31, 0.47, 0.68, 1.45, 2.1, 3.4)
_DAYS = (-900, -470, -200, 190, 430, 880)

FOREIGN: dict[str, tuple[str, ...]] = {
    "language": ("COBOL", "Fortran", "Erlang", "Ada", "Prolog", "Scheme", "Haxe", "Crystal"),
    "dependency": ("leftpad", "zlibber", "quarkex", "moonbeamer", "tardigrade", "oxbow", "plinth", "gantry"),
    "command": ("frobctl", "quuxify", "zorkd", "blarg", "snarkle", "wumpusd"),
    "directory": ("firmware", "payroll", "cartography", "orchard", "ballistics", "greenhouse"),
    "module": ("payroll", "telescope", "greenhouse", "ballast", "harpsichord", "windmill"),
    "symbol": ("FrobnicatorPool", "QuuxVisitor", "SnarkWriter", "WumpusTable", "blargify", "zork_all"),
    "license": ("MIT", "Apache-2.0", "GPL-3.0", "BSD-3-Clause", "MPL-2.0", "Zlib", "EUPL-1.2"),
    "feature": (
        "offline maps of the moon",
        "double-entry bookkeeping included",
        "prints to dot matrix",
        "voice control by whistling",
        "syncs with your fridge",
    ),
}
"""Names of things that a repository may have, and this one has not."""


def misnumbered(number: int, seed: str) -> list[str]:
    """Three other numbers, none within a rounding's reach of the right one or of each other."""
    start = hashlib.sha256(f"{seed} {number}".encode()).digest()[0] % len(_FACTORS)
    turned = (*_FACTORS[start:], *_FACTORS[:start])
    found = dict.fromkeys(max(1, round(number * factor)) for factor in turned)
    near = [other for other in found if other != number]
    step = 3
    while len(near) < step:
        near.append(number + step + len(near) * 2)
    return [str(other) for other in near]


def months_off(day: str) -> list[str]:
    right = date.fromisoformat(day[:10])
    start = right.toordinal() % len(_DAYS)
    return [(right + timedelta(days=days)).isoformat() for days in (*_DAYS[start:], *_DAYS[:start])]


def later(version: str) -> list[str]:
    """Versions that were never made: its last number counted on."""
    match = re.search(r"\d+(?=\D*$)", version)
    if match is None:
        return [f"{version}-{word}" for word in ("alpha", "omega", "delta")]
    number = int(match[0])
    return [f"{version[: match.start()]}{number + more}{version[match.end() :]}" for more in (17, 31, 58)]
