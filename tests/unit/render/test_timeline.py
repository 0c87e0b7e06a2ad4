from __future__ import annotations

from itertools import pairwise

import msgspec
import numpy as np
import pytest
from PIL import Image

from services.publisher.render.backdrop import backdrop
from services.publisher.render.design import WIDE
from services.publisher.render.frames import (
    CROSS_FADE_FRAMES,
    FADE_FRAMES,
    Painter,
    Scenery,
    looks,
)
from services.publisher.render.pages import Layer
from services.publisher.render.planes import split
from services.publisher.render.sheets import sheets_of
from services.publisher.render.timeline import (
    FPS,
    LAST_RUN_AT,
    LEAST_SHOWN_SECONDS,
    LEAST_SHOWN_SHARE,
    LONGEST_REST_SECONDS,
    check,
    frame_at,
    plan,
)
from services.publisher.render.typesetter import set_film
from shared.errors import Reject
from shared.script import CodeSlide, LineGroup
from tests.support import films
from tests.unit.render import scripts


def planned(script):
    narration = films.narrated(script)
    sheets = sheets_of(script, WIDE.canvas)
    return script, narration, sheets, plan(script, narration, sheets)


def all_looks(timeline):
    return [look for number in range(len(timeline.shots)) for look in looks(timeline, number)]


@pytest.fixture(scope="module")
def rich():
    return planned(scripts.rich_script())


def test_every_named_box_starts_to_appear_in_the_frame_of_its_word(rich):
    """But for one whose scene goes too soon after it."""
    script, narration, _, timeline = rich
    exact = early = 0
    for index, scene in enumerate(script.scenes):
        shot = timeline.shots[index]
        beats = {beat.layer: beat.frame for beat in shot.beats}
        heard = [sentence for sentence in narration.sentences if sentence.scene == index]
        for sentence, spoken in zip(scene.sentences, heard, strict=True):
            for reveal in sentence.reveals:
                frame = frame_at(spoken.words[reveal.word].start)
                exact += beats[reveal.box + 1] == frame
                if beats[reveal.box + 1] != frame:
                    early += 1
                    assert beats[reveal.box + 1] < frame
                    assert shot.end - frame < LEAST_SHOWN_SECONDS * FPS
    assert exact > early


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
    assert sum(frames for _, frames in all_looks(timeline)) == timeline.frames


def test_pictures_that_do_not_change_are_drawn_once(rich):
    timeline = rich[3]
    moving = len(timeline.shots) * CROSS_FADE_FRAMES + sum(len(s.beats) for s in timeline.shots) * FADE_FRAMES
    moving += sum(len(shot.nods) for shot in timeline.shots) * 10
    assert len(all_looks(timeline)) <= moving + len(timeline.shots)


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


def drawn(timeline, sceneries):
    """Each picture's luma, its frames, and whether it moved."""
    for number in range(len(timeline.shots)):
        painter = Painter(timeline, sceneries, number)
        for look, frames in looks(timeline, number):
            picture = painter.draw(look)
            yield split(picture.planes)[0].copy(), frames, picture.moved


def scenery_of(sheets, ground, colour="white"):
    clear = flat((0, 0, 0, 0))
    return [
        Scenery(ground, [clear, *[flat(colour, 40 * n) for n in range(sheet.layers - 1)]]) for sheet in sheets
    ]


def test_a_box_fades_in_from_its_words_frame_on():
    _, _, sheets, timeline = planned(films.short_script())
    bright = []
    for luma, frames, _ in drawn(timeline, scenery_of(sheets, Image.new("RGB", (160, 96), "black"))):
        bright += [luma[30, 20]] * frames
    shot = timeline.shots[1]
    beat = next(beat.frame for beat in shot.beats if beat.layer == 1)

    assert set(bright[shot.start + CROSS_FADE_FRAMES : beat]) == {16}
    rising = bright[beat : beat + FADE_FRAMES]
    assert rising == sorted(rising)
    assert 16 < rising[0] < rising[-1] == 235


def test_a_box_nobody_can_see_is_no_motion():
    """Stillness is judged by the pictures, not by what the timeline has planned."""
    *_, sheets, timeline = planned(films.short_script())
    ground = Image.new("RGB", (160, 96), "white")
    seen = [moved for *_, moved in drawn(timeline, scenery_of(sheets, ground, "black"))]
    unseen = [moved for *_, moved in drawn(timeline, scenery_of(sheets, ground, "white"))]
    assert sum(seen) > 2 * FADE_FRAMES
    assert sum(unseen) == 1


def test_pictures_drawn_step_by_step_equal_those_drawn_at_once(rich):
    """Redrawing only what changes, also from a look that is not the one before, leaves nothing behind."""
    _, _, sheets, timeline = rich
    pages = set_film(sheets, "en", WIDE)
    ground = backdrop(pages.painting, "calm", 1920, 1080)
    sceneries = [Scenery(ground, [page.layer() for page in pages.slides[sheet.index]]) for sheet in sheets]
    number = 3
    every = [look for look, _ in looks(timeline, number)]
    painter = Painter(timeline, sceneries, number)
    for look in [*every[::9], every[-3], every[4]]:
        fresh = Painter(timeline, sceneries, number).draw(look).planes
        assert np.array_equal(painter.draw(look).planes, fresh)


