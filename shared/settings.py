"""Settings: environment variables decoded into one frozen struct a service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar, get_origin, get_type_hints

import msgspec

from shared.errors import SettingsError
from shared.pipeline import In, Out, Stage

S = TypeVar("S", bound=msgspec.Struct)

MAX_FILE_CHARACTERS = 65_536
"""Of a value that is read from a file; a service account's JSON has about 2,500."""


class BusSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a process reaches NATS."""

    url: str | None = msgspec.field(name="NATS_URL", default=None)
    """`nats://user:password@host:4222`, several separated by commas; unset starts the embedded server."""


class Patience(msgspec.Struct, frozen=True, kw_only=True):
    """How long a stage may be silent, and may take; who provisions and who works must agree on the first."""

    ack_wait_seconds: float | None = msgspec.field(name="REPOREEL_ACK_WAIT_SECONDS", default=None)
    """Overrides how long a silent worker is waited for; unset leaves each stage its own."""
    time_limit_seconds: float | None = msgspec.field(name="REPOREEL_STAGE_TIME_LIMIT_SECONDS", default=None)
    """Overrides how long one attempt may take; unset leaves each stage its own."""

    def with_stage(self, stage: Stage[In, Out]) -> Stage[In, Out]:
        """Give the stage, as patient as these settings want it."""
        return replace(
            stage,
            ack_wait_seconds=self.ack_wait_seconds or stage.ack_wait_seconds,
            time_limit_seconds=self.time_limit_seconds or stage.time_limit_seconds,
        )


class PlaceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where a process keeps what it makes."""

    home: Path = msgspec.field(name="REPOREEL_DATA", default=Path("~/.local/share/reporeel"))
    out: Path | None = msgspec.field(name="REPOREEL_OUT", default=None)
    """Folder of the finished films; unset is `films` in the data folder."""

    @property
    def films(self) -> Path:
        return (self.out or self.home / "films").expanduser().absolute()


class SpeechCacheSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where sentences are kept that were spoken before."""

    folder: Path | None = msgspec.field(name="REPOREEL_SPEECH_CACHE", default=None)
    """Unset keeps none."""
    most_bytes: int = msgspec.field(name="REPOREEL_SPEECH_CACHE_MAX_BYTES", default=256 << 20)


def load(settings: type[S], environ: Mapping[str, str]) -> S:
    """Read a settings struct from the environment; an empty variable counts as unset.

    Every field is named after its variable. Where that is not set, `NAME_FILE` may name a file that holds the
    value, as mounted secrets do. Fields of a tuple type are split at commas.

    Raises SettingsError, which names the variable but never repeats its value: it may be a secret.
    """
    types = get_type_hints(settings)
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(settings):
        text = _text(field.encode_name, environ)
        if text:
            values[field.encode_name] = _parts(text) if get_origin(types[field.name]) is tuple else text
    try:
        return msgspec.convert(values, settings, strict=False, dec_hook=_decode)
    except msgspec.ValidationError as error:
        raise SettingsError(str(error).replace("`$.", "`")) from error


def _text(name: str, environ: Mapping[str, str]) -> str:
    path, text = environ.get(f"{name}_FILE", "").strip(), environ.get(name, "").strip()
    if text or not path:
        return text
    try:
        with Path(path).open(encoding="utf-8") as file:
            found = file.read(MAX_FILE_CHARACTERS + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{name}_FILE cannot be read: {error}") from error
    if len(found) > MAX_FILE_CHARACTERS:
        raise SettingsError(f"{name}_FILE holds more than {MAX_FILE_CHARACTERS} characters")
    return found.strip()


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in (piece.strip() for piece in text.split(",")) if part)


def _decode(wanted: type[Any], value: Any) -> Any:
    if wanted is Path:
        return Path(value)
    raise NotImplementedError(f"settings know no type {wanted}")
