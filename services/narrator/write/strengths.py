"""What speaks for a repository, as far as it was counted: no praise, only findings."""

from __future__ import annotations

from services.narrator.write.boxes import Finding, finding, scene_of
from services.narrator.write.findings import Findings
from services.narrator.write.subject import Subject
from services.narrator.write.wording import count, month, numeral, percent, years
from shared.script import Scene

MANY_PEOPLE = 5
MANY_YEARS = 2
MANY_TESTS = 0.1
"""A share of the files that is worth telling as a share."""


def strengths(subject: Subject, most: int) -> Scene | None:
    found = [
        one
        for one in (
            _tested(subject),
            _licensed(subject),
            _released(subject.findings),
            _lasting(subject),
            _shared(subject),
            _automated(subject),
        )
        if one
    ]
    joint = subject.pick.among("joint", ("and", "and", ";"))
    return scene_of("strengths", "Strengths", "What speaks for it", found[:most], subject.name, joint)


def _tested(subject: Subject) -> Finding | None:
    tests, files = subject.findings.number("tests.count"), subject.findings.number("files.count")
    if not tests or files <= tests:
        return None
    forms: tuple[str, ...] = (
        "we found {}" + f"{count(tests, 'test file')} among {numeral(files)}",
        "{}" + f"{numeral(tests)} of its {numeral(files)} files hold tests",
        "{}" + f"{numeral(tests)} of the {numeral(files)} files hold tests",
    )
    if tests >= MANY_TESTS * files:
        forms = (*forms, "{}" + f"{percent(tests / files)} percent of its files are tests")
        forms = (*forms, f"of the files of {subject.name}, {{}}{percent(tests / files)} percent are tests")
    spoken = subject.pick.among("tested", forms if tests > 1 else forms[:1])
    return finding(
        f"{tests:,} test file{'' if tests == 1 else 's'}",
        f"of {files:,} files",
        spoken,
        "tests.count",
        "files.count",
        subject.named_in(spoken),
    )


def _released(findings: Findings) -> Finding | None:
    for series in ("release", "tag"):
        newest = next(iter(findings.series(series)), None)
        if newest:
            when = month(str(newest.attributes.get("date", "")))
            dated = f", from {when}" if when else ""
            called = "newest release" if series == "release" else "highest version tagged"
            spoken = f"the {called} is {{}}{newest.value}{dated}"
            return finding(f"{series.capitalize()} {newest.value}", when, spoken, newest)
    return None


def _licensed(subject: Subject) -> Finding | None:
    name = subject.findings.licence_said
    if not name:
        return None
    forms = (
        f"{subject.name} is licensed under {{}}{name}",
        f"the licence of {subject.name} is {{}}{name}",
        f"its licence is {{}}{name}",
        f"it may be used under {{}}{name}",
    )
    spoken = subject.pick.among("licensed", forms)
    named_by = subject.named_in(spoken)
    return finding(name, "licence", spoken, "license.spdx", named_by)


def _lasting(subject: Subject) -> Finding | None:
    first, last = subject.findings.text("commits.first"), subject.findings.text("commits.last")
    span = years(first, last)
    if span < MANY_YEARS:
        return None
    forms = (
        f"its commits span {{}}{numeral(span)} years, the last of them from {month(last)}",
        f"{{}}{numeral(span)} years lie between its first commit and the last, in {month(last)}",
        f"its last commit so far came {{}}{numeral(span)} years after the first, in {month(last)}",
    )
    spoken = subject.pick.among("lasting", forms)
    return finding(
        f"{span} years of commits", f"the last in {month(last)}", spoken, "commits.first", "commits.last"
    )


def _shared(subject: Subject) -> Finding | None:
    people = subject.findings.number("contributors.count")
    if people < MANY_PEOPLE:
        return None
    spoken = "{}" + f"{numeral(people)} people have contributed to it"
    return finding(f"{people:,} contributors", "in its history", spoken, "contributors.count")


def _automated(subject: Subject) -> Finding | None:
    flows = subject.findings.number("ci.workflows")
    if not flows:
        return None
    name, many = subject.name, f"{{}}{count(flows, 'CI workflow')}"
    forms = (
        f"{name} carries {many}",
        f"{many} come{'s' if flows == 1 else ''} with the code of {name}",
        f"its repository sets up {many}",
    )
    spoken = subject.pick.among("automated", forms)
    named_by = subject.named_in(spoken)
    heading = f"{flows:,} CI workflow{'' if flows == 1 else 's'}"
    return finding(heading, "beside the code", spoken, "ci.workflows", named_by)
