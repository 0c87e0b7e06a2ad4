"""Coqui's voices, models of VITS and XTTS: one folder a voice under `models/voices`, with a manifest in it.

    voices/thorsten/voice.json    {"kind": "vits", "languages": ["de"], "licence": "Apache-2.0",
                                   "files": {"model.pth": {"sha256": "…"}, "config.json": {"sha256": "…"}}}
    voices/jane/voice.json        {"kind": "xtts", "languages": ["en", "es"],
                                   "licence": "Coqui Public Model License 1.0.0 (non-commercial)",
                                   "sample": "jane.wav",
                                   "consent": {"by": "Jane Doe", "on": "2026-11-20", "words": "I agree …"},
                                   "files": {"model.pth": …, "config.json": …, "vocab.json": …, …}}

XTTS copies the voice of a sample. Without that person's consent in the manifest such a voice is not offered.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from shared import shelf
from shared.packs import Code, FileName, PackFault, PackFile, check_files
from shared.speech.lexicon import NONE
from shared.speech.piper import voices_folder
from shared.speech.voice import Voice, VoiceCard

NAME = "coqui"
PACKAGES = ("coqui-tts", "torch")
MANIFEST = "voice.json"
THREADS = 2
SEED = 0
MOST_VOICES = 100
MOST_MANIFEST_BYTES = 64 << 10
MODEL, CONFIG, VOCABULARY = "model.pth", "config.json", "vocab.json"
VITS_FILES = frozenset({MODEL, CONFIG})
XTTS_FILES = VITS_FILES | {VOCABULARY}

XTTS_RATE = 24_000
"""Hz, whatever the sample has."""

Said = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]


class Consent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person agreed to, for the sample that the manifest names by its sha256."""

    by: Said
    on: date
    words: Said


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    kind: Literal["vits", "xtts"]
    languages: Annotated[tuple[Code, ...], msgspec.Meta(min_length=1, max_length=30)]
    licence: Said
    origin: str = ""
    """Where it comes from, for people."""
    speaker: str = ""
    """One of the model's own speakers, where it has several."""
    sample: FileName | None = None
    """A recording of the person whose voice XTTS copies; six seconds or more."""
    consent: Consent | None = None
    files: Annotated[dict[FileName, PackFile], msgspec.Meta(min_length=1, max_length=16)]


def cards() -> tuple[VoiceCard, ...]:
    """The voices that can be offered; `faults` tells of the others."""
    return tuple(card for path in _manifests() for card in _offered(path))


def faults() -> Iterator[str]:
    """Why a voice in the folder is not offered."""
    for path in _manifests():
        try:
            cards_of(path)
        except PackFault as fault:
            yield str(fault)


def cards_of(path: Path) -> tuple[VoiceCard, ...]:
    """One card for each language of a manifest.

    Raises PackFault that says why the voice is not offered.
    """
    manifest = read_manifest(path)
    rate = _rate(manifest, path.with_name(CONFIG))
    several = len(manifest.languages) > 1
    return tuple(
        VoiceCard(
            name=f"{path.parent.name}-{language}" if several else path.parent.name,
            engine=NAME,
            version=f"{_installed(path)}+{shelf.key_of(manifest)[:8]}",
            licence=_licence(manifest),
            tier="readable",
            sample_rate=rate,
            languages=(language,),
            copied=manifest.sample is not None,
        )
        for language in manifest.languages
    )


def read_manifest(path: Path) -> Manifest:
    """Raises PackFault: it cannot be read, it lacks a file, or a person has not agreed."""
    try:
        with path.open("rb") as file:
            manifest = msgspec.json.decode(file.read(MOST_MANIFEST_BYTES), type=Manifest)
    except (OSError, msgspec.DecodeError) as error:
        raise PackFault(f"{path} is no voice: {error}") from error
    needed = XTTS_FILES if manifest.kind == "xtts" else VITS_FILES
    missing = sorted({*needed, *filter(None, [manifest.sample])} - set(manifest.files))
    if missing:
        raise PackFault(f"{path} is no voice: its files lack {', '.join(missing)}")
    if manifest.kind == "vits" and manifest.sample:
        raise PackFault(f"{path} is no voice: VITS copies no sample")
    if manifest.sample and manifest.consent is None:
        raise PackFault(
            f"{path} copies the voice in {manifest.sample}: write down that person's consent, "
            '{"by": NAME, "on": DATE, "words": WHAT WAS AGREED}'
        )
    return manifest


def load(card: VoiceCard, own: Mapping[str, str] = NONE) -> Voice:
    """Checks every file of the voice, then loads it.

    Raises PackFault, EspeakFailed.
    """
    path = next(path for path in _manifests() if card in _offered(path))
    manifest = read_manifest(path)
    check_files(manifest.files, path.parent, "install the voice again")
    if manifest.kind == "vits":
        from shared.speech.coqui_vits import Vits  # noqa: PLC0415 - takes seconds; for who speaks

        return Vits(card, path.parent, manifest.speaker, own)
    from shared.speech.coqui_xtts import Xtts  # noqa: PLC0415 - as above

    return Xtts(card, path.parent, manifest.speaker, manifest.sample, own)


def _manifests() -> list[Path]:
    return sorted(voices_folder().glob(f"*/{MANIFEST}"))[:MOST_VOICES]


def _offered(path: Path) -> tuple[VoiceCard, ...]:
    try:
        return cards_of(path)
    except PackFault:
        return ()  # `faults` tells; other voices are not concerned


def _installed(path: Path) -> str:
    """The engine's version; what it runs on must be there too.

    Raises PackFault.
    """
    try:
        engine, *_ = map(version, PACKAGES)
    except PackageNotFoundError as error:
        raise PackFault(
            f"{path} needs {' and '.join(PACKAGES)}: docs/speech.md says how to install them"
        ) from error
    return engine


def _licence(manifest: Manifest) -> str:
    if manifest.consent is None:
        return manifest.licence
    person, day = manifest.consent.by, manifest.consent.on
    return f"{manifest.licence}; copy of the voice of {person}, who agreed on {day}"


def _rate(manifest: Manifest, config: Path) -> int:
    """Raises PackFault."""
    if manifest.kind == "xtts":
        return XTTS_RATE
    try:
        return int(json.loads(config.read_bytes())["audio"]["sample_rate"])  # it may hold Infinity
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise PackFault(f"{config} cannot be read: {error}") from error