def test_a_layer_nods_where_nothing_else_would_move():
    """A scene that is spoken for long after its last box has come is not a still picture."""
    script = films.short_script()
    long = films.sentence(
        "It has three files " + "and a long tale to tell of each one " * 6, three=0, files=1
    )
    scene = msgspec.structs.replace(script.scenes[1], sentences=(long,))
    *_, sheets, timeline = planned(msgspec.structs.replace(script, scenes=(script.scenes[0], scene)))
    shot = timeline.shots[1]
    assert shot.end - shot.start > 8 * FPS
    assert shot.nods
    standing = longest = 0
    for _, frames, moved in drawn(timeline, scenery_of(sheets, Image.new("RGB", (160, 96), "black"))):
        standing = frames if moved else standing + frames
        longest = max(longest, standing)
    assert longest < 8 * FPS


def test_a_scene_in_which_boxes_come_often_enough_does_not_nod(rich):
    for shot in rich[3].shots:
        moments = [*(beat.frame for beat in shot.beats), shot.end]
        gaps = [after - before for before, after in pairwise(moments)]
        assert bool(shot.nods) == (max(gaps, default=0) >= LONGEST_REST_SECONDS * FPS)


def of_code(script, spoken, *groups):
    """The shot of the script's code with these words and groups, and its number of boxes."""
    code = next(scene for scene in script.scenes if isinstance(scene.slide, CodeSlide))
    slide = msgspec.structs.replace(code.slide, groups=groups)
    alone = msgspec.structs.replace(code, slide=slide, sentences=(spoken,))
    _, _, sheets, timeline = planned(msgspec.structs.replace(script, scenes=(alone,)))
    return timeline.shots[0], sheets[0].boxes


def test_code_is_there_before_a_line_of_it_is_pointed_at(rich):
    spoken = films.sentence("Open this file at its first line, and there is matches, which tells.", matches=0)
    first = next(scene.slide.first_line for scene in rich[0].scenes if isinstance(scene.slide, CodeSlide))
    shot, boxes = of_code(rich[0], spoken, LineGroup(first=first, last=first))
    pointing = [beat.frame for beat in shot.beats if beat.layer <= boxes]
    runs = [beat.frame for beat in shot.beats if beat.layer > boxes]
    assert len(pointing) == 1
    assert runs[0] == shot.start
    assert runs[-1] < pointing[0]


def test_code_that_nothing_points_into_comes_while_it_is_spoken_of(rich):
    shot, _ = of_code(rich[0], films.sentence("This is how it reads in practice, eighteen lines of it."))
    frames = [beat.frame for beat in shot.beats]
    assert frames[0] == shot.start
    assert len(set(frames)) == len(frames)
    assert frames[-1] < shot.start + LAST_RUN_AT * (shot.end - shot.start)


def test_a_box_that_is_named_last_comes_early_enough_to_be_read():
    script = films.short_script()
    late = films.sentence("It has three files, and as we counted them only 120 lines.", three=0, lines=1)
    scene = msgspec.structs.replace(script.scenes[1], sentences=(late,))
    _, narration, _, timeline = planned(msgspec.structs.replace(script, scenes=(script.scenes[0], scene)))
    shot = timeline.shots[1]
    least = min(LEAST_SHOWN_SECONDS * FPS, LEAST_SHOWN_SHARE * (shot.end - shot.start))
    starts = [frame_at(word.start) for word in narration.sentences[1].words]
    last = next(beat.frame for beat in shot.beats if beat.layer == 2)
    assert last in starts
    assert shot.end - last >= least
    assert all(shot.end - frame < least for frame in starts if frame > last)


def test_the_bar_of_languages_comes_with_its_word(rich):
    """It is the box after the stats, and no extra."""
    script, narration, sheets, _ = rich
    number = next(n for n, scene in enumerate(script.scenes) if scene.id == "solution")
    stats = len(script.scenes[number].slide.stats)
    told = films.sentence("Nearly all of it is Python, in 34 modules of this one library.", nearly=stats)
    scene = msgspec.structs.replace(script.scenes[number], sentences=(told,))
    script, narration, sheets, timeline = planned(msgspec.structs.replace(script, scenes=(scene,)))
    beats = {beat.layer: beat.frame for beat in timeline.shots[0].beats}
    assert sheets[0].boxes == stats + 1
    assert beats[stats + 1] == frame_at(narration.sentences[0].words[0].start)


def test_the_first_box_of_a_scene_comes_before_it_has_stood_still_for_long():
    script = films.short_script()
    long = films.sentence(
        "Long and slow is the tale that is told before the first of all its boxes is at last given by its "
        "name here, among the files of this one small repository.",
        files=0,
    )
    scene = msgspec.structs.replace(script.scenes[1], sentences=(long,))
    _, narration, _, timeline = planned(msgspec.structs.replace(script, scenes=(script.scenes[0], scene)))
    shot, words = timeline.shots[1], narration.sentences[1].words
    named = next(word.start for word in words if word.text == "files")
    assert frame_at(named) - shot.start > LONGEST_REST_SECONDS * FPS
    assert shot.beats[0].frame - shot.start <= LONGEST_REST_SECONDS * FPS
    assert shot.beats[0].frame in [frame_at(word.start) for word in words]
