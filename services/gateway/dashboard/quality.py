"""A film's quality report, as far as its page shows it."""

from __future__ import annotations

import msgspec

from shared.blobs import Blobs
from shared.errors import BlobMissing


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    value: float | None
    gate: str
    passed: bool | None
    note: str = ""


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    passed: bool | None
    measures: dict[str, Measure]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """`quality.L.json`."""

    passed: bool
    failed: tuple[str, ...] = ()
    unmeasured: tuple[str, ...] = ()
    gates: dict[str, Gate]


async def report_of(blobs: Blobs, key: str) -> Report | None:
    """Read a report; None when it is no longer kept, or of a release that wrote it otherwise."""
    try:
        return msgspec.json.decode(await blobs.get(key), type=Report)
    except (BlobMissing, msgspec.DecodeError):
        return None
