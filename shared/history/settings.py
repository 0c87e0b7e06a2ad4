"""Where the history is kept."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Annotated

import msgspec

from shared.bus import Bus
from shared.history.bucket import BucketHistory
from shared.history.entry import History
from shared.settings import load

Word = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,100}$")]
EMULATED_PROJECT = "reporeel"


class HistorySettings(msgspec.Struct, frozen=True, kw_only=True):
    credentials: str = msgspec.field(name="FIREBASE_CREDENTIALS", default="")
    """A service account's JSON key: its file's path, its base64, or itself. Unset: the history is in NATS."""
    collection: Word = msgspec.field(name="REPOREEL_FIRESTORE_COLLECTION", default="films")
    emulator: str = msgspec.field(name="FIRESTORE_EMULATOR_HOST", default="")
    """`host:port` of Google's emulator, which is then asked in place of Google, without credentials."""


def history_in(bus: Bus, environ: Mapping[str, str]) -> History:
    """Give the history of an installation; whoever asks for it closes it.

    Raises SettingsError where the credentials are none.
    """
    settings = load(HistorySettings, environ)
    if not (settings.emulator or settings.credentials):
        return BucketHistory(bus)
    from shared.history.firestore import PUBLIC, FirestoreHistory  # noqa: PLC0415 - only where it is set
    from shared.history.google import Tokens, account_of  # noqa: PLC0415

    if settings.emulator:
        url = f"http://{settings.emulator}"
        return FirestoreHistory(url, EMULATED_PROJECT, settings.collection, None)
    account = account_of(settings.credentials)
    return FirestoreHistory(PUBLIC, account.project_id, settings.collection, Tokens(account))


@contextlib.asynccontextmanager
async def history_of(bus: Bus, environ: Mapping[str, str]) -> AsyncIterator[History]:
    """The same, open while the block runs."""
    history = history_in(bus, environ)
    try:
        yield history
    finally:
        await history.close()
