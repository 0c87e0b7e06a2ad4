"""A person's recorded words: they become the script, with their own sound and times."""

import hashlib
import wave
from io import BytesIO

import msgspec
import numpy as np
import pytest

from services.narrator.recorded import MOST_SENTENCES, MOST_WORDS, recorded, sentences
from services.narrator.speaker import Speaker
from services.narrator.write import write
from services.narrator.writer import Writer
from shared.errors import Reject
from shared.events import JobSpec, RepoScanned, ScriptWritten, now
from shared.facts import FactBase
from shared.narration import Narration, Word
from shared.offload import ignore_progress
from shared.script import Script
from shared.speech.hibari import Hibari, cards
from shared.speech.listener import Transcript
from shared.speech.narrate import TAIL_SECONDS, Tape
from shared.speech.recorded import laid_under
from shared.speech.word_errors import word_error_rate
from shared.truth import check
from tests.support.fact_bases import LIBRARY

TALK = "This is a library that I wrote last winter. It has 7 modules, and it is fast. I hope you like it."
LONG_TALK = " ".join([TALK] * 20)


def heard(text, language="en", certainty=0.99):
    words = tuple(Word(word, place * 0.4, place * 0.4 + 0.3) for place, word in enumerate(text.split()))
    return Transcript(
        language=language,
        certainty=certainty,
        seconds=60.0,
        listener="an ear",
        sentences=(words,) if words else (),
    )


@pytest.fixture(scope="module")
def template():
    return write(LIBRARY, "overview")


def boxes(scene):
    return [reveal.box for sentence in scene.sentences for reveal in sentence.reveals]


def said(script):
    return " ".join(one.text for scene in script.scenes for one in scene.sentences)


@pytest.mark.parametrize("text", [TALK, "Just this.", LONG_TALK])
def test_what_is_said_is_what_was_recorded_word_by_word(template, text):
    script, facts = recorded(template, LIBRARY, heard(text), "sha256/heard")
    assert said(script) == text
    assert script.recording == "sha256/heard"
    for scene in script.scenes:
        for sentence in scene.sentences:
            (cited,) = (facts.find(known) for known in sentence.facts)
            assert cited.value == sentence.text
            assert cited.evidence[0].source == "recording"
            assert all(reveal.word < len(sentence.text.split()) for reveal in sentence.reveals)


def test_a_long_talk_keeps_every_slide_and_every_box(template):
    script, _ = recorded(template, LIBRARY, heard(LONG_TALK), "key")
    assert [scene.id for scene in script.scenes] == [scene.id for scene in template.scenes]
    for before, after in zip(template.scenes, script.scenes, strict=True):
        boxes = [
            [reveal.box for one in scene.sentences for reveal in one.reveals] for scene in (before, after)
        ]
        assert boxes[0] == boxes[1]


def test_a_persons_words_pass_the_gate_as_theirs_and_carry_nothing_on_a_slide(template):
    script, facts = recorded(template, LIBRARY, heard(TALK), "key")
    assert check(script, facts) == ()
    assert script.warnings == template.warnings
    assert "narration" not in msgspec.json.encode([scene.slide for scene in script.scenes]).decode()


def test_what_a_person_counts_is_theirs_too_and_no_other_number_passes_for_it(template):
    talk = "Since October 2012, it has gathered 329 commits from 120 contributors, and 4,000 stars."
    script, facts = recorded(template, LIBRARY, heard(talk), "key")
    assert check(script, facts) == ()
    changed = msgspec.json.encode(script).replace(b"329 commits", b"330 commits")
    (violation,) = check(msgspec.json.decode(changed, type=type(script)), facts)
    assert violation.word == "330"


def test_what_the_facts_contradict_is_kept_with_a_warning(template):
    script, _ = recorded(template, LIBRARY, heard("It has no tests at all."), "key")
    assert said(script) == "It has no tests at all."
    assert any("no tests" in warning for warning in script.warnings)


def test_the_film_says_whose_voice_it_is(template):
    script, _ = recorded(template, LIBRARY, heard(TALK), "key")
    text = msgspec.json.encode(script).decode()
    assert "Narrated by a person" in text
    assert "Narrated by a synthetic voice" not in text


