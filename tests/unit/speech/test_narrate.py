"""A whole script on one tape."""

import wave

import numpy as np
import pytest

from shared.offload import ignore_progress
from shared.script import OutroSlide, Scene, Script, Sentence, Text
from shared.shelf import Shelf
from shared.speech import registry
from shared.speech.kept import KeptVoice
from shared.speech.narrate import narrate
from shared.speech.registry import voice_for
from shared.speech.sound import FRAME_SECONDS, heard
from shared.speech.unhurried import COMFORTABLE_ELSE
from shared.speech.voice import Unspeakable

SCENES = [
    ["Reporeel turns a repository into a film.", "It has 12,345 stars and runs on Python 3.11."],
    ["Each service reads one event — and publishes the next.", "NATS JetStream keeps them all."],
    ["Try it with `make demo`."],
]


def script_of(*scenes: list[str]) -> Script:
    slide = OutroSlide(title=Text("t"), subtitle=Text("s"), call=Text("c"))
    return Script(
        language="en",
        profile="overview",
        title=Text("t"),
        description=Text("d"),
        scenes=tuple(
            Scene(
                id="hook",
                heading="h",
                sentences=tuple(Sentence(text=text, facts=()) for text in texts),
                slide=slide,
            )
            for texts in scenes
        ),
    )


@pytest.fixture(scope="module")
def tape(tmp_path_factory):
    path = tmp_path_factory.mktemp("tape") / "narration.wav"
    reports: list[float] = []
    return narrate(reports.append, script_of(*SCENES), voice_for("en"), path), path, reports


def samples_of(path) -> tuple[np.ndarray, int]:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768, file.getframerate()


def test_every_sentence_and_word_of_the_script_is_there_in_order(tape):
    narration, *_ = tape
    assert [(s.scene, s.text) for s in narration.sentences] == [
        (scene, text) for scene, texts in enumerate(SCENES) for text in texts
    ]
    for sentence in narration.sentences:
        assert [word.text for word in sentence.words] == sentence.text.split()


def test_times_rise_over_the_whole_tape_and_end_within_it(tape):
    narration, *_ = tape
    words = [word for sentence in narration.sentences for word in sentence.words]
    starts = [word.start for word in words]
    assert starts == sorted(starts)
    assert starts[0] >= 0.25
    assert words[-1].end < narration.duration_seconds
    for sentence in narration.sentences:
        assert (sentence.start, sentence.end) == (sentence.words[0].start, sentence.words[-1].end)


def test_the_file_is_as_long_as_the_narration_says(tape):
    narration, path, _ = tape
    samples, rate = samples_of(path)
    assert rate == narration.sample_rate
    assert len(samples) / rate == pytest.approx(narration.duration_seconds)


def test_pauses_are_natural_and_there_is_no_dead_air(tape):
    narration, path, _ = tape
    gaps = {"same": [], "next": []}
    for one, other in zip(narration.sentences, narration.sentences[1:], strict=False):
        gaps["same" if one.scene == other.scene else "next"].append(other.start - one.end)
    assert all(0.25 <= gap <= 0.36 for gap in gaps["same"]), gaps
    assert all(0.4 <= gap <= 0.55 for gap in gaps["next"]), gaps
    assert longest_silence(path) <= 0.6


def longest_silence(path):
    """Seconds."""
    samples, rate = samples_of(path)
    loud = np.flatnonzero(heard(samples.astype(np.float32), rate))
    return np.diff([0, *loud, len(samples) / rate / FRAME_SECONDS]).max() * FRAME_SECONDS


def test_progress_is_told_sentence_by_sentence(tape):
    *_, reports = tape
    assert reports == [20, 40, 60, 80, 100]


def test_the_engine_and_its_licence_are_named(tape):
    narration, *_ = tape
    assert narration.engine.startswith("hibari ")
    assert (narration.voice, narration.licence) == ("heart", "Apache-2.0")


def test_the_same_script_gives_the_same_bytes(tape, tmp_path):
    narration, path, _ = tape
    again = tmp_path / "again.wav"
    assert narrate(ignore_progress, script_of(*SCENES), voice_for("en"), again) == narration
    assert again.read_bytes() == path.read_bytes()


def test_a_sentence_waits_for_the_reader_of_longer_subtitles(tape, tmp_path):
    narration, *_ = tape
    longer = script_of(*[[text + " " + text[: len(text) // 6] for text in texts] for texts in SCENES])
    waiting = narrate(
        ignore_progress, script_of(*SCENES), voice_for("en"), tmp_path / "slow.wav", subtitles=longer
    )
    assert [said.text for said in waiting.sentences] == [said.text for said in narration.sentences]
    ends = [said.start for said in waiting.sentences[1:]] + [waiting.duration_seconds]
    shown = [sentence.text for scene in longer.scenes for sentence in scene.sentences]
    for said, before, end, text in zip(waiting.sentences, narration.sentences, ends, shown, strict=True):
        natural = before.end - before.start
        assert said.end - said.start < natural * 1.5
        assert len(text) / (end - said.start) <= COMFORTABLE_ELSE * 1.1
    assert longest_silence(tmp_path / "slow.wav") <= 0.6


def test_a_script_from_the_shelf_is_the_one_that_was_spoken(tape, tmp_path):
    narration, path, _ = tape
    kept = Shelf(tmp_path / "kept", 1 << 26)
    for name in ("first.wav", "second.wav"):
        again = narrate(ignore_progress, script_of(*SCENES), voice_for("en"), tmp_path / name, kept=kept)
        assert again == narration
        assert (tmp_path / name).read_bytes() == path.read_bytes()


def test_what_was_spoken_before_is_not_spoken_again(tmp_path):
    card, kept, loaded = voice_for("en"), Shelf(tmp_path, 1 << 26), []

    def says(text, **own):
        return KeptVoice(card, own, lambda: loaded.append(own) or registry.load(card, own), kept).speak(text)

    first = says("It reads one nginy.")
    again = says("It reads one nginy.")
    assert (again.samples.tobytes(), again.words) == (first.samples.tobytes(), first.words)
    assert len(loaded) == 1

    assert len(says("It reads one nginy.", nginy="engine why").samples) != len(first.samples)
    says("It reads two.")
    assert len(loaded) == len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize("scenes", [[], [[]], [["word " * 11_000]]])
def test_a_script_without_sentences_or_out_of_bounds_is_refused(scenes, tmp_path):
    with pytest.raises(Unspeakable):
        narrate(ignore_progress, script_of(*scenes), voice_for("en"), tmp_path / "none.wav")
