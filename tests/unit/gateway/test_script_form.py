"""A script as a form, and back."""

from __future__ import annotations

import msgspec
import pytest

from services.gateway.dashboard.editing import MAX_CHARACTERS, edited, grounds, sheet
from services.gateway.dashboard.forms import Fields
from shared.facts import Evidence, Fact, FactBase
from shared.script import Script, Text
from shared.truth import Violation
from tests.support.films import short_script

SCRIPT = msgspec.structs.replace(short_script(), title=Text("tinybox", ("repo.name",)))


def filled(script: Script, **changes: str) -> Fields:
    """What the form of a script sends when only this was typed; `scene_1_1` is `scene.1.1`."""
    form = {"title": script.title.text, "title.facts": " ".join(script.title.facts)}
    form |= {"description": script.description.text.replace("\n", "\r\n")}
    for index, scene in enumerate(script.scenes):
        for number, sentence in enumerate(scene.sentences, start=1):
            form[f"scene.{index}.{number}"] = sentence.text
            form[f"scene.{index}.{number}.facts"] = " ".join(sentence.facts)
    form |= {name.replace("_", "."): text for name, text in changes.items()}
    return Fields(tuple((name, text.encode()) for name, text in form.items()))


def test_a_form_that_was_not_touched_gives_the_same_script() -> None:
    assert edited(SCRIPT, filled(SCRIPT)) == SCRIPT


def test_a_sentence_without_words_goes_and_a_new_one_comes_last() -> None:
    fields = filled(SCRIPT, scene_1_1="  ", scene_1_new="It is  small.", scene_1_new_facts="files.count a.b")
    sentences = edited(SCRIPT, fields).scenes[1].sentences
    assert [(one.text, one.facts) for one in sentences] == [("It is small.", ("files.count", "a.b"))]


def test_what_appears_at_a_word_that_is_gone_appears_with_the_slide() -> None:
    before = SCRIPT.scenes[1].sentences[0].reveals
    after = edited(SCRIPT, filled(SCRIPT, scene_1_1="It has three files.")).scenes[1].sentences[0].reveals
    assert [reveal.box for reveal in before] == [0, 1]
    assert [reveal.box for reveal in after] == [0]


def test_what_the_gate_said_stands_at_its_field() -> None:
    def said(where: str) -> Violation:
        return Violation(where=where, text="…", word="113", why="stands in no fact")

    places = ("title", "hook, heading", "solution, sentence 1", "solution, on screen")
    laid = sheet(SCRIPT, [said(place) for place in places])
    assert [line.name for line in laid.refused] == ["title", "scene.0.heading", "scene.1.1"]
    assert laid.title.complaints == ("“113” stands in no fact.",)
    assert laid.blocks[1].complaints == ("“113” stands in no fact.",)
    assert sheet(SCRIPT).refused == []


@pytest.mark.parametrize("value", ["x" * 500, ("one", "two"), 12])
def test_facts_are_listed_on_one_line_each(value: object) -> None:
    fact = Fact(id="a.b", kind="repo", value=value, evidence=(Evidence(source="api", field="name"),))  # type: ignore[arg-type]
    listed = grounds(FactBase(repo="acme/site", commit=None, facts=(fact,)))
    assert len(listed[0].value) <= MAX_CHARACTERS
    assert "\n" not in listed[0].value
