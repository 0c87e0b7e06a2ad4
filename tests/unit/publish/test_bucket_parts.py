"""What a bucket needs besides a server: signatures, an identity, settings that are right."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from services.publisher.targets import bucket_copy
from services.publisher.targets.bucket.copy import BucketCopy
from services.publisher.targets.bucket.http import Http
from services.publisher.targets.bucket.identity import Identity
from services.publisher.targets.bucket.settings import BucketSettings, check, service_account
from services.publisher.targets.bucket.sigv4 import Key, signed
from shared.errors import Reject, SettingsError
from shared.events import JobSpec
from shared.settings import load
from tests.support.fake_github import pem_of, signed_by
from tests.unit.publish.bucket_worlds import machine

KEY = Key("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1")
AT = datetime(2013, 5, 24, tzinfo=UTC)
HOST = "examplebucket.s3.amazonaws.com"
DOCUMENTED = {
    "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41": (
        "GET",
        "/test.txt",
        {},
        {"Range": "bytes=0-9"},
        b"",
    ),
    "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd": (
        "PUT",
        "/test$file.text",
        {},
        {"Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"},
        b"Welcome to Amazon S3.",
    ),
    "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543": (
        "GET",
        "/",
        {"lifecycle": ""},
        {},
        b"",
    ),
    "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7": (
        "GET",
        "/",
        {"max-keys": "2", "prefix": "J"},
        {},
        b"",
    ),
}
"""Amazon's own examples, in its description of the signature."""


@pytest.mark.parametrize("signature", DOCUMENTED)
def test_a_signature_is_the_one_amazon_documents(signature: str) -> None:
    method, path, query, headers, body = DOCUMENTED[signature]
    sent = signed(KEY, method, HOST, path, query, headers, body, AT)
    assert sent["authorization"].endswith(f"Signature={signature}")
    other = signed(KEY, method, HOST, path, query, headers, body + b"x", AT)
    assert not other["authorization"].endswith(signature)


async def test_a_service_account_signs_for_itself_and_its_token_is_used_until_it_ends() -> None:
    key = generate_private_key(public_exponent=65537, key_size=2048)
    granted: list[str] = []

    async def token(request: web.Request) -> web.Response:
        form = await request.post()
        assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
        if not signed_by(key.public_key(), str(form["assertion"])):
            return web.json_response({"error": "invalid_grant"}, status=400)
        granted.append(f"token-{len(granted)}")
        return web.json_response({"access_token": granted[-1], "expires_in": 3600})

    application = web.Application()
    application.router.add_post("/token", token)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    account = {
        "client_email": "films@acme.example",
        "private_key": pem_of(key),
        "token_uri": f"http://127.0.0.1:{runner.addresses[0][1]}/token",
    }
    other = account | {"private_key": pem_of(generate_private_key(public_exponent=65537, key_size=2048))}
    http = Http()
    identity = Identity(_with(account), http)
    assert await identity.header() == await identity.header() == {"Authorization": "Bearer token-0"}
    assert await identity.header(renewed=True) == {"Authorization": "Bearer token-1"}
    with pytest.raises(Reject, match="grants no token") as refused:
        await Identity(_with(other), http).header()
    assert refused.value.code == "bucket_refused"
    await http.close()
    await runner.cleanup()


async def test_without_an_account_the_machine_is_asked() -> None:
    http = Http()
    async with machine() as address:
        identity = Identity(BucketSettings(place="gs://films", gcs_machine_url=address), http)
        assert await identity.header() == {"Authorization": "Bearer machine"}
    await http.close()


def _with(account: dict[str, str]) -> BucketSettings:
    return BucketSettings(place="gs://films", gcs_credentials=msgspec.json.encode(account).decode())


def test_credentials_are_text_base64_or_a_file(tmp_path: Path) -> None:
    account = {"client_email": "films@acme.example", "private_key": "-----BEGIN"}
    text = msgspec.json.encode(account)
    (tmp_path / "account.json").write_bytes(text)
    for given in (text.decode(), base64.b64encode(text).decode(), str(tmp_path / "account.json")):
        found = service_account(BucketSettings(place="gs://films", gcs_credentials=given))
        assert found is not None
        assert found.client_email == "films@acme.example"
    with pytest.raises(SettingsError, match="REPOREEL_GCS_CREDENTIALS") as refused:
        service_account(BucketSettings(place="gs://films", gcs_credentials="a secret"))
    assert "a secret" not in str(refused.value)


@pytest.mark.parametrize(
    "environ",
    [
        {"REPOREEL_BUCKET": "s3://films"},
        {"REPOREEL_BUCKET": "ftp://films"},
        {"REPOREEL_BUCKET": "films"},
        {"REPOREEL_BUCKET": "gs://films", "REPOREEL_GCS_CREDENTIALS": "{}"},
    ],
)
def test_a_bucket_that_could_not_work_stops_the_start(environ) -> None:
    with pytest.raises(SettingsError):
        check(load(BucketSettings, environ))


async def test_no_bucket_is_none() -> None:
    async with bucket_copy({}) as nothing:
        assert nothing is None


@pytest.mark.parametrize(
    ("served_at", "address"),
    [
        ("", "s3://films/v/acme-site/j/x.mp4"),
        ("https://cdn.example/v/", "https://cdn.example/v/acme-site/j/x.mp4"),
    ],
)
async def test_a_served_bucket_gives_the_address_people_use(served_at, address) -> None:
    environ = {"REPOREEL_BUCKET": "s3://films/v", "REPOREEL_FILMS_URL": served_at}
    keys = {"REPOREEL_S3_ACCESS_KEY": "a", "REPOREEL_S3_SECRET_KEY": "b"}
    async with bucket_copy(environ | keys) as copy:
        assert isinstance(copy, BucketCopy)
        assert copy.address(JobSpec(repo="acme/site"), "j", "x.mp4") == address
