"""Signing in as a GitHub App, against a fake GitHub that checks the signature with the App's public key."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from services.scanner.github import GitHub
from services.scanner.settings import ScannerSettings
from shared.errors import Reject, SettingsError
from shared.github import app as github_app
from shared.github.app import GitHubApp
from shared.github.http import GitHubHttp
from shared.settings import load
from tests.support.fake_github import FakeGitHub, pem_of
from tests.unit.scanner.building import SMALL_PROJECT, write_files

KEY: RSAPrivateKey = generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
async def fake(tmp_path: Path) -> AsyncIterator[FakeGitHub]:
    async with FakeGitHub() as github:
        github.add("acme/site", write_files(tmp_path / "site", SMALL_PROJECT))
        github.app_key = KEY.public_key()
        yield github


@pytest.fixture
async def http(fake: FakeGitHub) -> AsyncIterator[GitHubHttp]:
    settings = {"GITHUB_API_URL": fake.url, "GITHUB_APP_ID": "12", "GITHUB_APP_PRIVATE_KEY": pem_of(KEY)}
    client = load(ScannerSettings, settings | {"GITHUB_TOKEN": "personal"}).github_http()
    yield client
    await client.close()


def bearers(fake: FakeGitHub, path: str) -> set[str]:
    asked = (each for each in fake.requests if each.path.startswith(path) and "installation" not in each.path)
    return {each.headers.get("Authorization", "") for each in asked}


async def test_an_installed_app_asks_with_a_token_of_its_own(fake, http, tmp_path):
    record = await GitHub(http).look_up("acme/site", None)
    await GitHub(http).download(record, tmp_path / "a.tar.gz")
    assert bearers(fake, "/repos/acme/site") == {"Bearer ghs_1"}
    assert fake.granted == 1


async def test_the_apps_own_token_goes_to_no_other_route(fake, http):
    await GitHub(http).look_up("acme/site", None)
    signed = [each.path for each in fake.requests if each.headers.get("Authorization", "").count(".") == 2]
    assert signed == ["/repos/acme/site/installation", "/app/installations/7/access_tokens"]


async def test_a_token_that_is_about_to_end_is_renewed(fake, http):
    fake.token_seconds = github_app.EARLY_SECONDS
    await http.ask("/repos/acme/site")
    await http.ask("/repos/acme/site/tags")
    assert fake.granted == 2


async def test_where_the_app_is_not_installed_the_personal_token_is_used(fake, http):
    fake.fail(r"/installation$", 404)
    await http.ask("/repos/acme/site")
    await http.ask("/repos/acme/site/tags")
    assert bearers(fake, "/repos/acme/site") == {"Bearer personal"}
    assert sum(each.path.endswith("/installation") for each in fake.requests) == 1


async def test_a_search_belongs_to_no_installation(fake, http):
    await http.ask("/search/repositories?q=x")
    assert bearers(fake, "/search") == {"Bearer personal"}
    assert fake.granted == 0


async def test_a_key_of_another_app_is_refused_with_a_hint(fake, http):
    fake.app_key = generate_private_key(public_exponent=65537, key_size=2048).public_key()
    with pytest.raises(Reject) as caught:
        await GitHub(http).look_up("acme/site", None)
    assert caught.value.code == "unauthorized"
    assert "GITHUB_APP_PRIVATE_KEY" in caught.value.hint


async def test_an_answer_without_a_token_is_refused(fake, http):
    fake.fail(r"/access_tokens$", 200)
    with pytest.raises(Reject, match="not understood"):
        await GitHub(http).look_up("acme/site", None)


async def test_many_repositories_do_not_fill_the_memory(fake, http):
    app = GitHubApp("12", pem_of(KEY))
    known = app._tokens
    known.update((f"acme/{number}", ("", 0.0)) for number in range(github_app.MAX_TOKENS))
    await app.token_for("acme/site", http._called)
    assert list(known) == ["acme/site"]


def test_a_key_may_stand_in_a_file_or_on_one_line(tmp_path):
    (tmp_path / "key.pem").write_text(pem_of(KEY))
    for written in (str(tmp_path / "key.pem"), pem_of(KEY).replace("\n", "\\n")):
        assert GitHubApp("12", written, clock=lambda: 0.0).assertion() == (
            GitHubApp("12", pem_of(KEY), clock=lambda: 0.0).assertion()
        )


@pytest.mark.parametrize("written", ["/no/such/file", "-----BEGIN nonsense", "x\0y"])
def test_a_key_that_is_none_stops_the_start_and_is_not_shown(written):
    with pytest.raises(SettingsError) as caught:
        GitHubApp("12", written)
    assert written not in str(caught.value)


def test_a_key_of_another_kind_stops_the_start():
    other = Ed25519PrivateKey.generate()
    pem = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    with pytest.raises(SettingsError, match="RSA"):
        GitHubApp("12", pem)


@pytest.mark.parametrize("half", ["GITHUB_APP_ID", "GITHUB_APP_PRIVATE_KEY"])
def test_half_an_app_stops_the_start(half):
    with pytest.raises(SettingsError, match="go together"):
        load(ScannerSettings, {half: "12"}).github_http()
