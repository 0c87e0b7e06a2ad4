"""Sentences and labels with the facts under them, and the words at which boxes appear."""

from __future__ import annotations

from collections.abc import Iterable

from shared.facts import Fact
from shared.script import Reveal, Sentence, Text

_FIRST_MARK = 0xE000
"""Marks are private-use characters: `plain` takes them out of any text of a repository."""
_MARKS = frozenset(map(chr, range(_FIRST_MARK, _FIRST_MARK + 64)))

UNNAMED = "the repository"
"""What a repository is called when nothing says its name."""

Cited = str | Fact


def at(box: int) -> str:
    """Put before a word: box `box` of the slide appears when that word starts."""
    return chr(_FIRST_MARK + box)


def sentence(text: str, *cited: Cited | Iterable[Cited]) -> Sentence:
    """A spoken sentence; the marks in `text` become its reveals."""
    text, spoken, reveals = _begun(text), [], []
    for index, word in enumerate(text.split()):
        boxes = [ord(character) - _FIRST_MARK for character in word if character in _MARKS]
        reveals += [Reveal(word=index, box=box) for box in boxes]
        spoken.append("".join(character for character in word if character not in _MARKS))
    return Sentence(text=" ".join(spoken), facts=ids(*cited), reveals=tuple(reveals))


def label(text: str, *cited: Cited | Iterable[Cited]) -> Text:
    return Text(_begun(text), ids(*cited))


def _begun(text: str) -> str:
    """Names keep their first letter where a sentence begins; the lack of a name gets a capital."""
    return text[:1].upper() + text[1:] if text.startswith(UNNAMED) else text


def ids(*cited: Cited | Iterable[Cited]) -> tuple[str, ...]:
    """Each cited id once, in order."""
    found: list[str] = []
    for one in cited:
        if isinstance(one, Fact):
            found.append(one.id)
        else:
            found.extend([one] if isinstance(one, str) else ids(*one))
    return tuple(dict.fromkeys(filter(None, found)))
