from __future__ import annotations

import pytest

from services.publisher.render.bars import MOST_BARS, MOST_TICKS, chart
from services.publisher.render.design import WIDE
from shared.script import Pin, Text, TimelineSlide


def timeline(first, counts, *pins):
    return TimelineSlide(
        kicker=Text("History"),
        title=Text("Commits"),
        first_month=first,
        counts=tuple(counts),
        facts=(),
        pins=tuple(Pin(label=Text(label), month=month) for label, month in pins),
    )


def test_a_short_history_has_a_bar_a_month():
    assert chart(timeline("2020-11", (5, 0, 10)), WIDE.canvas).bars == (0.5, 0.0, 1.0)


@pytest.mark.parametrize("months", [85, 300, 1200])
def test_a_long_history_has_fewer_bars_that_hold_all_commits(months):
    drawn = chart(timeline("1990-01", [2] * months), WIDE.canvas)
    assert len(drawn.bars) <= MOST_BARS
    assert drawn.bars[0] == 1.0


def test_years_stand_where_they_begin():
    drawn = chart(timeline("2020-11", [1] * 20), WIDE.canvas)
    assert [(tick.label.text, round(tick.at * 20)) for tick in drawn.ticks] == [("2021", 2), ("2022", 14)]


def test_there_are_few_enough_years_and_always_one():
    assert len(chart(timeline("1990-05", [1] * 400), WIDE.canvas).ticks) <= MOST_TICKS
    assert [tick.label.text for tick in chart(timeline("2020-05", [1, 1]), WIDE.canvas).ticks] == ["2020"]


def test_a_pin_stands_in_its_month_and_those_far_apart_in_one_row():
    drawn = chart(timeline("2020-01", [1] * 10, ("2.0", "2020-10"), ("1.0", "2020-03")), WIDE.canvas)
    assert [(pin.label.text, round(pin.at, 2), pin.row) for pin in drawn.pins] == [
        ("2.0", 0.95, 0),
        ("1.0", 0.25, 0),
    ]
    assert drawn.rows == 1


def test_no_pin_lies_on_another():
    months = [("1.0.0", "2020-03"), ("2.0.0", "2020-05"), ("3.0.0", "2020-06"), ("4.0.0", "2021-12")]
    drawn = chart(timeline("2020-01", [1] * 60, *months), WIDE.canvas)
    assert [pin.row for pin in drawn.pins] == [0, 1, 2, 0]
    assert drawn.rows == 3


def test_a_pin_outside_the_months_stays_on_the_picture():
    drawn = chart(timeline("2020-01", [1] * 10, ("early", "2019-01"), ("late", "2022-01")), WIDE.canvas)
    assert [pin.at for pin in drawn.pins] == [0.0, 1.0]
