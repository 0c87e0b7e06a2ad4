"""A script that cannot be drawn is found out before anything is spoken."""

from __future__ import annotations

import msgspec
import pytest

from services.narrator.write import write
from shared.script import (
    ArchitectureSlide,
    CodeSlide,
    Edge,
    Item,
    ListSlide,
    Node,
    Reveal,
    Scene,
    Script,
    Sentence,
    Slide,
    Text,
)
from shared.truth import misshapen
from tests.support.fact_bases import ALL, LIBRARY


def with_slide(slide: Slide) -> Script:
    scene = Scene(id="hook", heading="", sentences=(Sentence(text="One word.", facts=("x",)),), slide=slide)
    return msgspec.structs.replace(write(LIBRARY), scenes=(scene,))


def nodes(*names: str) -> tuple[Node, ...]:
    return tuple(Node(id=name, label=Text(name), note=Text("")) for name in names)


def diagram(names: tuple[Node, ...], *edges: tuple[str, str]) -> ArchitectureSlide:
    arrows = tuple(Edge(source=source, target=target, facts=()) for source, target in edges)
    return ArchitectureSlide(kicker=Text(""), title=Text(""), nodes=names, edges=arrows)


ITEM = Item(heading=Text("x"), body=Text(""))
MISSHAPEN: dict[str, Slide] = {
    "items": ListSlide(kicker=Text(""), title=Text(""), items=(ITEM,) * 7),
    "boxes": diagram(nodes(*map(str, range(17)))),
    "id of its own": diagram(nodes("a", "a")),
    "not there": diagram(nodes("a"), ("a", "b")),
    "circle": diagram(nodes("a", "b"), ("a", "b"), ("b", "a")),
    "lines": CodeSlide(
        kicker=Text(""),
        title=Text(""),
        path=Text(""),
        language="",
        first_line=1,
        code=Text("\n".join("x" * 19)),
    ),
}


@pytest.mark.parametrize("base", ALL, ids=lambda base: base.repo)
def test_what_the_writer_writes_is_well_shaped(base):
    assert list(misshapen(write(base))) == []


@pytest.mark.parametrize("words", MISSHAPEN)
def test_a_slide_that_cannot_be_drawn_is_named(words):
    (fault,) = misshapen(with_slide(MISSHAPEN[words]))
    assert words in fault


def test_a_script_without_scenes_or_with_too_much_text_is_named():
    script = write(LIBRARY)
    assert "scenes" in next(misshapen(msgspec.structs.replace(script, scenes=())))
    long = Sentence(text="word " * 300, facts=("files.count",), reveals=(Reveal(word=400, box=0),))
    scene = msgspec.structs.replace(script.scenes[0], sentences=(long,))
    faults = list(misshapen(msgspec.structs.replace(script, scenes=(scene,))))
    assert any("characters" in fault for fault in faults)
    assert any("reveal" in fault for fault in faults)
    silent = msgspec.structs.replace(script.scenes[0], sentences=())
    assert any("says" in fault for fault in misshapen(msgspec.structs.replace(script, scenes=(silent,))))
