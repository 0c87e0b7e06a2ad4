"""Builds a fact base from a folder or from GitHub's archive. Both functions run in a child process."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from services.scanner.analysis.evidence import fact, from_git
from services.scanner.analysis.facts import Findings, content_facts
from services.scanner.archive import ArchiveSource
from services.scanner.committed import CommitSource
from services.scanner.folder import FolderSource, tracked_files, walked_files
from services.scanner.git import Git, borrowed_git, remote_address
from services.scanner.github_facts import github_facts, language_facts, license_fact
from services.scanner.github_records import Record
from services.scanner.history import history_facts
from services.scanner.limits import ScanLimits
from services.scanner.naming import name_of_folder, repo_facts
from services.scanner.source import Source
from services.scanner.unreadable import Unreadable
from shared.facts import Fact, FactBase
from shared.offload import Progress


def scan_archive(report: Progress, archive: Path, record: Record, limits: ScanLimits) -> FactBase:
    found = content_facts(ArchiveSource(archive, limits), limits, report)
    facts = [*github_facts(record), *found.facts]
    kinds = {each.kind for each in facts}
    if "license" not in kinds:
        facts.extend(license_fact(record))
    if "language" not in kinds:
        facts.extend(language_facts(record))
    warnings = (*record.warnings, *found.warnings)
    return _base(record.repository.full_name, record.commit.sha, facts, warnings)


def scan_folder(report: Progress, folder: Path, ref: str | None, limits: ScanLimits) -> FactBase:
    if not folder.is_dir():
        raise Unreadable(f"{folder} is not a folder", "not_found", "Check the path.")
    folder = folder.resolve()
    with borrowed_git(folder) as git:
        if git is None:
            return _scan_plain(report, folder, ref, limits)
        return _scan_repository(report, folder, ref, limits, git)


def _scan_plain(report: Progress, folder: Path, ref: str | None, limits: ScanLimits) -> FactBase:
    if ref is not None:
        raise _no_such_ref(folder, ref)
    source = FolderSource(folder, walked_files(folder, limits), limits)
    found = content_facts(source, limits, report)
    return _of_folder(folder, None, found, ())


def _scan_repository(
    report: Progress, folder: Path, ref: str | None, limits: ScanLimits, git: Git
) -> FactBase:
    commit = git.commit_of(ref or "HEAD")
    if ref is not None and commit is None:
        raise _no_such_ref(folder, ref)
    found = content_facts(_source(folder, ref, commit, limits, git), limits, report)
    is_dirty = ref is None and commit is not None and git.has_changes(folder)
    facts: list[Fact] = []
    if commit is not None:
        dirty = {"dirty": True} if is_dirty else {}
        facts.extend(fact("repo.commit", "repo", commit, from_git("git rev-parse"), **dirty))
        # git leaves out merges and empty commits as soon as it is given a path.
        facts.extend(history_facts(git, commit, () if folder == git.work_tree else (str(folder),)))
    warnings = list(found.warnings)
    if is_dirty:
        warnings.append("The work tree has changes that are in no commit.")
    if git.is_shallow:
        warnings.append("The clone is shallow: its history is not counted.")
    found = Findings(found.facts, found.manifests, tuple(warnings))
    return _of_folder(folder, commit, found, facts)


def _source(folder: Path, ref: str | None, commit: str | None, limits: ScanLimits, git: Git) -> Source:
    if ref is not None and commit is not None:
        return CommitSource(git, commit, limits)
    return FolderSource(folder, tracked_files(git, folder, limits), limits)


def _of_folder(folder: Path, commit: str | None, found: Findings, more: Iterable[Fact]) -> FactBase:
    name = name_of_folder(folder, remote_address(folder), found.manifests)
    facts = [*repo_facts(name, found.manifests), *more, *found.facts]
    return _base(name.full or name.short, commit, facts, found.warnings)


def _base(repo: str, commit: str | None, facts: list[Fact], warnings: tuple[str, ...]) -> FactBase:
    return FactBase(repo=repo, commit=commit, facts=tuple(facts), warnings=warnings)


def _no_such_ref(folder: Path, ref: str) -> Unreadable:
    return Unreadable(f"{folder} has no branch, tag or commit {ref!r}", "not_found", "Check --ref.")
