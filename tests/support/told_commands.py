"""The commands that our pages tell a reader to type."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])
FENCED = re.compile(r"```sh\n(.*?)```", re.DOTALL)
INLINE = re.compile(r"(?<!`)`([^`]+)`(?!`)")
PROGRAMS = "docker", "kubectl", "make", "nats", "nats-server", "python", "reporeel", "systemctl"


@dataclass(frozen=True)
class Told:
    """One command; `whole` if it stands on a line of its own, and not in the middle of a sentence."""

    page: str
    words: tuple[str, ...]
    whole: bool

    @property
    def program(self) -> str:
        return self.words[0]

    def __str__(self) -> str:
        return f"{self.page}: {' '.join(self.words)}"


def told(*programs: str) -> list[Told]:
    """All commands of these programs, each once a page."""
    found = [one for page in PAGES for one in _of(page) if one.program in programs]
    return list(dict.fromkeys(found))


def _of(page: Path) -> Iterator[Told]:
    text = page.read_text("utf-8")
    name = page.relative_to(ROOT).as_posix()
    for block in FENCED.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            yield from _command(name, line, whole=True)
    for quoted in INLINE.findall(FENCED.sub("", text)):
        yield from _command(name, quoted, whole=False)


def _command(page: str, line: str, *, whole: bool) -> Iterator[Told]:
    try:
        words = shlex.split(line, comments=True)
    except ValueError:  # a piece of code, not a command
        return
    while words and (words[0] == "sudo" or re.match(r"[A-Z_]+=", words[0])):
        words.pop(0)
    if words and (program := words[0].removeprefix(".venv/bin/")) in PROGRAMS and len(words) > 1:
        yield Told(page, (program, *words[1:]), whole)
