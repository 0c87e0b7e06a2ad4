"""A translation is edited after the job: checked against the facts, then only that language is made again."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec

from shared.events import NarrationReady, TranslationRequested
from shared.offload import Progress
from shared.script import Script
from tests.contract.test_approval import JOB, SCRIPT, Stages, ends, saying
from tests.support.doors import ask, door
from tests.support.pages import Reading, send
from tests.support.pages import read as read_page
from tests.support.pipelines import submission, submit, wait_until, working

TRUE = ("O portico contém 112 arquivos.", "repo.name", "files.count")
LIE = ("O portico contém 113 arquivos.", "repo.name", "files.count")


class Translating(Stages):
    """Its translations are the source's words, under the name of the other language."""

    async def translate(self, event: TranslationRequested, progress: Progress) -> NarrationReady:
        key = event.edited
        if key is None:
            script = msgspec.json.decode(await self._blobs.get(event.script), type=Script)
            key = await self._blobs.put(
                msgspec.json.encode(msgspec.structs.replace(script, language=event.language))
            )
        return msgspec.structs.replace(self._narrated("translate", event), script=key)


@contextlib.asynccontextmanager
async def finished(folder: Path) -> AsyncIterator[tuple[Any, Translating]]:
    """A job in English, Portuguese and Spanish that has ended, and a door to it."""
    async with door(folder) as (session, running):
        stages = Translating(running)
        async with working(running, stages.handlers()):
            await submit(running, submission(JOB, "en", "pt", "es"))
            await ends(session, "finished")
            yield session, stages


async def closed(session: Any, stages: Translating, times: int) -> None:
    """Wait until the job has come to its end so often."""
    await wait_until(lambda: stages.calls.count(("close", "all")) == times)
    await ends(session, "finished")


async def read(session: Any, language: str = "pt") -> Script:
    _, answer, _ = await ask(session, "GET", f"{SCRIPT}?language={language}")
    return msgspec.convert(answer, Script)


async def put(session: Any, script: Script, language: str = "pt") -> tuple[int, Any]:
    path = f"{SCRIPT}?language={language}"
    status, answer, _ = await ask(session, "PUT", path, data=msgspec.json.encode(script))
    return status, answer


async def test_only_the_edited_language_is_spoken_and_drawn_again(tmp_path: Path) -> None:
    async with finished(tmp_path) as (session, stages):
        edited = saying(await read(session), *TRUE)
        before = list(stages.calls)
        status, answer = await put(session, edited)
        await closed(session, stages, 2)
        kept, spanish = await read(session), await read(session, "es")
        after = stages.calls[len(before) :]
        again = await put(session, edited)
    assert (status, answer["language"]) == (200, "pt")
    assert sorted(after) == [("close", "all"), ("publish", "pt"), ("render", "pt"), ("translate", "pt")]
    assert kept == edited
    assert spanish != kept
    assert again == (200, answer)


async def test_an_edit_that_the_facts_do_not_carry_is_refused_with_sentence_and_word(tmp_path: Path) -> None:
    async with finished(tmp_path) as (session, stages):
        before = list(stages.calls)
        status, answer = await put(session, saying(await read(session), *LIE))
        unchanged = await read(session)
    assert (status, answer["error"]["code"]) == (422, "untrue")
    assert "113" in answer["error"]["message"]
    assert LIE[0] in answer["error"]["message"]
    assert stages.calls == before
    assert LIE[0] not in unchanged.scenes[0].sentences[0].text


async def test_of_two_edits_one_wins_and_the_other_is_told(tmp_path: Path) -> None:
    async with finished(tmp_path) as (session, _):
        script = await read(session)
        edits = [saying(script, text, *TRUE[1:]) for text in (TRUE[0], "112 arquivos tem o portico.")]
        answers = await asyncio.gather(*(put(session, edit) for edit in edits))
    assert sorted(status for status, _ in answers) == [200, 409]


async def test_an_edit_stays_when_the_language_is_made_again(tmp_path: Path) -> None:
    async with finished(tmp_path) as (session, stages):
        edited = saying(await read(session), *TRUE)
        await put(session, edited)
        await closed(session, stages, 2)
        await ask(
            session, "POST", f"/jobs/{JOB}/retry", json={"from_stage": "translate", "languages": ["pt"]}
        )
        await closed(session, stages, 3)
        kept = await read(session)
    assert kept == edited


async def test_what_is_no_translation_of_this_job_is_refused(tmp_path: Path) -> None:
    async with finished(tmp_path) as (session, _):
        script = await read(session)
        german = await put(session, msgspec.structs.replace(script, language="de"), "de")
        mixed = await put(session, script, "es")
        empty = await put(session, msgspec.structs.replace(script, scenes=()))
    assert (german[0], german[1]["error"]["code"]) == (404, "script_unknown")
    assert (mixed[0], mixed[1]["error"]["code"]) == (422, "unfit")
    assert (empty[0], empty[1]["error"]["code"]) == (422, "unfit")


async def test_the_page_of_a_translation_takes_an_edit_that_is_true(tmp_path: Path) -> None:
    async with finished(tmp_path) as (session, stages):
        path = f"/dashboard{SCRIPT}?language=pt"
        _, page = await read_page(session, path)
        script = await read(session)
        form = {"basis": Reading(page).inputs["basis"], "language": "pt"}
        for index, scene in enumerate(script.scenes):
            for number, sentence in enumerate(scene.sentences, start=1):
                form[f"scene.{index}.{number}"] = sentence.text
                form[f"scene.{index}.{number}.facts"] = " ".join(sentence.facts)
        for name, text in (("title", script.title), ("description", script.description)):
            form[f"{name}.facts"] = " ".join(text.facts)
        text, *facts = TRUE
        saved = await send(
            session,
            f"/dashboard{SCRIPT}",
            path,
            **(form | {"scene.0.1": text, "scene.0.1.facts": " ".join(facts)}),
        )
        await closed(session, stages, 2)
        kept = await read(session)
    assert (saved[0], saved[2]) == (200, f"/dashboard/jobs/{JOB}?done=spoken-again")
    assert kept.scenes[0].sentences[0].text == text
    assert stages.calls.count(("translate", "pt")) == 2
