"""A blog in a git repository: real git, a repository on disk and behind HTTP; each film one commit."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import random
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from aiohttp import web

from services.commands.places import place_findings
from services.publisher.targets.blog import repository
from services.publisher.targets.blog.catalogue import PATH
from services.publisher.targets.blog.pull_requests import PullRequests
from services.publisher.targets.blog.repository import Repository
from services.publisher.targets.blog.target import Blog
from services.publisher.targets.ledger import Key, Ledger
from services.publisher.targets.target import Parcel
from shared.bus import Bus
from shared.errors import Reject, Retry
from shared.github.http import GitHubHttp
from tests.support.fake_github import FakeGitHub, Fault
from tests.support.pipelines import pipeline_process
from tests.unit.publish.blog_posts import AT, no_pictures, parcel, settings

TOKEN = "a-token"
ENVIRONMENT = {
    **os.environ,
    "GIT_CONFIG_GLOBAL": os.devnull,
    **{f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.fixture
async def bus(tmp_path: Path) -> AsyncIterator[Bus]:
    async with pipeline_process(tmp_path / "nats") as process:
        yield process.bus


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A site's repository, with one commit."""
    bare, work = tmp_path / "site.git", tmp_path / "work"
    git(tmp_path, "init", "-q", "--bare", "-b", "main", str(bare))
    git(bare, "config", "http.receivepack", "true")
    git(bare, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", str(bare), str(work))
    (work / "_config.yml").write_text("title: Films\n")
    git(work, "add", ".")
    git(work, "commit", "-q", "-m", "Begin")
    git(work, "push", "-q", "origin", "HEAD:main")
    return bare


async def send(bus: Bus, site: str, sent: Parcel, **changes: str) -> str:
    wanted = settings(site=site, **changes)
    key = Key(sent.job_id, sent.language, "blog", sent.revision)
    page = await Ledger(bus).page(key)
    http = GitHubHttp(wanted.github_api_url, wanted.token, timeout_seconds=10.0)
    proposals = PullRequests(http, wanted.pull_requests, wanted.branch) if wanted.pull_requests else None
    blog = Blog(Repository(wanted, proposals), Ledger(bus), wanted, lambda: AT, no_pictures)
    try:
        return await blog.send(sent, page, lambda _percent: None)
    finally:
        await http.close()


def commits(bare: Path) -> list[str]:
    return git(bare, "log", "--format=%s", "main").splitlines()


def shown(bare: Path, path: str) -> bytes:
    return subprocess.run(["git", "show", f"main:{path}"], cwd=bare, capture_output=True, check=True).stdout


async def test_a_film_is_one_commit_on_top_of_what_is_there(studio, bus, bare) -> None:
    sent = await parcel(studio)
    await send(bus, bare.as_uri(), sent, author="Film desk <films@acme.example>")
    assert commits(bare) == ["Add a film about encode/httpx (en)", "Begin"]
    assert git(bare, "log", "-1", "--format=%an <%ae>", "main") == "Film desk <films@acme.example>\n"
    names = git(bare, "diff", "--name-status", "main~", "main").split("\n")
    assert len([name for name in names if name.startswith("A\t")]) == 6
    assert git(bare, "ls-tree", "--name-only", "main").split() == [
        "_config.yml",
        "_data",
        "_posts",
        "assets",
        "films.en.xml",
    ]
    video = shown(bare, "assets/films/encode-httpx/0123456789ab/video.en.mp4")
    assert video == sent.video.read_bytes()


async def test_pushes_that_race_all_arrive(studio, bus, bare) -> None:
    films = [await parcel(studio, language=language) for language in ("en", "pt")]
    films += [msgspec.structs.replace(one, job_id=f"{n:032x}") for n, one in enumerate(films)]
    results = await asyncio.gather(*(until_sent(bus, bare, one) for one in films))
    assert len(set(results)) == 4
    assert len(commits(bare)) == 5
    assert shown(bare, PATH).count(b'"job_id"') == 4


async def until_sent(bus: Bus, bare: Path, sent: Parcel, **changes: str) -> str:
    while True:
        with contextlib.suppress(Retry):
            return await send(bus, bare.as_uri(), sent, **changes)


async def test_a_sender_that_dies_anywhere_is_followed_by_one_that_commits_once(studio, bus, bare) -> None:
    sent, dice = await parcel(studio), random.Random(3)
    for _ in range(12):
        sending = asyncio.create_task(send(bus, bare.as_uri(), sent))
        await asyncio.wait([sending], timeout=dice.uniform(0.0, 0.4))
        sending.cancel()
        await asyncio.wait([sending])
    await send(bus, bare.as_uri(), sent)
    assert commits(bare) == ["Add a film about encode/httpx (en)", "Begin"]


@contextlib.asynccontextmanager
async def served(bare: Path, *, losing_answers: int = 0) -> AsyncIterator[str]:
    """The repository behind git's own HTTP server, for whoever has the token."""
    losses = [losing_answers]

    async def answer(request: web.Request) -> web.StreamResponse:
        basic = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {basic}":
            return web.Response(status=403)
        head, _, body = (await _backend(bare, request)).partition(b"\r\n\r\n")
        if request.path.endswith("git-receive-pack") and losses[0]:
            losses[0] -= 1  # libcurl asks once more by itself
            request.transport.close()
        headers = dict(line.decode().split(": ", 1) for line in head.split(b"\r\n"))
        status = int(headers.pop("Status", "200").split()[0])
        return web.Response(status=status, body=body, headers=headers)

    application = web.Application(client_max_size=1 << 30)
    application.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/{bare.name}"
    finally:
        await runner.cleanup()


async def _backend(bare: Path, request: web.Request) -> bytes:
    environment = {
        "GIT_PROJECT_ROOT": str(bare.parent),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH": os.environ["PATH"],
        "PATH_INFO": request.path,
        "QUERY_STRING": request.query_string,
        "REQUEST_METHOD": request.method,
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
        "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
        "REMOTE_ADDR": "127.0.0.1",
    }
    process = await asyncio.create_subprocess_exec(
        "git", "http-backend", env=environment, stdin=-1, stdout=-1
    )
    body, _ = await process.communicate(await request.read())
    return body


async def test_over_http_the_token_opens_and_is_told_to_nobody_else(studio, bus, bare) -> None:
    sent = await parcel(studio)
    async with served(bare) as site:
        with pytest.raises(Reject) as refused:
            await send(bus, site, sent, token="another")
        await send(bus, site, sent, token=TOKEN)
    assert refused.value.code == "site_refused"
    assert "another" not in f"{refused.value} {refused.value.hint}"
    assert len(commits(bare)) == 2


async def test_a_push_whose_answer_was_lost_is_not_made_again(studio, bus, bare) -> None:
    sent = await parcel(studio)
    async with served(bare, losing_answers=2) as site:
        with pytest.raises(Retry):
            await send(bus, site, sent, token=TOKEN)
        assert len(commits(bare)) == 2
        await send(bus, site, sent, token=TOKEN)
    assert len(commits(bare)) == 2


@contextlib.asynccontextmanager
async def proposing(bare: Path) -> AsyncIterator[tuple[FakeGitHub, dict[str, str]]]:
    """A GitHub that has the site's repository, and the settings that propose films to it."""
    async with FakeGitHub() as github:
        github.add("acme/films", bare)
        yield github, {"pull_requests": "acme/films", "token": TOKEN, "github_api_url": github.url}
    assert github.wrongs == []


def branches(bare: Path) -> list[str]:
    return git(bare, "for-each-ref", "--format=%(refname:short)", "refs/heads/reporeel").split()


async def test_a_film_is_proposed_from_a_branch_of_its_own(studio, bus, bare) -> None:
    sent = await parcel(studio)
    async with proposing(bare) as (github, wanted):
        url = await send(bus, bare.as_uri(), sent, **wanted)
    (pull,) = github.pulls.opened
    assert url == pull["html_url"]
    assert branches(bare) == [pull["head"]["ref"]] == [f"reporeel/0123456789ab-en-{sent.revision[:8]}"]
    assert (pull["base"]["ref"], pull["title"]) == ("main", "Add a film about encode/httpx (en)")
    assert "The voice is synthetic." in pull["body"]
    assert commits(bare) == ["Begin"]
    git(bare, "merge-base", "--is-ancestor", "main", pull["head"]["ref"])


async def test_an_edited_film_is_proposed_anew_and_names_the_one_before(studio, bus, bare) -> None:
    async with proposing(bare) as (github, wanted):
        first = await send(bus, bare.as_uri(), await parcel(studio), **wanted)
        await send(bus, bare.as_uri(), await parcel(studio, title="httpx, once more"), **wanted)
    assert f"Takes the place of {first}" in github.pulls.opened[1]["body"]
    assert len(branches(bare)) == 2


async def test_a_proposal_is_opened_once_whatever_dies_or_fails(studio, bus, bare) -> None:
    sent, dice = await parcel(studio), random.Random(9)
    async with proposing(bare) as (github, wanted):
        github.faults.append(Fault(r"/pulls$", 502, times=2))
        for _ in range(12):
            sending = asyncio.create_task(send(bus, bare.as_uri(), sent, **wanted))
            await asyncio.wait([sending], timeout=dice.uniform(0.1, 0.6))
            sending.cancel()
            await asyncio.wait([sending])
        await until_sent(bus, bare, sent, **wanted)
    assert len(github.pulls.opened) == len(branches(bare)) == 1


async def test_a_token_that_may_not_propose_is_told_so(studio, bus, bare) -> None:
    sent = await parcel(studio)
    async with proposing(bare) as (github, wanted):
        github.fail("/pulls", 403, message="Resource not accessible by personal access token")
        with pytest.raises(Reject, match="not accessible") as refused:
            await send(bus, bare.as_uri(), sent, **wanted)
    assert refused.value.code == "site_refused"
    assert "pull requests: write" in refused.value.hint


@pytest.mark.parametrize(
    ("branch", "ok", "words"), [("main", True, "answers and has main"), ("pages", False, "no branch 'pages'")]
)
async def test_the_doctor_looks_at_the_repository(bare, branch, ok, words) -> None:
    environ = {
        "REPOREEL_PUBLISH_TARGETS": "files,blog",
        "REPOREEL_BLOG_SITE": bare.as_uri(),
        "REPOREEL_BLOG_URL": "https://films.example",
        "REPOREEL_BLOG_BRANCH": branch,
    }
    (finding,) = [finding async for finding in place_findings(environ)]
    assert (finding.what, finding.ok) == ("blog", ok)
    assert words in finding.words


async def test_a_repository_that_is_away_is_waited_for(studio, bus, bare) -> None:
    with pytest.raises(Retry) as away:
        await send(bus, "http://127.0.0.1:9/site.git", await parcel(studio))
    assert away.value.code == "site_unreachable"


async def test_what_no_waiting_helps_is_refused(studio, bus, bare, tmp_path, monkeypatch) -> None:
    sent, main = await parcel(studio), bare / "refs" / "heads" / "main"
    before = main.read_text()
    with pytest.raises(Reject, match="no branch 'gh-pages'"):
        await send(bus, bare.as_uri(), sent, branch="gh-pages")
    with pytest.raises(Reject, match="refuses us"):
        await send(bus, (tmp_path / "nowhere").as_uri(), sent)
    hook = bare / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(Reject, match="remote rejected"):
        await send(bus, bare.as_uri(), sent)
    monkeypatch.setattr(repository, "MOST_FILE_BYTES", 10)
    with pytest.raises(Reject, match="too large"):
        await send(bus, bare.as_uri(), sent)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Reject, match="git is not installed"):
        await send(bus, bare.as_uri(), sent)
    assert main.read_text() == before
