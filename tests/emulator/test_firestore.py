"""The history in Firestore, on Google's own emulator."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import msgspec
import pytest

from shared.errors import Reject, Retry
from shared.history.entry import History
from shared.history.firestore import FirestoreHistory
from shared.history.ids import document_id
from shared.history.settings import history_of
from tests.support.firestore import firestore_emulator
from tests.unit.history.conformance import Conformance, entry
from tests.unit.history.films import a_star_is_filmed_once

pytestmark = pytest.mark.emulator


@pytest.fixture(scope="module")
def emulator() -> Iterator[str]:
    with firestore_emulator() as address:
        yield address


@pytest.fixture
async def history(emulator: str) -> AsyncIterator[History]:
    """In a project of its own: nothing of another test is there."""
    one = FirestoreHistory(f"http://{emulator}", f"test-{secrets.token_hex(6)}", "films", None)
    yield one
    await one.close()


class TestFirestore(Conformance):
    """It does all that a history must."""


async def test_the_fields_are_those_of_the_earlier_system(emulator: str) -> None:
    environ = {"FIRESTORE_EMULATOR_HOST": emulator, "REPOREEL_FIRESTORE_COLLECTION": "earlier"}
    one = entry(status="completed", video_url="https://youtu.be/1")
    async with history_of(None, environ) as history:  # type: ignore[arg-type]  # no bus is used
        await history.create(one)
    path = f"projects/reporeel/databases/(default)/documents/earlier/{one.id}"
    headers = {"Authorization": "Bearer owner"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.get(f"http://{emulator}/v1/{path}") as answer,
    ):
        fields = (await answer.json())["fields"]
    earlier = ("repo_name", "description", "stars", "language", "status", "created_at", "updated_at", "url")
    assert {name: next(iter(fields[name])) for name in (*earlier, "video_url", "error_message")} == {
        **dict.fromkeys(("repo_name", "description", "language", "status", "url"), "stringValue"),
        **dict.fromkeys(("video_url", "error_message"), "stringValue"),
        **dict.fromkeys(("created_at", "updated_at"), "timestampValue"),
        "stars": "integerValue",
    }


async def test_the_emulator_refuses_what_our_ids_avoid(emulator: str) -> None:
    """A control: the names as they are would not do."""
    refused = []
    headers = {"Authorization": "Bearer owner"}
    base = f"http://{emulator}/v1/projects/control/databases/(default)/documents/films"
    async with aiohttp.ClientSession(headers=headers) as session:
        for name in ("acme/site", "__x__", ".", "é" * 1500, document_id("acme/site", "0" * 32)):
            body = {"fields": {}}
            async with session.post(base, params={"documentId": name}, json=body) as answer:
                refused.append(answer.status != 200)
    assert refused == [True, True, True, True, False]


async def test_no_second_film_of_a_repository_after_a_restart(emulator: str, tmp_path: Path) -> None:
    environ = {"FIRESTORE_EMULATOR_HOST": emulator, "REPOREEL_FIRESTORE_COLLECTION": "restarts"}
    await a_star_is_filmed_once(tmp_path, environ, keep_nats=False)


async def test_what_is_no_entry_is_refused_by_name(history: History) -> None:
    assert isinstance(history, FirestoreHistory)
    one = entry()
    await history.create(one)
    broken = msgspec.structs.replace(one, status="splendid")  # type: ignore[arg-type]
    read = await history.get(one.repo_name, one.job_id)
    assert read is not None
    await history.replace(broken, read.revision)
    with pytest.raises(Reject, match="is no film"):
        await history.get(one.repo_name, one.job_id)


async def test_firestore_that_is_away_is_waited_for() -> None:
    history = FirestoreHistory("http://127.0.0.1:9", "p", "films", None)
    with pytest.raises(Retry) as waiting:
        await history.recent(1)
    await history.close()
    assert waiting.value.code == "history_away"
