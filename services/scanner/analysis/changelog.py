"""What the notes of the newest release say: from the repository's changelog, or GitHub's release text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec

from services.scanner.analysis.evidence import fact, in_file
from services.scanner.analysis.manifests.manifest import Manifest
from services.scanner.analysis.readme import blocks_of
from services.scanner.analysis.readme.blocks import Block, Item
from services.scanner.analysis.readme.markdown import markdown_blocks
from services.scanner.analysis.survey import CHANGELOG
from services.scanner.analysis.text import plain, sentences
from shared.facts import Evidence, Fact

MAX_NOTES = 16
MAX_NOTE_CHARACTERS = 200
FEWEST_WORDS = 2
VERSION = re.compile(
    r"(?<![\w.])[vV]?(\d+(?:\.\d+)+(?:[-.]?(?:a|b|rc|alpha|beta|dev|post)[\w.]*)?)"
    r"|(?<![\w./-])[vV]?(\d{1,4})(?!\s*[-/.\w])"
)
ATTRIBUTION = re.compile(
    r"\s+(?:by\s+)?@[\w-]+(?:\[bot\])?(?:\s+in\s+(?:https?://\S+|#\d+))?|\s+in\s+https?://\S+$|\s*https?://\S+"
)
REFERENCE = re.compile(
    r"(?i)\s*[\[(]?(?:\b(?:issues?|pr|pull|closes?|fix(?:es)?|via|see|GH)[\s:-]*)?#\d+(?:\s*(?:,|and)\s*#\d+)*[\])]?"
)
LABELS = re.compile(r"^(?:\[?[A-Z]{2,12} #\d+\]?(?:,\s*)?)+:\s*")
"""`BUG #829, BUG #2731:`: where it was discussed, with its sort."""
ADVISORY = re.compile(r"\s*\(\s*GHSA(?:-\w{4}){3}\s*\)")
HASH = re.compile(r"\s*\(?\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,40}\b\)?:?\s*")
THANKS = re.compile(r"(?i)\b(?:first contribution|full changelog|new contributors|thanks? to)\b")
UNRELEASED = re.compile(r"(?i)\bunreleased\b|\bupcoming\b|\bnot yet released\b")


class _Note(msgspec.Struct, frozen=True):
    text: str
    section: str
    first_line: int
    last_line: int


def version_in(manifests: tuple[Manifest, ...]) -> str | None:
    """The version the project gives itself."""
    return next((each.version.value for each in manifests if each.version and not each.folder), None)


def note_facts(texts: Mapping[str, str], release: str | None) -> Iterator[Fact]:
    """The changelog's section of this release; without one, that of the newest release it knows."""
    path = min(filter(CHANGELOG.match, texts), key=lambda path: (path.count("/"), path), default=None)
    if path is None:
        return
    blocks = blocks_of(path, texts[path])
    start = _section_of(blocks, release)
    if start is None:
        return
    found = _version(plain(blocks[start].text))
    yield from _facts(
        _notes(_section(blocks, start)),
        found or "",
        lambda note: in_file(path, note.first_line, note.last_line),
    )


def release_note_facts(body: str, release: str, seen: Evidence) -> Iterator[Fact]:
    yield from _facts(_notes(markdown_blocks(body)), release, lambda _note: seen)


def _facts(notes: Iterable[_Note], release: str, seen: Callable[[_Note], Evidence]) -> Iterator[Fact]:
    unique = {note.text: note for note in notes}
    for number, note in enumerate(list(unique.values())[:MAX_NOTES], start=1):
        yield from fact(
            f"note.{number}", "change", note.text, seen(note), release=release, section=note.section
        )


def _section_of(blocks: tuple[Block, ...], release: str | None) -> int | None:
    """Where the heading of this release stands, or of the newest release that has one."""
    versions = {
        index: match.group()
        for index, block in enumerate(blocks)
        if block.kind == "heading"
        and (match := VERSION.search(plain(block.text)))
        and not UNRELEASED.search(block.text)
    }
    wanted = _version(release or "")
    if wanted is not None:
        return next((index for index, version in versions.items() if version == wanted), None)
    return next(iter(versions), None)


def _version(text: str) -> str | None:
    match = VERSION.search(text)
    return (match.group(1) or match.group(2)) if match else None


def _section(blocks: tuple[Block, ...], start: int) -> tuple[Block, ...]:
    level = blocks[start].level
    rest = enumerate(blocks[start + 1 :], start=start + 1)
    end = next((at for at, block in rest if block.kind == "heading" and block.level <= level), len(blocks))
    return blocks[start + 1 : end]


def _notes(blocks: Iterable[Block]) -> Iterator[_Note]:
    section = ""
    for block in blocks:
        if block.kind == "heading":
            section = plain(block.text)
        elif block.kind == "list" and not THANKS.search(section):
            yield from (note for item in block.items if (note := _note(item, section)))


def _note(item: Item, section: str) -> _Note | None:
    """The first sentence, without who did it and where that was discussed."""
    told = ADVISORY.sub("", LABELS.sub("", plain(item.text)))
    text = HASH.sub(" ", REFERENCE.sub("", ATTRIBUTION.sub("", told)))
    text = next(iter(sentences(" ".join(text.split()).strip(" .,;-"))), "")
    if THANKS.search(text) or len(text.split()) < FEWEST_WORDS or len(text) > MAX_NOTE_CHARACTERS:
        return None
    return _Note(text, section, item.first_line, item.last_line)
