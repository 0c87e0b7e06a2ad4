"""Phrases of our own that are translated by people: `data/phrases.<language>.tsv`.

    whole<TAB>{} in numbers<TAB>{0} em números      a label, a sentence or a clause, as it stands
    part<TAB>{} files<TAB>{0} arquivos              a piece of any sentence
    before<TAB>y<TAB>[iI]<TAB>e                     a word that changes before what follows it

`{}` is a name, a number, a date, a quotation, or another part, `{#}` only a number or what was counted;
`{0}` is the first of them. Parts are tried from top to bottom.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, partial
from importlib.resources import files

from services.translator.slots import MARK, SLOT, Kind, Slots, slots_in

_ROUNDS = 4
"""How deep parts lie within parts."""


_JOINTS = {", and ": ", {and} ", "; ": "; ", ", but ": ", {but} "}


@dataclass(frozen=True)
class Part:
    pattern: re.Pattern[str]
    target: str
    counted: tuple[bool, ...]
    """For each blank, whether it takes numbers only."""
    kind: Kind


@dataclass(frozen=True)
class Phrasebook:
    parts: list[Part] = field(default_factory=list)
    wholes: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    """`and`, `or`, `date` and other single words."""
    glossary: list[tuple[str, str, str]] = field(default_factory=list)
    """(term in the source, what an engine makes of it, what it should be)"""
    joints: list[tuple[re.Pattern[str], str]] = field(default_factory=list)
    """(a word and the blank after it, what stands there instead)"""

    def settled(self, text: str, slots: Slots) -> str:
        """The text with all its parts in slots, and lists of slots in one."""
        for _ in range(_ROUNDS):
            before = text
            for part in self.parts:
                text = part.pattern.sub(partial(_part, part, slots), text)
            text = self._lists(text, slots)
            if text == before:
                break
        return text

    def whole(self, text: str) -> str | None:
        """A sentence, or clauses joined to one, as the book has them; None where it has them not."""
        found = self._listed(text)
        if found is not None:
            return found
        for joint, said in _JOINTS.items():
            head, _, tail = text.partition(joint)
            first, second = self._listed(head), self.whole(tail) if tail else None
            if first is not None and second is not None:
                return first + said.format(**self.words) + second
        return None

    def joined(self, text: str) -> str:
        """The filled text with each word as what follows it wants: `de avril` is `d'avril`."""
        for pattern, instead in self.joints:
            text = pattern.sub(instead, text)
        return text

    def corrected(self, source: str, said: str) -> str:
        """An engine's sentence with the words that the glossary has for terms of the source."""
        for term, wrong, right in self.glossary:
            if term in source.lower():
                said = re.sub(rf"(?<!\w)(?i:{wrong})(?!\w)", right, said)
        return said

    def _listed(self, text: str) -> str | None:
        stop = "." if text.endswith(".") else ""
        clause = text.removesuffix(".")
        target = self.wholes.get(_key(clause))
        return None if target is None else target.format(*slots_in(clause)) + stop

    def _lists(self, text: str, slots: Slots) -> str:
        return _LIST.sub(lambda match: self._list(match, slots), text)

    def _list(self, match: re.Match[str], slots: Slots) -> str:
        named = slots_in(match[0])
        if _joint(match) not in self.words or any(slots.kind(slot) == "number" for slot in named):
            return match[0]
        quoted = [slots.piece(slot).endswith("”") for slot in named]
        if quoted[-1] and not all(quoted):
            apart = len(quoted) - 1 - quoted[::-1].index(False)
            head, named = ", ".join(named[: apart + 1]) + ", ", named[apart + 1 :]
            return head + self._joined(named, _joint(match), slots)
        return self._joined(named, _joint(match), slots)

    def _joined(self, named: list[str], joint: str, slots: Slots) -> str:
        if len(named) == 1:
            return named[0]
        counted = all(slots.kind(slot) == "count" for slot in named)
        comma = "," if any(", " in slots.filled(slot) for slot in named) else ""
        said = f"{', '.join(named[:-1])}{comma} {self.words[joint]} {named[-1]}"
        return slots.put(said, "count" if counted else "phrase")


