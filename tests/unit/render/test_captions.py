"""Words drawn into the picture: in step with the voice, in the room kept for them, and gone afterwards."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from PIL import Image

from services.publisher.render.captions import NOTHING, captioned, captions_of, large
from services.publisher.render.design import Design
from services.publisher.render.frames import Scene, Scenery, looks
from services.publisher.render.pages import Layer
from services.publisher.render.planes import bar_top
from services.publisher.render.segments import chunks
from services.publisher.render.sheets import sheets_of
from services.publisher.render.timeline import Beat, Shot, Timeline, frame_at, plan
from shared.script import Script
from tests.support import films
from tests.unit.render import scripts

REEL = Design(format="reel")


@pytest.fixture(scope="module")
def narration():
    return films.narrated(films.short_script())


@pytest.fixture(scope="module")
def reel(narration):
    return captions_of(narration, REEL)


def test_in_a_reel_each_word_lights_up_with_its_sound(reel, narration):
    starts = [frame_at(word.start) for sentence in narration.sentences for word in sentence.words]
    lit = [beat.frame for beat in reel.beats if beat.layer != NOTHING]
    assert len(lit) == len(starts) == len(reel.layers)
    assert all(abs(one - other) <= 3 for one, other in zip(sorted(lit), starts, strict=True))


@pytest.mark.parametrize("shape", ["wide", "reel", "square"])
def test_words_keep_to_the_room_that_slides_leave_free(shape):
    long = films.script(
        films.scene(
            "hook", films.short_script().scenes[0].slide, films.sentence("Wide W" + "wm" * 40 + " words.")
        )
    )
    design = Design(format=shape)
    room = design.canvas.caption
    for layer in captions_of(films.narrated(long), design).layers:
        assert room.x <= layer.x
        assert room.y <= layer.y
        assert layer.x + layer.picture.width <= room.x + room.w
        assert layer.y + layer.picture.height <= room.y + room.h


def test_other_shapes_show_whole_cues(narration):
    assert len(captions_of(narration, Design(format="wide")).layers) == 2


def test_a_reels_lines_are_short():
    assert (large("pt").longest_line, large("ja").longest_line) == (18, 9)


def test_a_shot_begins_with_what_stands_there():
    shots = tuple(Shot(scene=n, heading="", start=10 * n, end=10 * n + 10, beats=()) for n in range(3))
    made = captioned(Timeline(shots), (Beat(3, 0), Beat(8, 1), Beat(15, NOTHING)))
    assert [shot.captions for shot in made.shots] == [
        (Beat(3, 0), Beat(8, 1)),
        (Beat(8, 1), Beat(15, NOTHING)),
        (Beat(15, NOTHING),),
    ]


def scene(reel) -> Scene:
    noise = np.random.default_rng(3).integers(0, 255, (1920, 1080, 3), np.uint8)
    ground = Image.fromarray(noise)
    blank = Layer(Image.new("RGBA", (1, 1)), 0, 0)
    return Scene(Scenery(ground, (blank,), reel.layers))


def test_a_change_of_words_moves_only_their_room_and_leaves_nothing_behind(reel):
    shown, clean = scene(reel), scene(reel)
    clean.show(())
    shown.show((), 0)
    first = shown.planes.copy()
    assert shown.show((), 1)
    height = bar_top(1920)
    changed = np.flatnonzero((shown.planes[:height] != first[:height]).any(axis=1))
    room = REEL.canvas.caption
    assert room.y - 2 <= changed.min() <= changed.max() <= room.y + room.h + 24
    assert not shown.show((), 1)
    assert shown.show((), NOTHING)
    assert np.array_equal(shown.planes, clean.planes)


def test_words_ask_for_no_more_whole_pictures(narration):
    """A picture coded on its own at every second word would make a reel several times larger."""
    script: Script = scripts.rich_script()
    spoken = films.narrated(script)
    timeline = plan(script, spoken, sheets_of(script, REEL.canvas))
    with_words = captioned(timeline, captions_of(spoken, REEL).beats)
    counts = [
        sum(len(list(chunks(looks(one, number)))) for number in range(len(one.shots)))
        for one in (timeline, with_words)
    ]
    assert counts[1] <= counts[0] + len(timeline.shots)


def test_the_same_words_make_the_same_layers(reel, narration):
    again = captions_of(narration, REEL)
    assert again.beats == reel.beats
    assert all(
        one.picture.tobytes() == other.picture.tobytes()
        for one, other in zip(again.layers, reel.layers, strict=True)
    )
    assert msgspec.structs.asdict(again.beats[0]) == {"frame": reel.beats[0].frame, "layer": 0}
