"""What was looked for and not seen; each absence rests on a count of what was looked through."""

from __future__ import annotations

from services.narrator.write.boxes import Finding, finding, scene_of
from services.narrator.write.findings import whole
from services.narrator.write.subject import Subject
from services.narrator.write.wording import count, numeral
from shared.script import Scene

FEW = 2
DOMINANT_AUTHOR = 0.5
MIN_COMMITS_TO_JUDGE = 20


def limits(subject: Subject, most: int) -> Scene | None:
    found = [
        one
        for one in (
            _unlicensed(subject),
            _untested(subject),
            _undocumented(subject),
            _one_commit(subject),
            _one_author(subject),
            _unreleased(subject),
        )
        if one
    ]
    return scene_of("limits", "Limits", "What to keep in mind", found[:most], subject.name)


def _unlicensed(subject: Subject) -> Finding | None:
    files = subject.findings.number("files.count")
    if subject.findings.some("license.") or not files:
        return None
    spoken = f"we found {{}}no licence we could identify in {count(files, 'file')}"
    return finding("No licence found", f"in {_files(files)}", spoken, "files.count")


def _untested(subject: Subject) -> Finding | None:
    files = subject.findings.number("files.count")
    if subject.findings.some("tests.") or not files or not subject.has_code:
        return None
    forms = (
        f"we saw {{}}no test files among {numeral(files)}",
        f"of {count(files, 'file')}, {{}}none looks like a test",
    )
    return finding(
        "No test files seen", f"among {_files(files)}", subject.pick.among("untested", forms), "files.count"
    )


def _files(number: int) -> str:
    return f"{number:,} file{'' if number == 1 else 's'}"


def _undocumented(subject: Subject) -> Finding | None:
    files = subject.findings.number("files.count")
    if subject.findings.some("readme.") or not files:
        return None
    spoken = f"{subject.name} has {{}}no README"
    return finding("No README", f"among {_files(files)}", spoken, "files.count", subject.named_by)


def _one_commit(subject: Subject) -> Finding | None:
    if subject.findings.number("commits.count") != 1:
        return None
    spoken = f"the history of {subject.name}, as we read it, is {{}}one commit, so its age stays unknown"
    return finding("1 commit", "its history, as we read it", spoken, "commits.count", subject.named_by)


def _one_author(subject: Subject) -> Finding | None:
    commits, people = subject.findings.number("commits.count"), subject.findings.number("contributors.count")
    if commits < FEW or not people:
        return None
    if people == 1:
        spoken = f"{{}}one contributor wrote all {numeral(commits)} commits"
        return finding("1 contributor", f"{commits:,} commits", spoken, "contributors.count", "commits.count")
    first = next(iter(subject.findings.numbered("contributor")), None)
    most = whole(first, "commits") if first else 0
    if first is None or commits < MIN_COMMITS_TO_JUDGE or most < DOMINANT_AUTHOR * commits:
        return None
    spoken = f"a single author made {{}}{numeral(most)} of its {numeral(commits)} commits"
    return finding(f"{most:,} of {commits:,}", "commits by a single author", spoken, first, "commits.count")


def _unreleased(subject: Subject) -> Finding | None:
    commits = subject.findings.number("commits.count")
    if commits < FEW or subject.findings.some("tag.", "release."):
        return None
    spoken = f"we found {{}}no tag and no release of {subject.name}"
    return finding("No release seen", f"in {commits:,} commits", spoken, "commits.count", subject.named_by)
