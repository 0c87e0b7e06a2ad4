"""The film's fonts: files of installed packages, never of the machine, and which characters they can draw."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import fontpkg_inter
import fontpkg_jetbrains_mono
import fontpkg_noto_sans
import fontpkg_noto_sans_arabic

INTER, JETBRAINS_MONO, NOTO_SANS, NOTO_SANS_ARABIC = (
    Path(package.ROOT) / "files"
    for package in (fontpkg_inter, fontpkg_jetbrains_mono, fontpkg_noto_sans, fontpkg_noto_sans_arabic)
)
CJK_PACKAGES = ("cvttf_NotoSansCJK_Regular", "cvttf_NotoSansCJK_Bold")
"""Chinese, Japanese, Korean: 56 MB, so only where `reporeel[cjk]` is installed."""
CJK_FAMILY = "Noto Sans CJK TC"
"""One family for all of them: it shapes characters as the language of the text wants."""


def _installed(package: str) -> tuple[Path, ...]:
    found = find_spec(package)
    return (Path(found.origin).parent,) if found and found.origin else ()


CJK = tuple(folder for package in CJK_PACKAGES for folder in _installed(package))
FOLDERS = (INTER, JETBRAINS_MONO, NOTO_SANS, NOTO_SANS_ARABIC, *CJK)
EXTRA_FAMILIES = (CJK_FAMILY,) if CJK else ()
_AFTER_THEM = (
    NOTO_SANS / "NotoSans[wdth,wght].ttf",
    NOTO_SANS_ARABIC / "NotoSansArabic[wdth,wght].ttf",
    *(file for folder in CJK for file in sorted(folder.glob("*.otf"))[:1]),
)
SANS = (INTER / "Inter[opsz,wght].ttf", *_AFTER_THEM)
MONO = (JETBRAINS_MONO / "JetBrainsMono[wght].ttf", *_AFTER_THEM)
"""Font chains as `theme.typ` names them: a character is drawn by the first font that has it."""


@cache
def coverage(chain: tuple[Path, ...]) -> frozenset[str]:
    """Every character that some font of the chain has a glyph for."""
    return frozenset(character for font in chain for character in _characters(font.read_bytes()))


def _characters(font: bytes) -> Iterator[str]:
    table = _table(font, b"cmap")
    for index in range(struct.unpack_from(">H", table, 2)[0]):
        (offset,) = struct.unpack_from(">I", table, 4 + 8 * index + 4)
        (layout,) = struct.unpack_from(">H", table, offset)
        if layout == 12:  # noqa: PLR2004 - the format that holds all of Unicode; every font here has it or 4
            yield from _from_groups(table, offset)
        elif layout == 4:  # noqa: PLR2004 - the format of the basic plane
            yield from _from_segments(table, offset)


def _table(font: bytes, tag: bytes) -> bytes:
    (count,) = struct.unpack_from(">H", font, 4)
    for index in range(count):
        name, _checksum, start, size = struct.unpack_from(">4sIII", font, 12 + 16 * index)
        if name == tag:
            return font[start : start + size]
    raise ValueError(f"the font has no {tag.decode()} table")


def _from_groups(table: bytes, offset: int) -> Iterator[str]:
    (count,) = struct.unpack_from(">I", table, offset + 12)
    for index in range(count):
        first, last, _glyph = struct.unpack_from(">III", table, offset + 16 + 12 * index)
        yield from map(chr, range(first, last + 1))


def _from_segments(table: bytes, offset: int) -> Iterator[str]:
    """Segments of characters; 0xFFFF only closes the list. The fonts here map all of a segment."""
    (doubled,) = struct.unpack_from(">H", table, offset + 6)
    ends = struct.unpack_from(f">{doubled // 2}H", table, offset + 14)
    starts = struct.unpack_from(f">{doubled // 2}H", table, offset + 16 + doubled)
    for first, last in zip(starts, ends, strict=True):
        yield from (chr(code) for code in range(first, last + 1) if code != 0xFFFF)  # noqa: PLR2004
