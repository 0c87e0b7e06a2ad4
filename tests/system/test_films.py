"""The whole system as a user runs it: real folders in, real films out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import av
import msgspec
import pytest

from services.commands.run import DiskFull, check_room
from shared.facts import FactBase
from shared.record import JobRecord
from shared.script import Script
from shared.truth.gate import check
from tests.support.commands import reporeel
from tests.support.repositories import LIBRARY, make_repository

FILES = {
    "job.json",
    "facts.json",
    "index.html",
    "video.en.mp4",
    "subtitles.en.srt",
    "subtitles.en.vtt",
    "script.en.json",
    "thumbnail.en.jpg",
    "quality.en.json",
    "post.en.md",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_repository(tmp_path_factory.mktemp("tidewatch"), LIBRARY, "v1.4.0")


async def test_a_folder_becomes_a_sound_film_with_all_its_files(library: Path, tmp_path: Path) -> None:
    ended = await reporeel("run", library, "--out", tmp_path, "--export", "--json")
    assert ended.code == 0, ended.err
    record = json.loads(ended.out.splitlines()[-1])
    film = Path(record["result"]["outputs"][0]["video_url"].removeprefix("file://"))
    folder = film.parent
    assert folder.parent.parent == tmp_path
    assert folder.name == record["job_id"]
    assert {path.name for path in folder.iterdir()} >= FILES
    assert f"export: {folder / 'export.en.zip'}" in ended.err
    assert json.loads((folder / "job.json").read_text()) == record
    msgspec.convert(record, JobRecord)
    assert record["trigger"] == "cli"
    assert {row["status"] for row in record["stages"]} == {"finished"}
    _assert_sound_film(film)
    _assert_true(folder)
    quality = json.loads((folder / "quality.en.json").read_text())
    assert quality["failed"] == [], quality


def _assert_sound_film(film: Path) -> None:
    with av.open(str(film)) as container:
        video, audio = container.streams.video, container.streams.audio
        assert (len(video), len(audio)) == (1, 1)
        assert (video[0].width, video[0].height, video[0].average_rate) == (1920, 1080, 30)
        assert (video[0].codec_context.name, audio[0].codec_context.name) == ("h264", "aac")
        assert audio[0].codec_context.sample_rate == 48000
        lengths = [float(stream.duration * stream.time_base) for stream in (video[0], audio[0])]
    assert abs(lengths[0] - lengths[1]) <= 1 / 30
    assert 20 < lengths[0] < 120


def _assert_true(folder: Path) -> None:
    """Every number and name that is said or shown is in the fact base."""
    script = msgspec.json.decode((folder / "script.en.json").read_bytes(), type=Script)
    facts = msgspec.json.decode((folder / "facts.json").read_bytes(), type=FactBase)
    assert check(script, facts) == ()
    assert all(sentence.facts for scene in script.scenes for sentence in scene.sentences)


@pytest.mark.parametrize(
    "files",
    [
        {"notes.txt": "One line.\n"},
        {"src/main.zig": 'const std = @import("std");\n' * 30, "build.zig": "// build\n"},
    ],
    ids=["without README", "in a language without a parser"],
)
async def test_a_poor_repository_gets_a_film_or_a_clear_refusal(
    tmp_path: Path, files: dict[str, str]
) -> None:
    repository = make_repository(tmp_path / "poor", files)
    ended = await reporeel("run", repository, "--out", tmp_path / "films")
    assert ended.code in {0, 1}
    assert "Traceback" not in ended.err
    if ended.code == 0:
        _assert_true(Path(ended.out.split()[-1]).parent)


async def test_an_empty_folder_is_refused_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ended = await reporeel("run", tmp_path / "empty", "--out", tmp_path / "films")
    assert ended.code == 1
    assert "reporeel: scan:" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("./nowhere",), "does not exist"),
        (("not-a-repository",), "does not exist"),
        (("https://example.org/acme/site",), "Not a repository on GitHub"),
        ((".", "--lang", "xx"), "'xx'"),
        ((".", "--lang", "de"), "reporeel languages"),
        ((".", "--profile", "reel20"), "is no wide film"),
        ((".", "--lang", ","), "at least one language"),
    ],
)
async def test_a_wish_that_cannot_be_is_a_usage_error(arguments: tuple[str, ...], words: str) -> None:
    ended = await reporeel("run", *arguments)
    assert ended.code == 2
    assert words in ended.err
    assert "Traceback" not in ended.err


async def test_doctor_tells_what_a_run_needs() -> None:
    healthy = await reporeel("doctor")
    broken = await reporeel("doctor", NATS_URL="nats://127.0.0.1:9")
    assert healthy.code == 0, healthy.out
    assert broken.code == 1
    assert "127.0.0.1:9" in broken.out


async def test_a_wrong_setting_stops_the_start_and_names_the_variable() -> Any:
    ended = await reporeel("up", REPOREEL_PORT="eighty")
    assert ended.code == 2
    assert "REPOREEL_PORT" in ended.err
    assert "eighty" not in ended.err


def test_a_disk_without_room_for_a_film_is_told_before_the_work(tmp_path: Path) -> None:
    check_room(tmp_path / "not" / "yet" / "there")
    with pytest.raises(DiskFull, match="TMPDIR"):
        check_room(Path("/proc/self"))
