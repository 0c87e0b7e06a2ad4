"""Loads an installed pack, once every file of it has the bytes its manifest promises."""

from __future__ import annotations

from services.translator.ctranslate import Ctranslate
from services.translator.engine import Engine
from services.translator.firefox import Firefox
from shared.packs import Pack, check, folder_of

FIREFOX_PARTS = ("model", "src_vocab", "trg_vocab", "shortlist")


def load(pack: Pack) -> Engine:
    """Raises PackFault for a damaged pack, EngineFault for one that its engine cannot read."""
    folder = folder_of(pack)
    check(pack, folder)
    if pack.kind == "opus-mt":
        return Ctranslate(pack.name, folder, pack.prefix)
    parts = {part: (folder / part).read_bytes() for part in FIREFOX_PARTS if part in pack.files}
    return Firefox(pack.name, parts)
