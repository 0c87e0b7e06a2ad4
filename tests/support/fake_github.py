"""A GitHub on the loopback: the few REST routes that we ask, answered with a folder's real content.

`python -m tests.support.fake_github --port 8099 --repo owner/name=FOLDER` serves until it is interrupted.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hashlib
import io
import json
import re
import tarfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.support import github_answers as answers
from tests.support import github_oracle
from tests.support.github_answers import DATE
from tests.support.github_desk import Desk
from tests.support.github_hooks import Webhooks
from tests.support.github_pulls import Pulls

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

QUOTA = 5000
DOCUMENTATION = "https://docs.github.com/rest"


@dataclass
class FakeRepository:
    """One repository; any attribute may be changed before it is asked for."""

    full_name: str
    folder: Path
    description: str | None = "A repository that exists for tests only."
    default_branch: str = "main"
    homepage: str | None = None
    private: bool = False
    archived: bool = False
    disabled: bool = False
    empty: bool = False
    """Whether it has no commit yet."""
    stars: int = 42
    forks: int = 7
    topics: tuple[str, ...] = ("testing",)
    license: dict[str, str] | None = None
    languages: dict[str, int] = field(default_factory=dict)
    releases: list[dict[str, Any]] = field(default_factory=list)
    tags: tuple[str, ...] = ()
    contributors: tuple[tuple[str, int], ...] = (("octocat", 3),)
    commits: int = 3
    commits_last_year: int = 2
    ci_succeeded: bool = False
    changes: tuple[tuple[str, str], ...] = ()
    """Message and author of the commits between any two tags."""
    changed_files: tuple[tuple[str, int, int], ...] = ()
    refs: tuple[str, ...] = ()
    """Branches and tags besides the default branch."""
    archive: bytes | None = None
    """Served instead of the folder's own archive."""

    @property
    def sha(self) -> str:
        return hashlib.sha1(self._packed, usedforsecurity=False).hexdigest()

    def tarball(self) -> bytes:
        return self._packed if self.archive is None else self.archive

    @cached_property
    def _packed(self) -> bytes:
        """The folder as it is when first asked for."""
        owner, name = self.full_name.split("/")
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:gz", format=tarfile.PAX_FORMAT) as archive:
            for path in sorted(self.folder.rglob("*")):
                below = path.relative_to(self.folder)
                if ".git" not in below.parts:
                    archive.add(
                        path, f"{owner}-{name}-0000000/{below}", recursive=False, filter=_without_times
                    )
        # The gzip header holds a time; without it the same folder gives the same bytes.
        return b"\x1f\x8b\x08\x00\x00\x00\x00\x00" + buffer.getvalue()[8:]


