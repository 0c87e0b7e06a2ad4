"""What may be asked for through the API."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.gateway.errors import ApiError
from services.gateway.identity import job_id
from services.gateway.requests import JobRequest, JobWishes, decode_body
from services.gateway.wishes import repo_of, spec_of
from shared.events import JobSpec


@pytest.mark.parametrize(
    "wish",
    [
        "acme/site",
        "https://github.com/acme/site",
        "https://github.com/acme/site/",
        "https://github.com/acme/site.git",
    ],
)
def test_a_repository_is_named_in_several_ways(wish: str) -> None:
    assert repo_of(wish, None) == "acme/site"


@pytest.mark.parametrize(
    "wish",
    [
        "",
        "acme",
        "acme/site/tree",
        "http://github.com/acme/site",
        "https://github.com.evil.example/acme/site",
        "https://github.com@evil.example/acme/site",
        "https://evil.example/acme/site",
        "https://github.com/acme/site?x=1",
        "git@github.com:acme/site",
        "file:///etc",
        "../etc",
        "acme/..",
        "acme/.",
        "-acme/site",
        "acme/si te",
        "acme/site\n",
        "ａcme/site",
        "169.254.169.254/latest",
    ],
)
def test_anything_else_is_refused_and_never_called(wish: str) -> None:
    with pytest.raises(ApiError) as refused:
        repo_of(wish, None)
    assert refused.value.status in {400, 422}


def test_a_local_folder_is_accepted_only_inside_the_root(tmp_path: Path) -> None:
    inside, outside = tmp_path / "root" / "repo", tmp_path / "other"
    inside.mkdir(parents=True)
    outside.mkdir()
    (tmp_path / "root" / "link").symlink_to(outside)
    assert repo_of(str(inside), tmp_path / "root") == str(inside)
    for wish in (str(outside), f"{tmp_path}/root/../other", f"{tmp_path}/root/link", f"{tmp_path}/root/none"):
        with pytest.raises(ApiError):
            repo_of(wish, tmp_path / "root")
    with pytest.raises(ApiError):
        repo_of(str(inside), None)


@pytest.mark.parametrize("ref", ["-x", "a..b", "../x", "a b", "", "x" * 300, "a\nb", "/x"])
def test_a_ref_that_git_could_not_have_is_refused(ref: str) -> None:
    with pytest.raises(ApiError):
        spec_of("acme/site", JobWishes(ref=ref), "api", None)


def test_a_language_that_is_not_installed_is_refused_by_name() -> None:
    with pytest.raises(ApiError) as refused:
        spec_of("acme/site", JobWishes(languages=("en", "de")), "api", None)
    assert refused.value.code == "language_unavailable"
    assert "'de'" in refused.value.message
    assert "reporeel languages" in refused.value.hint


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b'{"repo": 3}', b'{"repo": "a/b", "colour": 1}', b'{"repo": "a/b", "format": "x"}'],
)
def test_a_body_of_another_shape_is_refused_by_field(body: bytes) -> None:
    with pytest.raises(ApiError) as refused:
        decode_body(body, JobRequest)
    assert refused.value.status == 400


def test_the_same_wish_has_the_same_id_and_another_has_another() -> None:
    def spec(**fields: object) -> JobSpec:
        return JobSpec(**{"repo": "acme/site", **fields})  # type: ignore[arg-type]

    first = job_id(spec(), "star")
    assert first == job_id(spec(repo="ACME/Site"), "star")
    assert first == job_id(spec(priority="high", trigger="star"), "star")
    assert len(first) == 32
    assert int(first, 16)
    others = [
        job_id(spec(), "release:v1"),
        job_id(spec(repo="acme/other"), "star"),
        job_id(spec(languages=("en",)), "star"),
        job_id(spec(format="reel"), "star"),
    ]
    assert len({first, *others}) == 5
    assert job_id(spec(languages=("en", "es")), "x") == job_id(spec(languages=("es", "en")), "x")
