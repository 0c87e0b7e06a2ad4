"""Orders tags by the versions they name, and finds the two releases whose difference is news."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import msgspec

VERSION = re.compile(
    r"^(?P<prefix>(?:[A-Za-z@][\w@./-]{0,80}?[-_/@])?)[vV]?\.?(?P<numbers>\d{1,9}(?:[._]\d{1,9}){0,5})(?P<rest>[\w.+-]{0,40})$"
)
UNFINISHED = re.compile(
    r"(?i)^[-_.]?(?:a|b|c|rc|alpha|beta|dev|pre|preview|m|milestone|snapshot|next|canary|nightly)(?:\b|[\d._-])"
)


class Version(msgspec.Struct, frozen=True, order=True):
    numbers: tuple[int, ...]
    is_final: bool
    rest: tuple[tuple[int, str], ...]
    prefix: str
    tag: str


def version_of(tag: str) -> Version | None:
    """What a tag's name says; None when it names no version."""
    match = VERSION.match(tag)
    if match is None:
        return None
    numbers = [int(part) for part in re.split(r"[._]", match["numbers"])]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    pieces = re.findall(r"\d+|[A-Za-z]+", match["rest"])
    rest = tuple((int(piece), "") if piece.isdigit() else (-1, piece.lower()) for piece in pieces)
    return Version(tuple(numbers), not UNFINISHED.match(match["rest"]), rest, match["prefix"], tag)


def ranked(tags: Sequence[str]) -> list[str]:
    """Tags given newest first, the highest version first.

    Of a repository of several packages (`core-1.2`) those come first that are spelled as most are, and of
    each spelling unfinished versions last; tags that name no version keep their places behind all others.
    """
    versions = [version for tag in tags if (version := version_of(tag))]
    spelled = Counter(each.prefix for each in versions)

    def rank(each: Version) -> tuple[int, bool, Version]:
        return spelled[each.prefix], each.is_final, each

    rest = [tag for tag in tags if version_of(tag) is None]
    return [each.tag for each in sorted(versions, key=rank, reverse=True)] + rest


def milestones(tags: Sequence[str]) -> list[str]:
    """The first version, the first of each major one, and the highest, oldest first; tags come newest first.

    Final versions only; of a repository of several packages those that are spelled as most are.
    """
    versions = [version for tag in tags if (version := version_of(tag)) and version.is_final]
    spelled = Counter(each.prefix for each in versions).most_common(1)
    ordered = sorted(each for each in versions if spelled and each.prefix == spelled[0][0])
    firsts = {each.numbers[0]: each.tag for each in reversed(ordered)}
    told = [*(each.tag for each in ordered[:1]), *(firsts[major] for major in sorted(firsts))]
    return list(dict.fromkeys([*told, *(each.tag for each in ordered[-1:])]))


def last_two(tags: Sequence[str], newest: str | None = None) -> tuple[str, str] | None:
    """The release before and the newest one, of tags given newest first; None when there are not two.

    `newest` names the later one, should it be known. A final release follows the final release before it;
    in a repository of several packages both are of the same one.
    """
    versions = [version for tag in tags if (version := version_of(tag))]
    later = _later(versions, newest)
    if later is None:
        return None
    earlier = [
        each
        for each in versions
        if each.prefix == later.prefix and each < later and (each.is_final or not later.is_final)
    ]
    return (max(earlier).tag, later.tag) if earlier else None


def _later(versions: list[Version], newest: str | None) -> Version | None:
    named = next((each for each in versions if each.tag == newest), None)
    if named is not None or not versions:
        return named
    (prefix, _), *_ = Counter(each.prefix for each in versions).most_common(1)
    package = [each for each in versions if each.prefix == prefix]
    return max([each for each in package if each.is_final] or package)
