"""One MP4 with every language: the picture waits for the slowest, speech is never stretched."""

from __future__ import annotations

from itertools import pairwise

import av
import msgspec
import numpy as np
import pysubs2
import pytest

from services.publisher.files.tracks import Scenes, join_tracks
from services.publisher.render.film import render_film
from shared.errors import Reject
from shared.offload import ignore_progress
from tests.support import films

LATER = 0.5
"""The second language speaks so much later in its first scene, and its last lasts so much longer."""


def render(folder, language, script, lead):
    script = msgspec.structs.replace(script, language=language)
    narration = films.narrated(script, lead_seconds=lead)
    recording = films.write_wav(folder / f"{language}.wav", films.voice(narration))
    render_film(ignore_progress, script, narration, recording, folder)
    return narration


@pytest.fixture(scope="module")
def joined(tmp_path_factory):
    folder = tmp_path_factory.mktemp("joined")
    made = [
        render(folder, "en", films.short_script(), 0.15),
        render(folder, "pt", films.short_script(), 0.65),
    ]
    join_tracks(ignore_progress, folder, ("en", "pt"), folder / "video.mp4")
    return folder, made


def test_every_language_has_a_sound_and_a_subtitle_track_with_its_name(joined):
    with av.open(str(joined[0] / "video.mp4")) as file:
        tracks = [(stream.type, stream.metadata.get("language")) for stream in file.streams]
    assert tracks[1:5] == [("audio", "eng"), ("audio", "por"), ("subtitle", "eng"), ("subtitle", "por")]


def test_every_language_is_heard_when_its_words_say(joined):
    """The English sound waits at the end of its first scene, until the Portuguese one is over."""
    folder, (english, portuguese) = joined
    with av.open(str(folder / "video.mp4")) as file:
        heard = [_first_sound_after(file, stream, 2.0) for stream in file.streams.audio]
    expected = portuguese.sentences[1].start
    assert heard[1] == pytest.approx(expected, abs=0.06)
    assert english.sentences[1].start + LATER == pytest.approx(expected, abs=0.01)
    assert heard[0] == pytest.approx(expected, abs=0.06)


def _first_sound_after(file, stream, seconds):
    file.seek(0)
    left = np.concatenate([frame.to_ndarray()[0] for frame in file.decode(stream)])
    start = round(seconds * 48_000)
    quiet = start + int(np.argmin(np.convolve(np.abs(left[start:]), np.ones(4_800), "valid")))
    return (quiet + int(np.flatnonzero(np.abs(left[quiet:]) > 0.02)[0])) / 48_000


def test_the_subtitles_move_with_the_sound(joined):
    folder, (_, portuguese) = joined
    with av.open(str(folder / "video.mp4")) as file:
        shown = [
            [float(packet.pts * packet.time_base) for packet in file.demux(stream) if packet.size > 2]
            for stream in file.streams.subtitles[:1]
        ]
    cues = list(pysubs2.load(str(folder / "subtitles.pt.srt")))
    assert shown[0][-1] == pytest.approx(cues[-1].start / 1000, abs=0.05)
    assert cues[-1].start / 1000 == pytest.approx(portuguese.sentences[1].start, abs=0.12)


def test_the_picture_waits_and_is_not_encoded_anew(joined):
    folder, _ = joined
    with av.open(str(folder / "video.mp4")) as file, av.open(str(folder / "video.en.mp4")) as first:
        times = [float(p.pts * p.time_base) for p in file.demux(file.streams.video[0]) if p.size]
        sizes = [p.size for p in first.demux(first.streams.video[0]) if p.size]
        chapters = [chapter["metadata"]["title"] for chapter in file.chapters()]
    with av.open(str(folder / "video.mp4")) as file:
        assert [p.size for p in file.demux(file.streams.video[0]) if p.size] == sizes
    gaps = [after - before for before, after in pairwise(times)]
    assert max(gaps) == pytest.approx(LATER, abs=0.05)
    assert sum(gap > 0.04 for gap in gaps) == 1
    assert chapters == ["Hook", "Solution"]


def test_films_with_other_scenes_are_not_joined(joined, tmp_path):
    folder, _ = joined
    other = films.script(films.short_script().scenes[0])
    render(tmp_path, "es", other, 0.15)
    (tmp_path / "video.en.mp4").write_bytes((folder / "video.en.mp4").read_bytes())
    with pytest.raises(Reject) as refused:
        join_tracks(ignore_progress, tmp_path, ("en", "es"), tmp_path / "video.mp4")
    assert refused.value.code == "tracks_differ"


def test_times_move_scene_by_scene():
    own, shared = Scenes((0, 10, 30)), Scenes((0, 15, 40))
    assert [own.moved(frame, shared) for frame in (0, 9, 10, 29.5)] == [0, 9, 15, 34.5]
