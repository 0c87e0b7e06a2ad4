"""YouTube's settings, and the OAuth client they name."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from shared.errors import SettingsError

MOST_CLIENT_BYTES = 16_384
Privacy = Literal["private", "unlisted", "public"]


class YouTubeSettings(msgspec.Struct, frozen=True, kw_only=True):
    client_secret: str = msgspec.field(name="YOUTUBE_CLIENT_SECRET", default="")
    """The client's JSON as Google gives it (the text, its base64, or the path of its file), or its secret."""
    client_id: str = msgspec.field(name="YOUTUBE_CLIENT_ID", default="")
    """Needed where the secret alone is given."""
    refresh_token: str = msgspec.field(name="YOUTUBE_REFRESH_TOKEN", default="")
    api_url: str = msgspec.field(name="REPOREEL_YOUTUBE_API_URL", default="https://youtube.googleapis.com")
    privacy: Privacy = msgspec.field(name="REPOREEL_YOUTUBE_PRIVACY", default="private")
    category: str = msgspec.field(name="REPOREEL_YOUTUBE_CATEGORY", default="28")
    """28 is Science & Technology."""
    captions: bool = msgspec.field(name="REPOREEL_YOUTUBE_CAPTIONS", default=True)
    playlists: Literal["none", "language", "repository"] = msgspec.field(
        name="REPOREEL_YOUTUBE_PLAYLISTS", default="none"
    )
    publish_delay_hours: Annotated[float, msgspec.Meta(ge=0)] = msgspec.field(
        name="REPOREEL_YOUTUBE_PUBLISH_DELAY_HOURS", default=0.0
    )
    """A film that is to be public stays private so long."""
    daily_inserts: int = msgspec.field(name="REPOREEL_YOUTUBE_DAILY_INSERTS", default=100)
    daily_units: int = msgspec.field(name="REPOREEL_YOUTUBE_DAILY_UNITS", default=10_000)
    """What Google allows a project a day, Pacific time: videos, and units for every other call."""

    @property
    def is_set(self) -> bool:
        return bool(self.client_secret and self.refresh_token)


class Client(msgspec.Struct, frozen=True):
    """An OAuth client."""

    client_id: str
    client_secret: str


class _ClientFile(msgspec.Struct):
    """`client_secret.json` as Google's console gives it."""

    installed: Client | None = None
    web: Client | None = None


def oauth_client(settings: YouTubeSettings) -> Client:
    """Find the OAuth client.

    Raises SettingsError, without the secret in its message.
    """
    text = _json_text(settings.client_secret.strip())
    if text is None:
        if not settings.client_id:
            raise SettingsError(
                "YOUTUBE_CLIENT_SECRET is neither the client's JSON, its base64, nor a file's path; "
                "where it is the bare secret, set YOUTUBE_CLIENT_ID too"
            )
        return Client(settings.client_id, settings.client_secret)
    try:
        found = msgspec.json.decode(text, type=_ClientFile)
    except msgspec.DecodeError as error:
        raise SettingsError(f"YOUTUBE_CLIENT_SECRET holds no OAuth client: {error}") from error
    client = found.installed or found.web
    if client is None:
        raise SettingsError("YOUTUBE_CLIENT_SECRET has neither an `installed` nor a `web` client")
    return client


def _json_text(value: str) -> bytes | None:
    if value.startswith("{"):
        return value.encode()
    if len(value) < 4096 and Path(value).is_file():  # noqa: PLR2004 - the longest path Linux takes
        return Path(value).read_bytes()[:MOST_CLIENT_BYTES]
    try:
        text = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None
    return text if text.lstrip().startswith(b"{") else None
