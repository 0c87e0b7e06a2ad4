"""What speaks for a repository, as far as it was counted: no praise, only findings."""

from __future__ import annotations

from services.narrator.write.boxes import Finding, finding, scene_of
from services.narrator.write.findings import Findings
from services.narrator.write.subject import Subject
from services.narrator.write.wording import count, month, numeral
from shared.script import Scene

MANY_PEOPLE = 5


def strengths(subject: Subject, most: int) -> Scene | None:
    found = [
        one
        for one in (
            _tested(subject),
            _licensed(subject),
            _released(subject.findings),
            _shared(subject),
            _automated(subject),
        )
        if one
    ]
    return scene_of("strengths", "Strengths", "What speaks for it", found[:most], subject.name)


def _tested(subject: Subject) -> Finding | None:
    tests, files = subject.findings.number("tests.count"), subject.findings.number("files.count")
    if not tests or files <= tests:
        return None
    forms = (
        "{}" + f"{numeral(tests)} of its {numeral(files)} files hold tests",
        "tests stand in {}" + f"{numeral(tests)} of the {numeral(files)} files",
        "we found {}" + f"{count(tests, 'test file')} among {numeral(files)}",
    )
    spoken = subject.pick.among("tested", forms if tests > 1 else forms[2:])
    return finding(
        f"{tests:,} test file{'' if tests == 1 else 's'}",
        f"of {files:,} files",
        spoken,
        "tests.count",
        "files.count",
    )


def _released(findings: Findings) -> Finding | None:
    for series in ("release", "tag"):
        newest = next(iter(findings.series(series)), None)
        if newest:
            when = month(str(newest.attributes.get("date", "")))
            dated = f", from {when}" if when else ""
            spoken = f"the newest {series} is {{}}{newest.value}{dated}"
            return finding(f"{series.capitalize()} {newest.value}", when, spoken, newest)
    return None


def _licensed(subject: Subject) -> Finding | None:
    name = subject.findings.licence
    if not name:
        return None
    forms = (
        f"{subject.name} is licensed under {{}}{name}",
        f"the licence of {subject.name} is {{}}{name}",
    )
    spoken = subject.pick.among("licensed", forms)
    return finding(name, "licence", spoken, "license.spdx", subject.named_by)


def _shared(subject: Subject) -> Finding | None:
    people = subject.findings.number("contributors.count")
    if people < MANY_PEOPLE:
        return None
    spoken = "{}" + f"{numeral(people)} people have written to it"
    return finding(f"{people:,} contributors", "in its history", spoken, "contributors.count")


def _automated(subject: Subject) -> Finding | None:
    flows = subject.findings.number("ci.workflows")
    if not flows:
        return None
    spoken = f"{subject.name} carries {{}}{count(flows, 'CI workflow')}"
    return finding(
        f"{flows:,} CI workflow{'' if flows == 1 else 's'}",
        "beside the code",
        spoken,
        "ci.workflows",
        subject.named_by,
    )
