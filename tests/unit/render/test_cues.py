from __future__ import annotations

from itertools import pairwise

import msgspec
import pysubs2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.publisher.quality.timing import cue_times
from services.publisher.render import cues
from services.publisher.render.subtitles import write_subtitles
from shared.narration import SpokenSentence, Word
from tests.support import films
from tests.unit.render import scripts

words = st.text(st.characters(categories=("Lu", "Ll", "Nd", "Po")), min_size=1, max_size=60)
lines = st.lists(words, min_size=1, max_size=40).map(" ".join)


def spoken(*sentences):
    title = films.short_script().scenes[0].slide
    return films.narrated(films.script(films.scene("hook", title, *map(films.sentence, sentences))))


@settings(max_examples=60, deadline=None)
@given(st.lists(lines, min_size=1, max_size=4))
def test_every_cue_is_short_starts_with_its_word_and_ends_before_the_next(sentences):
    narration = spoken(*sentences)

    made = cues.cues_of(narration)

    assert all(len(line) <= 42 for cue in made for line in cue.texts)
    assert all(1 <= len(cue.lines) <= 2 for cue in made)
    assert all(0 <= cue.pieces[0].start - cue.start <= 0.1001 for cue in made)
    assert all(cue.start < cue.end for cue in made)
    assert all(before.end <= after.start for before, after in pairwise(made))
    assert "".join("".join(sentences).split()) == "".join("".join(cue.text.split()) for cue in made)


def test_speech_at_an_ordinary_pace_is_read_at_a_calm_pace():
    made = cues.cues_of(films.narrated(scripts.rich_script()))

    assert all(cue.characters_a_second <= 17 for cue in made)
    assert all(cue.end - cue.start >= 1 for cue in made)


def test_cues_break_where_clauses_end():
    narration = spoken(
        "The scanner reads the repository with care, and the narrator then writes a script from facts."
    )

    assert [cue.pieces[-1].text for cue in cues.cues_of(narration)] == ["care,", "facts."]


def test_a_cue_does_not_end_on_a_small_word_that_belongs_to_the_next():
    made = cues.cues_of(films.narrated(scripts.rich_script()))

    assert not [cue for cue in made if cue.pieces[-1].text.lower() in {"the", "a", "of", "and"}]


def test_groups_of_a_number_stay_on_one_line():
    for padding in range(1, 12):
        narration = spoken(
            f"Le dépôt {'très ' * padding}simple réunit 12 431 fichiers et 3 000 lignes de texte."
        )
        lines = [line for cue in cues.cues_of(narration) for line in cue.texts]

        assert [line for line in lines if "12 431" in line]
        assert [line for line in lines if "3 000" in line]


def test_a_cue_lingers_over_a_pause_but_not_into_the_next_cue():
    narration = spoken("One sentence.", "Another one follows.")
    late = msgspec.structs.replace(
        narration.sentences[1],
        words=tuple(
            msgspec.structs.replace(w, start=w.start + 5, end=w.end + 5) for w in narration.sentences[1].words
        ),
    )
    narration = msgspec.structs.replace(
        narration, sentences=(narration.sentences[0], late), duration_seconds=narration.duration_seconds + 5
    )

    first, second = cues.cues_of(narration)

    assert first.pieces[-1].end < first.end <= first.pieces[-1].end + cues.LINGER_SECONDS
    assert first.end < second.start


def test_a_hurried_cue_comes_a_little_early_where_nobody_speaks():
    text = f"{'quick' * 8} {'words' * 8}"
    words, step = text.split(), len(text) / 17.3
    times = [0.5 + step * number / len(words) for number in range(len(words) + 1)]
    timed = tuple(Word(word, *pair) for word, pair in zip(words, pairwise(times), strict=True))
    after = Word("Next.", times[-1] + 0.05, times[-1] + 2)
    said = (spoken_at(text, timed), spoken_at("Next.", (after,)))
    narration = msgspec.structs.replace(spoken("x"), sentences=said, duration_seconds=after.end)

    first, *_ = cues.cues_of(narration)

    assert 0 < timed[0].start - first.start <= 0.1
    assert first.characters_a_second <= 17


def spoken_at(text, words):
    return SpokenSentence(scene=0, text=text, start=words[0].start, end=words[-1].end, words=words)


@pytest.mark.parametrize("suffix", ["srt", "vtt"])
def test_the_files_say_what_the_cues_say(suffix, tmp_path):
    made = cues.cues_of(films.narrated(scripts.rich_script()))
    path = tmp_path / f"subtitles.en.{suffix}"

    write_subtitles(made, path)

    read = list(pysubs2.load(str(path), encoding="utf-8"))
    assert [event.plaintext for event in read] == [cue.text for cue in made]
    assert [event.start for event in read] == [round(cue.start * 1000) for cue in made]


@pytest.mark.parametrize(("shift_ms", "median_ms"), [(0, 0), (200, 200)])
def test_the_timing_measure_sees_cues_that_are_late(shift_ms, median_ms, tmp_path):
    narration = films.narrated(scripts.rich_script())
    late = [
        msgspec.structs.replace(cue, start=cue.start + shift_ms / 1000, end=cue.end + shift_ms / 1000)
        for cue in cues.cues_of(narration)
    ]
    path = tmp_path / "subtitles.en.srt"
    write_subtitles(late, path)

    times = cue_times(path, narration)

    assert times.median_ms == pytest.approx(median_ms, abs=1)
    assert times.p95_ms == pytest.approx(median_ms, abs=1)
