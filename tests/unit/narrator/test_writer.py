"""The write stage: one event a language, and nothing that the facts do not carry."""

from __future__ import annotations

import hashlib

import msgspec
import pytest

from services.narrator.writer import Writer
from shared.errors import Reject
from shared.events import JobSpec, RepoScanned, ScriptWritten, TranslationRequested, now
from shared.facts import FactBase
from shared.offload import ignore_progress
from shared.script import Script
from shared.truth import check
from tests.support.fact_bases import LIBRARY


class MemoryBlobs:
    """Blobs kept in a dict."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    async def put(self, data: bytes) -> str:
        key = f"sha256/{hashlib.sha256(data).hexdigest()}"
        self.kept[key] = data
        return key

    async def get(self, key: str) -> bytes:
        return self.kept[key]


async def scanned(
    blobs: MemoryBlobs, base: FactBase, *languages: str, profile: str = "overview", trigger: str = "api"
) -> RepoScanned:
    return RepoScanned(
        job_id="a" * 32,
        spec=JobSpec(repo="ferrum/portico", profile=profile, trigger=trigger),  # type: ignore[arg-type]
        at=now(),
        generation=2,
        commit=base.commit,
        languages=languages,
        facts=await blobs.put(msgspec.json.encode(base)),
    )


async def test_the_source_language_is_spoken_and_each_other_is_translated():
    blobs = MemoryBlobs()
    event = await scanned(blobs, LIBRARY, "en", "pt", "es")
    written = await Writer(blobs).handle(event, ignore_progress)  # type: ignore[arg-type]
    assert [(type(one), one.language) for one in written] == [
        (ScriptWritten, "en"), (TranslationRequested, "pt"), (TranslationRequested, "es")
    ]  # fmt: skip
    assert {(one.generation, one.languages, one.facts) for one in written} == {
        (2, ("en", "pt", "es"), event.facts)
    }


async def test_a_job_without_english_gets_no_english_film():
    blobs = MemoryBlobs()
    written = await Writer(blobs).handle(await scanned(blobs, LIBRARY, "pt"), ignore_progress)  # type: ignore[arg-type]
    assert [type(one) for one in written] == [TranslationRequested]


async def test_the_stored_script_is_true_and_in_english():
    blobs = MemoryBlobs()
    (written,) = await Writer(blobs).handle(await scanned(blobs, LIBRARY, "en"), ignore_progress)  # type: ignore[arg-type]
    script = msgspec.json.decode(blobs.kept[written.script], type=Script)
    assert script.language == "en"
    assert check(script, LIBRARY) == ()


async def test_writing_twice_stores_one_script():
    blobs = MemoryBlobs()
    event = await scanned(blobs, LIBRARY, "en")
    first = await Writer(blobs).handle(event, ignore_progress)  # type: ignore[arg-type]
    second = await Writer(blobs).handle(event, ignore_progress)  # type: ignore[arg-type]
    assert first[0].script == second[0].script


async def test_a_release_film_of_a_repository_without_two_tags_is_refused():
    blobs = MemoryBlobs()
    event = await scanned(blobs, LIBRARY, "en", profile="release")
    with pytest.raises(Reject) as refused:
        await Writer(blobs).handle(event, ignore_progress)  # type: ignore[arg-type]
    assert refused.value.code == "no_release"


async def test_a_webhooks_first_release_is_told_as_an_overview_with_a_warning():
    blobs = MemoryBlobs()
    event = await scanned(blobs, LIBRARY, "en", profile="release", trigger="release")
    (written,) = await Writer(blobs).handle(event, ignore_progress)  # type: ignore[arg-type]
    script = msgspec.json.decode(blobs.kept[written.script], type=Script)
    assert script.profile == "overview"
    assert script.warnings == ("ferrum/portico has no two tags to compare",)


async def test_a_scan_without_facts_is_refused():
    blobs = MemoryBlobs()
    event = await scanned(blobs, FactBase(repo="x/y", commit=None, facts=()), "en")
    with pytest.raises(Reject) as refused:
        await Writer(blobs).handle(event, ignore_progress)  # type: ignore[arg-type]
    assert refused.value.code == "no_facts"
