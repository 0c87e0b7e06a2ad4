"""The film that all make: its script, its sound, and for the peers every settled picture as a PNG file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import msgspec
from PIL import Image

from services.publisher.render.deck import Deck
from services.publisher.render.design import WIDE
from services.publisher.render.frames import FADE_FRAMES, Inked, Look, Scenery, looks
from services.publisher.render.sheets import sheets_of
from services.publisher.render.timeline import FPS, Timeline, plan
from shared.narration import Narration
from shared.script import Script
from shared.shelf import Shelf
from shared.speech.narrate import SCENE_PAUSE_SECONDS
from tests.support import films
from tests.unit.render.scripts import rich_script

SECONDS, SHORT_SCENES = 60.0, 2
SLOWER = 1.1
SHELF_BYTES = 512 << 20
SET = "set"
"""The shelf with the slides of the film, set, and nothing else: ours are given no more than the peers."""


class State(msgspec.Struct, frozen=True):
    """A picture and the second at which it begins to appear."""

    start: float
    picture: str


class Task(msgspec.Struct, frozen=True):
    """What a peer is given."""

    width: int
    height: int
    fps: int
    seconds: float
    fade_seconds: float
    states: tuple[State, ...]
    bar: str
    sound: str


def script_of(*, short: bool) -> Script:
    script = rich_script()
    return msgspec.structs.replace(script, scenes=script.scenes[:SHORT_SCENES]) if short else script


def narration_of(script: Script, *, slower: float = 1.0) -> Narration:
    """A minute for the whole script, some seconds for the short one; `slower` stretches every word.

    Pauses are as long as a narrator's, whatever the pace.
    """
    told = partial(films.narrated, script, scene_pause_seconds=SCENE_PAUSE_SECONDS, slower=slower)
    narration = told()
    if len(script.scenes) > SHORT_SCENES and slower == 1:
        narration = told(tail_seconds=max(0.3, SECONDS + 0.3 - narration.duration_seconds))
    return narration


def prepare(folder: Path, *, short: bool) -> Task:
    """Write what the peers need; it costs them nothing."""
    script = script_of(short=short)
    narration = narration_of(script)
    films.write_wav(folder / "narration.wav", films.voice(narration))
    sheets = sheets_of(script, WIDE.canvas)
    timeline = plan(script, narration, sheets)
    deck = Deck(script, sheets, WIDE, Shelf(folder / SET, SHELF_BYTES))
    deck.known()
    deck.pages.bar_full.save(folder / "bar.png")
    task = Task(
        width=WIDE.canvas.width,
        height=WIDE.canvas.height,
        fps=FPS,
        seconds=timeline.frames / FPS,
        fade_seconds=FADE_FRAMES / FPS,
        states=tuple(_states(folder, timeline, deck.sceneries)),
        bar="bar.png",
        sound="narration.wav",
    )
    (folder / "task.json").write_bytes(msgspec.json.encode(task))
    return task


def _states(folder: Path, timeline: Timeline, sceneries: Sequence[Scenery]) -> list[State]:
    """Each settled look, from the frame in which it begins to appear."""
    states: list[State] = []
    frame = began = 0
    for number in range(len(timeline.shots)):
        for look, frames in looks(timeline, number):
            if frames > 1:
                name = f"state{len(states):03}.png"
                _picture(sceneries[look.shot], look).save(folder / name, compress_level=1)
                states.append(State(began / FPS, name))
            frame += frames
            began = frame if frames > 1 else began
    return states


def _picture(scenery: Scenery, look: Look) -> Image.Image:
    picture = scenery.ground.convert("RGBA")
    whole = (0, 0, *picture.size)
    for layer, step in zip(scenery.layers, (FADE_FRAMES, *look.steps), strict=True):
        if step:
            Inked(layer).paste(picture, whole, step / FADE_FRAMES)
    return picture.convert("RGB")
