"""Builds a fact base from a folder or from GitHub's archive. Both functions run in a child process."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from services.scanner.analysis.evidence import fact, from_git
from services.scanner.analysis.facts import Findings, content_facts
from services.scanner.archive import ArchiveSource
from services.scanner.committed import CommitSource
from services.scanner.folder import FolderSource, tracked_files, walked_files
from services.scanner.git import Git, borrowed_git, remote_address
from services.scanner.git_changes import git_change_facts, releases_between
from services.scanner.github_facts import github_facts, language_facts, license_fact, release_notes
from services.scanner.github_records import Record
from services.scanner.history import history_facts
from services.scanner.limits import ScanLimits
from services.scanner.naming import name_of_folder, repo_facts
from services.scanner.repo_file import RepoFile
from services.scanner.source import Source
from services.scanner.unreadable import Unreadable
from shared.facts import Fact, FactBase
from shared.offload import Progress
from shared.redaction.blots import redacted


class Scan(msgspec.Struct, frozen=True):
    """A fact base, and what the repository's own file asks for."""

    base: FactBase
    asked: RepoFile
    readme_bytes: int


def scan_archive(report: Progress, archive: Path, record: Record, limits: ScanLimits) -> Scan:
    release = record.tags_between[1] if record.tags_between else None
    found = content_facts(ArchiveSource(archive, limits), limits, report, release)
    notes = release_notes(record)
    facts = [*github_facts(record), *notes]
    # The release's own text counts more than the changelog's.
    facts.extend(each for each in found.facts if not (notes and each.id.startswith("note.")))
    kinds = {each.kind for each in facts}
    if "license" not in kinds:
        facts.extend(license_fact(record))
    if "language" not in kinds:
        facts.extend(language_facts(record))
    warnings = (*record.warnings, *found.warnings)
    return _scan(record.repository.full_name, record.commit.sha, facts, found, warnings)


def scan_folder(report: Progress, folder: Path, ref: str | None, limits: ScanLimits) -> Scan:
    if not folder.is_dir():
        raise Unreadable(f"{folder} is not a folder", "not_found", "Check the path.")
    folder = folder.resolve()
    with borrowed_git(folder) as git:
        if git is None:
            return _scan_plain(report, folder, ref, limits)
        return _scan_repository(report, folder, ref, limits, git)


def _scan_plain(report: Progress, folder: Path, ref: str | None, limits: ScanLimits) -> Scan:
    if ref is not None:
        raise _no_such_ref(folder, ref)
    source = FolderSource(folder, walked_files(folder, limits), limits)
    found = content_facts(source, limits, report)
    return _of_folder(folder, None, found, (), found.warnings)


def _scan_repository(report: Progress, folder: Path, ref: str | None, limits: ScanLimits, git: Git) -> Scan:
    commit = git.commit_of(ref or "HEAD")
    if ref is not None and commit is None:
        raise _no_such_ref(folder, ref)
    between = releases_between(git, commit) if commit else None
    source = _source(folder, ref, commit, limits, git)
    found = content_facts(source, limits, report, between[1] if between else None)
    is_dirty = ref is None and commit is not None and git.has_changes(folder)
    facts: list[Fact] = []
    if commit is not None:
        dirty = {"dirty": True} if is_dirty else {}
        facts.extend(fact("repo.commit", "repo", commit, from_git("git rev-parse"), **dirty))
        # git leaves out merges and empty commits as soon as it is given a path.
        is_whole = folder == git.work_tree
        facts.extend(history_facts(git, commit, () if is_whole else (str(folder),)))
        facts.extend(git_change_facts(git, commit) if is_whole else ())
    warnings = list(found.warnings)
    if is_dirty:
        warnings.append("The work tree has changes that are in no commit.")
    if git.is_shallow:
        warnings.append("The clone is shallow: its history is not counted.")
    return _of_folder(folder, commit, found, facts, tuple(warnings))


def _source(folder: Path, ref: str | None, commit: str | None, limits: ScanLimits, git: Git) -> Source:
    if ref is not None and commit is not None:
        return CommitSource(git, commit, limits)
    return FolderSource(folder, tracked_files(git, folder, limits), limits)


def _of_folder(
    folder: Path, commit: str | None, found: Findings, more: Iterable[Fact], warnings: tuple[str, ...]
) -> Scan:
    name = name_of_folder(folder, remote_address(folder), found.manifests)
    facts = [*repo_facts(name, found.manifests), *more, *found.facts]
    return _scan(name.full or name.short, commit, facts, found, warnings)


def _scan(
    repo: str, commit: str | None, facts: list[Fact], found: Findings, warnings: tuple[str, ...]
) -> Scan:
    clean = tuple(dict.fromkeys(map(redacted, warnings)))
    base = FactBase(repo=redacted(repo), commit=commit, facts=tuple(facts), warnings=clean)
    return Scan(base, found.asked, found.readme_bytes)


def _no_such_ref(folder: Path, ref: str) -> Unreadable:
    return Unreadable(f"{folder} has no branch, tag or commit {ref!r}", "not_found", "Check --ref.")
