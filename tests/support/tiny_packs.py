"""Small but genuine translation packs, with manifests that tell the truth about them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from shared.packs import MANIFEST, Pack, PackFile
from tests.support.tiny_opus import build

GERMAN = {
    "The": "Der",
    "the": "der",
    "server": "Server",
    "keeps": "behält",
    "every": "jede",
    "message": "Nachricht",
    "until": "bis",
    "it": "sie",
    "has": "wirklich",
    "been": "auch",
    "read": "gelesen",
    "worker": "Arbeiter",
    "reads": "liest",
    "before": "bevor",
    "answers": "beantwortet",
    "next": "nächste",
    "request": "Anfrage",
}


def german_pack(folder: Path, prefix: str = "") -> Pack:
    """A model from English to German, as `reporeel languages install` would leave it."""
    build(folder, GERMAN, prefix)
    return with_manifest(folder, "opus-mt", "de", prefix)


def with_manifest(folder: Path, kind: str, target: str, prefix: str = "") -> Pack:
    files = {
        path.name: PackFile(hashlib.sha256(path.read_bytes()).hexdigest())
        for path in sorted(folder.iterdir())
        if path.name != MANIFEST
    }
    pack = Pack(kind=kind, source="en", target=target, licence="CC0-1.0", prefix=prefix, files=files)
    (folder / MANIFEST).write_bytes(msgspec.json.encode(pack))
    return pack
