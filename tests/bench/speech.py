"""Measures how well the voices are understood and prints a Markdown table: `make bench-speech`.

Every sentence of `data/sentences.en.tsv` is spoken and heard by itself. Half of them are held out: nobody who
extends the lexicon looks at them, and their errors are not listed. Beside them stand plain sentences, without
any term: what is misheard there is the listener's floor. `shared/speech/word_errors.py` explains the rates.
An ordinary word is one of `data/ordinary.en.txt`; all others are technical. Sentences in other languages come
from films (`data/films.tsv`, made by `scripts/film_sentences.py`) and the translator's held-out set; in them
a word is technical as for the quality report. `--keep` keeps the figures.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from services.publisher.quality.speech import terms_of
from shared.pipeline import SOURCE_LANGUAGE
from shared.speech import whisper
from shared.speech.listener import Listener
from shared.speech.narrate import Tape
from shared.speech.recording import decoded
from shared.speech.registry import load, voice_for
from shared.speech.voice import Voice
from shared.speech.word_errors import JudgedWord, WordErrors, word_errors
from tests.bench.ordinary import is_ordinary

DATA = Path(__file__).parent / "data"
SPEECH = DATA / "speech.json"
HALVES = ("held out", "seen", "plain")
ROMANCE = ("pt", "es", "fr", "it")
TRANSLATED = Path(__file__).parents[1] / "unit" / "translator"
"""The held-out set there says the same things in each language."""
COLUMNS = (
    "sentences",
    "n",
    "ordinary words",
    "technical words",
    "all words",
    "all, spelled the same",
    "CPU s / s",
)
HEAD = f"| {' | '.join(COLUMNS)} |\n|---|{'--:|' * 6}"


@dataclass(frozen=True)
class Trial:
    """One sentence, spoken and heard."""

    half: str
    source: str
    """What the sentence was translated from."""
    sentence: str
    heard: str
    language: str
    spoken_seconds: float
    made_in_seconds: float

    def errors(self, *, strict: bool = False) -> WordErrors:
        return word_errors(self.sentence, self.heard, self.language, strict=strict)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    known = f"which, separated by commas: {', '.join((*HALVES, *ROMANCE))}"
    parser.add_argument("--halves", default=",".join(HALVES), help=known)
    parser.add_argument("--short", type=int, default=None, help="only so many sentences of each")
    parser.add_argument("--keep", action="store_true", help=f"the figures in {SPEECH.name}, for the tables")
    wanted = parser.parse_args()
    trials = list(_trials(wanted.halves.split(","), wanted.short))
    for line in table(trials):
        sys.stdout.write(line + "\n")
    if wanted.keep:
        figures = {**kept(SPEECH), **{half: _figures(own) for half, own in _halves(trials)}}
        SPEECH.write_bytes(msgspec.json.format(msgspec.json.encode(figures), indent=1) + b"\n")


def sentences(half: str) -> list[tuple[str, str]]:
    """Each with what it was translated from, if it was."""
    if half == "plain":
        return [("", line) for line in (DATA / "plain.en.txt").read_text("utf-8").splitlines()]
    if half in ROMANCE:
        films = [row[1:] for row in _rows(DATA / "films.tsv")]
        column = ROMANCE.index(half) + 1
        return [(row[0], row[column]) for row in (*films, *_rows(TRANSLATED / "held-out.tsv"))]
    return [("", row[-1]) for row in _rows(DATA / "sentences.en.tsv") if row[0] == half]


def _rows(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_text("utf-8").splitlines() if not line.startswith("# ")]


def _trials(halves: Iterable[str], most: int | None) -> Iterator[Trial]:
    listener = whisper.load()
    with tempfile.TemporaryDirectory() as folder:
        for half in halves:
            voice = load(voice_for(half if half in ROMANCE else SOURCE_LANGUAGE))
            for source, sentence in sentences(half)[:most]:
                trial = _trial(half, source, sentence, voice, listener, Path(folder) / "said.wav")
                _show_misheard(trial)
                yield trial


def _trial(half: str, source: str, sentence: str, voice: Voice, listener: Listener, path: Path) -> Trial:
    before = time.process_time()
    speech = voice.speak(sentence)
    made_in_seconds = time.process_time() - before
    with Tape(path, voice.card.sample_rate) as tape:
        tape.pause(0.3)
        tape.sentence(0, sentence, speech)
        tape.pause(0.3)
    (language,) = voice.card.languages
    heard = listener.hear(decoded(path), language).text
    seconds = len(speech.samples) / voice.card.sample_rate
    return Trial(half, source, sentence, heard, language, seconds, made_in_seconds)


def _show_misheard(trial: Trial) -> None:
    """What is held out stays unseen."""
    if trial.half in ("seen", "plain") and trial.errors().errors:
        sys.stderr.write(f"{trial.half}: {trial.sentence}\n   {trial.heard}\n   {trial.errors().missed}\n")


def kept(path: Path) -> dict[str, Figures]:
    """The figures of earlier measurements, by kind of sentences."""
    return msgspec.json.decode(path.read_bytes(), type=dict[str, Figures]) if path.exists() else {}


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Of one kind of sentences; words are counted as (misheard, spoken)."""

    sentences: int
    ordinary: tuple[int, int]
    technical: tuple[int, int]
    strict: tuple[int, int]
    """All words, no homophone forgiven."""
    cpu_seconds_a_second: float
    """Of speech, in all threads."""

    @property
    def words(self) -> tuple[int, int]:
        return self.ordinary[0] + self.technical[0], self.ordinary[1] + self.technical[1]


def table(trials: Sequence[Trial]) -> Iterator[str]:
    yield HEAD
    for half, own in _halves(trials):
        found = _figures(own)
        rates = " | ".join(map(rate, (found.ordinary, found.technical, found.words, found.strict)))
        yield f"| {half} | {found.sentences} | {rates} | {found.cpu_seconds_a_second:.3f} |"


def _halves(trials: Sequence[Trial]) -> Iterator[tuple[str, list[Trial]]]:
    for half in dict.fromkeys(trial.half for trial in trials):
        yield half, [trial for trial in trials if trial.half == half]


def _figures(trials: Sequence[Trial]) -> Figures:
    words = [pair for trial in trials for pair in _classified(trial)]
    return Figures(
        sentences=len(trials),
        ordinary=_counted(word for word, plain in words if plain),
        technical=_counted(word for word, plain in words if not plain),
        strict=_counted(word for trial in trials for word in trial.errors(strict=True).words),
        cpu_seconds_a_second=round(
            sum(trial.made_in_seconds for trial in trials) / sum(trial.spoken_seconds for trial in trials), 3
        ),
    )


def _counted(words: Iterable[JudgedWord]) -> tuple[int, int]:
    listed = list(words)
    return sum(word.errors for word in listed), sum(word.spoken for word in listed)


def _classified(trial: Trial) -> Iterator[tuple[JudgedWord, bool]]:
    technical = terms_of(trial.sentence, trial.language, trial.source)
    for place, word in enumerate(trial.errors().words):
        if trial.language == SOURCE_LANGUAGE:
            yield word, is_ordinary(word.text, first=not place)
        else:
            yield word, word.text not in technical


def rate(counted: tuple[int, int]) -> str:
    errors, spoken = counted
    return f"{100 * errors / spoken:.1f} % ({errors}/{spoken})" if spoken else "–"


if __name__ == "__main__":
    main()
