"""A whole film, really drawn and encoded, then read back."""

from __future__ import annotations

import struct
from fractions import Fraction
from math import ceil

import av
import msgspec
import numpy as np
import pytest
from PIL import Image

from services.publisher.quality import signal, tempo, timing
from services.publisher.render import sound
from services.publisher.render.film import render_film
from services.publisher.render.reading import reading
from services.publisher.render.timeline import FPS
from services.publisher.settings import RenderSettings
from shared.offload import ignore_progress
from shared.script import Script
from tests.support import openh264


@pytest.fixture(scope="module")
def video(short_film):
    return short_film[0] / "video.en.mp4"


def boxes(data, start=0, end=None, inside=("moov", "trak", "edts")):
    end = len(data) if end is None else end
    while start < end:
        size, name = struct.unpack_from(">I4s", data, start)
        yield name.decode("latin1")
        if name.decode("latin1") in inside:
            yield from boxes(data, start + 8, start + size)
        start += size


def test_a_film_has_every_file_of_its_language(short_film):
    assert short_film[4].files == (
        "script.en.json",
        "subtitles.en.ass",
        "subtitles.en.srt",
        "subtitles.en.vtt",
        "thumbnail.en.jpg",
        "video.en.mp4",
    )


def test_the_picture_is_1080p_h264_high_at_a_constant_30_frames(video):
    with av.open(str(video)) as file:
        stream = file.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.profile) == ("h264", "High")
        assert (stream.width, stream.height, stream.pix_fmt) == (1920, 1080, "yuv420p")
        assert stream.average_rate == stream.base_rate == Fraction(30)
        times = [packet.pts * packet.time_base for packet in file.demux(stream) if packet.pts is not None]
    assert times == [Fraction(number, 30) for number in range(len(times))]


def test_the_colours_are_tagged_as_bt709(video):
    with av.open(str(video)) as file:
        frame = next(file.decode(video=0))
        assert (int(frame.colorspace), int(frame.color_range)) == (1, 1)
        assert (int(frame.color_primaries), int(frame.color_trc)) == (1, 1)


def test_the_sound_is_stereo_aac_at_48_khz(video):
    with av.open(str(video)) as file:
        stream = file.streams.audio[0]
        assert (stream.codec_context.name, stream.rate, stream.channels) == ("aac", 48_000, 2)
        assert stream.start_time == 0
        assert 120_000 < stream.bit_rate < 200_000


def test_a_voice_is_heard_alike_from_both_sides(video):
    left, right = sound.read(video)
    assert np.array_equal(left, right)


def test_sound_and_picture_end_within_one_frame_of_each_other_and_of_the_narration(video, short_film):
    with av.open(str(video)) as file:
        samples = sum(frame.samples for frame in file.decode(audio=0))
    with av.open(str(video)) as file:
        frames = sum(1 for _ in file.decode(video=0))
    assert abs(samples / 48_000 - frames / FPS) <= 1 / FPS
    assert abs(frames / FPS - short_film[2].duration_seconds) <= 1 / FPS


def test_the_index_stands_before_the_media_and_there_is_no_edit_list(video):
    found = list(boxes(video.read_bytes()))
    assert found.index("moov") < found.index("mdat")
    assert "edts" not in found


def test_scenes_are_chapters(video, short_film):
    with av.open(str(video)) as file:
        chapters = file.chapters()
    assert [chapter["metadata"]["title"] for chapter in chapters] == ["Hook", "Solution"]
    assert chapters[0]["start"] == 0
    assert chapters[1]["start"] == chapters[0]["end"]


def test_speech_is_heard_when_its_word_is_due(video, short_film):
    """Priming, resampling and limiting must not shift the sound."""
    with av.open(str(video)) as file:
        left = np.concatenate([frame.to_ndarray()[0] for frame in file.decode(audio=0)])
    loud = np.flatnonzero(np.abs(left) > 0.02)
    first, last = short_film[2].sentences[0].words[0], short_film[2].sentences[-1].words[-1]
    assert abs(loud[0] / 48_000 - first.start) < 0.02
    assert abs(loud[-1] / 48_000 - last.end) < 0.05


