"""Each way to spoil a finished film fails the gate that is there for it, and no other."""

from __future__ import annotations

import shutil

import msgspec
import pysubs2
import pytest

from services.publisher.quality.measuring import Work, measure_film
from services.publisher.quality.speech import Heard
from services.publisher.render import glyphs
from shared.facts import FactBase
from shared.offload import ignore_progress
from shared.script import Script

LATE_MS = 200
UNHEARD = Heard(why_not="nobody listened")


@pytest.fixture
def film(short_film, tmp_path):
    """A film's files, to be spoiled, and what they are measured against."""
    folder, script, narration, recording, made = short_film
    for name in made.files:
        shutil.copy(folder / name, tmp_path)
    facts = FactBase(repo="acme/tinybox", commit=None, facts=())
    return tmp_path, Work(script=script, narration=narration, facts=facts, drawn=made.drawn), recording


def failed(folder, work, recording):
    """The gates that fail; M1 is left out, the script of this film rests on no facts."""
    made = measure_film(ignore_progress, work, UNHEARD, recording, folder)
    return {name for name in made.failed if not name.startswith("M1.")}, made


def test_the_film_as_it_was_made_passes_and_says_that_nobody_listened(film):
    names, made = failed(*film)
    assert names == set()
    assert made.unmeasured == ("M2.words_wrong_share",)


def test_cues_a_fifth_of_a_second_late_fail_timing(film):
    path = film[0] / "subtitles.en.srt"
    cues = pysubs2.load(str(path))
    cues.shift(ms=LATE_MS)
    cues.save(str(path))
    assert failed(*film)[0] == {"M3.cue_start_median_ms", "M3.cue_start_p95_ms"}


def test_lit_words_a_fifth_of_a_second_late_fail_timing(film):
    path = film[0] / "subtitles.en.ass"
    cues = pysubs2.load(str(path))
    cues.shift(ms=LATE_MS)
    cues.save(str(path))
    assert failed(*film)[0] == {"M3.highlight_median_ms", "M3.highlight_p95_ms"}


def test_a_dropped_font_fails_the_picture(film):
    folder, work, recording = film
    boxes = sum(len(glyphs.missing(scene.heading, ())) for scene in work.script.scenes)
    without = msgspec.structs.replace(work, drawn=msgspec.structs.replace(work.drawn, missing_glyphs=boxes))
    assert failed(folder, without, recording)[0] == {"M4.missing_glyphs"}


def test_music_too_loud_fails_the_sound(film):
    folder, work, recording = film
    drawn = msgspec.structs.replace(work.drawn, voice_over_music_db=16.0 - 12.0)
    assert failed(folder, msgspec.structs.replace(work, drawn=drawn), recording)[0] == {
        "M4.voice_over_music_db"
    }


def test_a_translation_that_lost_a_number_fails_translation(film):
    folder, work, recording = film
    lost = msgspec.json.decode(msgspec.json.encode(work.script).replace(b"120", b"some"), type=Script)
    work = msgspec.structs.replace(work, source=work.script, script=lost)
    assert "M5.kept_share" in failed(folder, work, recording)[0]
