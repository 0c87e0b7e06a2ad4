"""What changed between the last two releases, from tags, commits, GitHub's comparison and release notes."""

from __future__ import annotations

import pytest

from services.scanner.analysis.changelog import note_facts, release_note_facts
from services.scanner.analysis.evidence import from_api
from services.scanner.changes import Between, CommitSeen, change_facts
from services.scanner.versions import last_two, version_of
from tests.unit.scanner.building import commit_all, git, scan, value_of, write_files


@pytest.mark.parametrize(
    ("tags", "pair"),
    [
        (("v1.10", "v1.9", "v1.2"), ("v1.9", "v1.10")),
        (("v1.9.5", "v2.0.0", "v1.9.4"), ("v1.9.5", "v2.0.0")),
        (("v2.0.0-rc.1", "v1.1", "v1.0"), ("v1.0", "v1.1")),
        (("2.0", "2.0rc1", "1.0"), ("1.0", "2.0")),
        (("v2.0-beta2", "v2.0-beta1"), ("v2.0-beta1", "v2.0-beta2")),
        (("core-1.1", "cli-9.0", "core-1.0"), ("core-1.0", "core-1.1")),
        (("@acme/a@1.1.0", "@acme/b@3.0.0", "@acme/a@1.0.0"), ("@acme/a@1.0.0", "@acme/a@1.1.0")),
        (("1.0.post1", "1.0"), ("1.0", "1.0.post1")),
        (("nightly", "v1.0"), None),
        (("v1.0",), None),
        ((), None),
    ],
)
def test_the_last_two_releases_are_found(tags, pair):
    assert last_two(tags) == pair


def test_a_named_release_is_the_later_one():
    assert last_two(("v3", "v2", "v1"), "v2") == ("v1", "v2")
    assert last_two(("v3", "v2", "v1"), "v1") is None


def test_what_names_no_version_is_none():
    assert version_of("latest") is None
    assert version_of("v1.0.0") == version_of("v1.0.0")


SUBJECTS = (
    "Merge pull request #7 from acme/x",
    "feat(cli)!: read options from a file (#12)",
    "fix: close the door behind us",
    "docs: mend a heading",
    "chore: bump ruff from 1 to 2",
    "Bump actions/checkout from 3 to 4",
    "v1.2.0",
    "Add support for rivers (#14)",
    "Correct the tide of Ems",
    "typo",
    "Add type annotations to tides",
    "Moon phases",
    "Moon phases",
)


def facts_of(*subjects: str, **fields: object) -> dict[str, object]:
    commits = tuple(CommitSeen(f"{n:040x}", each, "Ada") for n, each in enumerate(subjects))
    between = Between(earlier="v1", later="v2", commits_count=len(commits), commits=commits, **fields)
    return {fact.id: fact for fact in change_facts(between, from_api("compare"), "commits/{sha}")}


def test_commits_that_say_something_come_in_the_order_of_their_weight():
    facts = facts_of(*SUBJECTS)
    told = [
        (fact.value, fact.attributes.get("type")) for key, fact in facts.items() if key.startswith("change.")
    ]
    assert told == [
        ("Read options from a file", "feature"),
        ("Add support for rivers", "feature"),
        ("Close the door behind us", "fix"),
        ("Correct the tide of Ems", "fix"),
        ("Moon phases", None),
        ("Add type annotations to tides", "internal"),
    ]
    first = facts["change.1"]
    assert (first.attributes["breaking"], first.attributes["area"]) == (True, "cli")
    assert first.evidence[0].field == f"commits/{first.attributes['commit']}"
    assert facts["changes.commits"].value == len(SUBJECTS)


def test_bots_are_no_authors_and_their_commits_say_nothing():
    commits = (
        CommitSeen("a" * 40, "Add a thing", "dependabot[bot]"),
        CommitSeen("b" * 40, "Add another", "Ada"),
    )
    between = Between(earlier="v1", later="v2", commits_count=2, commits=commits)
    facts = {fact.id: fact for fact in change_facts(between, from_api("c"), "{sha}")}
    assert facts["changes.authors"].value == 1
    assert facts["change.1"].value == "Add another"


def test_authors_are_counted_only_when_all_commits_are_known():
    commits = (CommitSeen("a" * 40, "Add a thing", "Ada"),)
    between = Between(earlier="v1", later="v2", commits_count=300, commits=commits)
    assert "changes.authors" not in {fact.id for fact in change_facts(between, from_api("c"), "{sha}")}


def tagged(folder, tag: str, files: dict[str, str], message: str) -> None:
    commit_all(write_files(folder, files), message)
    git(folder, "tag", tag)


