"""What is packed for an editor is read by OpenTimelineIO's own library and its EDL adapter."""

from __future__ import annotations

import zipfile

import pytest
from opentimelineio import adapters, schema
from PIL import Image, ImageChops

from services.publisher.export.edl import timecode
from services.publisher.render.film import render_film
from shared.offload import ignore_progress
from tests.support import films


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """The unpacked project of a short film, and its narration."""
    folder = tmp_path_factory.mktemp("packed")
    script = films.short_script()
    narration = films.narrated(script)
    recording = films.write_wav(folder / "narration.wav", films.voice(narration))
    made = render_film(ignore_progress, script, narration, recording, folder, extras=("export",))
    assert "export.en.zip" in made.files
    with zipfile.ZipFile(folder / "export.en.zip") as archive:
        archive.extractall(folder / "project")
    return folder / "project", narration


@pytest.fixture(scope="module")
def timeline(packed):
    return adapters.read_from_file(str(packed[0] / "film.otio"))


def test_the_reference_library_reads_the_project(timeline, packed):
    assert isinstance(timeline, schema.Timeline)
    assert timeline.name == "A film"
    assert timeline.duration().to_seconds() == pytest.approx(packed[1].duration_seconds, abs=1 / 30)
    assert [track.kind for track in timeline.tracks] == ["Video", "Video", "Video", "Audio", "Audio"]


def test_every_medium_stands_in_the_pack_and_pictures_have_the_films_size(timeline, packed):
    paths = [clip.media_reference.target_url for clip in timeline.find_clips()]
    assert len(paths) >= 5
    for path in paths:
        assert (packed[0] / path).is_file()
        if path.endswith(".png"):
            with Image.open(packed[0] / path) as picture:
                assert picture.size == (1920, 1080)


def test_boxes_start_with_their_words(timeline, packed):
    layer = timeline.video_tracks()[1]
    starts = [
        layer.range_of_child(child).start_time.to_seconds()
        for child in layer
        if isinstance(child, schema.Clip)
    ]
    word = next(word for word in packed[1].sentences[1].words if word.text == "files,")
    assert min(abs(start - word.start) for start in starts) <= 1 / 30


def test_scenes_are_marked(timeline):
    assert [marker.name for marker in timeline.tracks.markers] == ["Hook", "Solution"]


def test_the_edit_decision_list_is_read_by_its_adapter(packed):
    read = adapters.read_from_file(str(packed[0] / "film.edl"), rate=30)
    clips = list(read.find_clips())
    assert [clip.name for clip in clips] == ["Hook", "Solution", "Sound"]
    assert read.duration().to_seconds() == pytest.approx(packed[1].duration_seconds, abs=1 / 30)


def test_the_layers_laid_over_each_other_are_the_scene(packed):
    media = packed[0] / "media"
    picture = Image.open(media / "scene-02-layer-00.png").convert("RGBA")
    for path in sorted(media.glob("scene-02-layer-*.png"))[1:]:
        picture.alpha_composite(Image.open(path))
    whole = Image.open(media / "scene-02.png").convert("RGB")
    apart = ImageChops.difference(picture.convert("RGB"), whole)
    assert max(high for _, high in apart.getextrema()) <= 2


def test_sound_and_subtitles_come_along(packed):
    names = {path.name for path in packed[0].rglob("*")}
    assert {
        "mix.wav",
        "narration.wav",
        "subtitles.srt",
        "subtitles.vtt",
        "subtitles.ass",
        "README.txt",
    } <= names


@pytest.mark.parametrize(
    ("frames", "code"), [(0, "00:00:00:00"), (75, "00:00:02:15"), (108_000, "01:00:00:00")]
)
def test_time_codes(frames, code):
    assert timecode(frames) == code
