"""Processor time of everything this process has started: other work on the machine disturbs it less."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds() -> float:
    """Sum user and system time of all our descendants, and of those children of theirs that have ended."""
    parents, ticks = _processes()
    known, found = set[int](), {os.getpid()}
    while found:
        known |= found
        found = {pid for pid, parent in parents.items() if parent in found}
    return sum(ticks[pid] for pid in known - {os.getpid()}) / TICKS


def _processes() -> tuple[dict[int, int], dict[int, int]]:
    """Give the parent and the ticks used of every process of the machine."""
    parents, ticks = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            # proc(5): state, parent, …; after the name in brackets, which may hold anything
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            parents[int(folder.name)] = int(fields[1])
            ticks[int(folder.name)] = sum(map(int, fields[11:15]))
    return parents, ticks