def test_a_sentence_without_an_end_is_cut():
    found = list(sentences(heard("word " * (MOST_WORDS + 5))))
    assert [len(one) for one in found] == [MOST_WORDS, 5]


@pytest.mark.parametrize(
    ("transcript", "why"),
    [
        (heard(""), "nobody"),
        (heard("Isto é um teste.", "pt"), "'pt'"),
        (heard("No. " * (MOST_SENTENCES + 1)), "sentences"),
    ],
)
def test_a_recording_that_cannot_be_used_is_rejected(template, transcript, why):
    with pytest.raises(Reject, match=why) as refusal:
        recorded(template, LIBRARY, transcript, "key")
    assert refusal.value.code == "recording"
    assert refusal.value.hint


def test_an_edited_script_is_not_laid_over_the_recording(template, tmp_path):
    transcript = heard(TALK)
    script, _ = recorded(template, LIBRARY, heard(TALK.replace("fast", "slow")), "key")
    with pytest.raises(Reject, match="edited"):
        laid_under(ignore_progress, script, transcript, tmp_path / "talk.wav", tmp_path / "narration.wav")


class MemoryBlobs:
    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    async def put(self, data):
        key = "sha256/" + hashlib.sha256(data).hexdigest()
        self.kept[key] = data
        return key

    async def put_file(self, path):
        return await self.put(path.read_bytes())

    async def get(self, key):
        return self.kept[key]

    async def fetch(self, key, path):
        path.write_bytes(self.kept[key])


def talk(path):
    """A voice in a noisy room, at another rate than ours."""
    (card,) = cards()
    speech = Hibari(card).speak(TALK)
    noise = np.random.default_rng(3).normal(0, 0.004, len(speech.samples)).astype(np.float32)
    with Tape(path, card.sample_rate) as tape:
        tape.pause(0.5)
        tape.sound(speech.samples + noise)
    return path


async def scanned(blobs, narration):
    return RepoScanned(
        job_id="a" * 32,
        spec=JobSpec(repo="ferrum/portico", narration=narration),
        at=now(),
        commit=None,
        languages=("en", "pt"),
        facts=await blobs.put(msgspec.json.encode(LIBRARY)),
    )


@pytest.mark.slow
async def test_a_noisy_recording_becomes_a_script_and_stays_its_own_narration(tmp_path):
    blobs = MemoryBlobs()
    path = talk(tmp_path / "talk.wav")
    event = await scanned(blobs, await blobs.put_file(path))
    to_speak, to_translate = await Writer(blobs).handle(event, ignore_progress)
    assert isinstance(to_speak, ScriptWritten)
    assert to_translate.script == to_speak.script
    assert to_translate.facts == to_speak.facts != event.facts

    script = msgspec.json.decode(blobs.kept[to_speak.script], type=Script)
    facts = msgspec.json.decode(blobs.kept[to_speak.facts], type=FactBase)
    assert word_error_rate(TALK, said(script), "en") <= 0.05
    assert check(script, facts) == ()

    ready = await Speaker(blobs).handle(to_speak, ignore_progress)
    narration = msgspec.json.decode(blobs.kept[ready.narration], type=Narration)
    assert [len(one.words) for one in narration.sentences] == [
        len(one.text.split()) for one in narration.sentences
    ]
    starts = [word.start for one in narration.sentences for word in one.words]
    assert starts == sorted(starts)
    with wave.open(str(path)) as given, wave.open(BytesIO(blobs.kept[narration.audio])) as kept:
        seconds = given.getnframes() / given.getframerate()
        assert kept.getnframes() / kept.getframerate() == pytest.approx(seconds + TAIL_SECONDS, abs=0.01)


async def test_a_file_that_is_no_recording_is_rejected():
    blobs = MemoryBlobs()
    event = await scanned(blobs, await blobs.put(b"this is no sound"))
    with pytest.raises(Reject, match="cannot be read as sound") as refusal:
        await Writer(blobs).handle(event, ignore_progress)
    assert refusal.value.code == "recording"
