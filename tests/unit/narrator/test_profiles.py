"""Release, architecture and reel: each says only what its facts say, in its own length."""

from __future__ import annotations

import re

import pytest

from services.narrator.write import REEL_SECONDS, write
from services.narrator.write.overview import spoken_seconds
from services.narrator.write.pace import MAX_STILL_SECONDS, seconds, stillness
from shared.errors import Reject
from shared.facts import FactBase
from shared.script import CodeSlide, NewsSlide, OutroSlide, Script
from shared.truth import check, misshapen
from tests.support.fact_bases import ALL, CHANGES, LIBRARY, RELEASED, fact, having, without


def said(script: Script) -> str:
    return " ".join(sentence.text for scene in script.scenes for sentence in scene.sentences)


def shown(script: Script) -> list[str]:
    slides = [scene.slide for scene in script.scenes if isinstance(scene.slide, NewsSlide)]
    return [item.body.text for slide in slides for item in slide.items]


def test_a_release_film_names_the_tags_and_what_changed_between_them():
    script = write(RELEASED, "release")
    text = said(script)
    assert check(script, RELEASED) == ()
    assert "v2.4.1" in text
    assert "42 commits" in text
    assert "“Add reverse routing for mounted apps”" in text
    assert "“Fix a leak in the response pool”" in text
    assert "“Drop the old matcher”" in text
    assert script.title.text == "Portico v2.4.1: what changed since v2.4.0"


def test_a_release_film_names_nothing_but_changes_between_the_tags():
    notes = (
        fact("note.1", "change", "Added a cache in front of the router", release="2.3.0", section="Added"),
        fact("note.2", "change", "Removed the slow path of old", release="2.3.0", section="Removed"),
    )
    script = write(having(RELEASED, *notes), "release")
    changes = {str(one.value) for one in CHANGES if one.id.startswith("change.")}
    assert set(shown(script)) <= changes
    assert "cache" not in said(script)


def test_notes_of_the_release_go_before_its_commits():
    notes = (
        fact("note.1", "change", "Routes can now be reversed", release="2.4.1", section="Added"),
        fact("note.2", "change", "Two requests no longer share a buffer", release="2.4.1", section="Fixed"),
    )
    script = write(having(RELEASED, *notes), "release")
    assert shown(script) == ["Routes can now be reversed", "Two requests no longer share a buffer"]


def test_a_hostile_change_is_left_out():
    assert "evil" not in said(write(RELEASED, "release"))


def test_without_two_tags_there_is_no_release_film():
    with pytest.raises(Reject) as refused:
        write(LIBRARY, "release")
    assert refused.value.code == "no_release"


def test_a_release_that_says_nothing_is_told_by_its_figures():
    quiet = without(RELEASED, "change.")
    script = write(quiet, "release")
    assert check(script, quiet) == ()
    assert "42 commits" in said(script)
    assert "no note or commit" in said(script)
    assert "no note or commit" not in said(write(RELEASED, "release"))


def test_what_one_person_changed_is_told_by_what_came_and_went():
    alone = having(RELEASED, fact("changes.authors", "change", 1), fact("changes.deletions", "change", 91))
    assert "91 lines removed" in said(write(alone, "release"))
    assert "one contributor" not in said(write(alone, "release"))


def test_a_tags_own_prefix_is_not_read_aloud_a_foreign_one_is():
    def tagged(prefix: str) -> str:
        spans = fact(
            "changes.range",
            "change",
            f"{prefix}1.0..{prefix}1.1",
            earlier=f"{prefix}1.0",
            later=f"{prefix}1.1",
        )
        return write(having(LIBRARY, spans), "release").title.text

    assert tagged("portico-") == "Portico 1.1: what changed since 1.0"
    assert tagged("plugin-") == "Portico plugin-1.1: what changed since plugin-1.0"


@pytest.mark.parametrize("profile", ["overview", "architecture", "reel20"])
@pytest.mark.parametrize("base", ALL, ids=lambda base: base.repo)
def test_every_profile_of_every_base_is_true_drawable_and_never_still(base: FactBase, profile):
    script = write(base, profile)
    assert script.profile == profile
    assert check(script, base) == ()
    assert list(misshapen(script)) == []
    for scene in script.scenes:
        if not isinstance(scene.slide, OutroSlide | CodeSlide):  # their lines appear by themselves
            assert stillness(scene.sentences) <= MAX_STILL_SECONDS + 0.5, scene.id
        assert all(seconds(sentence.text) <= 12 for sentence in scene.sentences)


def test_the_architecture_film_shows_folders_modules_and_what_leans_on_what():
    names = [scene.id for scene in write(LIBRARY, "architecture").scenes]
    assert names[:2] == ["hook", "glance"]
    assert {"folders", "architecture", "pillars", "code", "verdict"} <= set(names)


def test_a_reel_is_about_twenty_seconds_and_its_targets_can_be_changed():
    reel = write(LIBRARY, "reel20")
    long = write(LIBRARY, "reel20", tuple(2.5 * target for target in REEL_SECONDS))
    assert 10 <= spoken_seconds(reel.scenes) <= 24
    assert spoken_seconds(long.scenes) > spoken_seconds(reel.scenes)
    assert [scene.id for scene in reel.scenes] == ["hook", "problem", "solution", "architecture", "outro"]


def test_only_what_everybody_needs_is_called_a_need():
    more = (
        fact(
            "dependency.4",
            "dependency",
            "colorama",
            requirement="; platform_system == 'Windows'",
            scope="runtime",
        ),
        fact("dependency.5", "dependency", "sphinx", scope="dev"),
    )
    text = said(write(having(LIBRARY, *more)))
    assert "anyio" in text
    assert not re.search("colorama|sphinx|pytest", text)
