"""Which bucket, and how it is reached."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import msgspec

from shared.errors import SettingsError

MOST_KEY_BYTES = 65_536
Address = Annotated[str, msgspec.Meta(pattern=r"^(https?://[^\s?#]+)?$")]
Place = Annotated[str, msgspec.Meta(pattern=r"^((s3|gs)://[a-z0-9][a-z0-9._-]{1,221}[a-z0-9](/[\w./-]*)?)?$")]


class BucketSettings(msgspec.Struct, frozen=True, kw_only=True):
    place: Place = msgspec.field(name="REPOREEL_BUCKET", default="")
    """`s3://NAME/PREFIX` or `gs://NAME/PREFIX`; unset is none."""
    films_url: Address = msgspec.field(name="REPOREEL_FILMS_URL", default="")
    """Where the bucket, from its prefix on, is served to people; unset, it is not."""
    s3_url: Address = msgspec.field(name="REPOREEL_S3_URL", default="")
    """Of another server than Amazon's."""
    s3_region: str = msgspec.field(name="REPOREEL_S3_REGION", default="us-east-1")
    s3_key: str = msgspec.field(name="REPOREEL_S3_ACCESS_KEY", default="")
    s3_secret: str = msgspec.field(name="REPOREEL_S3_SECRET_KEY", default="")
    gcs_credentials: str = msgspec.field(name="REPOREEL_GCS_CREDENTIALS", default="")
    """A service account's JSON (the text, its base64, or its path); unset asks Google's machine we run on."""
    gcs_url: Address = msgspec.field(name="REPOREEL_GCS_URL", default="https://storage.googleapis.com")
    gcs_machine_url: Address = msgspec.field(
        name="REPOREEL_GCS_MACHINE_URL", default="http://metadata.google.internal"
    )

    @property
    def is_google(self) -> bool:
        return self.place.startswith("gs://")

    @property
    def bucket(self) -> str:
        return urlsplit(self.place).netloc

    @property
    def prefix(self) -> str:
        """Empty, or what all names begin with, up to a slash."""
        path = urlsplit(self.place).path.strip("/")
        return f"{path}/" if path else ""


class ServiceAccount(msgspec.Struct, frozen=True):
    client_email: str
    private_key: str
    token_uri: str = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address


def service_account(settings: BucketSettings) -> ServiceAccount | None:
    """None where the machine's own identity is used.

    Raises SettingsError, without the key in its message.
    """
    text = settings.gcs_credentials.strip()
    if not text:
        return None
    try:
        return msgspec.json.decode(_json(text), type=ServiceAccount)
    except (msgspec.DecodeError, binascii.Error, ValueError, OSError) as error:
        raise SettingsError(
            "REPOREEL_GCS_CREDENTIALS is neither a service account's JSON, its base64, nor its file's path"
        ) from error


def _json(text: str) -> bytes:
    if text.startswith("{"):
        return text.encode()
    if text.startswith(("/", "~", ".")):
        return Path(text).expanduser().read_bytes()[:MOST_KEY_BYTES]
    return base64.b64decode(text, validate=True)


def check(settings: BucketSettings) -> None:
    """Raises SettingsError for what could not work."""
    if settings.place and not settings.is_google and not (settings.s3_key and settings.s3_secret):
        raise SettingsError("REPOREEL_BUCKET is on S3: set REPOREEL_S3_ACCESS_KEY and REPOREEL_S3_SECRET_KEY")
    if settings.is_google:
        service_account(settings)
