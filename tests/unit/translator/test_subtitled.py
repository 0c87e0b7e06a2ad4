"""A language without a voice: the source's sound, and translated words at the times of the spoken ones."""

from itertools import pairwise

import msgspec
import pytest

from services.narrator.write import write
from services.publisher.render.timeline import check as check_narration
from services.translator.service import Translator
from services.translator.subtitled import subtitled
from shared.narration import Narration, SpokenSentence, Word
from shared.offload import ignore_progress
from shared.script import Reveal, Script, Sentence
from tests.support.fact_bases import FOLDER
from tests.unit.speech.test_speaker import MemoryBlobs
from tests.unit.translator.test_service import requested, short


def spoken(text: str, start: float) -> SpokenSentence:
    """Half a second a word."""
    words = tuple(
        Word(word, start + place / 2, start + place / 2 + 0.4) for place, word in enumerate(text.split())
    )
    return SpokenSentence(scene=0, text=text, start=words[0].start, end=words[-1].end, words=words)


def one_sentence(text: str, *reveals: Reveal, language: str = "en") -> Script:
    script = write(FOLDER)
    scene = msgspec.structs.replace(
        script.scenes[0], sentences=(Sentence(text=text, facts=("files.count",), reveals=reveals),)
    )
    return msgspec.structs.replace(script, language=language, scenes=(scene,))


def narrated(text: str) -> Narration:
    return Narration(
        language="en",
        engine="hibari",
        voice="heart",
        licence="MIT",
        sample_rate=24000,
        duration_seconds=9.0,
        audio="a",
        sentences=(spoken(text, 1.0),),
    )


SOURCE = one_sentence("It holds files and lines", Reveal(word=2, box=0), Reveal(word=4, box=1))
CATALAN = one_sentence(
    "Conté molts fitxers i una més", Reveal(word=2, box=0), Reveal(word=5, box=1), language="ca"
)


def test_the_sound_stays_and_says_its_language():
    before = narrated("It holds files and lines")
    after = subtitled(SOURCE, CATALAN, before)
    assert (after.language, after.heard) == ("ca", "en")
    assert (after.audio, after.duration_seconds, after.voice) == (before.audio, 9.0, "heart")
    assert (after.sentences[0].start, after.sentences[0].end) == (1.0, 3.4)
    check_narration(CATALAN, after)


def test_a_box_appears_when_its_word_is_heard_in_the_source():
    words = subtitled(SOURCE, CATALAN, narrated("It holds files and lines")).sentences[0].words
    assert words[2].start == pytest.approx(2.0)
    assert words[5].start == pytest.approx(3.0)


def test_a_box_that_would_hurry_the_reader_waits_until_its_word_is_read():
    crowded = one_sentence(
        "Aquest repositori extraordinari conté fitxers i línies",
        Reveal(word=4, box=0),
        Reveal(word=6, box=1),
        language="ca",
    )
    words = subtitled(SOURCE, crowded, narrated("It holds files and lines")).sentences[0].words
    paces = [(len(one.text) + 1) / (other.start - one.start) for one, other in pairwise(words)]
    assert words[4].start > 2.0
    assert max(paces) == pytest.approx(min(paces), rel=0.5)


def test_words_follow_each_other_and_fill_the_sentence():
    words = subtitled(SOURCE, CATALAN, narrated("It holds files and lines")).sentences[0].words
    assert words[0].start == 1.0
    assert words[-1].end == pytest.approx(3.4)
    assert all(one.end == pytest.approx(other.start) for one, other in pairwise(words))


def test_boxes_in_another_order_never_turn_time_back():
    crossed = one_sentence(
        "Línies i molts fitxers conté", Reveal(word=0, box=1), Reveal(word=3, box=0), language="ca"
    )
    words = subtitled(SOURCE, crossed, narrated("It holds files and lines")).sentences[0].words
    assert all(one.start <= other.start for one, other in pairwise(words))


@pytest.mark.languages
@pytest.mark.parametrize("language", ["ca", "gl"])
async def test_a_translated_language_without_a_voice_is_subtitled(language):
    blobs = MemoryBlobs()
    source = short(write(FOLDER))
    event = await requested(blobs, source, language)
    ready = await Translator(blobs).handle(event, ignore_progress)
    narration = msgspec.json.decode(blobs.kept[ready.narration], type=Narration)
    script = msgspec.json.decode(blobs.kept[ready.script], type=Script)
    assert (narration.language, narration.heard, narration.voice) == (language, "en", "heart")
    assert [one.text for one in narration.sentences] == [
        sentence.text for scene in script.scenes for sentence in scene.sentences
    ]
    assert ready.source == event.script
    check_narration(script, narration)


async def test_an_edited_translation_is_spoken_as_it_stands():
    blobs = MemoryBlobs()
    edited = msgspec.structs.replace(one_sentence("Isto é o que uma pessoa escreveu."), language="pt")
    event = await requested(blobs, short(write(FOLDER)), "pt")
    event = msgspec.structs.replace(event, edited=await blobs.put(msgspec.json.encode(edited)))
    ready = await Translator(blobs).handle(event, ignore_progress)
    narration = msgspec.json.decode(blobs.kept[ready.narration], type=Narration)
    assert msgspec.json.decode(blobs.kept[ready.script], type=Script) == edited
    assert [one.text for one in narration.sentences] == ["Isto é o que uma pessoa escreveu."]
