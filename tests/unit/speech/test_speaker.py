"""The speak stage, with its real child process and a store in memory."""

import hashlib
import multiprocessing
import os
import signal
import wave
from io import BytesIO
from pathlib import Path

import msgspec
import pytest

from services.narrator.speaker import Speaker
from shared.errors import ChildDied, Reject, TimeLimitExceeded
from shared.events import JobSpec, ScriptWritten, now
from shared.facts import FactBase, Wishes
from shared.measures import Measures
from shared.narration import Narration
from shared.offload import ignore_progress
from tests.unit.speech.test_narrate import SCENES, script_of

NO_WISHES = Wishes()


class MemoryBlobs:
    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    async def put(self, data: bytes) -> str:
        key = "sha256/" + hashlib.sha256(data).hexdigest()
        self.kept[key] = data
        return key

    async def put_file(self, path: Path) -> str:
        return await self.put(path.read_bytes())

    async def get(self, key: str) -> bytes:
        return self.kept[key]


@pytest.fixture
def blobs():
    return MemoryBlobs()


async def written(blobs, *scenes, language="en", voices=None, wishes=NO_WISHES) -> ScriptWritten:
    script = msgspec.structs.replace(script_of(*scenes), language=language)
    facts = FactBase(repo="acme/site", commit=None, facts=(), wishes=wishes)
    return ScriptWritten(
        job_id="j1",
        spec=JobSpec(repo="acme/site", voices=voices or {}),
        at=now(),
        generation=2,
        language=language,
        languages=("en", "es"),
        facts=await blobs.put(msgspec.json.encode(facts)),
        script=await blobs.put(msgspec.json.encode(script)),
    )


async def test_a_script_becomes_a_stored_narration(blobs):
    event = await written(blobs, *SCENES)
    reports: list[float] = []
    measures = Measures()
    ready = await Speaker(blobs, measures=measures).handle(event, reports.append)

    for field in ("job_id", "spec", "generation", "language", "languages", "facts", "script"):
        assert getattr(ready, field) == getattr(event, field)
    narration = msgspec.json.decode(blobs.kept[ready.narration], type=Narration)
    with wave.open(BytesIO(blobs.kept[narration.audio])) as file:
        assert file.getnframes() / file.getframerate() == pytest.approx(narration.duration_seconds)
    assert reports[-1] == 100
    (factor,) = measures.newest()
    assert (factor.name, factor.of) == ("engine_real_time_factor", narration.engine)
    assert 0 < factor.value < 60


async def test_a_redelivered_script_gives_the_same_narration(blobs):
    event = await written(blobs, ["Hello again."])
    first = await Speaker(blobs).handle(event, ignore_progress)
    kept = dict(blobs.kept)
    second = await Speaker(blobs).handle(event, ignore_progress)
    assert first.narration == second.narration
    assert blobs.kept == kept


async def test_a_language_nobody_speaks_is_rejected(blobs):
    with pytest.raises(Reject) as refusal:
        await Speaker(blobs).handle(await written(blobs, ["Qapla!"], language="tlh"), ignore_progress)
    assert refusal.value.code == "voice_missing"


async def test_a_voice_nobody_has_is_rejected(blobs):
    event = await written(blobs, ["Hello."], voices={"en": "nobody"})
    with pytest.raises(Reject) as refusal:
        await Speaker(blobs).handle(event, ignore_progress)
    assert refusal.value.code == "voice_missing"


@pytest.mark.parametrize("scenes", [[], [["Fine."], ["  "]]])
async def test_a_script_that_cannot_be_spoken_is_rejected(blobs, scenes):
    with pytest.raises(Reject) as refusal:
        await Speaker(blobs).handle(await written(blobs, *scenes), ignore_progress)
    assert refusal.value.code == "unspeakable"


async def test_a_voice_that_takes_too_long_is_stopped(blobs):
    with pytest.raises(TimeLimitExceeded):
        await Speaker(blobs, time_limit_seconds=0.05).handle(await written(blobs, *SCENES), ignore_progress)


async def test_a_voice_killed_in_mid_sentence_loses_nothing_when_the_script_comes_again(blobs):
    event = await written(blobs, *SCENES)

    def kill(_percent):
        for child in multiprocessing.active_children():
            os.kill(child.pid, signal.SIGKILL)

    with pytest.raises(ChildDied):
        await Speaker(blobs).handle(event, kill)
    assert len(blobs.kept) == 2  # the facts and the script: nothing half spoken was stored
    ready = await Speaker(blobs).handle(event, ignore_progress)
    narration = msgspec.json.decode(blobs.kept[ready.narration], type=Narration)
    assert [sentence.text for sentence in narration.sentences] == [text for scene in SCENES for text in scene]
    assert all(sentence.end > sentence.start for sentence in narration.sentences)


async def test_a_repository_says_how_its_own_terms_are_pronounced(blobs):
    own = Wishes(pronunciations={"en": {"Qxz": "a rather long winded name"}})
    lengths = []
    for wishes in (NO_WISHES, own):
        event = await written(blobs, ["Use Qxz now."], wishes=wishes)
        ready = await Speaker(blobs).handle(event, ignore_progress)
        narration = msgspec.json.decode(blobs.kept[ready.narration], type=Narration)
        word = narration.sentences[0].words[1]
        assert word.text == "Qxz"
        lengths.append(word.end - word.start)
    assert lengths[1] > lengths[0] * 1.2


async def test_a_voice_the_repository_wishes_for_speaks_where_nobody_asked_for_another(blobs):
    event = await written(blobs, ["Hello."], wishes=Wishes(voices={"en": "espeak-ng"}))
    ready = await Speaker(blobs).handle(event, ignore_progress)
    assert msgspec.json.decode(blobs.kept[ready.narration], type=Narration).voice == "espeak-ng-en"
