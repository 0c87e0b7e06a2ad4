"""A whole script into another language: what is said, what is shown, title and description."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec

from services.translator.chain import Chain
from services.translator.engines import engines_for
from services.translator.slots import marked, without_private
from shared.errors import Reject
from shared.facts import Fact, FactBase
from shared.offload import Progress, ignore_progress
from shared.script import Script, Sentence, Text
from shared.truth import check
from shared.truth.gate import IDENTITY

KEPT = {
    ("Node", "id"),
    ("Node", "label"),
    ("LanguageShare", "name"),
    ("CodeSlide", "path"),
    ("CodeSlide", "code"),
}
KEPT |= {("GlanceSlide", "people"), ("GlanceSlide", "badges"), ("Tile", "heading"), ("Pin", "label")}
"""Names and code: the same in every language."""
MOST_KEPT = 0.5
"""Share of the sentences that may stay untranslated; with more of them it is no film in that language."""

T = TypeVar("T")


def translate(report: Progress, script: Script, facts: FactBase, language: str) -> Script:
    """The script in `language`, passed by the truth gate; what could not be translated stays, with a warning.

    Blocking, and loads engines: call it through `shared.offload.run_in_child`.

    Raises Reject.
    """
    engines = engines_for(language)
    try:
        return _translated(report, script, facts, Chain(language, engines))
    finally:
        for engine in engines:
            engine.close()


def _translated(report: Progress, script: Script, facts: FactBase, chain: Chain) -> Script:
    language = chain.language
    with chain.foreseeing():
        _Translation(chain, facts, ignore_progress, len(script.scenes)).of(script, language, frozenset())
    translated = _Translation(chain, facts, report, len(script.scenes)).of(script, language, frozenset())
    wrong = frozenset(violation.text for violation in check(translated, facts, script))
    if wrong:
        translated = _Translation(chain, facts, report, len(script.scenes)).of(script, language, wrong)
        _refuse_untrue(translated, script, facts)
    _refuse_untranslated(script, translated)
    return translated


def _refuse_untrue(translated: Script, source: Script, facts: FactBase) -> None:
    violations = check(translated, facts, source)
    if violations:
        raise Reject(
            f"in {translated.language} the script claims what the facts do not: {violations[0]}",
            code="truth",
            hint="This is a defect of Reporeel's translation: please report it with the job's facts.json.",
        )


def _refuse_untranslated(source: Script, script: Script) -> None:
    said = [sentence.text for scene in script.scenes for sentence in scene.sentences]
    kept = {sentence.text for scene in source.scenes for sentence in scene.sentences} & set(said)
    if said and len(kept) / len(said) > MOST_KEPT:
        raise Reject(
            f"{len(kept)} of {len(said)} sentences could not be translated to {script.language}",
            code="untranslatable",
            hint="see the script's warnings",
        )


class _Translation:
    """One pass over one script."""

    def __init__(self, chain: Chain, facts: FactBase, report: Progress, scenes: int) -> None:
        self._chain = chain
        self._facts = facts
        self._report = report
        self._scenes = scenes
        self._warnings: dict[str, None] = {}
        self._untrue: frozenset[str] = frozenset()

    def of(self, script: Script, language: str, untrue: frozenset[str]) -> Script:
        """`untrue` are translations that the truth gate refused: their sources are kept."""
        self._untrue = untrue
        title, description = self._text(script.title), self._text(script.description)
        scenes = []
        for done, scene in enumerate(script.scenes, start=1):
            scenes.append(
                msgspec.structs.replace(
                    scene,
                    heading=self._text(Text(scene.heading)).text,
                    sentences=tuple(map(self._sentence, scene.sentences)),
                    slide=self._shown(scene.slide, ("", "")),
                )
            )
            self._report(100 * done / self._scenes)
        return msgspec.structs.replace(
            script,
            language=language,
            title=title,
            description=description,
            scenes=tuple(scenes),
            warnings=(*script.warnings, *self._warnings),
        )

    def _sentence(self, sentence: Sentence) -> Sentence:
        source = marked(sentence.text, sentence.reveals)
        said = self._chain.translate(source, self._cited(sentence.facts))
        if said.why or self._is_untrue(said.text):
            self._warn(sentence.text, said.why)
            return sentence
        return msgspec.structs.replace(sentence, text=said.text, reveals=said.reveals)

    def _text(self, text: Text) -> Text:
        lines = [self._line(line, text.facts) for line in text.text.split("\n")]
        whole = "\n".join(lines)
        return text if self._is_untrue(whole) else msgspec.structs.replace(text, text=whole)

    def _line(self, line: str, facts: tuple[str, ...]) -> str:
        if not line.strip():
            return line
        said = self._chain.translate(without_private(line), self._cited(facts))
        if said.why:
            self._warn(line, said.why)
            return line
        return said.text

    def _shown(self, value: T, owner: tuple[str, str]) -> T:
        """Every text inside a slide, but for names and code."""
        changed: Any = value
        if owner in KEPT:
            return value
        if isinstance(value, Text):
            changed = self._text(value)
        elif isinstance(value, tuple):
            changed = tuple(self._shown(member, owner) for member in value)
        elif isinstance(value, msgspec.Struct):
            kind = type(value).__name__
            fields = {
                name: self._shown(getattr(value, name), (kind, name)) for name in value.__struct_fields__
            }
            changed = msgspec.structs.replace(value, **fields)
        return changed  # type: ignore[no-any-return]  # the same type, rebuilt

    def _cited(self, ids: Iterable[str]) -> list[Fact]:
        found = (self._facts.find(known) for known in (*ids, *IDENTITY))
        return [fact for fact in found if fact is not None]

    def _is_untrue(self, text: str) -> bool:
        return text in self._untrue

    def _warn(self, source: str, why: str) -> None:
        self._warnings[f"kept in the source language ({why or 'the truth gate refused it'}): {source}"] = None
