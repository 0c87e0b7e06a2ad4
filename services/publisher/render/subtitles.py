"""Writes subtitle cues as SRT, WebVTT, and ASS with the time of every word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pysubs2

from services.publisher.render.cues import Cue, Piece

CENTISECONDS = 100
"""ASS counts time in hundredths of a second."""
SUNG, UNSUNG, EDGE = pysubs2.Color(255, 255, 255), pysubs2.Color(255, 255, 255, 110), pysubs2.Color(8, 10, 22)
LETTER_HEIGHT = 1 / 20
"""Of the shorter side of the picture."""


def write_subtitles(cues: Sequence[Cue], path: Path) -> None:
    """The format follows the file's name: `.srt` or `.vtt`."""
    file = pysubs2.SSAFile()
    for cue in cues:
        event = _event(cue)
        event.plaintext = cue.text
        file.append(event)
    path.write_text(file.to_string(path.suffix.removeprefix(".")), encoding="utf-8")


def write_karaoke(cues: Sequence[Cue], path: Path, width: int, height: int) -> None:
    """An ASS file for a picture of this size, in which each word lights up when it is spoken."""
    file = pysubs2.SSAFile()
    file.info |= {
        "PlayResX": str(width),
        "PlayResY": str(height),
        "WrapStyle": "2",
        "ScaledBorderAndShadow": "yes",
    }
    file.styles["Default"] = _style(width, height)
    for cue in cues:
        event = _event(cue)
        event.text = "".join(_timed(cue))
        file.append(event)
    path.write_text(file.to_string("ass"), encoding="utf-8")


def _event(cue: Cue) -> pysubs2.SSAEvent:
    return pysubs2.SSAEvent(start=round(cue.start * 1000), end=round(cue.end * 1000))


def _style(width: int, height: int) -> pysubs2.SSAStyle:
    return pysubs2.SSAStyle(
        fontname="Inter",
        fontsize=round(min(width, height) * LETTER_HEIGHT),
        bold=True,
        primarycolor=SUNG,
        secondarycolor=UNSUNG,
        outlinecolor=EDGE,
        outline=3,
        shadow=0,
        alignment=pysubs2.Alignment.BOTTOM_CENTER,
        marginl=width // 12,
        marginr=width // 12,
        marginv=height // 16,
    )


def _timed(cue: Cue) -> Iterator[str]:
    r"""Each piece with the time until the next one, as `{\k23}word`; the times add up without drift."""
    starts = [round(piece.start * CENTISECONDS) for piece in cue.pieces] + [round(cue.end * CENTISECONDS)]
    place = 0
    for number, line in enumerate(cue.lines):
        for at, piece in enumerate(line):
            gap = r"\N" * (number > 0) if at == 0 else " " * (not piece.glued)
            yield f"{gap}{{\\k{starts[place + 1] - starts[place]}}}{_escaped(piece)}"
            place += 1


def _escaped(piece: Piece) -> str:
    """Braces open override tags and a backslash opens a line break; a joiner after it shows it as it is."""
    return piece.text.replace("\\", "\\\u2060").replace("{", r"\{").replace("}", r"\}")
