"""Fetches packs: one that somebody published as a `pack.json`, or Mozilla's newest model for a language.

Mozilla lists its models, with the sha256 of every file, in Firefox's Remote Settings. Everything is written
beside the place where it belongs, checked, and moved there whole.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, TypeVar
from urllib.parse import urljoin, urlsplit

import aiohttp
import msgspec

from shared.errors import ReporeelError
from shared.packs import MANIFEST, MOST_MANIFEST_BYTES, Pack, PackFile, check, decode_manifest
from shared.pipeline import SOURCE_LANGUAGE

MOZILLA = "https://firefox.settings.services.mozilla.com/v1/"
MOZILLA_RECORDS = "buckets/main/collections/translations-models/records"
MOZILLA_LICENCE = "MPL-2.0"
MOST_LIST_BYTES = 16 << 20
MOST_FILE_BYTES = 2 << 30
PIECE_BYTES = 1 << 20
SILENCE_SECONDS = 60.0
"""The longest time in which nothing arrives."""

_PARTS = {
    "model": ("model",),
    "vocab": ("src_vocab", "trg_vocab"),
    "srcvocab": ("src_vocab",),
    "trgvocab": ("trg_vocab",),
    "lex": ("shortlist",),
}
"""What the files of a Mozilla model are to fxtranslate."""


T = TypeVar("T")


class Unfetched(ReporeelError):
    """Something could not be had over the network."""


class Attachment(msgspec.Struct, frozen=True):
    hash: str
    location: str


class Record(msgspec.Struct, frozen=True, rename="camel"):
    """One file of one model, as Remote Settings lists it."""

    from_lang: str
    to_lang: str
    file_type: str
    version: str
    attachment: Attachment


class Records(msgspec.Struct, frozen=True):
    data: tuple[Record, ...]


class AttachmentBase(msgspec.Struct, frozen=True):
    base_url: str


class Capabilities(msgspec.Struct, frozen=True):
    attachments: AttachmentBase


class Server(msgspec.Struct, frozen=True):
    capabilities: Capabilities


class Download:
    """Bounded reads of one HTTP session."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def text(self, address: str, most: int) -> bytes:
        """Raises Unfetched."""
        with tempfile.TemporaryFile() as file:
            await self._to(address, file, most)
            file.seek(0)
            return file.read()

    async def pack(self, pack: Pack, addresses: Mapping[str, str], folder: Path) -> None:
        """Put a pack's files, and its manifest, into `folder`: all of them, checked, or none.

        Raises Unfetched, PackFault.
        """
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".fetching-", dir=folder.parent) as name:
            place = Path(name) / "pack"
            place.mkdir()
            for file in pack.files:
                with (place / file).open("wb") as written:
                    await self._to(addresses[file], written, MOST_FILE_BYTES)
            await asyncio.to_thread(check, pack, place)
            (place / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(pack)))
            if folder.exists():
                shutil.rmtree(folder)
            place.rename(folder)

    async def _to(self, address: str, file: IO[bytes], most: int) -> None:
        if urlsplit(address).scheme not in ("http", "https"):
            raise Unfetched(f"{address!r} is no address of a pack: give https://...")
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=SILENCE_SECONDS, sock_read=SILENCE_SECONDS)
        written = 0
        try:
            async with self._session.get(address, timeout=timeout) as reply:
                if reply.status != 200:  # noqa: PLR2004
                    raise Unfetched(f"{address} answers {reply.status}")
                async for piece in reply.content.iter_chunked(PIECE_BYTES):
                    written += len(piece)
                    if written > most:
                        raise Unfetched(f"{address} is larger than {most} bytes")
                    file.write(piece)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unfetched(f"{address} cannot be fetched ({type(error).__name__}: {error})") from error


async def published(download: Download, address: str) -> tuple[Pack, dict[str, str]]:
    """A pack's manifest, and where each of its files is: beside it, or where it says.

    Raises Unfetched, PackFault.
    """
    pack = decode_manifest(await download.text(address, MOST_MANIFEST_BYTES), address)
    return pack, {name: urljoin(address, file.url or name) for name, file in pack.files.items()}


async def mozillas(download: Download, language: str, server: str = MOZILLA) -> tuple[Pack, dict[str, str]]:
    """Mozilla's newest released model from English, as a pack.

    Raises Unfetched when there is none.
    """
    listed = _decoded(await download.text(server + MOZILLA_RECORDS, MOST_LIST_BYTES), Records)
    base = _decoded(await download.text(server, MOST_LIST_BYTES), Server).capabilities.attachments.base_url
    files = _newest(listed.data, language)
    parts = {part: file for file in files for part in _PARTS.get(file.file_type, ())}
    if "model" not in parts:
        raise Unfetched(f"Mozilla has no model from {SOURCE_LANGUAGE} to {language}")
    pack = Pack(
        kind="firefox",
        source=SOURCE_LANGUAGE,
        target=language,
        licence=MOZILLA_LICENCE,
        origin=f"Mozilla, version {files[0].version}",
        files={part: PackFile(file.attachment.hash) for part, file in parts.items()},
    )
    return pack, {part: urljoin(base, file.attachment.location) for part, file in parts.items()}


def _newest(records: Iterable[Record], language: str) -> list[Record]:
    """The files of the highest version that is no trial (`2.0a1`)."""
    mine = [one for one in records if (one.from_lang, one.to_lang) == (SOURCE_LANGUAGE, language)]
    released = [one for one in mine if one.version.replace(".", "").isdigit()]
    newest = max((_ordered(one.version) for one in released), default=())
    return [one for one in released if _ordered(one.version) == newest]


def _ordered(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _decoded(body: bytes, wanted: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=wanted)
    except msgspec.DecodeError as error:
        raise Unfetched(f"Mozilla's list of models is not as expected: {error}") from error