_LIST = re.compile(
    rf"{SLOT}(?:, {SLOT})+,? (?P<joint>and|or) {SLOT}(?!\w)"
    rf"|{SLOT} (?P<pair>and|or) {SLOT}(?!\w)|{SLOT}, (?P<last>and|or) {SLOT}(?=[.;:,]|$)"
)
"""`A, B and C`; `A and B`; `A, and B` only where nothing follows, since that may join clauses."""


def _joint(match: re.Match[str]) -> str:
    return match["joint"] or match["pair"] or match["last"]


def _part(part: Part, slots: Slots, match: re.Match[str]) -> str:
    given = slots_in(match[0])
    if any(
        counted and not _is_counted(slots, slot) for counted, slot in zip(part.counted, given, strict=True)
    ):
        return match[0]
    return slots.put(match["marks"] + part.target.format(*given), part.kind)


def _is_counted(slots: Slots, slot: str) -> bool:
    return slots.kind(slot) in ("number", "count")


def _key(text: str) -> str:
    """The same for a sentence and a clause: the slots blank, the first letter small."""
    blank = re.sub(SLOT, "{}", text)
    return blank[:1].lower() + blank[1:]


@cache
def phrasebook(language: str) -> Phrasebook:
    """The book of a language; an empty one where nobody has written it: engines do it all."""
    path = files("services.translator") / "data" / f"phrases.{language}.tsv"
    return parse(path.read_text("utf-8")) if path.is_file() else Phrasebook()


def parse(text: str) -> Phrasebook:
    """The book of a file; raises ValueError naming the line that is wrong."""
    book = Phrasebook()
    for number, line in enumerate(text.splitlines(), start=1):
        if not line or line.startswith("# "):
            continue
        match line.split("\t"):
            case ["whole", source, target] if _fits(source, target):
                book.wholes[_key(source)] = target
            case ["part", source, target] if _fits(source, target):
                book.parts.append(_part_of(source, target))
            case ["word", source, target]:
                book.words[source] = target
            case ["term", source, wrong, right]:
                book.glossary.append((source, wrong, right))
            case ["before", word, following, instead]:
                book.joints.append(_joint_of(word, following, instead))
            case _:
                raise ValueError(f"line {number} is no kind, source and target: {line!r}")
    return book


def _fits(source: str, target: str) -> bool:
    """Each blank of the source stands in the target, once."""
    places = {f"{{{place}}}" for place in range(len(_BLANK.findall(source)))}
    blanks = re.findall(r"\{\d*\}", target)
    return set(blanks) == places and len(blanks) == len(places)


_BLANK = re.compile(r"\{#?\}")


def _joint_of(word: str, following: str, instead: str) -> tuple[re.Pattern[str], str]:
    """An apostrophe stands close to what follows; a word that goes (`-`) takes its blank along."""
    pattern = re.compile(rf"(?<![\w'’.-]){word} (?=(?:{MARK}|[“«(])*(?:{following}))")
    if instead == "-":
        return pattern, ""
    return pattern, instead if instead.endswith("'") else f"{instead} "


def _part_of(source: str, target: str) -> Part:
    literal = SLOT.join(map(re.escape, _BLANK.split(source)))
    if source[0].isalpha():
        literal = f"[{source[0].lower()}{source[0].upper()}]{literal[1:]}"
    pattern = re.compile(rf"(?P<marks>{MARK}*)(?<!\w){literal}(?!\w)")
    counted = tuple(blank == "{#}" for blank in _BLANK.findall(source))
    return Part(pattern, target, counted, "count" if any(counted) or source.startswith("one ") else "phrase")
