from __future__ import annotations

import msgspec
import pytest
from PIL import Image

from services.publisher.render.frames import (
    CROSS_FADE_FRAMES,
    FADE_FRAMES,
    Held,
    Painter,
    Scenery,
    looks,
)
from services.publisher.render.inspection import Stillness
from services.publisher.render.pages import Layer
from services.publisher.render.sheets import sheets_of
from services.publisher.render.timeline import FPS, check, frame_at, plan
from shared.errors import Reject
from tests.support import films
from tests.unit.render import scripts


def planned(script):
    narration = films.narrated(script)
    sheets = sheets_of(script)
    return script, narration, sheets, plan(script, narration, sheets)


@pytest.fixture(scope="module")
def rich():
    return planned(scripts.rich_script())


def test_every_named_box_starts_to_appear_in_the_frame_of_its_word(rich):
    script, narration, _, timeline = rich
    for index, scene in enumerate(script.scenes):
        beats = {beat.layer: beat.frame for beat in timeline.shots[index].beats}
        heard = [sentence for sentence in narration.sentences if sentence.scene == index]
        for sentence, spoken in zip(scene.sentences, heard, strict=True):
            for reveal in sentence.reveals:
                assert beats[reveal.box + 1] == frame_at(spoken.words[reveal.word].start)


def test_every_layer_appears_once_and_within_its_shot(rich):
    _, _, sheets, timeline = rich
    for shot in timeline.shots:
        assert sorted(beat.layer for beat in shot.beats) == list(range(1, sheets[shot.scene].layers))
        assert all(shot.start <= beat.frame < shot.end for beat in shot.beats)


def test_a_scene_is_there_just_before_its_first_word_and_after_the_last_of_the_scene_before(rich):
    _, narration, _, timeline = rich
    for before, shot in zip(timeline.shots, timeline.shots[1:], strict=False):
        first = next(s for s in narration.sentences if s.scene == shot.scene)
        last = [s for s in narration.sentences if s.scene == before.scene][-1]
        assert last.end - 1 / FPS <= shot.start / FPS <= first.start
        assert shot.start == before.end


def test_the_film_lasts_as_long_as_the_narration(rich):
    _, narration, _, timeline = rich
    assert 0 <= timeline.frames / FPS - narration.duration_seconds < 1 / FPS
    assert sum(frames for _, frames in looks(timeline)) == timeline.frames


def test_pictures_that_do_not_change_are_drawn_once(rich):
    timeline = rich[3]
    moving = len(timeline.shots) * CROSS_FADE_FRAMES + sum(len(s.beats) for s in timeline.shots) * FADE_FRAMES
    assert len(list(looks(timeline))) <= moving + len(timeline.shots)


def test_a_reveal_that_names_no_box_or_word_is_passed_over():
    script = films.short_script()
    odd = films.sentence("It has three files.", three=7)
    scene = msgspec.structs.replace(script.scenes[1], sentences=(odd,))
    *_, timeline = planned(msgspec.structs.replace(script, scenes=(script.scenes[0], scene)))
    assert {beat.layer for beat in timeline.shots[1].beats} == {1, 2}


def test_a_scene_nobody_speaks_is_not_shown():
    script = films.short_script()
    silent = msgspec.structs.replace(script.scenes[0], sentences=())
    *_, timeline = planned(msgspec.structs.replace(script, scenes=(silent, script.scenes[1])))
    assert [shot.scene for shot in timeline.shots] == [1]
    assert timeline.shots[0].start == 0


def test_a_narration_that_speaks_the_script_is_taken(rich):
    check(rich[0], rich[1])


def test_a_narration_of_fewer_words_or_sentences_is_refused():
    script = films.short_script()
    narration = films.narrated(script)
    first = msgspec.structs.replace(narration.sentences[0], words=narration.sentences[0].words[1:])
    for sentences in ((), narration.sentences[:1], (first, narration.sentences[1])):
        with pytest.raises(Reject):
            check(script, msgspec.structs.replace(narration, sentences=sentences))


def test_a_script_that_says_nothing_is_refused():
    silent = films.script(msgspec.structs.replace(films.short_script().scenes[0], sentences=()))
    narration = msgspec.structs.replace(films.narrated(films.short_script()), sentences=())
    with pytest.raises(Reject):
        check(silent, narration)


def flat(colour, x=0):
    return Layer(Image.new("RGBA", (40, 40), colour), x, 0)


def test_a_box_fades_in_from_its_words_frame_on():
    _, _, sheets, timeline = planned(films.short_script())
    ground = Image.new("RGB", (160, 90), "black")
    sceneries = [
        Scenery(ground, [flat((0, 0, 0, 0)), *[flat("white", 40 * n) for n in range(sheet.layers - 1)]])
        for sheet in sheets
    ]
    bright = []
    for held in Painter(timeline, sceneries).pictures():
        bright += [held.picture.getpixel((20, 30))[0]] * held.frames
    shot = timeline.shots[1]
    beat = next(beat.frame for beat in shot.beats if beat.layer == 1)

    assert set(bright[shot.start + CROSS_FADE_FRAMES : beat]) == {0}
    rising = bright[beat : beat + FADE_FRAMES]
    assert rising == sorted(rising)
    assert 0 < rising[0] < rising[-1] == 255


@pytest.mark.parametrize(("second", "longest"), [("black", 500), ("white", 300)])
def test_stillness_is_measured_on_the_pictures_themselves(second, longest):
    pictures = Stillness(
        [Held(Image.new("RGB", (8, 8), "black"), 300), Held(Image.new("RGB", (8, 8), second), 200)]
    )
    assert sum(held.frames for held in pictures) == 500
    assert pictures.longest_frames == longest
