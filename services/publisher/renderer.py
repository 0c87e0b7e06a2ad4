"""The render stage: fetches a script and its narration, has the film made and measured, stores the files."""

from __future__ import annotations

import tempfile
from pathlib import Path

import msgspec

from services.publisher.measurer import Measurer
from services.publisher.render.design import Design
from services.publisher.render.film import render_film
from services.publisher.render.timeline import check
from services.publisher.settings import RenderSettings
from shared.blobs import Blobs
from shared.events import NarrationReady, VideoRendered, now
from shared.facts import FactBase
from shared.narration import Narration
from shared.offload import Progress, part, run_in_child
from shared.pipeline import RENDER
from shared.script import Script

_DEFAULTS = RenderSettings()
DRAWN_PERCENT = 70.0
"""The rest is measuring."""


class Renderer:
    def __init__(
        self,
        blobs: Blobs,
        time_limit_seconds: float = RENDER.time_limit_seconds,
        settings: RenderSettings = _DEFAULTS,
    ) -> None:
        self._blobs, self._settings = blobs, settings
        self._measurer = Measurer(blobs, listens=settings.listens)
        self._time_limit_seconds = time_limit_seconds

    async def handle(self, event: NarrationReady, progress: Progress) -> VideoRendered:
        """Rendering twice makes the same bytes, and so the same keys."""
        with tempfile.TemporaryDirectory(prefix="reporeel-render-") as name:
            files = await self._render(event, Path(name), progress)
        return VideoRendered(
            job_id=event.job_id,
            spec=event.spec,
            at=now(),
            generation=event.generation,
            language=event.language,
            languages=event.languages,
            facts=event.facts,
            files=files,
        )

    async def _render(self, event: NarrationReady, place: Path, progress: Progress) -> dict[str, str]:
        script = msgspec.json.decode(await self._blobs.get(event.script), type=Script)
        narration = msgspec.json.decode(await self._blobs.get(event.narration), type=Narration)
        check(script, narration)
        facts = msgspec.json.decode(await self._blobs.get(event.facts), type=FactBase)
        design = Design(
            format=event.spec.format,
            theme=self._settings.theme,
            brand_color=facts.wishes.brand_color or self._settings.brand_color,
            logo=self._settings.logo,
        )
        recording, folder = place / "narration.wav", place / "film"
        folder.mkdir()
        await self._blobs.fetch(narration.audio, recording)
        made = await run_in_child(
            render_film,
            part(progress, 0, DRAWN_PERCENT),
            self._time_limit_seconds,
            script,
            narration,
            recording,
            folder,
            design,
            self._settings,
            event.spec.extras,
        )
        rest = part(progress, DRAWN_PERCENT, 100)
        report = await self._measurer.measure(event, script, narration, made.drawn, recording, folder, rest)
        files = {name: await self._blobs.put_file(folder / name) for name in (*made.files, report)}
        progress(100)
        return files | {f"narration.{event.language}.json": event.narration}
