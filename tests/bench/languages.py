"""Writes the table of docs/languages.md from measured files: `make language-table`.

`data/speech.json` is kept by `make bench-speech ARGS='--keep'`. How near translations come to a person's
(chrF, on the translator's test sets) is measured here, with `--measure`, and kept in `data/translation.json`.
"""

from __future__ import annotations

import argparse
import resource
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from services.translator.chain import Chain
from services.translator.engines import engines_for
from shared.languages import language
from shared.speech.registry import voices
from tests.bench.speech import SPEECH, Figures, kept, rate
from tests.support.chrf import chrf, interval

DATA = Path(__file__).parent / "data" / "translation.json"
SETS = Path(__file__).parents[1] / "unit" / "translator"
DOCS = Path(__file__).parents[2] / "docs" / "languages.md"
BEGIN, END = "<!-- Written by `make language-table`. -->\n", "<!-- End of what is written. -->\n"
NAMES = {
    "en": "English",
    "pt": "Portuguese of Brazil",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "ca": "Catalan",
    "gl": "Galician",
}
COLUMNS = (
    "language",
    "state",
    "translated by",
    "chrF (n; 95 % interval)",
    "held out (n; 95 % interval)",
    "CPU s a sentence",
    "spoken by",
    "tier",
    "WER: all words",
    "ordinary",
    "CPU s a s of speech",
)


class Score(msgspec.Struct, frozen=True, kw_only=True):
    chrf: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.chrf:.1f} ({self.n}; {self.low:.1f}–{self.high:.1f})"


class Translation(msgspec.Struct, frozen=True, kw_only=True):
    engine: str
    seen: Score
    """While the tables of phrases were made."""
    held_out: Score
    cpu_seconds_a_sentence: float
    """With loading all engines of the language."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", action="store_true", help="measure the translations anew")
    if parser.parse_args().measure:
        found = {code: measured(code) for code in NAMES if code != "en"}
        DATA.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")
    text = DOCS.read_text("utf-8")
    head, _, rest = text.partition(BEGIN)
    DOCS.write_text(head + BEGIN + table() + END + rest.partition(END)[2], "utf-8")


def measured(code: str) -> Translation:
    seen, held_out = _seen(code), _held_out(code)
    before = _processor_seconds()
    engines = engines_for(code)
    chain = Chain(code, engines[:1])
    said = [chain.translate(source, ()).text for source, _ in (*seen, *held_out)]
    for engine in engines:
        engine.close()
    seconds = _processor_seconds() - before
    return Translation(
        engine=engines[0].name,
        seen=_score(said[: len(seen)], seen),
        held_out=_score(said[len(seen) :], held_out),
        cpu_seconds_a_sentence=round(seconds / len(said), 3),
    )


def _processor_seconds() -> float:
    """Of this process and of the programs it has ended."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def _score(said: Sequence[str], pairs: Sequence[tuple[str, str]]) -> Score:
    references = [reference for _, reference in pairs]
    low, high = interval(said, references)
    return Score(chrf=chrf(said, references), low=low, high=high, n=len(pairs))


def _seen(code: str) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in _rows(f"en-{code}.tsv")]


def _held_out(code: str) -> list[tuple[str, str]]:
    column = list(NAMES).index(code)
    return [(row[0], row[column]) for row in _rows("held-out.tsv")]


def _rows(name: str) -> list[list[str]]:
    lines = (SETS / name).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("# ")]


def table() -> str:
    translations = msgspec.json.decode(DATA.read_bytes(), type=dict[str, Translation])
    return "".join(f"{line}\n" for line in _lines(translations, kept(SPEECH)))


def _lines(translations: Mapping[str, Translation], spoken: Mapping[str, Figures]) -> Iterator[str]:
    yield f"| {' | '.join(COLUMNS)} |"
    yield "|" + "---|" * len(COLUMNS)
    for code, name in NAMES.items():
        cells = (*_translated(translations.get(code)), *_spoken(code, spoken))
        yield f"| {name}, `{code}` | {language(code).state} | {' | '.join(cells)} |"


def _translated(found: Translation | None) -> tuple[str, str, str, str]:
    if found is None:
        return "written in it", "", "", ""
    return found.engine, str(found.seen), str(found.held_out), f"{found.cpu_seconds_a_sentence:.2f}"


def _spoken(code: str, spoken: Mapping[str, Figures]) -> tuple[str, str, str, str, str]:
    cards = [card for card in voices(code) if card.speaks_unasked]
    if not cards:
        return "", "", "", "", ""
    names = ", ".join(f"`{card.name}`" for card in cards)
    figures = spoken.get("held out" if code == "en" else code)
    if figures is None:
        return f"{cards[0].engine}: {names}", cards[0].tier, "not measured", "", ""
    return (
        f"{cards[0].engine}: {names}",
        cards[0].tier,
        rate(figures.words),
        rate(figures.ordinary),
        f"{figures.cpu_seconds_a_second:.2f}",
    )


if __name__ == "__main__":
    main()
