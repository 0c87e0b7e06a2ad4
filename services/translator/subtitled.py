"""The narration of a subtitled language: the source's sound, and when each translated word belongs to it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import msgspec

from shared.narration import Narration, SpokenSentence, Word
from shared.script import Script, Sentence


def subtitled(source: Script, script: Script, narration: Narration) -> Narration:
    """The translated sentences at the times of the spoken ones; `narration` speaks `source`.

    Both scripts have the same sentences in the same order.
    """
    heard = iter(narration.sentences)
    sentences = tuple(
        _timed(before, after, next(heard))
        for one, other in zip(source.scenes, script.scenes, strict=True)
        for before, after in zip(one.sentences, other.sentences, strict=True)
    )
    return msgspec.structs.replace(
        narration, language=script.language, heard=narration.language, sentences=sentences
    )


Anchor = tuple[int, float]
"""Index of a word, and when it is heard."""
HURRIED = 15.5
"""Characters a second between two anchors; subtitles may have 17, and are not cut just there."""


def _timed(source: Sentence, sentence: Sentence, heard: SpokenSentence) -> SpokenSentence:
    """A word that reveals a box has the time of the word that does so in the source; others lie between."""
    texts = sentence.text.split()
    anchors = _unhurried(_anchors(source, sentence, heard), texts, heard.end)
    words: list[Word] = []
    for (first, start), (after, end) in pairwise([*anchors, (len(texts), heard.end)]):
        words += _spread(texts[first:after], start, end)
    return msgspec.structs.replace(heard, text=sentence.text, words=tuple(words))


def _anchors(source: Sentence, sentence: Sentence, heard: SpokenSentence) -> list[Anchor]:
    """Words and their times, both growing; the first word begins with the sentence."""
    spoken = {reveal.box: heard.words[reveal.word].start for reveal in source.reveals}
    anchors = [(0, heard.start)]
    for reveal in sorted(sentence.reveals, key=lambda reveal: reveal.word):
        word, start = reveal.word, spoken.get(reveal.box, heard.start)
        if word > anchors[-1][0] and start > anchors[-1][1]:
            anchors.append((word, start))
    return anchors


def _unhurried(anchors: Sequence[Anchor], texts: Sequence[str], end: float) -> list[Anchor]:
    """Without those that leave the reader too little time around them; their boxes come when read."""
    kept = list(anchors)
    while len(kept) > 1:
        ends = [*kept[1:], (len(texts), end)]
        paces = [
            _pace(texts[one:other], until - at) for (one, at), (other, until) in zip(kept, ends, strict=True)
        ]
        fastest = max(range(len(paces)), key=paces.__getitem__)
        if paces[fastest] <= HURRIED:
            break
        before, after = fastest, fastest + 1
        kept.pop(after if before == 0 or (after < len(kept) and paces[after] < paces[before - 1]) else before)
    return kept


def _pace(texts: Sequence[str], seconds: float) -> float:
    """Characters a second, blanks among them."""
    return (sum(map(len, texts)) + len(texts)) / max(0.001, seconds)


def _spread(texts: Sequence[str], start: float, end: float) -> list[Word]:
    """Each word takes time by its letters and the blank behind it, as it does to be read."""
    total = sum(map(len, texts)) + len(texts)
    words, done = [], 0
    for text in texts:
        at, done = done, done + len(text) + 1
        words.append(Word(text, _at(at / total, start, end), _at(done / total, start, end)))
    return words


def _at(part: float, start: float, end: float) -> float:
    return round(start + part * (end - start), 3)