def test_text_is_visible_where_it_is_said_to_be(video, short_film):
    """Guards against films whose fonts were missing: the title's place holds bright ink on a dark ground."""
    with av.open(str(video)) as file:
        frame = next(file.decode(video=0)).to_ndarray(format="gray")
    title = frame[380:640, 120:900]
    assert title.max() > 200
    assert np.median(title) < 70
    assert 0.03 < (title > 150).mean() < 0.6


def test_a_film_measures_well(short_film):
    folder, _, narration, recording, made = short_film
    film = folder / "video.en.mp4"
    streams = signal.streams_of(film, sound.read(film))
    figures = signal.measures(streams, made.drawn) | timing.measures(
        timing.cue_times(folder / "subtitles.en.srt", narration),
        timing.highlight_lateness_ms(folder / "subtitles.en.ass", narration),
        timing.scene_lateness_ms(film, narration),
        reading("en"),
    )
    figures |= tempo.measures(tempo.tempo_of(sound.read(film), sound.read(recording)))
    assert {name for name, figure in figures.items() if not figure.passed} == set()
    assert abs(figures["loudness_lufs"].value + 14) <= 0.5
    assert all(figure.n > 0 for figure in figures.values())


def test_the_stored_script_is_the_one_that_was_drawn(short_film):
    assert msgspec.json.decode((short_film[0] / "script.en.json").read_bytes(), type=Script) == short_film[1]


def test_the_thumbnail_is_a_small_1280_by_720_jpeg(short_film):
    path = short_film[0] / "thumbnail.en.jpg"
    with Image.open(path) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1280, 720))
        assert np.asarray(picture.convert("L")).max() > 200
    assert path.stat().st_size <= 2 * 1024 * 1024


def test_the_same_input_makes_the_same_bytes(short_film, tmp_path):
    folder, script, narration, recording, made = short_film
    heard = []
    assert render_film(heard.append, script, narration, recording, tmp_path) == made
    assert all((tmp_path / name).read_bytes() == (folder / name).read_bytes() for name in made.files)
    assert heard == sorted(heard)
    assert heard[-1] == 100


def test_rendering_needs_no_more_than_its_folder(short_film):
    assert ignore_progress(1.0) is None
    assert {path.name for path in short_film[0].iterdir()} == set(short_film[4].files)


def annexb(path):
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        rewritten = av.bitstream.BitStreamFilterContext("h264_mp4toannexb", stream)
        for packet in file.demux(stream):
            yield from (bytes(part) for part in rewritten.filter(packet if packet.size else None))


def pictures_of(path):
    with av.open(str(path)) as file:
        yield from (frame.to_ndarray() for frame in file.decode(video=0))


def test_two_decoders_show_the_film_alike_to_the_bit(video, short_film):
    """FFmpeg and OpenH264, which share no code; the film's held pictures and bar are written by hand."""
    theirs, count = pictures_of(video), 0
    for ours in openh264.decoded(b"", annexb(video)):
        assert np.array_equal(ours, next(theirs))
        count += 1
    assert count == ceil(short_film[2].duration_seconds * FPS)


def test_a_film_can_be_encoded_plainly_with_music_and_looks_the_same(video, short_film, tmp_path):
    _, script, narration, recording, _ = short_film
    settings = RenderSettings(plain_encoder=True, music="generated")

    made = render_film(ignore_progress, script, narration, recording, tmp_path, settings=settings)

    plain = tmp_path / video.name
    same = [
        np.abs(theirs.astype(np.int16) - ours).mean()
        for theirs, ours in zip(pictures_of(plain), pictures_of(video), strict=True)
    ]
    assert 0 < max(same) < 0.5
    assert made.drawn.voice_over_music_db >= 15
