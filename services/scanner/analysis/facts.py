"""Everything the content of a repository says: one survey, then facts of every kind."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import partial

import msgspec

from services.scanner.analysis.changelog import note_facts, version_in
from services.scanner.analysis.choosing import chosen
from services.scanner.analysis.closer import looked_closer
from services.scanner.analysis.deployment import deployment_facts
from services.scanner.analysis.manifests import read_manifests
from services.scanner.analysis.manifests.manifest import Manifest
from services.scanner.analysis.measured import directory_facts, language_facts, size_facts
from services.scanner.analysis.project import command_facts, dependency_facts, license_facts, manifest_facts
from services.scanner.analysis.readme import blocks_of
from services.scanner.analysis.readme.choice import readme_facts
from services.scanner.analysis.redaction import redacted_content
from services.scanner.analysis.structure import imports_between, structure_facts
from services.scanner.analysis.survey import README, README_BELOW, Survey, survey
from services.scanner.limits import ScanLimits
from services.scanner.repo_file import RepoFile, read_repo_file
from services.scanner.source import Source
from services.scanner.unreadable import Unreadable
from shared.facts import Fact
from shared.offload import Progress

PREFERRED_READMES = (".md", ".markdown", ".rst", "", ".adoc", ".org", ".txt")
SURVEY_PERCENT = 90.0


class Findings(msgspec.Struct, frozen=True):
    facts: tuple[Fact, ...]
    manifests: tuple[Manifest, ...]
    warnings: tuple[str, ...]
    asked: RepoFile
    readme_bytes: int


def content_facts(
    source: Source, limits: ScanLimits, report: Progress, release: str | None = None
) -> Findings:
    """The facts of a repository's files; `release` is the newest release's tag.

    Raises Unreadable when there is no file.
    """
    seen = survey(source.files(lambda percent: report(percent * SURVEY_PERCENT / 100.0)), limits)
    if not seen.files:
        raise Unreadable(
            "there is nothing in it to film", "empty", "Add files (and track them, if it is a git work tree)."
        )
    asked, ignored = read_repo_file(seen.texts) if limits.obeys_repo_file else (RepoFile(), ())
    seen = chosen(seen, asked)
    manifests, unreadable = read_manifests(seen.texts)
    imports = imports_between(seen, manifests)
    facts = (
        *_readme_facts(seen),
        *size_facts(seen),
        *language_facts(seen),
        *license_facts(seen.texts, manifests),
        *manifest_facts(manifests),
        *dependency_facts(manifests, seen.units),
        *directory_facts(seen),
        *structure_facts(seen, imports),
        *command_facts(manifests),
        *deployment_facts(seen),
        *note_facts(seen.texts, release or version_in(manifests)),
        *looked_closer(seen, imports, manifests, partial(_read_redacted, source)),
    )
    report(100.0)
    path = readme_path(seen)
    warnings = (*source.skipped.warnings, *seen.warnings, *ignored, *unreadable)
    return Findings(facts, manifests, warnings, asked, len(seen.texts[path].encode()) if path else 0)


def _read_redacted(source: Source, paths: Collection[str]) -> dict[str, bytes]:
    return {path: redacted_content(content) for path, content in source.read(paths).items()}


def readme_path(seen: Survey) -> str | None:
    """The README at the top, else the longest of a package below."""
    below = max(filter(README_BELOW.match, seen.texts), key=lambda path: len(seen.texts[path]), default=None)
    return min(filter(README.match, seen.texts), key=_preference, default=below)


def _readme_facts(seen: Survey) -> list[Fact]:
    path = readme_path(seen)
    return [] if path is None else list(readme_facts(path, blocks_of(path, seen.texts[path])))


def _preference(path: str) -> tuple[int, int, str]:
    suffix = re.sub(r"^[^.]*", "", path.rpartition("/")[2].lower())
    known = PREFERRED_READMES.index(suffix) if suffix in PREFERRED_READMES else len(PREFERRED_READMES)
    return path.count("/"), known, path
