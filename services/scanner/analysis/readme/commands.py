"""Finds the line that installs a project, and the first example of its use."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.scanner.analysis.evidence import fact, in_file
from services.scanner.analysis.readme.blocks import Block
from shared.facts import Fact
from shared.lines import lines_of

MAX_INSTALL_CHARACTERS = 100
MAX_EXAMPLE_LINES = 18
MAX_EXAMPLE_COLUMNS = 90
FEWEST_EXAMPLE_CHARACTERS = 20

PROMPT = re.compile(r"^(?:\s*(?:[$>%#]|PS>|C:\\>)\s+)?")
INSTALL = re.compile(
    r"""(?x) ^(?:sudo\s+)?(?: (?:python3?\s+-m\s+)?pip[3x]?\s+install
      | uv\s+(?:add|pip\s+install|tool\s+install) | poetry\s+add | conda\s+install | npm\s+(?:i|install|add)\s
      | npx\s
      | yarn\s+(?:global\s+)?add | pnpm\s+(?:add|i)\s | bun\s+add | deno\s+add
      | cargo\s+(?:add|install) | go\s+(?:get|install) | gem\s+install | bundle\s+add
      | brew\s+install | apt(?:-get)?\s+install | dnf\s+install | pacman\s+-S
      | composer\s+require | dotnet\s+add
      | luarocks\s+install | opam\s+install | docker\s+(?:pull|run) | mix\s+archive\.install | helm\s+install
      | make\s+install | git\s+clone )"""
)
INLINE_INSTALL = re.compile(
    r"(?:^|[\s`(])((?:pip3?|npm|gem|cargo|go|brew)\s+(?:install|i|add|get)\s+[@\w./-]+)"
)
TERMINAL = frozenset(
    {"sh", "bash", "shell", "console", "zsh", "shell-session", "terminal", "cmd", "powershell"}
)
NO_EXAMPLE = frozenset(
    {"text", "txt", "diff", "json", "yaml", "yml", "toml", "ini", "xml", "html", "mermaid", "log"}
)
NO_EXAMPLE_BELOW = re.compile(
    r"(?i)\b(?:install\w*|licen[cs]e|contribut\w+|develop\w*|cit(?:e|ing|ation)|build\w*)\b"
)


def find_install(path: str, blocks: tuple[Block, ...]) -> Iterator[Fact]:
    """The first line of code that calls a package manager, else the first such words in a paragraph."""
    for line, text in _code_lines(blocks):
        command = PROMPT.sub("", text).strip()
        if INSTALL.match(command) and len(command) <= MAX_INSTALL_CHARACTERS:
            yield from fact("readme.install", "readme", command, in_file(path, line))
            return
    for block in blocks:
        match = INLINE_INSTALL.search(block.text) if block.kind == "paragraph" else None
        if match:
            seen = in_file(path, block.first_line, block.last_line)
            yield from fact("readme.install", "readme", match.group(1), seen)
            return


def find_example(path: str, blocks: tuple[Block, ...]) -> Iterator[Fact]:
    """The first code of a programming language that fits a slide; else what to type at a terminal."""
    fitting = [block for block in _examples(blocks) if _fits(block.text)]
    told = [block for block in fitting if block.language and block.language not in TERMINAL]
    best = next(iter(told or fitting), None)
    if best is not None:
        seen = in_file(path, best.first_line, best.last_line)
        yield from fact("readme.example", "readme", best.text, seen, language=best.language)


def _code_lines(blocks: tuple[Block, ...]) -> Iterator[tuple[int, str]]:
    for block in blocks:
        if block.kind == "code":
            yield from enumerate(lines_of(block.text), start=block.first_line)


def _examples(blocks: tuple[Block, ...]) -> Iterator[Block]:
    heading = ""
    for block in blocks:
        if block.kind == "heading":
            heading = block.text
        elif block.kind == "code" and block.language not in NO_EXAMPLE:
            first = PROMPT.sub("", block.text.strip().split("\n")[0])
            if not INSTALL.match(first) and not NO_EXAMPLE_BELOW.search(heading):
                yield block


def _fits(code: str) -> bool:
    lines = lines_of(code)
    return (
        len(code) >= FEWEST_EXAMPLE_CHARACTERS
        and len(lines) <= MAX_EXAMPLE_LINES
        and all(len(line) <= MAX_EXAMPLE_COLUMNS for line in lines)
    )
