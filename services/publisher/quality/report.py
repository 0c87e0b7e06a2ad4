"""The quality report of one film: measured figures, each with the gate it must pass."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

DIGITS = 3

GateName = Literal["M1", "M1b", "M2", "M3", "M4", "M5"]

TITLES: Mapping[GateName, str] = {
    "M1": "Truth",
    "M1b": "Fact quiz",
    "M2": "Speech",
    "M3": "Timing and subtitles",
    "M4": "Sound and picture",
    "M5": "Translation",
}


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure. Without a value it could not be measured, and `note` says why."""

    value: float | None
    gate: str
    """What the value must be, for people."""
    n: int
    """How many things were looked at."""
    passed: bool | None
    """None: not measured, which is neither."""
    note: str = ""


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    passed: bool | None
    """None when nothing failed and something could not be measured."""
    measures: dict[str, Measure]


class Quality(msgspec.Struct, frozen=True, kw_only=True):
    """`quality.L.json` of a finished job."""

    language: str
    passed: bool
    """Whether every measure was taken and passes."""
    failed: tuple[str, ...]
    """The measures that do not pass, as `M4.loudness_lufs`."""
    unmeasured: tuple[str, ...]
    """Those that could not be taken here."""
    gates: dict[GateName, Gate]


def report(language: str, gates: Mapping[GateName, Mapping[str, Measure]]) -> Quality:
    named = [(f"{name}.{which}", one) for name, group in gates.items() for which, one in group.items()]
    failed = tuple(name for name, measure in named if measure.passed is False)
    unmeasured = tuple(name for name, measure in named if measure.passed is None)
    return Quality(
        language=language,
        passed=not failed and not unmeasured,
        failed=failed,
        unmeasured=unmeasured,
        gates={
            name: Gate(title=TITLES[name], passed=_verdict(group), measures=dict(group))
            for name, group in gates.items()
        },
    )


def _verdict(measures: Mapping[str, Measure]) -> bool | None:
    verdicts = {measure.passed for measure in measures.values()}
    if False in verdicts:
        return False
    return None if None in verdicts else True


def at_most(value: float, limit: float, n: int) -> Measure:
    return Measure(value=round(value, DIGITS), gate=f"≤ {limit:g}", n=n, passed=value <= limit)


def at_least(value: float, limit: float, n: int) -> Measure:
    return Measure(value=round(value, DIGITS), gate=f"≥ {limit:g}", n=n, passed=value >= limit)


def near(value: float, target: float, tolerance: float, n: int) -> Measure:
    return Measure(
        value=round(value, DIGITS),
        gate=f"{target:g} ± {tolerance:g}",
        n=n,
        passed=abs(value - target) <= tolerance,
    )


def unmeasured(gate: str, why: str) -> Measure:
    return Measure(value=None, gate=gate, n=0, passed=None, note=why)
