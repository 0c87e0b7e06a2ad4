"""The translate stage with its real engines and child processes, and a store in memory."""

import msgspec
import pytest

from services.narrator.write import write
from services.translator.script import translate
from services.translator.service import Translator
from shared.errors import Reject
from shared.events import JobSpec, TranslationRequested, now
from shared.measures import Measures
from shared.narration import Narration
from shared.offload import ignore_progress
from shared.script import Scene, Script, Sentence
from shared.truth import check
from tests.support.fact_bases import COMMAND, FOLDER, LIBRARY
from tests.unit.speech.test_speaker import MemoryBlobs

BASES = {"library": LIBRARY, "command": COMMAND, "folder": FOLDER}


SCRIPTS = [(name, "pt") for name in BASES] + [
    pytest.param(("library", language), marks=pytest.mark.languages)
    for language in ("es", "fr", "it", "ca", "gl")
]


@pytest.fixture(scope="module", params=SCRIPTS, ids="-".join)
def pair(request):
    name, language = request.param
    base = BASES[name]
    source = write(base)
    return base, source, translate(ignore_progress, source, base, language)


def test_no_scene_sentence_or_box_is_lost(pair):
    _, source, script = pair
    assert script.language != source.language
    for one, other in zip(source.scenes, script.scenes, strict=True):
        assert (one.id, type(one.slide)) == (other.id, type(other.slide))
        for before, after in zip(one.sentences, other.sentences, strict=True):
            assert after.facts == before.facts
            assert sorted(r.box for r in after.reveals) == sorted(r.box for r in before.reveals)
            assert all(reveal.word < len(after.text.split()) for reveal in after.reveals)


def test_the_truth_gate_passes_the_translation(pair):
    base, _, script = pair
    assert check(script, base) == ()


def test_nothing_is_left_in_english(pair):
    _, source, script = pair
    assert script.warnings == source.warnings
    before = {sentence.text for scene in source.scenes for sentence in scene.sentences}
    after = {sentence.text for scene in script.scenes for sentence in scene.sentences}
    assert not before & after


def test_the_gate_catches_a_number_changed_in_the_translation(pair):
    base, _, script = pair
    scene = script.scenes[1]
    sentence = scene.sentences[0]
    wrong = msgspec.structs.replace(sentence, text=sentence.text + " São 99999 arquivos.")
    changed = msgspec.structs.replace(scene, sentences=(wrong,))
    assert check(msgspec.structs.replace(script, scenes=(changed,)), base)


async def requested(blobs, script: Script, language: str) -> TranslationRequested:
    return TranslationRequested(
        job_id="j1",
        spec=JobSpec(repo="acme/site"),
        at=now(),
        generation=2,
        language=language,
        languages=("en", language),
        facts=await blobs.put(msgspec.json.encode(FOLDER)),
        script=await blobs.put(msgspec.json.encode(script)),
    )


def short(script: Script) -> Script:
    return msgspec.structs.replace(script, scenes=script.scenes[:1])


async def test_a_script_becomes_a_stored_translation_and_its_narration():
    blobs = MemoryBlobs()
    event = await requested(blobs, short(write(FOLDER)), "pt")
    reports: list[float] = []
    measures = Measures()
    ready = await Translator(blobs, measures=measures).handle(event, reports.append)

    for field in ("job_id", "spec", "generation", "language", "languages", "facts"):
        assert getattr(ready, field) == getattr(event, field)
    script = msgspec.json.decode(blobs.kept[ready.script], type=Script)
    narration = msgspec.json.decode(blobs.kept[ready.narration], type=Narration)
    assert (script.language, narration.language) == ("pt", "pt")
    said = [sentence.text for scene in script.scenes for sentence in scene.sentences]
    assert [sentence.text for sentence in narration.sentences] == said
    assert narration.audio in blobs.kept
    assert reports == sorted(reports)
    assert reports[-1] == 100
    assert [(one.name, one.of) for one in measures.newest()] == [
        ("engine_real_time_factor", narration.engine)
    ]


@pytest.mark.parametrize("language", ["de", "tlh"])
async def test_a_language_that_cannot_be_served_is_rejected(language):
    blobs = MemoryBlobs()
    with pytest.raises(Reject) as refusal:
        await Translator(blobs).handle(await requested(blobs, write(FOLDER), language), ignore_progress)
    assert refusal.value.code == "language_unavailable"


def test_a_script_nobody_can_translate_is_rejected():
    scene = write(FOLDER).scenes[0]
    endless = Sentence(text="the worker and " * 100 + "more", facts=("files.count",))
    scene = Scene(id=scene.id, heading=scene.heading, sentences=(endless,), slide=scene.slide)
    script = msgspec.structs.replace(write(FOLDER), scenes=(scene,))
    with pytest.raises(Reject) as refusal:
        translate(ignore_progress, script, FOLDER, "pt")
    assert refusal.value.code in ("untranslatable", "truth")
