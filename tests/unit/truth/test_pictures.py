"""What a slide claims by drawing is compared with what was measured."""

from __future__ import annotations

import pytest

from shared.facts import FactBase
from shared.script import Pin, Text, Tile, TimelineSlide, TreemapSlide
from shared.truth.pictures import drawn_wrong, month_after
from tests.support.fact_bases import fact

BASE = FactBase(
    repo="acme/site",
    commit=None,
    facts=(
        fact("directory.1", "directory", "src", files=3, lines=900),
        fact("commits.by_month", "history", ("2019-11: 4", "2020-01: 9")),
        fact("tag.1", "tag", "v1.0.0", date="2020-01-15"),
    ),
)


def tiles(lines):
    tile = Tile(heading=Text("src", ("directory.1",)), body=Text(""), lines=lines)
    return TreemapSlide(kicker=Text(""), title=Text(""), tiles=(tile,))


def timeline(counts=(4, 0, 9), first="2019-11", pinned="2020-01"):
    return TimelineSlide(
        kicker=Text(""),
        title=Text(""),
        first_month=first,
        counts=counts,
        facts=("commits.by_month",),
        pins=(Pin(label=Text("v1.0.0", ("tag.1",)), month=pinned),),
    )


@pytest.mark.parametrize("slide", [tiles(900), timeline(), timeline((4, 0, 9, 0))])
def test_what_was_measured_may_be_drawn(slide):
    assert list(drawn_wrong(slide, BASE)) == []


@pytest.mark.parametrize(
    "slide",
    [
        tiles(901),
        timeline((4, 0, 10)),
        timeline((4, 9)),
        timeline(first="2019-10"),
        timeline(pinned="2020-02"),
    ],
)
def test_one_changed_number_or_month_is_found(slide):
    assert len(list(drawn_wrong(slide, BASE))) == 1


def test_months_are_counted_over_the_end_of_a_year():
    assert [month_after("2018-12", n) for n in (0, 1, 13)] == ["2018-12", "2019-01", "2020-01"]
