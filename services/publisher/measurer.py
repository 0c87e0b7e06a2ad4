"""Has a finished film measured: gathers what it was made from, and runs the measuring in children."""

from __future__ import annotations

from pathlib import Path

import msgspec
import structlog

from services.publisher.quality.measuring import Work, measure_film
from services.publisher.quality.speech import Heard
from services.publisher.render.inspection import Drawn
from shared.blobs import Blobs
from shared.errors import OffloadError
from shared.events import NarrationReady
from shared.facts import FactBase
from shared.narration import Narration
from shared.offload import Progress, part, run_in_child
from shared.script import Script
from shared.speech.listening import hearing
from shared.speech.models import ModelDamaged
from shared.speech.recording import BadRecording
from shared.truth.quiz import Question

log = structlog.get_logger(__name__)

LISTEN_LIMIT_SECONDS = 600.0
"""Of hearing one film; a minute of sound needs about six on two idle cores."""
MEASURE_LIMIT_SECONDS = 300.0
"""Of reading one film back, whatever its length; a minute of film needs about two."""


class Measurer:
    def __init__(self, blobs: Blobs, *, listens: bool) -> None:
        self._blobs = blobs
        self._listens = listens

    async def measure(
        self,
        event: NarrationReady,
        script: Script,
        narration: Narration,
        drawn: Drawn,
        recording: Path,
        folder: Path,
        progress: Progress,
    ) -> str:
        """Write the quality report of the film in `folder`, and give its name."""
        work = Work(
            script=script,
            narration=narration,
            facts=msgspec.json.decode(await self._blobs.get(event.facts), type=FactBase),
            drawn=drawn,
            source=await self._source(event.source),
            quiz=await self._quiz(script.quiz),
        )
        film = folder / f"video.{event.language}.mp4"
        heard = await self._heard(film, narration, work, part(progress, 0, 80))
        quality = await run_in_child(
            measure_film, part(progress, 80, 100), MEASURE_LIMIT_SECONDS, work, heard, recording, folder
        )
        report = folder / f"quality.{event.language}.json"
        report.write_bytes(msgspec.json.format(msgspec.json.encode(quality), indent=2) + b"\n")
        return report.name

    async def _heard(self, film: Path, narration: Narration, work: Work, progress: Progress) -> Heard:
        """What is understood of the sound; a subtitled film speaks its source.

        A listener that fails leaves the film unmeasured, which is said in its report; it stops no film.
        """
        if not self._listens:
            return Heard(why_not="REPOREEL_LISTEN is false")
        said = work.source if narration.heard and work.source else work.script
        spoken = " ".join(sentence.text for scene in said.scenes for sentence in scene.sentences)
        try:
            understood = await run_in_child(
                hearing, progress, LISTEN_LIMIT_SECONDS, film, spoken, narration.heard or narration.language
            )
        except (BadRecording, ModelDamaged, OffloadError) as error:
            log.warning("measuring.unheard", language=narration.language, reason=str(error))
            return Heard(why_not=str(error))
        return Heard(
            text=understood.transcript.text,
            listener=understood.transcript.listener,
            words=understood.errors.words,
        )

    async def _source(self, key: str | None) -> Script | None:
        return msgspec.json.decode(await self._blobs.get(key), type=Script) if key else None

    async def _quiz(self, key: str) -> tuple[Question, ...]:
        return msgspec.json.decode(await self._blobs.get(key), type=tuple[Question, ...]) if key else ()
