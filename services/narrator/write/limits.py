"""What was looked for and not seen; each absence rests on a count of what was looked through."""

from __future__ import annotations

from services.narrator.write.boxes import Finding, finding, scene_of
from services.narrator.write.findings import whole
from services.narrator.write.subject import Subject
from services.narrator.write.wording import count, month, numeral, percent, read_date, years
from shared.facts import Fact
from shared.script import Scene

FEW = 2
DOMINANT_AUTHOR = 0.5
MIN_COMMITS_TO_JUDGE = 20
OLD_RELEASE_YEARS = 1


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
            _released_long_ago(subject),
            _without_history(subject),
        )
        if one
    ]
    title = subject.pick.among(
        "limits", ("What to keep in mind", "What to weigh against it", "Before you rely on it")
    )
    return scene_of("limits", "Limits", title, found[:most], subject.name)


def _unlicensed(subject: Subject) -> Finding | None:
    files = subject.findings.number("files.count")
    if subject.findings.some("license.") or not files:
        return None
    forms = (
        f"we found {{}}no licence we could identify in {count(files, 'file')}",
        f"{{}}no licence that we know stands in its {count(files, 'file')}",
    )
    return finding(
        "No licence found", f"in {_files(files)}", subject.pick.among("unlicensed", forms), "files.count"
    )


def misses_tests(subject: Subject) -> bool:
    """Whether there is code that tests could be about, and none was seen."""
    is_program = subject.has_code and subject.kind != "data"
    return is_program and subject.findings.number("files.count") > 0 and not subject.findings.some("tests.")


def _untested(subject: Subject) -> Finding | None:
    files = subject.findings.number("files.count")
    if not misses_tests(subject):
        return None
    forms: tuple[str, ...] = (
        f"we saw {{}}no test files among {numeral(files)}",
        f"of {count(files, 'file')}, {{}}none looks like a test",
        f"we looked through {count(files, 'file')} and saw {{}}no test",
    )
    if _unlicensed(subject):  # which has just said how many files there are
        forms = ("among them we saw {}no test",)
    return finding(
        "No test files seen", f"among {_files(files)}", subject.pick.among("untested", forms), "files.count"
    )


def _files(number: int) -> str:
    return f"{number:,} file{'' if number == 1 else 's'}"


def _undocumented(subject: Subject) -> Finding | None:
    files = subject.findings.number("files.count")
    if subject.findings.some("readme.") or not files:
        return None
    spoken = f"{subject.name} has {{}}no README that we could read"
    return finding("No README", f"among {_files(files)}", spoken, "files.count", subject.named_by)


def _one_commit(subject: Subject) -> Finding | None:
    if subject.findings.number("commits.count") != 1:
        return None
    spoken = f"the history of {subject.name}, as we read it, is {{}}one commit, so its age stays unknown"
    return finding("1 commit", "its history, as we read it", spoken, "commits.count", subject.named_by)


def dominant_author(subject: Subject) -> tuple[Fact, int, int] | None:
    """Who made at least half of the commits: the fact, the commits, and all commits."""
    commits = subject.findings.number("commits.count")
    first = next(iter(subject.findings.numbered("contributor")), None)
    most = whole(first, "commits") if first else 0
    if first is None or commits < MIN_COMMITS_TO_JUDGE or most < DOMINANT_AUTHOR * commits:
        return None
    return first, most, commits


def _one_author(subject: Subject) -> Finding | None:
    commits, people = subject.findings.number("commits.count"), subject.findings.number("contributors.count")
    if commits < FEW or not people:
        return None
    if people == 1:
        spoken = f"{{}}one contributor wrote all {numeral(commits)} commits"
        return finding("1 contributor", f"{commits:,} commits", spoken, "contributors.count", "commits.count")
    author = dominant_author(subject)
    if author is None:
        return None
    fact, most, _ = author
    part = percent(most / commits)
    forms = (
        f"a single author made {{}}{part} percent of its {numeral(commits)} commits",
        f"{{}}{part} percent of the {numeral(commits)} commits come from a single author",
        f"much rests on a single person: {{}}{part} percent of the {numeral(commits)} commits",
    )
    spoken = subject.pick.among("author", forms)
    return finding(f"{most:,} of {commits:,}", "commits by a single author", spoken, fact, "commits.count")


def _unreleased(subject: Subject) -> Finding | None:
    commits = subject.findings.number("commits.count")
    if commits < FEW or subject.findings.some("tag.", "release."):
        return None
    forms = (
        f"we found {{}}no tag and no release of {subject.name}",
        f"{{}}no tag marks a version of {subject.name} in {numeral(commits)} commits",
    )
    spoken = subject.pick.among("unreleased", forms)
    return finding("No release seen", f"in {commits:,} commits", spoken, "commits.count", subject.named_by)


def stale_tag(subject: Subject) -> tuple[Fact, int] | None:
    """A newest tag that is years older than the newest commit, and by how many."""
    last = subject.findings.text("commits.last")
    dated = [one for one in subject.findings.series("tag") if read_date(str(one.attributes.get("date", "")))]
    newest = max(dated, key=lambda one: str(one.attributes["date"]), default=None)
    age = years(str(newest.attributes["date"]), last) if newest else 0
    return (newest, age) if newest is not None and age >= OLD_RELEASE_YEARS else None


def _released_long_ago(subject: Subject) -> Finding | None:
    stale, last = stale_tag(subject), subject.findings.text("commits.last")
    if stale is None:
        return None
    newest, age = stale
    older = f"{{}}{count(age, 'year')} older than its last commit"
    spoken = f"its newest tag, {newest.value}, is {older}, from {month(last)}"
    return finding(
        f"{newest.value} is {count(age, 'year')} old",
        "beside its last commit",
        spoken,
        newest,
        "commits.last",
    )


def _without_history(subject: Subject) -> Finding | None:
    files = subject.findings.number("files.count")
    if subject.findings.some("commits.") or not files:
        return None
    name, many = subject.name, count(files, "file")
    forms = (
        f"this copy of {name} came without its history, so {{}}its age and its authors stay unknown",
        f"we read {many} and no commits, so how old {name} is and who wrote it, {{}}we cannot say",
        f"{{}}no history came with these {many}, so nothing is said about who works on {name}",
    )
    spoken = subject.pick.among("history", forms)
    return finding("No history", f"beside {_files(files)}", spoken, "files.count", subject.named_by)
