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


def load(settings: type[S], environ: Mapping[str, str]) -> S:
    """Read a settings struct from the environment; an empty variable counts as unset.

    Every field is named after its variable. Fields of a tuple type are split at commas.

    Raises SettingsError, which names the variable but never repeats its value: it may be a secret.
    """
    types = get_type_hints(settings)
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(settings):
        text = environ.get(field.encode_name, "").strip()
        if text:
            values[field.encode_name] = _parts(text) if get_origin(types[field.name]) is tuple else text
    try:
        return msgspec.convert(values, settings, strict=False, dec_hook=_decode)
    except msgspec.ValidationError as error:
        raise SettingsError(str(error).replace("`$.", "`")) from error


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in (piece.strip() for piece in text.split(",")) if part)


def _decode(wanted: type[Any], value: Any) -> Any:
    if wanted is Path:
        return Path(value)
    raise NotImplementedError(f"settings know no type {wanted}")
