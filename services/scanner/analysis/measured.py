"""Facts counted over the tree: files, lines, tests, workflows, languages, directories."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import msgspec

from services.scanner.analysis.classify import holds_tests, is_workflow
from services.scanner.analysis.evidence import fact, in_file, measured
from services.scanner.analysis.languages import color_of
from services.scanner.analysis.survey import Measured, Survey
from shared.facts import Fact

MAX_LANGUAGES = 8
MAX_DIRECTORIES = 12
MAX_WORKFLOWS_SHOWN = 10
SHARE_DIGITS = 4


class _Sum(msgspec.Struct):
    files: int = 0
    size_bytes: int = 0
    lines: int = 0

    def add(self, measured_file: Measured) -> None:
        self.files += 1
        self.size_bytes += measured_file.size_bytes
        self.lines += measured_file.lines if measured_file.is_code else 0


def size_facts(seen: Survey) -> Iterator[Fact]:
    code = [each for each in seen.files if each.is_code]
    tests = [each for each in code if _holds_tests(each)]
    workflows = [each.path for each in seen.files if is_workflow(each.path)]
    lines = sum(each.lines for each in code)
    yield from fact("files.count", "size", len(seen.files), measured("files"), code=len(code))
    if code:
        yield from fact(
            "lines.count", "size", lines, measured("lines of code files, not vendored or generated")
        )
    if tests:
        yield from fact(
            "tests.count", "size", len(tests), measured("code files that hold tests", tests[0].path)
        )
    if workflows:
        shown = [in_file(path) for path in workflows[:MAX_WORKFLOWS_SHOWN]]
        yield from fact("ci.workflows", "size", len(workflows), shown)


def _holds_tests(each: Measured) -> bool:
    return (
        each.is_test
        and each.lines > 0
        and each.language is not None
        and holds_tests(each.path, each.language)
    )


def language_facts(seen: Survey) -> Iterator[Fact]:
    sums: defaultdict[str, _Sum] = defaultdict(_Sum)
    for each in seen.files:
        if each.is_code and each.language:
            sums[each.language.name].add(each)
    total = sum(each.size_bytes for each in sums.values())
    ranked = sorted(sums.items(), key=lambda pair: (-pair[1].size_bytes, pair[0]))
    for number, (name, counted) in enumerate(ranked[:MAX_LANGUAGES], start=1):
        yield from fact(
            f"language.{number}",
            "language",
            name,
            measured("bytes of code files, by language"),
            share=round(counted.size_bytes / total, SHARE_DIGITS) if total else 0.0,
            files=counted.files,
            lines=counted.lines,
            bytes=counted.size_bytes,
            color=color_of(name),
        )


def directory_facts(seen: Survey) -> Iterator[Fact]:
    sums: defaultdict[str, _Sum] = defaultdict(_Sum)
    for each in seen.files:
        folder, slash, _rest = each.path.partition("/")
        if slash and not folder.startswith("."):
            sums[folder].add(each)
    ranked = sorted(sums.items(), key=lambda pair: (-pair[1].lines, -pair[1].size_bytes, pair[0]))
    for number, (folder, counted) in enumerate(ranked[:MAX_DIRECTORIES], start=1):
        yield from fact(
            f"directory.{number}",
            "directory",
            folder,
            measured("files below this directory", folder),
            files=counted.files,
            bytes=counted.size_bytes,
            lines=counted.lines,
        )
