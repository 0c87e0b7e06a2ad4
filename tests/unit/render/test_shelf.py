"""What is kept for the next film: the right bytes, whole files, a bounded folder."""

from __future__ import annotations

import os

import msgspec
import pytest

from services.publisher.render import deck
from services.publisher.render.design import WIDE
from services.publisher.render.encoder import Size
from services.publisher.render.film import render_film
from services.publisher.render.making import key_of
from services.publisher.render.segments import LONGEST_REPEAT, Film, segments
from services.publisher.render.sheets import sheets_of
from services.publisher.render.timeline import plan
from services.publisher.settings import RenderSettings
from shared.offload import ignore_progress
from shared.shelf import NO_SHELF, Shelf
from tests.support import films, pictures

PLAN = pictures.timeline((62, (24, 28, 50)), (LONGEST_REPEAT + 34, (20, 60)), (40, ()))
LATER = pictures.timeline((70, (26, 30, 60)), (LONGEST_REPEAT + 50, (25, 70)), (50, ()))
SIZE = Size(320, 184)
MIB = 1 << 20


class Thing(msgspec.Struct, frozen=True):
    content: bytes


def files(folder):
    return sorted(folder.iterdir())


def test_a_film_from_the_shelf_is_the_one_that_was_coded(tmp_path):
    shelf = Shelf(tmp_path, MIB * 100)
    fresh = list(pictures.stream(PLAN, SIZE))
    assert list(pictures.stream(PLAN, SIZE, shelf=shelf)) == fresh
    assert list(pictures.stream(PLAN, SIZE, shelf=shelf)) == fresh


def test_what_is_missing_or_torn_is_coded_again_to_the_same_bytes(tmp_path):
    shelf, fresh = Shelf(tmp_path, MIB * 100), list(pictures.stream(PLAN, SIZE))
    list(pictures.stream(PLAN, SIZE, shelf=shelf))
    for number in range(len(files(tmp_path))):
        kept = files(tmp_path)[number]
        whole = kept.read_bytes()
        kept.write_bytes(whole[: len(whole) // 2])
        assert list(pictures.stream(PLAN, SIZE, shelf=shelf)) == fresh
        kept.unlink()
        assert list(pictures.stream(PLAN, SIZE, shelf=shelf)) == fresh


def test_another_timing_of_the_same_pictures_codes_nothing(tmp_path):
    shelf = Shelf(tmp_path, MIB * 100)
    list(pictures.stream(PLAN, SIZE, shelf=shelf))
    kept = files(tmp_path)
    assert list(pictures.stream(LATER, SIZE, shelf=shelf)) == list(pictures.stream(LATER, SIZE))
    assert files(tmp_path) == kept


def test_a_picture_that_stands_longer_in_another_timing_is_kept_for_it(tmp_path):
    shelf = Shelf(tmp_path, MIB * 100)
    short = pictures.timeline((62, (24,)), (LONGEST_REPEAT - 10, (20,)), (40, ()))
    longer = pictures.timeline((62, (24,)), (LONGEST_REPEAT + 90, (20,)), (40, ()))
    list(pictures.stream(short, SIZE, shelf=shelf))
    kept = files(tmp_path)
    assert list(pictures.stream(longer, SIZE, shelf=shelf)) == list(pictures.stream(longer, SIZE))
    assert files(tmp_path) == kept


def test_other_pictures_of_the_same_timing_are_not_taken_for_these(tmp_path):
    shelf = Shelf(tmp_path, MIB * 100)
    list(pictures.stream(PLAN, SIZE, shelf=shelf))
    assert list(pictures.stream(PLAN, SIZE, shelf=shelf, seed=2)) == list(pictures.stream(PLAN, SIZE, seed=2))


def test_the_folder_stays_within_its_bound_and_loses_what_was_not_used_longest(tmp_path):
    shelf = Shelf(tmp_path, 3500)
    for number in range(3):
        shelf.put(f"{number}", Thing(bytes(1000)))
        os.utime(tmp_path / f"{number}.msgpack", (number, number))
    assert shelf.get("0", Thing) is not None
    shelf.put("3", Thing(bytes(1000)))
    assert [shelf.get(f"{number}", Thing) is None for number in range(4)] == [False, True, False, False]


def test_without_a_folder_nothing_is_kept():
    shelf = Shelf(None, MIB)
    shelf.put("a", Thing(b"x"))
    assert shelf.get("a", Thing) is None


def test_keys_differ_with_what_they_are_made_of():
    assert key_of("a", 1) == key_of("a", 1) != key_of("a", 2)


def test_pictures_that_only_another_timing_needs_are_drawn_from_slides_that_were_set(tmp_path, monkeypatch):
    shelf, script = Shelf(tmp_path, MIB * 100), films.short_script()
    sheets = sheets_of(script, WIDE.canvas)
    size = Size(WIDE.canvas.width, WIDE.canvas.height)

    def coded(timeline, shelf):
        made = deck.Deck(script, sheets, WIDE, shelf)
        made.known()
        film = Film(timeline, made.sceneries, size, made.identities, shelf)
        return [[shown.picture.unit for shown in shot] for shot in segments(film)]

    one, other = (plan(script, films.narrated(script, slower=slower), sheets) for slower in (1.0, 0.3))
    coded(one, shelf)
    expected, kept = coded(other, NO_SHELF), files(tmp_path)
    monkeypatch.setattr(deck, "set_film", None)
    assert coded(other, shelf) == expected
    assert set(files(tmp_path)) > set(kept)


@pytest.mark.slow
def test_a_film_told_more_slowly_sets_and_draws_no_slide_again(tmp_path):
    settings, script = RenderSettings(cache=tmp_path / "kept"), films.short_script()
    for number, lead in enumerate((0.15, 0.45)):
        narration = films.narrated(script, lead_seconds=lead)
        recording = films.write_wav(tmp_path / f"{number}.wav", films.voice(narration))
        folder = tmp_path / f"film{number}"
        folder.mkdir()
        render_film(ignore_progress, script, narration, recording, folder, settings=settings)
        if not number:
            kept = files(tmp_path / "kept")
    assert files(tmp_path / "kept") == kept
    assert (tmp_path / "film0/video.en.mp4").read_bytes() != (tmp_path / "film1/video.en.mp4").read_bytes()
