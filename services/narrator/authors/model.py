"""Has a language model reword the template's script.

What it says wrongly it may mend once; then the template's sentence stays.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import structlog

from services.narrator.authors.endpoint import Endpoint, ModelFailed
from services.narrator.authors.guard import Guard
from services.narrator.authors.prompt import SYSTEM, Answer, numbered, repair, request
from shared.facts import FactBase
from shared.script import Reveal, Script, Sentence

log = structlog.get_logger(__name__)


class ModelWriter:
    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    async def reword(self, script: Script, facts: FactBase) -> Script:
        template, guard = numbered(script), Guard(facts, script.language)
        try:
            said = await self._ask(request(template, facts))
            faults = _faults(said, template, guard)
            said |= await self._repaired(repair(template, faults, facts)) if faults else {}
        except ModelFailed as error:
            log.warning("model.failed", reason=str(error))
            warning = f"written by the template: {error}"
            return msgspec.structs.replace(script, warnings=(*script.warnings, warning))
        kept = {known for known in _faults(said, template, guard) if known in template}
        log.info("model.reworded", sentences=len(template), kept=len(kept))
        return _worded(script, {known: text for known, text in said.items() if known not in kept})

    async def _repaired(self, words: str) -> dict[str, str]:
        """Nothing where the second try fails: what was right in the first one stays."""
        try:
            return await self._ask(words)
        except ModelFailed as error:
            log.warning("model.failed", reason=str(error))
            return {}

    async def _ask(self, words: str) -> dict[str, str]:
        """Raises ModelFailed when the answer is not of the shape that was asked for."""
        answer = await self._endpoint.ask(SYSTEM, words)
        try:
            return {
                line.id: " ".join(line.text.split())
                for line in msgspec.json.decode(answer, type=Answer).sentences
            }
        except msgspec.DecodeError as error:
            raise ModelFailed("the model's answer is not the JSON that was asked for") from error


def _faults(said: Mapping[str, str], template: Mapping[str, Sentence], guard: Guard) -> dict[str, list[str]]:
    """What is wrong with each sentence; a missing one is wrong too."""
    found = {
        known: list(guard.faults(said[known], one)) if known in said else ["it is missing"]
        for known, one in template.items()
    }
    return {known: faults for known, faults in found.items() if faults}


def _worded(script: Script, said: Mapping[str, str]) -> Script:
    scenes = tuple(
        msgspec.structs.replace(
            scene,
            sentences=tuple(
                _replaced(one, said.get(f"{scene.id}.{number}", one.text))
                for number, one in enumerate(scene.sentences)
            ),
        )
        for scene in script.scenes
    )
    return msgspec.structs.replace(script, scenes=scenes)


def _replaced(template: Sentence, text: str) -> Sentence:
    """Boxes appear with the same words where they are still said, else at the same part of the sentence."""
    if text == template.text:
        return template
    before, after = template.text.split(), text.split()
    reveals = tuple(
        Reveal(word=_place(before, after, reveal.word), box=reveal.box) for reveal in template.reveals
    )
    return Sentence(text=text, facts=template.facts, reveals=reveals)


def _place(before: list[str], after: list[str], word: int) -> int:
    wanted = before[word].strip(".,;:“”")
    said = next((place for place, other in enumerate(after) if other.strip(".,;:“”") == wanted), None)
    return said if said is not None else word * len(after) // len(before)
