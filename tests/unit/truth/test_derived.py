"""Figures that follow from two facts: carried when both are cited, and only then."""

from __future__ import annotations

import pytest

from shared.truth.mentions import short_name
from tests.support.fact_bases import LIBRARY, fact, having
from tests.unit.truth.test_gate import violations

SPAN = ["commits.first", "commits.last"]
AUTHOR = ["contributor.1", "commits.count"]
CHANGED = having(
    LIBRARY,
    fact("changes.insertions", "change", 1204),
    fact("changes.deletions", "change", 377),
    fact("changes.files", "change", 31),
)


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("It has eight years of history.", SPAN),
        ("It has over eight years of history.", SPAN),
        ("35 percent of its files are tests.", ["tests.count", "files.count"]),
        ("A single author made 63 percent of the commits.", AUTHOR),
    ],
)
def test_a_figure_both_of_whose_facts_are_cited_passes(text, facts):
    assert violations(text, *facts) == []


@pytest.mark.parametrize(
    ("text", "facts", "word"),
    [
        ("It has nine years of history.", SPAN, "nine"),
        ("It has eight years of history.", ["commits.first"], "eight"),
        ("39 percent of its files are tests.", ["tests.count", "files.count"], "39 percent"),
        ("35 percent of its files are tests.", ["tests.count"], "35 percent"),
        ("A single author made 36 percent of the commits.", AUTHOR, "36 percent"),
        ("It has 112 years of history.", ["files.count"], "112"),
    ],
)
def test_any_other_figure_is_found(text, facts, word):
    assert word in violations(text, *facts)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("It has 1,204 lines added.", True),
        ("It has 377 lines added.", False),
        ("It has 377 lines removed.", True),
        ("It has 1,204 lines removed.", False),
        ("It has 31 files changed.", True),
    ],
)
def test_lines_added_and_removed_are_not_taken_for_each_other(text, right):
    cited = ["changes.insertions", "changes.deletions", "changes.files"]
    assert (violations(text, *cited, base=CHANGED) == []) is right


def test_an_address_is_said_by_its_last_part_that_is_no_version():
    assert short_name("github.com/gdamore/tcell/v2") == "tcell"
    assert short_name("psr/log") == "psr/log"
    assert short_name("anyio") == "anyio"
