"""One text into another language: names settled, then our phrases, then an engine, then the guards."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import NamedTuple

from services.translator.amounts import MONTH, NUMBER, written
from services.translator.engine import Engine, EngineFault
from services.translator.guards import objections
from services.translator.names import protected
from services.translator.phrasebook import phrasebook
from services.translator.slots import (
    SLOT,
    Slots,
    loose_marks,
    slots_in,
    unmarked,
    without_marks,
    without_slots,
)
from shared.facts import Fact
from shared.script import Reveal

_QUOTED = r"“(?P<quoted>[^“”]*)”"
_LETTERS = re.compile(r"[^\W\d_]")
_PLAIN = re.compile(r"[A-Z][A-Za-z]+")
"""Names that engines know how to leave alone."""
_TITLED = re.compile(rf"({SLOT}: )(.+)")
_NOTHING = re.compile(r"(?!)")


class Translated(NamedTuple):
    text: str
    reveals: tuple[Reveal, ...]
    why: str = ""
    """Why the source was kept; empty when it was translated."""


class Chain:
    """Translates the texts of one script; its engines are loaded once."""

    def __init__(self, language: str, engines: Sequence[Engine]) -> None:
        self.language = language
        self._engines = engines
        self._book = phrasebook(language)
        self._foreseen: dict[str, str] = {}
        self._asked: list[str] | None = None

    def translate(self, text: str, facts: Iterable[Fact]) -> Translated:
        """A line with marks before the words that reveal; where nothing helps, the line as it is."""
        slots, text, facts = Slots(), without_slots(text), tuple(facts)
        names, quoted_names = protected(facts), protected(facts, quoted=True)
        try:
            text = slots.settle(
                text, _QUOTED, "phrase", lambda match: self._quotation(match["quoted"], quoted_names)
            )
            said, loose = self._said(self._settled(text, names, slots), slots)
            filled = slots.filled(said)
        except Refused as refused:
            return Translated(*unmarked(text, []), why=str(refused))
        return Translated(*unmarked(_started(self._book.joined(filled), text), loose))

    @contextmanager
    def foreseeing(self) -> Iterator[None]:
        """What is translated inside is only noted; at the end the first engine does it all in one batch."""
        self._asked = []
        try:
            yield
        finally:
            asked, self._asked = list(dict.fromkeys(self._asked)), None
        for engine in self._engines[:1]:
            short = [sentence for sentence in asked if len(sentence) <= engine.max_characters]
            with suppress(EngineFault):  # it fails again, and is told, where the sentence is needed
                self._foreseen = dict(zip(short, engine.translate(short), strict=True))

    def _settled(self, text: str, names: str, slots: Slots) -> str:
        text = slots.settle(text, names, "name", lambda match: without_marks(match[0]).strip("`"))
        if "date" in self._book.words:
            text = slots.settle(text, MONTH, "phrase", self._month)
        return slots.settle(text, NUMBER, "number", lambda match: written(match["number"], self.language))

    def _quotation(self, quoted: str, names: str) -> str:
        slots = Slots()
        said, _ = self._said(self._settled(quoted, names, slots), slots)
        return f"“{slots.filled(said)}”"

    def _month(self, match: re.Match[str]) -> str:
        month = self._book.words[match["month"]]
        return self._book.words["date"].format(month=month, year=match["year"])

    def _said(self, text: str, slots: Slots) -> tuple[str, list[tuple[str, float]]]:
        """Text with slots into text with slots, and the loose marks there were; raises Refused."""
        settled = self._book.settled(text, slots)
        plain = without_marks(settled)
        said = self._book.whole(plain) if _LETTERS.search(plain) else plain
        if said is not None:
            return said, list(loose_marks(settled))
        if titled := _TITLED.fullmatch(text):
            rest, loose = self._said(titled[2], slots)
            return titled[1] + rest, loose
        plain = without_marks(text)
        return " ".join(self._engined(one, slots) for one in _sentences(plain)), list(loose_marks(text))

    def _engined(self, sentence: str, slots: Slots) -> str:
        """First with plain names as they are, which reads best; if one is lost, with placeholders for all."""
        if self._asked is not None:
            self._asked.append(_plainly(sentence, slots).text)
            return sentence
        why = "no engine"
        for engine in self._engines:
            for shown in (_plainly(sentence, slots), _hidden(sentence, slots)):
                try:
                    said = self._book.corrected(sentence, _spaced(self._by(engine, shown.text)))
                except EngineFault as error:
                    why = str(error)
                    break
                wrong = [*objections(shown.text, said), *shown.lost(said)]
                if not wrong:
                    return shown.restored(said)
                why = f"{engine.name}: {wrong[0]}"
        raise Refused(why)

    def _by(self, engine: Engine, sentence: str) -> str:
        """Raises EngineFault."""
        if engine is self._engines[0] and sentence in self._foreseen:
            return self._foreseen[sentence]
        if len(sentence) > engine.max_characters:
            raise EngineFault(f"{engine.name}: is over {engine.max_characters} characters")
        return engine.translate([sentence])[0]


class Shown(NamedTuple):
    """A sentence as an engine sees it, and what stands in it for each slot."""

    text: str
    stands: tuple[tuple[str, str], ...]

    def lost(self, said: str) -> Iterator[str]:
        for _, seen in self.stands:
            expected = len(_seen(seen).findall(self.text))
            if len(_seen(seen).findall(said)) != expected:
                yield f"lost or doubled {seen!r}"

    def restored(self, said: str) -> str:
        for slot, seen in self.stands:
            said = _seen(seen).sub(slot, said, count=1)
        return said


def _seen(seen: str) -> re.Pattern[str]:
    """A number may come back with other signs between its groups."""
    inside = r"[.,\s]?".join(seen) if seen.isdigit() else re.escape(seen)
    return re.compile(rf"(?<!\w){inside}(?!\w)")


def _plainly(sentence: str, slots: Slots) -> Shown:
    return _shown(sentence, slots, _PLAIN)


def _hidden(sentence: str, slots: Slots) -> Shown:
    return _shown(sentence, slots, _NOTHING)


def _shown(sentence: str, slots: Slots, plain: re.Pattern[str]) -> Shown:
    stands = []
    for place, slot in enumerate(slots_in(sentence)):
        piece = without_marks(slots.piece(slot))
        seen = f"X{place}Y"
        if slots.kind(slot) == "number":
            seen = re.sub(r"\D", "", piece)
        elif slots.kind(slot) == "name" and plain.fullmatch(piece):
            seen = piece
        sentence = sentence.replace(slot, seen, 1)
        stands.append((slot, seen))
    return Shown(sentence, tuple(stands))


class Refused(Exception):
    """No engine's sentence was good enough."""


def _sentences(text: str) -> list[str]:
    from sentencex import segment  # noqa: PLC0415 - only a process that translates loads it

    return [sentence for sentence in (one.strip() for one in segment("en", text)) if sentence]


def _spaced(text: str) -> str:
    return re.sub(r"\s+([.,;:!?])", r"\1", " ".join(text.split()))


def _started(text: str, source: str) -> str:
    """Large or small at its start as the source is; a name keeps the letter its owner gave it.

    A sentence that begins with a number may begin with a word in another language, and a large one then.
    """
    first = next((place for place, letter in enumerate(text) if letter.isalnum()), None)
    begins = next((letter for letter in source if letter.isalnum()), "")
    if begins.isdigit() and text.endswith("."):
        begins = "A"
    if first is None or not begins.isalpha() or text[first:].split(maxsplit=1)[0] in source.split():
        return text
    letter = text[first].upper() if begins.isupper() else text[first].lower()
    return text[:first] + letter + text[first + 1 :]
