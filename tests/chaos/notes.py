"""What workers write down while they live: one line a fact, whole even if the next thing is a SIGKILL."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Literal

import msgspec


class Note(msgspec.Struct, frozen=True, kw_only=True):
    what: Literal["taken", "run", "child", "gone"]
    """A message came into our hands; its handler ran; its child process runs; its child process is over."""
    stage: str
    subject: str
    sequence: int = 0
    pid: int = msgspec.field(default_factory=os.getpid)
    at: float = msgspec.field(default_factory=time.time)


class Notebook:
    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = os.open(path, os.O_APPEND | os.O_CREAT | os.O_WRONLY)

    def write(self, note: Note) -> None:
        os.write(self._file, msgspec.json.encode(note) + b"\n")


def read_notes(path: Path) -> list[Note]:
    if not path.exists():
        return []
    return [msgspec.json.decode(line, type=Note) for line in path.read_bytes().splitlines()]