def test_a_repository_tells_what_lies_between_its_tags_and_nothing_else(tmp_path):
    tagged(tmp_path, "v1.0", {"tide/a.py": "x = 1\n"}, "Add the first tide")
    commit_all(write_files(tmp_path, {"tide/b.py": "y = 1\ny2 = 2\n"}), "Add the second tide")
    commit_all(write_files(tmp_path, {"docs/x.md": "# X\n"}), "Describe both tides well")
    tagged(tmp_path, "v1.1", {"tide/a.py": "x = 2\n"}, "Fix the first tide")
    commit_all(write_files(tmp_path, {"tide/c.py": "z = 1\n"}), "Add the third tide")
    base = scan(tmp_path)
    assert value_of(base, "changes.range") == "v1.0..v1.1"
    assert value_of(base, "changes.commits") == 3
    assert (value_of(base, "changes.files"), value_of(base, "changes.insertions")) == (3, 4)
    assert value_of(base, "changes.deletions") == 1
    told = [fact.value for fact in base.of_kind("change") if fact.id.startswith("change.")]
    assert told == ["Add the second tide", "Fix the first tide"]
    assert value_of(scan(tmp_path, "v1.0"), "changes.range") is None


def test_tags_of_other_branches_are_not_compared(tmp_path):
    tagged(tmp_path, "v1.0", {"a.py": "x = 1\n"}, "Begin")
    git(tmp_path, "checkout", "--quiet", "-b", "side")
    tagged(tmp_path, "v9.0", {"a.py": "x = 9\n"}, "Elsewhere")
    git(tmp_path, "checkout", "--quiet", "main")
    assert value_of(scan(tmp_path), "changes.range") is None


def test_the_cadence_is_counted_back_from_the_last_commit(tmp_path):
    for year in ("2023", "2025", "2026"):
        commit_all(tmp_path, GIT_COMMITTER_DATE=f"{year}-06-01T00:00:00Z")
    commit_all(write_files(tmp_path, {"a.py": "x = 1\n"}), GIT_COMMITTER_DATE="2026-05-01T00:00:00Z")
    assert value_of(scan(tmp_path), "commits.last_year") == 2


CHANGES = """\
# Changelog

## [Unreleased]

- Something nobody has yet

## [1.2.0] - 2026-01-01

### Added

- Reads rivers as well as tides (#12) by @ada in https://github.com/acme/tide/pull/12
- Warns earlier. It used to be late.

### Fixed

- 3f9c2ab Close the door behind us, fixes #9

### New Contributors

- @bob made their first contribution in #12

## [1.1.0] - 2025-01-01

- An old thing that is known
"""


def notes(text: str, release: str | None, path: str = "CHANGELOG.md") -> list[tuple[str, str]]:
    return [(str(f.value), str(f.attributes.get("section", ""))) for f in note_facts({path: text}, release)]


def test_the_notes_of_a_release_are_taken_from_its_section_only():
    told = [
        ("Reads rivers as well as tides", "Added"),
        ("Warns earlier.", "Added"),
        ("Close the door behind us", "Fixed"),
    ]
    assert notes(CHANGES, "v1.2.0") == told
    assert notes(CHANGES, None) == told
    assert notes(CHANGES, "1.1.0") == [("An old thing that is known", "")]
    assert notes(CHANGES, "v7") == []
    (first, *_rest) = note_facts({"CHANGELOG.md": CHANGES}, "v1.2.0")
    assert (first.evidence[0].path, first.evidence[0].lines) == ("CHANGELOG.md", (11, 11))
    assert first.attributes["release"] == "1.2.0"


def test_a_changelog_in_restructured_text_is_read():
    text = "Changes\n=======\n\nVersion 2.0\n-----------\n\n- Speaks to harbours in the night\n"
    assert notes(text, "2.0", "CHANGES.rst") == [("Speaks to harbours in the night", "")]


def test_no_changelog_gives_no_notes():
    assert list(note_facts({"README.md": CHANGES}, None)) == []
    assert list(note_facts({"CHANGELOG.md": "nothing here\n"}, None)) == []


def test_the_text_of_a_release_is_read_like_a_changelog():
    body = "## What's Changed\n* Add rivers by @ada in https://github.com/acme/tide/pull/3\n* Fixes\n"
    (only,) = release_note_facts(body, "v1.2.0", from_api("releases.body"))
    assert (only.value, only.attributes["section"]) == ("Add rivers", "What's Changed")


@pytest.mark.parametrize(
    ("item", "note"),
    [
        ("[PERF #12](https://x/12):\n  Walks large trees faster.", "Walks large trees faster"),
        ("[BUG #1](https://x/1), [BUG #2](https://x/2):\n  Says what it skips.", "Says what it skips"),
        ("Mend the parser (GHSA-pj86-cfqh-vqx6)", "Mend the parser"),
        ("HTTP: keeps its connections open", "HTTP: keeps its connections open"),
    ],
)
def test_a_note_is_told_without_its_ticket(item, note):
    assert notes(f"# Changes\n\n## 1.0\n\n* {item}\n", "1.0") == [(note, "")]
