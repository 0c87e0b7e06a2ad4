"""`reporeel languages install LANG`: fetches a translation pack, checks it, tries it."""

from __future__ import annotations

import sys

import aiohttp

from services.translator.engines import tried
from services.translator.packing import Download, mozillas, published
from shared.errors import ReporeelError
from shared.offload import ignore_progress, run_in_child
from shared.packs import folder_of
from shared.pipeline import SOURCE_LANGUAGE

TRY_SECONDS = 120.0


async def install(language: str, source: str | None) -> int:
    """Raises ReporeelError that says what could not be had; what was installed before stays then."""
    async with aiohttp.ClientSession() as session:
        download = Download(session)
        pack, addresses = await (published(download, source) if source else mozillas(download, language))
        if (pack.source, pack.target) != (SOURCE_LANGUAGE, language):
            raise ReporeelError(f"{source} is a pack from {pack.source} to {pack.target}, not to {language}")
        sys.stderr.write(f"fetching {pack.name} ({pack.licence}) from {pack.origin or source}\n")
        await download.pack(pack, addresses, folder_of(pack))
    said = await run_in_child(tried, ignore_progress, TRY_SECONDS, pack)
    sys.stdout.write(f"{language} is installed in {folder_of(pack)}; a trial gives: {said}\n")
    return 0
