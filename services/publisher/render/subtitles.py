"""Writes subtitle cues as SRT and WebVTT."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pysubs2

from services.publisher.render.cues import Cue


def write_subtitles(cues: Sequence[Cue], path: Path) -> None:
    """The format follows the file's name: `.srt` or `.vtt`."""
    file = pysubs2.SSAFile()
    for cue in cues:
        event = pysubs2.SSAEvent(start=round(cue.start * 1000), end=round(cue.end * 1000))
        event.plaintext = cue.text
        file.append(event)
    path.write_text(file.to_string(path.suffix.removeprefix(".")), encoding="utf-8")
