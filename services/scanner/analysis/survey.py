"""One pass over a repository's files: measures each, keeps the few texts that facts are read from.

Secrets are blotted out of whatever is kept or parsed; of other files only counts remain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from services.scanner.analysis import classify
from services.scanner.analysis.imports.dialect import RawImport
from services.scanner.analysis.imports.dialects import dialect_of
from services.scanner.analysis.imports.reading import imports_of
from services.scanner.analysis.languages import Language, language_of, of_header
from services.scanner.analysis.manifests import is_manifest
from services.scanner.analysis.redaction import redacted_content
from services.scanner.limits import ScanLimits
from services.scanner.repo_file import NAMES as REPO_FILES
from services.scanner.source import File

MAX_TEXT_BYTES = 512 * 1024
MAX_TEXTS = 200
MAX_CHANGELOG_BYTES = 64 * 1024
CHANGELOG = re.compile(
    r"(?i)^(?:docs?/(?:source/)?)?(?:change[-_ ]?log|changes|history|news|releases?|release[-_]notes)"
    r"(?:\.(?:md|rst|txt|markdown))?$"
)
README = re.compile(r"(?i)^(?:\.github/|docs/)?readme(?:\.(?:md|markdown|rst|txt|adoc|org))?$")
README_BELOW = re.compile(r"(?i)^(?:packages|crates|libs?|src)/[\w.-]{1,60}/readme\.(?:md|markdown|rst)$")
"""Of a package; a repository of several may have no other, or a link to one of them."""
KUBERNETES = re.compile(rb"(?ms)\A(?=.{0,4000}^apiVersion:[ \t]*\w)(?=.{0,4000}^kind:[ \t]*[A-Z])")
LICENSE = re.compile(r"(?i)^(?:(?:un)?licen[sc]e|copying)(?:[.-][\w.-]+)?$")


class Measured(msgspec.Struct, frozen=True):
    """One file that was seen."""

    path: str
    size_bytes: int
    lines: int
    language: Language | None
    """None for binary, foreign and unknown files, and for those too large to read."""
    is_code: bool
    """Written by hand in a programming or markup language, outside the documentation."""
    is_test: bool


class Unit(msgspec.Struct, frozen=True):
    """A source file and what it imports."""

    path: str
    language: str
    lines: int
    imports: tuple[RawImport, ...]


class Survey(msgspec.Struct):
    files: list[Measured] = []
    units: list[Unit] = []
    """Code that is part of what is made, in languages whose imports can be read."""
    texts: dict[str, str] = {}
    """README, licence and manifest files by path."""
    kubernetes: list[str] = []
    """Files that describe objects of a cluster."""
    candidates: int = 0
    """Files whose imports could be read, had there been no limit."""
    parsed_bytes: int = 0
    warnings: list[str] = []


def survey(files: Iterable[File], limits: ScanLimits) -> Survey:
    """Sees every file once and holds one content at a time; what it returns is sorted by path."""
    seen = Survey()
    for file in files:
        measured = _measure(file)
        seen.files.append(measured)
        _keep_text(seen, file)
        _keep_unit(seen, file, measured, limits)
        if file.content and file.path.endswith((".yaml", ".yml")) and KUBERNETES.search(file.content):
            seen.kubernetes.append(file.path)
    seen.files.sort(key=lambda measured: measured.path)
    seen.units.sort(key=lambda unit: unit.path)
    seen.texts = dict(sorted(seen.texts.items()))
    seen.kubernetes.sort()
    if seen.candidates > len(seen.units):
        seen.warnings.append(
            f"Sampled: the imports of {len(seen.units)} of {seen.candidates} source files were read, "
            "those that came first."
        )
    return seen


def _measure(file: File) -> Measured:
    content = file.content
    if content is None or classify.is_binary(content) or classify.is_foreign(file.path):
        return Measured(file.path, file.size_bytes, 0, None, is_code=False, is_test=False)
    is_header = file.path.endswith(".h")
    language = of_header(content) if is_header else language_of(file.path, content[:128])
    lines = content.count(b"\n") + (not content.endswith(b"\n") and bool(content))
    if language is None or classify.is_generated(language, content, lines):
        return Measured(file.path, file.size_bytes, lines, None, is_code=False, is_test=False)
    is_code = language.is_code and not classify.is_documentation(file.path)
    is_test = is_code and classify.is_test_path(file.path)
    return Measured(file.path, file.size_bytes, lines, language, is_code=is_code, is_test=is_test)


def _keep_text(seen: Survey, file: File) -> None:
    path, content = file.path, file.content
    if content is None or len(seen.texts) >= MAX_TEXTS:
        return
    is_telling = (
        README.match(path)
        or README_BELOW.match(path)
        or LICENSE.match(path)
        or is_manifest(path)
        or path in REPO_FILES
    )
    # Of a changelog the newest release stands at the top, and what lies below is long.
    most_bytes = MAX_TEXT_BYTES if is_telling else MAX_CHANGELOG_BYTES if CHANGELOG.match(path) else 0
    if most_bytes and (len(content) <= most_bytes or not is_telling):
        seen.texts[path] = redacted_content(content)[:most_bytes].decode("utf-8-sig", "replace")


def _keep_unit(seen: Survey, file: File, measured: Measured, limits: ScanLimits) -> None:
    if not measured.is_code or measured.is_test or measured.language is None or file.content is None:
        return
    if classify.is_aside(file.path):
        return
    dialect = dialect_of(file.path)
    if dialect is None:
        return
    seen.candidates += 1
    if len(seen.units) >= limits.max_parsed_files or seen.parsed_bytes >= limits.max_parsed_total_bytes:
        return
    content = redacted_content(file.content[: limits.max_parsed_bytes])
    seen.parsed_bytes += len(content)
    found = imports_of(dialect, file.path, content)
    seen.units.append(Unit(file.path, measured.language.name, measured.lines, found))
