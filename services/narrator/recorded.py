"""A script around a person's recorded words: they are what is said, the facts are what is shown.

The words are facts of a kind of their own, `narration.N`, whose evidence is the recording. So the truth gate
holds translations to them, name by name and number by number, and nothing on a slide can rest on them. What
the repository's facts contradict stays as it was said, with a warning in the script.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from shared.errors import Reject
from shared.facts import Evidence, Fact, FactBase
from shared.narration import Word
from shared.pipeline import SOURCE_LANGUAGE
from shared.script import OutroSlide, Reveal, Scene, Script, Sentence, Slide, Text
from shared.speech.listener import Transcript
from shared.truth import check

MOST_SENTENCES = 120
MOST_WORDS = 60
"""Of one sentence; a speaker who never ends one is cut there."""
SURE = 0.5
"""How certain the listener must be of another language to say that it is one."""
_ENDS = (".", "!", "?", "…")
_SYNTHETIC = "Narrated by a synthetic voice"
_SPOKEN = "Narrated by a person; other languages by a synthetic voice"


def recorded(script: Script, facts: FactBase, heard: Transcript, key: str) -> tuple[Script, FactBase]:
    """The script with the recording's words over its slides, and the facts with those words.

    `key` is that of the stored transcript. Raises Reject when nobody speaks, when it is not the source
    language, or when it is too long.
    """
    said = tuple(sentences(heard))
    _refuse_unusable(heard, said)
    facts = msgspec.structs.replace(facts, facts=(*facts.facts, *map(_fact, range(1, len(said) + 1), said)))
    texts = [" ".join(word.text for word in words) for words in said]
    script = msgspec.structs.replace(
        script,
        scenes=tuple(_scenes(script.scenes, texts)),
        description=_disclosed(script.description),
        recording=key,
    )
    warnings = (f"the recording is not what the facts say: {found}" for found in check(script, facts))
    return msgspec.structs.replace(script, warnings=(*script.warnings, *warnings)), facts


def sentences(heard: Transcript) -> Iterator[tuple[Word, ...]]:
    """The words, cut where the listener hears a sentence end."""
    sentence: list[Word] = []
    for word in (word for part in heard.sentences for word in part):
        sentence.append(word)
        if word.text.endswith(_ENDS) or len(sentence) == MOST_WORDS:
            yield tuple(sentence)
            sentence = []
    if sentence:
        yield tuple(sentence)


def _refuse_unusable(heard: Transcript, said: Sequence[tuple[Word, ...]]) -> None:
    if not said:
        hint = "Listen to the file: is it the right one, and loud enough?"
        raise Reject("nobody is heard to speak in the recording", code="recording", hint=hint)
    if heard.language != SOURCE_LANGUAGE and heard.certainty > SURE:
        message = f"the recording is in {heard.language!r}, and scripts start in {SOURCE_LANGUAGE!r}"
        raise Reject(
            message, code="recording", hint="Record it in English; other languages are made from it."
        )
    if len(said) > MOST_SENTENCES:
        message = f"the recording has {len(said)} sentences, and a film at most {MOST_SENTENCES}"
        raise Reject(message, code="recording", hint="Record a shorter narration.")


def _fact(number: int, words: Sequence[Word]) -> Fact:
    where = f"{words[0].start:.1f} s to {words[-1].end:.1f} s of the narration"
    return Fact(
        id=f"narration.{number}",
        kind="narration",
        value=" ".join(word.text for word in words),
        evidence=(Evidence(source="recording", field=where),),
    )


def _scenes(scenes: Sequence[Scene], texts: Sequence[str]) -> Iterator[Scene]:
    """The scenes that get words, each a share of them like the one it has in the written script."""
    shares = _shares(scenes)
    total = sum(len(text) for text in texts)
    spoken, place = 0, 0
    given: list[list[tuple[int, str]]] = [[] for _ in scenes]
    for number, text in enumerate(texts, start=1):
        middle = (spoken + len(text) / 2) / total
        place = next((at for at, end in enumerate(shares) if at >= place and middle <= end), len(scenes) - 1)
        given[len(scenes) - 1 if number == len(texts) > 1 else place].append((number, text))
        spoken += len(text)
    for scene, own in zip(scenes, given, strict=True):
        if own:
            yield msgspec.structs.replace(scene, sentences=_said(scene, own), slide=_credited(scene.slide))


def _shares(scenes: Sequence[Scene]) -> list[float]:
    """Where each scene ends, as a share of the whole script."""
    lengths = [sum(len(sentence.text) for sentence in scene.sentences) for scene in scenes]
    return [sum(lengths[: place + 1]) / sum(lengths) for place in range(len(lengths))]


def _said(scene: Scene, own: Sequence[tuple[int, str]]) -> tuple[Sentence, ...]:
    """Sentences under which the slide's boxes appear one after the other, evenly."""
    boxes = [reveal.box for sentence in scene.sentences for reveal in sentence.reveals]
    words = [(at, word) for at, (_, text) in enumerate(own) for word in range(len(text.split()))]
    reveals: list[list[Reveal]] = [[] for _ in own]
    for place, box in enumerate(boxes):
        at, word = words[place * len(words) // len(boxes)]
        reveals[at].append(Reveal(word=word, box=box))
    return tuple(
        Sentence(text=text, facts=(f"narration.{number}",), reveals=tuple(shown))
        for (number, text), shown in zip(own, reveals, strict=True)
    )


def _credited(slide: Slide) -> Slide:
    if not isinstance(slide, OutroSlide):
        return slide
    return msgspec.structs.replace(slide, credits=tuple(map(_disclosed, slide.credits)))


def _disclosed(text: Text) -> Text:
    """Whose voice it is."""
    return msgspec.structs.replace(text, text=text.text.replace(_SYNTHETIC, _SPOKEN))
