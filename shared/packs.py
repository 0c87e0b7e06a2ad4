"""Translation packs: models somebody installed, one folder a direction, checked before they are used.

    models/en-de/pack.json    {"kind": "opus-mt", "source": "en", "target": "de", "licence": "CC-BY-4.0",
                               "origin": "https://…", "files": {"model.bin": {"sha256": "…"}, …}}

`opus-mt` is a model of CTranslate2 with `source.spm` and `target.spm`; `firefox` is one of Mozilla's, its
files named by their parts: `model`, `src_vocab`, `trg_vocab`, `shortlist`.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from shared.errors import ReporeelError
from shared.pipeline import SOURCE_LANGUAGE
from shared.settings import PlaceSettings, load

MANIFEST = "pack.json"
MOST_FILES = 16
MOST_MANIFEST_BYTES = 64 << 10

Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
FileName = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$")]
Code = Annotated[str, msgspec.Meta(pattern="^[a-z]{2,3}$")]


class PackFault(ReporeelError):
    """A pack is incomplete, damaged, or no pack at all."""


class PackFile(msgspec.Struct, frozen=True):
    sha256: Sha256
    url: str = ""
    """Where it can be had, if not beside the manifest."""


class Pack(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    kind: Literal["opus-mt", "firefox"]
    source: Code
    target: Code
    licence: Annotated[str, msgspec.Meta(min_length=1)]
    origin: str = ""
    """Where it comes from, for people."""
    prefix: str = ""
    """A token put before every sentence, for models of several languages: `>>por<<`."""
    files: Annotated[dict[FileName, PackFile], msgspec.Meta(min_length=1, max_length=MOST_FILES)]

    @property
    def name(self) -> str:
        return f"{self.kind} pack {self.source}-{self.target}"


class PackSettings(msgspec.Struct, frozen=True, kw_only=True):
    models: Path | None = msgspec.field(name="REPOREEL_MODELS", default=None)
    """Folder of the packs; unset is `models` in the data folder."""


def models_folder() -> Path:
    chosen = load(PackSettings, os.environ).models or load(PlaceSettings, os.environ).home / "models"
    return chosen.expanduser().absolute()


@cache
def packs() -> tuple[Pack, ...]:
    """The packs from English that are installed here; a folder whose manifest cannot be read counts as none.

    What is installed stays as it is while a process runs.
    """
    found = (_installed(path) for path in sorted(models_folder().glob(f"*/{MANIFEST}")))
    return tuple(pack for pack in found if pack is not None and pack.source == SOURCE_LANGUAGE)


def read_manifest(path: Path) -> Pack:
    """Raises PackFault."""
    try:
        with path.open("rb") as file:
            return decode_manifest(file.read(MOST_MANIFEST_BYTES), str(path))
    except OSError as error:
        raise PackFault(f"{path} cannot be read: {error.strerror}") from error


def decode_manifest(text: bytes, where: str) -> Pack:
    """Raises PackFault that says where it was and names the field."""
    try:
        return msgspec.json.decode(text, type=Pack)
    except msgspec.DecodeError as error:
        raise PackFault(f"{where} is no pack: {error}") from error


def folder_of(pack: Pack) -> Path:
    return models_folder() / f"{pack.source}-{pack.target}"


def check(pack: Pack, folder: Path) -> None:
    """Raises PackFault."""
    check_files(pack.files, folder, f"install it again: reporeel languages install {pack.target}")


def check_files(files: Mapping[str, PackFile], folder: Path, again: str) -> None:
    """Compare every file with its sha256.

    Raises PackFault that says which file, and what to do.
    """
    for name, file in files.items():
        try:
            with (folder / name).open("rb") as opened:
                found = hashlib.file_digest(opened, "sha256").hexdigest()
        except OSError as error:
            raise PackFault(f"{folder / name} cannot be read ({error.strerror}); {again}") from error
        if found != file.sha256:
            raise PackFault(f"{folder / name} has sha256 {found}, its pack says {file.sha256}; {again}")


def _installed(path: Path) -> Pack | None:
    try:
        pack = read_manifest(path)
    except PackFault:
        return None  # `reporeel doctor` tells; a film in another language is not concerned
    return pack if path.parent.name == f"{pack.source}-{pack.target}" else None
