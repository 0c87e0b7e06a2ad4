"""The word error rate: how many words of a text a listener heard otherwise, missed or added.

Both texts are first read as a voice reads them, so `45` and "forty five" are the same words, and `300 MB` is
"three hundred megabytes". A word counts as heard when it is spelled the same, whatever its capitals. Unless
`strict`, it also counts when it sounds the same: nobody hears whether a speaker means "to" or "two". Where
blanks stand cannot be heard either, so neighbours may be joined.

The rate is that of the field: (substituted + missing + added) / expected words, of the alignment with the
fewest errors.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from shared.speech import romance
from shared.speech.english.phonemes import Phonemes
from shared.speech.espeak import Espeak
from shared.speech.lexicon import lexicon
from shared.speech.normalise import Reading, Token, read
from shared.speech.registry import base
from shared.speech.romance.grouping import thousands
from shared.speech.romance.numbers import masculine

MOST_JOINED = 4
"""Neighbours that may together be one word of the other text: `async IO` is asyncio."""
BAND = 50
"""How far, in words, the two texts may run apart before a match is no longer looked for."""
MOST_SOUNDS = 20_000
"""Kept in memory."""

_FAR = 1 << 30


class JudgedWord(msgspec.Struct, frozen=True):
    """One word as it stands on the page, and how its spoken words were heard."""

    text: str
    spoken: int
    errors: int
    """Of its spoken words those heard otherwise or not at all, and those heard in addition beside it."""


class WordErrors(msgspec.Struct, frozen=True, kw_only=True):
    words: tuple[JudgedWord, ...]

    @property
    def spoken(self) -> int:
        return sum(word.spoken for word in self.words)

    @property
    def errors(self) -> int:
        return sum(word.errors for word in self.words)

    @property
    def rate(self) -> float:
        """0 is perfect; more than 1 is possible, when more is heard than said. Raises ZeroDivisionError."""
        return self.errors / self.spoken

    @property
    def missed(self) -> tuple[str, ...]:
        return tuple(word.text for word in self.words if word.errors)


@dataclass(frozen=True)
class Said:
    """One spoken word."""

    page: int
    """Index of the word on the page."""
    spelling: str
    sound: str


def word_errors(expected: str, heard: str, language: str, *, strict: bool = False) -> WordErrors:
    """Compare what was to be said with what was heard; `strict` wants each word spelled the same."""
    wanted, got = spoken_words(expected, language), spoken_words(heard, language)
    errors = [0] * len(expected.split())
    for page in _charged(wanted, got, strict=strict):
        errors[page] += 1
    spoken = [0] * len(errors)
    for said in wanted:
        spoken[said.page] += 1
    return WordErrors(words=tuple(map(JudgedWord, expected.split(), spoken, errors)))


def word_error_rate(expected: str, heard: str, language: str) -> float:
    """As `WordErrors.rate`; raises ZeroDivisionError when no word was expected."""
    return word_errors(expected, heard, language).rate


def spoken_words(text: str, language: str) -> tuple[Said, ...]:
    """The words a voice says for a text, in order."""
    readings = read(text, base(language))
    tokens = [(page, token) for page, reading in enumerate(readings) for token in reading.tokens]
    return tuple(
        Said(page, _spelling(spoken, base(language)), _sound(spoken, base(language)))
        for page, token in tokens
        for spoken in _counted(token, base(language))
    )


def _counted(token: Token, language: str) -> Iterator[Token]:
    """A number in parts that sound the same wherever a listener parts it, or not at all.

    Portuguese joins them by a word that is not heard in each by itself, so there they are single words.
    """
    if token.phonemes or not token.text.isdecimal():
        yield token
    elif language == "pt":
        yield from map(Token, masculine(token.text).split())
    elif language in romance.LANGUAGES:
        yield from map(Token, thousands(token.text))
    else:
        yield token


def _spelling(token: Token, language: str) -> str:
    """In small letters and digits; ready phonemes as the term they belong to, if it is one."""
    written = _terms(language).get(token.phonemes, token.text) if token.phonemes else token.text
    plain = "".join(sign for sign in written.lower() if sign.isalnum()) or written
    return plain + ("s" if token.sibilant else "")


@functools.cache
def _terms(language: str) -> dict[str, str]:
    """Of each pronunciation given in phonemes, the shortest term."""
    listed = lexicon(language).terms.items()
    terms = sorted(((said.strip("/"), term) for term, said in listed), key=lambda pair: -len(pair[1]))
    return dict(terms)


@functools.lru_cache(MOST_SOUNDS)
def _sound(token: Token, language: str) -> str:
    """How it sounds by itself, whatever its neighbours."""
    return _SOUNDS[language](token) or token.text


def _in_english(token: Token) -> str:
    (chunk,) = _english().of([Reading(token.text, (token,), ".")])
    return _bare(chunk.phonemes)


def _by_espeak(rules: str, token: Token) -> str:
    return _bare(token.phonemes or "".join(_espeak(rules).phonemes([token.text])))


@functools.cache
def _english() -> Phonemes:
    return Phonemes()


@functools.cache
def _espeak(rules: str) -> Espeak:
    return Espeak(rules)


_UNSTRESSED = str.maketrans({"ˈ": "", "ˌ": "", "ː": "", " ": "", "T": "t", "ɾ": "t", "ᵊ": "ə", "ᵻ": "ɪ"})


def _bare(phonemes: str) -> str:
    return phonemes.translate(_UNSTRESSED)


_SOUNDS: dict[str, Callable[[Token], str]] = {
    "en": _in_english,
    "pt": functools.partial(_by_espeak, "pt-br"),
    "es": functools.partial(_by_espeak, "es"),
    "fr": functools.partial(_by_espeak, "fr"),
    "it": functools.partial(_by_espeak, "it"),
}


Step = tuple[int, int, int]
"""Expected words, heard words, errors."""
_START: Step = (0, 0, 0)
_OTHER: Step = (1, 1, 1)
_MISSING: Step = (1, 0, 1)
_ADDED: Step = (0, 1, 1)


def _charged(wanted: Sequence[Said], got: Sequence[Said], *, strict: bool) -> Iterator[int]:
    """For each error of the best alignment, the index of the written word it is charged to.

    Words heard in addition belong to the longest of those misheard beside them, mostly a name; where there is
    none, to the word before.
    """
    steps = _steps(len(wanted), len(got), _matches(wanted, got, strict=strict)) if wanted else [{}]
    i, j = len(wanted), len(got) if wanted else 0
    misheard: list[Said] = []
    added = 0
    while i or j:
        taken, heard, errors = steps[i][j]
        before = wanted[max(i - 1, 0)]
        if not errors:
            yield from _additions(misheard or [before], added)
            misheard, added = [], 0
        elif taken:
            misheard.append(before)
            yield before.page
        else:
            added += 1
        i, j = i - taken, j - heard
    yield from _additions(misheard or list(wanted[:1]), added)


def _additions(beside: Sequence[Said], count: int) -> list[int]:
    return [max(beside, key=lambda said: len(said.spelling)).page] * count if count else []


def _steps(rows: int, columns: int, matches: Mapping[tuple[int, int], list[Step]]) -> list[dict[int, Step]]:
    """The last step of the best alignment of each two beginnings, within the band around the diagonal."""
    costs: list[dict[int, int]] = [{} for _ in range(rows + 1)]
    steps: list[dict[int, Step]] = [{} for _ in range(rows + 1)]
    costs[0][0] = 0
    for i in range(rows + 1):
        middle = round(i * columns / rows)
        here, above = costs[i], costs[i - 1] if i else {}
        for j in range(max(0, middle - BAND), min(columns, middle + BAND) + 1):
            best = here.get(j, _FAR), _START
            for step, reached in (
                (_OTHER, above.get(j - 1)),
                (_MISSING, above.get(j)),
                (_ADDED, here.get(j - 1)),
            ):
                if reached is not None and reached + 1 < best[0]:
                    best = reached + 1, step
            for step in matches.get((i, j), ()):
                reached = costs[i - step[0]].get(j - step[1], _FAR)
                if reached < best[0]:
                    best = reached, step
            here[j], steps[i][j] = best
    return steps


def _matches(
    wanted: Sequence[Said], got: Sequence[Said], *, strict: bool
) -> dict[tuple[int, int], list[Step]]:
    """By the words' ends in both texts, the steps that match one word to one, or to joined neighbours."""
    heard: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for end, many, key in _keys(got, strict=strict):
        heard[key].add((end, many))
    found: dict[tuple[int, int], list[Step]] = defaultdict(list)
    for end, many, key in _keys(wanted, strict=strict):
        for other_end, other_many in heard.get(key, ()):
            if 1 in (many, other_many):
                found[end, other_end].append((many, other_many, 0))
    return found


def _keys(words: Sequence[Said], *, strict: bool) -> Iterator[tuple[int, int, str]]:
    """The end and length of each word and run of neighbours, with its spelling and its sound."""
    for end in range(1, len(words) + 1):
        for many in range(1, min(MOST_JOINED, end) + 1):
            run = words[end - many : end]
            yield end, many, "".join(said.spelling for said in run)
            if not strict:
                yield end, many, "/" + "".join(said.sound for said in run)
