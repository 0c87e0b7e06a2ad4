"""200 addresses that must lead nowhere: as a repository, a ref, a redirect, or GitHub's name of a repository.

A listener on the loopback counts who knocks; a connector notes every host the client asks for. Only the fake
GitHub, which stands for the two hosts GitHub has, may be asked.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from yarl import URL

from services.gateway.errors import ApiError
from services.gateway.wishes import repo_of
from services.scanner.github import GitHub
from shared.errors import Reject, StageError
from shared.github.http import PUBLIC_API, PUBLIC_ARCHIVES, GitHubHttp
from shared.github.refusals import Refused
from shared.github.resolving import PublicResolver, is_public
from tests.support.fake_github import FakeGitHub
from tests.unit.scanner.building import SMALL_PROJECT, write_files

HOSTS = (
    "127.0.0.1 127.1 127.0.1 0 0.0.0.0 2130706433 0x7f000001 0x7f.0.0.1 0177.0.0.1 017700000001 "
    "127.0.0.1.nip.io localhost LOCALHOST localhost. localtest.me [::1] [::] [0:0:0:0:0:0:0:1] "
    "[::ffff:127.0.0.1] [::ffff:7f00:1] [fe80::1] [fd00::1] 10.0.0.1 172.16.0.1 192.168.1.1 100.64.0.1 "
    "169.254.169.254 [fd00:ec2::254] 2852039166 metadata.google.internal 169.254.169.254.xip.io "
    "①②⑦.⓪.⓪.① evil.example github.com.evil.example api.github.com.evil.example codeload-github.com "
    "github.com 224.0.0.1 255.255.255.255"
).split()
FORMS = (
    "http://{host}:{port}/acme/site",
    "https://{host}:{port}/acme/site.git",
    "https://github.com@{host}:{port}/acme/site",
    "//{host}:{port}/acme/site",
)
ODD = (
    "file:///etc/passwd ftp://{here}/x gopher://{here}/_x dict://{here}/x ldap://{here}/x "
    "ssh://git@{here}/acme/site git://{here}/acme/site git@{here}:acme/site ext::sh%20-c%20id "
    "javascript:alert(1) data:text/plain,x unix:/run/x jar:http://{here}!/x https:/{here}/x "
    "https:\\\\{here}\\x http:{here} https://github.com:{port}/acme/site "
    "https://github.com/../../{here} https://github.com/acme/site/../../../{here} "
    "https://github.com/acme/site?x={here} https://github.com/acme/site#@{here} "
    "https://github.com%2f@{here}/a/b https://github.com%00.{here}/a/b "
    "https://api.github.com/repos/acme/site https://raw.githubusercontent.com/acme/site/x "
    "https://gist.github.com/a/b https://github.com/acme https://github.com/acme/ "
    "https://github.com//site https://github.com/acme/.. https://github.com/./site acme/site/.. "
    "acme/site/tarball ../acme/site acme/../site ./acme /acme %61cme/site acme%2fsite acme%252fsite "
    "acme/site%00 acme/site%0d%0aHost:{here} acme/site@{here} acme:site@{here}/x acme\\site acme/ /site "
    "// / . .. ~ -/site --upload-pack=x/y $(id)/x `id`/x |id/x ;id/x acme/site;x acme/site|x "
    "acme/site&x acme/site=x acme/site,b/c acme/site*x acme/sité аcme/site acme/si\u200bte "
    "http://[::1]:{port}\\@github.com/acme/site https://user:pass@github.com/acme/site "
    "http://github.com/acme/site"
).split()
"""As they may come to us; those with `{here}` name the listener."""


def corpus(port: int) -> list[str]:
    forms = [form.format(host=host, port=port) for host in HOSTS for form in FORMS]
    odd = [each.replace("{here}", f"127.0.0.1:{port}").replace("{port}", str(port)) for each in ODD]
    spaced = ["acme/site x", " acme/site", "acme/site\n", "acme/site\r\nHost: x", "acme /site", ""]
    return list(dict.fromkeys([*forms, *odd, *spaced, f"{'a' * 200}/x"]))


class Recording(aiohttp.TCPConnector):
    """Notes whom the client wants to talk to, before a name is resolved or a port opened."""

    def __init__(self, asked: list[str]) -> None:
        super().__init__()
        self._asked = asked

    async def connect(self, req: Any, *more: Any, **named: Any) -> Any:
        self._asked.append(f"{req.url.host}:{req.url.port}")
        return await super().connect(req, *more, **named)


class Listener:
    """Counts the connections to a port nobody may knock at."""

    def __init__(self) -> None:
        self.knocks = 0
        self.port = 0

    async def _knock(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.knocks += 1
        writer.close()

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[Listener]:
        server = await asyncio.start_server(self._knock, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield self


class World:
    def __init__(self, fake: FakeGitHub, listener: Listener, asked: list[str], github: GitHub) -> None:
        self.fake, self.listener, self.asked, self.github = fake, listener, asked, github

    def outside(self) -> list[str]:
        home = URL(self.fake.url)
        return [each for each in self.asked if each != f"{home.host}:{home.port}"]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    asked: list[str] = []
    async with FakeGitHub() as fake, Listener().listening() as listener:
        fake.add("acme/site", write_files(tmp_path / "site", SMALL_PROJECT))
        http = GitHubHttp(
            fake.url,
            "t0ken",
            timeout_seconds=5.0,
            download_time_limit_seconds=5.0,
            max_packed_bytes=10**7,
            connector=Recording(asked),
        )
        yield World(fake, listener, asked, GitHub(http))
        await http.close()


def test_the_corpus_is_large() -> None:
    assert len(corpus(1)) >= 200


async def test_the_listener_hears_who_knocks() -> None:
    async with Listener().listening() as listener:
        _reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        await _reader.read()
        writer.close()
    assert listener.knocks == 1


async def test_no_address_asks_anybody_as_a_repository(world: World) -> None:
    for address in corpus(world.listener.port):
        with pytest.raises(Reject, match="no GitHub repository"):
            await world.github.look_up(address, None)
    assert (world.asked, world.listener.knocks) == ([], 0)


async def test_no_address_leaves_githubs_api_as_a_ref(world: World) -> None:
    for address in corpus(world.listener.port):
        with contextlib.suppress(StageError):
            await world.github.look_up("acme/site", address)
    assert (world.outside(), world.listener.knocks) == ([], 0)
    assert all(request.path.startswith("/repos/acme/site") for request in world.fake.requests)


async def test_no_redirect_leaves_githubs_hosts(world: World, tmp_path: Path) -> None:
    record = await world.github.look_up("acme/site", None)
    for address in redirects(world.listener.port):
        world.fake.faults.clear()
        world.fake.fail("/tarball/", 302, headers={"Location": address}, times=1)
        world.fake.fail("", 404)
        with pytest.raises(StageError):
            await world.github.download(record, tmp_path / "a.tar.gz")
    assert (world.outside(), world.listener.knocks) == ([], 0)


def redirects(port: int) -> Iterator[str]:
    for address in corpus(port):
        # What cannot stand in a header never reaches us.
        if address.isascii() and address.isprintable():
            yield address


async def test_no_answer_of_githubs_turns_into_another_address(world: World) -> None:
    for address in corpus(world.listener.port):
        world.fake.faults.clear()
        world.fake.repositories["acme/site"].full_name = address if "/" in address else f"{address}/x"
        with contextlib.suppress(StageError, ValueError):
            await world.github.look_up("acme/site", None)
    assert (world.outside(), world.listener.knocks) == ([], 0)


def test_the_door_lets_in_github_names_only(tmp_path: Path) -> None:
    for address in corpus(8099):
        let_in = ""
        with contextlib.suppress(ApiError):
            let_in = repo_of(address, None)
        assert let_in in ("", "acme/site"), address


def test_in_production_two_hosts_are_known_and_no_proxy() -> None:
    http = GitHubHttp(
        str(PUBLIC_API), "", timeout_seconds=1.0, download_time_limit_seconds=1.0, max_packed_bytes=1
    )
    for address in redirects(8099):
        target = PUBLIC_API
        with contextlib.suppress(Refused):
            target = http._allowed(PUBLIC_API / "repos/acme/site/tarball/x", address)
        assert target.origin() in (PUBLIC_API, PUBLIC_ARCHIVES), address


@pytest.mark.parametrize(
    "address",
    "127.0.0.1 10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 255.255.255.255 "
    "::1 fe80::1 fe80::1%eth0 fd00::1 ::ffff:127.0.0.1 ::ffff:169.254.169.254 ff02::1 :: nonsense".split(),
)
def test_an_address_that_is_not_public_is_not_github(address: str) -> None:
    assert not is_public(address)


def test_a_public_address_may_be_github() -> None:
    assert is_public("140.82.121.6")
    assert is_public("2606:50c0:8000::153")


async def test_a_name_that_resolves_inside_is_refused() -> None:
    resolver = PublicResolver()
    with pytest.raises(OSError, match="no public address"):
        await resolver.resolve("localhost", 443)
    await resolver.close()
