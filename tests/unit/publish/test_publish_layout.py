"""Where a job's files stand."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from services.publisher.files.layout import checked, job_folder, language_of
from shared.errors import Reject
from shared.events import JobSpec

OUT = Path("/films")


def folder(repo: str, job_id: str = "abc") -> Path:
    return job_folder(OUT, JobSpec(repo=repo), job_id)


def test_a_github_repository_has_a_folder_of_owner_and_name() -> None:
    assert folder("encode/httpx") == OUT / "encode-httpx" / "abc"


def test_a_local_folder_is_told_from_its_namesakes_by_its_path() -> None:
    digest = hashlib.sha256(b"/home/ana/demo").hexdigest()[:8]
    assert folder("/home/ana/demo") == OUT / f"local-demo-{digest}" / "abc"
    assert folder("/home/ben/demo") != folder("/home/ana/demo")


@pytest.mark.parametrize(
    "repo",
    [
        "../../etc/passwd",
        "a/..",
        "../..",
        ".git/.git",
        "a/b/c/../../..",
        "a b/c\nd",
        "a/\x00",
        "日本/語",
        "a/" + "b" * 5000,
        "a" * 5000,
        "",
        "/",
        "/..",
        "/home/../..",
        "/srv/\udcff",
    ],
)
def test_no_repository_name_leads_out_of_the_films_folder(repo: str) -> None:
    path = folder(repo)
    assert path.parent.parent == OUT
    assert len(path.parent.name.encode()) <= 255
    assert not path.parent.name.startswith((".", "-"))
    assert path.parent.name.isprintable()


@pytest.mark.parametrize("job_id", ["../../x", "..", "/etc", "", "x" * 5000])
def test_no_job_id_leads_out_of_the_repositorys_folder(job_id: str) -> None:
    path = folder("encode/httpx", job_id)
    assert path.parent == OUT / "encode-httpx"
    assert path.name not in {"", ".", ".."}
    assert len(path.name) <= 255


@pytest.mark.parametrize("name", ["video.en.mp4", "facts.json", "subtitles.pt-BR.vtt", "a" * 100])
def test_the_names_of_a_jobs_files_are_taken(name: str) -> None:
    assert checked(name) == name


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x", "a/b", ".hidden", "-x", "a\n", "a\x00b", "é", "a" * 101]
)
def test_a_name_that_could_lead_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(Reject) as caught:
        checked(name)
    assert caught.value.code == "file_name"


def test_only_films_have_a_language() -> None:
    assert language_of("video.pt-BR.mp4") == "pt-BR"
    assert [language_of(name) for name in ("video..mp4", "video.en.mp4.part", "script.en.json")] == [None] * 3