def _without_times(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.mtime = 0
    return member


@dataclass
class Fault:
    """What is answered instead, to requests whose path matches."""

    path: str
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    message: str = "fault"
    times: int = 1_000_000
    method: str = ""
    """Only of requests by this one; empty is any."""
    lost: bool = False
    """Whether the request is carried out, and its answer never arrives."""

    def strikes(self, request: web.Request) -> bool:
        if (
            not self.times
            or self.method not in ("", request.method)
            or not re.search(self.path, request.path)
        ):
            return False
        self.times -= 1
        return True


class FakeGitHub:
    """`async with FakeGitHub() as github: github.add("owner/name", folder)`; `github.url` is its API."""

    def __init__(self, port: int = 0, host: str = "127.0.0.1") -> None:
        self.repositories: dict[str, FakeRepository] = {}
        self.renamed: dict[str, str] = {}
        self.faults: list[Fault] = []
        self.requests: list[web.Request] = []
        self.charged: list[str] = []
        """The paths whose answers cost quota: all but the 304s and what the archive host sends."""
        self.wrongs: list[str] = []
        """What GitHub's own description does not allow, in what was asked and what was answered."""
        self.desk = Desk(lambda request: self._asked(request).full_name)
        self.webhooks = Webhooks(self._check_app)
        self.pulls = Pulls(lambda request: _described(self._asked(request)))
        self.app_key: RSAPublicKey | None = None
        """Of the GitHub App that may ask for tokens."""
        self.token_seconds = 3600.0
        self.granted = 0
        self._port, self._host = port, host
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://{self._host}:{self._port}"

    def add(self, full_name: str, folder: Path, **attributes: Any) -> FakeRepository:
        repository = FakeRepository(full_name, folder, **attributes)
        self.repositories[full_name.lower()] = repository
        return repository

    def fail(self, path: str, status: int, **attributes: Any) -> None:
        """Answer this status to requests whose path matches the expression."""
        self.faults.append(Fault(path, status, **attributes))

    async def __aenter__(self) -> Self:
        application = web.Application(middlewares=[self._faulty])
        application.router.add_get("/repos/{owner}/{name}", self._repository)
        application.router.add_get("/repositories/{number}", self._by_number)
        application.router.add_get("/repos/{owner}/{name}/commits", self._commits)
        application.router.add_get("/repos/{owner}/{name}/commits/{ref}", self._commit)
        application.router.add_get("/repos/{owner}/{name}/tarball/{ref}", self._tarball)
        application.router.add_get("/archives/{owner}/{name}/{sha}", self._archive)
        application.router.add_get("/repos/{owner}/{name}/actions/runs", self._runs)
        application.router.add_get("/repos/{owner}/{name}/compare/{basehead}", self._compare)
        application.router.add_get("/search/repositories", self._search)
        application.router.add_get("/repos/{owner}/{name}/installation", self._installation)
        application.router.add_post("/app/installations/{number}/access_tokens", self._access_token)
        application.router.add_routes(self.desk.routes())
        application.router.add_routes(self.webhooks.routes())
        application.router.add_routes(self.pulls.routes())
        for listing in ("languages", "releases", "tags", "contributors"):
            application.router.add_get(f"/repos/{{owner}}/{{name}}/{listing}", getattr(self, f"_{listing}"))
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    @web.middleware
    async def _faulty(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.requests.append(request)
        await self._judge_request(request)
        fault = next((one for one in self.faults if one.strikes(request)), None)
        if fault is not None and not fault.lost:
            body = {"message": fault.message}
            return web.json_response(body, status=fault.status, headers=fault.headers)
        try:
            answered = await handler(request)
        except web.HTTPFound:
            self.charged.append(request.path)
            raise
        except web.HTTPNotFound:
            return _not_found()
        except web.HTTPUnauthorized:
            return _said(401, "A JSON web token could not be decoded")
        self._judge_answer(request, answered)
        if fault is not None and request.transport is not None:
            request.transport.abort()
        return self._counted(request, _with_etag(request, answered))

    async def _judge_request(self, request: web.Request) -> None:
        route = github_oracle.route_of(request.method, request.rel_url.raw_path)
        if route is None:
            if request.method != "GET":
                self.wrongs.append(f"GitHub describes no {request.method} {request.path}")
            return
        body = await request.json() if request.can_read_body else None
        self.wrongs += github_oracle.request_faults(route, request.query, body)

    def _judge_answer(self, request: web.Request, answered: web.StreamResponse) -> None:
        route = github_oracle.route_of(request.method, request.rel_url.raw_path)
        if route is None or answered.status not in (200, 201) or not isinstance(answered, web.Response):
            return
        if "json" in answered.content_type and isinstance(answered.body, bytes):
            self.wrongs += github_oracle.known_faults(route, answered.body)

    def _counted(self, request: web.Request, answered: web.StreamResponse) -> web.StreamResponse:
        if answered.status != 304 and not request.path.startswith("/archives/"):
            self.charged.append(request.path)
        answered.headers["X-RateLimit-Resource"] = "search" if "/search/" in request.path else "core"
        answered.headers["X-RateLimit-Limit"] = str(QUOTA)
        answered.headers["X-RateLimit-Remaining"] = str(QUOTA - len(self.charged))
        answered.headers["X-RateLimit-Reset"] = str(int(time.time()) + 1800)
        return answered

    def _asked(self, request: web.Request) -> FakeRepository:
        name = f"{request.match_info['owner']}/{request.match_info['name']}".lower()
        if name not in self.repositories:
            raise web.HTTPNotFound
        return self.repositories[name]

    async def _repository(self, request: web.Request) -> web.StreamResponse:
        name = f"{request.match_info['owner']}/{request.match_info['name']}"
        if name in self.renamed:
            number = list(self.repositories).index(self.renamed[name].lower())
            location = f"{self.url}/repositories/{number}"
            moved = {"message": "Moved Permanently", "url": location, "documentation_url": DOCUMENTATION}
            return web.json_response(moved, status=301, headers={"Location": location})
        return web.json_response(_described(self._asked(request)))

    async def _by_number(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(
            _described(list(self.repositories.values())[int(request.match_info["number"])])
        )

    async def _commit(self, request: web.Request) -> web.StreamResponse:
        repository = self._asked(request)
        ref = request.match_info["ref"]
        if repository.empty:
            return _said(409, "Git Repository is empty.")
        if ref not in (repository.sha, repository.default_branch, "HEAD", *repository.refs, *repository.tags):
            return _said(422, f"No commit found for SHA: {ref}")
        return web.json_response(answers.commit(repository.full_name, repository.sha, date=DATE))

    async def _commits(self, request: web.Request) -> web.StreamResponse:
        repository = self._asked(request)
        if repository.empty:
            return _said(409, "Git Repository is empty.")
        count = repository.commits_last_year if "since" in request.query else repository.commits
        page = int(request.query.get("page", "1"))
        date = DATE if page < count else "2024-01-15T08:00:00Z"
        return _paged(request, [answers.commit(repository.full_name, repository.sha, date=date)], count)

    async def _languages(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(self._asked(request).languages)

    async def _releases(self, request: web.Request) -> web.StreamResponse:
        repository = self._asked(request)
        return web.json_response(
            [answers.release(repository.full_name, each) for each in repository.releases]
        )

    async def _tags(self, request: web.Request) -> web.StreamResponse:
        repository = self._asked(request)
        return web.json_response(
            [answers.tag(repository.full_name, name, repository.sha) for name in repository.tags]
        )

    async def _contributors(self, request: web.Request) -> web.StreamResponse:
        people = self._asked(request).contributors
        size, page = int(request.query.get("per_page", "30")), int(request.query.get("page", "1"))
        shown = people[(page - 1) * size : page * size]
        entries = [answers.contributor(login, count) for login, count in shown]
        return _paged(request, entries, -(-len(people) // size))

    async def _runs(self, request: web.Request) -> web.StreamResponse:
        repository = self._asked(request)
        run = answers.run(_minimal(repository), repository.sha, repository.default_branch)
        runs = [run] if repository.ci_succeeded else []
        return web.json_response({"total_count": len(runs), "workflow_runs": runs})

    async def _compare(self, request: web.Request) -> web.StreamResponse:
        repository = self._asked(request)
        name = repository.full_name
        commits = [
            answers.commit(name, f"{number:040x}", date=DATE, message=message, author=author)
            for number, (message, author) in enumerate(repository.changes)
        ]
        files = [answers.changed_file(*each) for each in repository.changed_files]
        return web.json_response(answers.comparison(name, request.match_info["basehead"], commits, files))

    async def _search(self, request: web.Request) -> web.StreamResponse:
        """Of all repositories, whatever is searched for: the most starred first, a page at a time."""
        ranked = sorted(self.repositories.values(), key=lambda one: (-one.stars, one.full_name))
        size, page = int(request.query.get("per_page", "30")), int(request.query.get("page", "1"))
        shown = [answers.search_item(_described(one)) for one in ranked[(page - 1) * size : page * size]]
        return web.json_response({"total_count": len(ranked), "incomplete_results": False, "items": shown})

    async def _installation(self, request: web.Request) -> web.StreamResponse:
        self._check_app(request)
        return web.json_response(answers.installation(self._asked(request).full_name.partition("/")[0]))

    async def _access_token(self, request: web.Request) -> web.StreamResponse:
        self._check_app(request)
        self.granted += 1
        expires = datetime.now(UTC) + timedelta(seconds=self.token_seconds)
        body = {"token": f"ghs_{self.granted}", "expires_at": expires.strftime("%Y-%m-%dT%H:%M:%SZ")}
        return web.json_response(body | {"permissions": {"contents": "read"}}, status=201)

    def _check_app(self, request: web.Request) -> None:
        """Whether the bearer is a token that the App signed and that holds now."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if self.app_key is None or scheme != "Bearer" or not signed_by(self.app_key, token):
            raise web.HTTPUnauthorized

    async def _tarball(self, request: web.Request) -> web.StreamResponse:
        repository = self._asked(request)
        raise web.HTTPFound(f"{self.url}/archives/{repository.full_name}/{request.match_info['ref']}")

    async def _archive(self, request: web.Request) -> web.StreamResponse:
        repository = self._asked(request)
        if request.match_info["sha"] != repository.sha:
            raise web.HTTPNotFound
        return web.Response(body=repository.tarball(), content_type="application/x-gzip")


def pem_of(key: RSAPrivateKey) -> str:
    """As GitHub hands it out."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


def signed_by(
    key: RSAPublicKey, token: str, most_seconds: float = 600, clock: Callable[[], float] = time.time
) -> bool:
    head, _, signature = token.rpartition(".")
    try:
        key.verify(_decoded(signature), head.encode(), PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    claims = json.loads(_decoded(head.rpartition(".")[2]))
    now = clock()
    return bool(claims["iss"] and claims["iat"] <= now < claims["exp"] <= now + most_seconds)


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _not_found() -> web.Response:
    return _said(404, "Not Found")


def _said(status: int, message: str) -> web.Response:
    body = {"message": message, "documentation_url": DOCUMENTATION, "status": str(status)}
    return web.json_response(body, status=status)


def _minimal(repository: FakeRepository) -> dict[str, Any]:
    return answers.minimal_repository(
        repository.full_name, private=repository.private, description=repository.description
    )


def _described(repository: FakeRepository) -> dict[str, Any]:
    return answers.full_repository(
        _minimal(repository),
        homepage=repository.homepage,
        default_branch=repository.default_branch,
        stars=repository.stars,
        forks=repository.forks,
        topics=repository.topics,
        license=repository.license,
        archived=repository.archived,
        disabled=repository.disabled,
    )


def _with_etag(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    """A 304 without a body to those who know the answer already."""
    if (
        response.status != 200
        or not isinstance(response, web.Response)
        or "json" not in response.content_type
    ):
        return response
    etag = f'"{hashlib.sha256(response.body).hexdigest()}"'
    headers = {"ETag": etag, "Link": response.headers.get("Link", "")}
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers=headers)
    response.headers["ETag"] = etag
    return response


def _paged(request: web.Request, entries: list[dict[str, Any]], pages: int) -> web.Response:
    headers = {}
    if pages > 1 and int(request.query.get("page", "1")) < pages:
        last = request.url.update_query(page=str(pages))
        headers["Link"] = f'<{request.url.update_query(page="2")}>; rel="next", <{last}>; rel="last"'
    return web.json_response(entries, headers=headers)


async def _serve(host: str, port: int, repositories: list[str]) -> None:
    async with FakeGitHub(port, host) as github:
        for entry in repositories:
            name, _, folder = entry.partition("=")
            github.add(name, Path(folder), ci_succeeded=True)
        print(f"GITHUB_API_URL={github.url}", flush=True)  # noqa: T201 - what a shell is told
        await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="where it listens, and what it calls itself")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--repo", action="append", required=True, metavar="OWNER/NAME=FOLDER")
    arguments = parser.parse_args()
    asyncio.run(_serve(arguments.host, arguments.port, arguments.repo))


if __name__ == "__main__":
    main()
