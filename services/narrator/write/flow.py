"""From the problem to the solution: the slide of what it offers begins with what it is for."""

from __future__ import annotations

import msgspec

from shared.script import FlowSlide, Item, ListSlide, Scene, Slide

MAX_STEPS = 4
_STATED = ("The problem, in its own words", "In its own words")


def flowing(scenes: tuple[Scene, ...]) -> tuple[Scene, ...]:
    """The scenes, the solution drawn as the answer to a problem that was quoted before."""
    quoted = next((item for scene in scenes if scene.id == "problem" for item in _stated(scene.slide)), None)
    return tuple(
        _answering(scene, quoted) if scene.id == "solution" and quoted else scene for scene in scenes
    )


def _stated(slide: Slide) -> tuple[Item, ...]:
    items = slide.items if isinstance(slide, ListSlide) else ()
    return tuple(item for item in items if item.heading.text in _STATED)


def _answering(scene: Scene, problem: Item) -> Scene:
    old = scene.slide
    if not isinstance(old, ListSlide) or len(old.items) > MAX_STEPS:
        return scene
    slide = FlowSlide(kicker=old.kicker, title=old.title, problem=problem, steps=old.items)
    return msgspec.structs.replace(scene, slide=slide)
