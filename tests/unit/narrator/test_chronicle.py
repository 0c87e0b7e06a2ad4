"""The scenes that draw history, folders and the way from a problem to its solution."""

from __future__ import annotations

import pytest

from services.narrator.write import write
from shared.script import ArchitectureSlide, CodeSlide, FlowSlide, TimelineSlide, VerdictSlide
from shared.truth import check
from shared.truth.shape import misshapen
from tests.support.fact_bases import LIBRARY, fact, having

MONTHS = tuple(f"{year}-{month:02}: {3 + month}" for year in (2021, 2022) for month in range(1, 13))
HISTORY = (
    fact("commits.by_month", "history", MONTHS),
    fact("commits.busiest", "history", 15, first_day="2022-12-01"),
    fact("commits.first", "history", "2021-01-03"),
    fact("commits.last", "history", "2022-12-20"),
    fact("milestone.1", "tag", "v1.0.0", date="2021-04-02"),
    fact("milestone.2", "tag", "v2.0.0", date="2022-06-02"),
)


def drawn(base, name, **wish):
    script = write(base, **wish)
    assert check(script, base) == ()
    assert list(misshapen(script)) == []
    return next((one for one in script.scenes if one.id == name), None)


def test_a_long_history_is_drawn_month_by_month_with_its_versions():
    scene = drawn(having(LIBRARY, *HISTORY), "history")
    assert isinstance(scene.slide, TimelineSlide)
    assert scene.slide.first_month == "2021-01"
    assert (len(scene.slide.counts), sum(scene.slide.counts)) == (24, 2 * sum(range(4, 16)))
    assert [pin.label.text for pin in scene.slide.pins] == ["v1.0.0", "v2.0.0"]
    assert "December 2022" in scene.sentences[0].text
    assert [reveal.box for sentence in scene.sentences for reveal in sentence.reveals] == [0, 1]


@pytest.mark.parametrize(
    "short",
    [
        (fact("commits.by_month", "history", MONTHS[:11]),),
        (fact("commits.by_month", "history", tuple(f"{row[:7]}: 1" for row in MONTHS)),),
    ],
)
def test_a_short_or_quiet_history_is_not(short):
    assert drawn(having(LIBRARY, *HISTORY, *short), "history") is None


def test_without_known_versions_the_busiest_month_is_told_alone():
    base = having(LIBRARY, *(one for one in HISTORY if one.kind != "tag"))
    scene = drawn(base, "history")
    assert (len(scene.sentences), scene.slide.pins) == (1, ())


def test_what_it_offers_is_drawn_as_the_answer_to_what_it_is_for():
    stated = "Portico does not force you to use any specific server or template engine."
    scene = drawn(having(LIBRARY, fact("readme.paragraph.1", "readme", stated)), "solution")
    assert isinstance(scene.slide, FlowSlide)
    assert scene.slide.problem.body.text == f"“{stated.rstrip('.')}”"
    assert len(scene.slide.steps) == len({reveal.box for one in scene.sentences for reveal in one.reveals})


def test_modules_are_pointed_at_when_they_are_named():
    scene = drawn(LIBRARY, "architecture")
    assert isinstance(scene.slide, ArchitectureSlide)
    labels = {node.id: node.label.text for node in scene.slide.nodes}
    text = " ".join(one.text for one in scene.sentences)
    assert scene.slide.pointed
    assert all(labels[name] in text for name in scene.slide.pointed)


def test_a_narrow_picture_has_fewer_boxes():
    modules = [fact(f"module.{n}", "module", f"pack.m{n}", lines=10, fan_in=2) for n in range(1, 15)]
    imports = [
        fact(f"import.{n}", "import", "", source=f"pack.m{n}", target=f"pack.m{n + 1}") for n in range(1, 14)
    ]
    base = having(LIBRARY, *modules, *imports)
    wide, narrow = (drawn(base, "architecture", shape=shape).slide.nodes for shape in ("wide", "reel"))
    assert len(narrow) <= 9 < len(wide)


def test_the_line_of_the_name_and_those_of_the_documentation_are_marked():
    slide = drawn(LIBRARY, "code").slide
    assert isinstance(slide, CodeSlide)
    lines = slide.code.text.splitlines()
    marked = [
        lines[group.first - slide.first_line : group.last - slide.first_line + 1] for group in slide.groups
    ]
    assert marked[0] == ["def match(self, path: str) -> Route | None:"]
    assert all('"""' in group[0] for group in marked[1:])


def test_the_verdict_shows_both_sides_it_weighs():
    scene = drawn(LIBRARY, "verdict")
    assert isinstance(scene.slide, VerdictSlide)
    assert scene.slide.assets
    revealed = sorted(reveal.box for one in scene.sentences for reveal in one.reveals)
    assert revealed == list(range(len(scene.slide.assets) + len(scene.slide.burdens)))
