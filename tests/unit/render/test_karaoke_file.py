"""The ASS file lights up each word when it is spoken."""

from __future__ import annotations

import re

import msgspec
import pysubs2

from services.publisher.quality.timing import highlight_lateness_ms, p95
from services.publisher.render import cues
from services.publisher.render.subtitles import write_karaoke
from tests.support import films
from tests.unit.render import scripts


def test_words_light_up_within_a_hundredth_of_a_second(tmp_path):
    narration = films.narrated(scripts.rich_script())
    path = tmp_path / "subtitles.en.ass"

    write_karaoke(cues.cues_of(narration), path, 1920, 1080)

    late = highlight_lateness_ms(path, narration)
    assert len(late) == sum(len(sentence.words) for sentence in narration.sentences)
    assert max(late) <= 15


def test_late_words_are_seen(tmp_path):
    narration = films.narrated(scripts.rich_script())
    late = [
        msgspec.structs.replace(
            cue,
            start=cue.start + 0.2,
            end=cue.end + 0.2,
            lines=tuple(
                tuple(msgspec.structs.replace(p, start=p.start + 0.2, end=p.end + 0.2) for p in line)
                for line in cue.lines
            ),
        )
        for cue in cues.cues_of(narration)
    ]
    path = tmp_path / "subtitles.en.ass"

    write_karaoke(late, path, 1920, 1080)

    assert p95(highlight_lateness_ms(path, narration)) > 180


def test_the_file_fits_the_picture_and_keeps_the_lines(tmp_path):
    made = cues.cues_of(films.narrated(scripts.rich_script()))
    path = tmp_path / "subtitles.en.ass"

    write_karaoke(made, path, 1080, 1920)

    read = pysubs2.load(str(path), encoding="utf-8")
    assert (read.info["PlayResX"], read.info["PlayResY"]) == ("1080", "1920")
    assert [event.plaintext for event in read] == [cue.text for cue in made]
    assert all(re.match(r"\{\\k\d+\}", event.text) for event in read)


def test_braces_and_backslashes_are_shown_not_obeyed(tmp_path):
    title = films.short_script().scenes[0].slide
    narration = films.narrated(
        films.script(films.scene("hook", title, films.sentence(r"Type \N and {\b1} here.")))
    )
    path = tmp_path / "subtitles.en.ass"

    write_karaoke(cues.cues_of(narration), path, 1920, 1080)

    assert r"\{" in path.read_text()
    assert not re.search(r"(?<!\\)\{\\b1", path.read_text())
