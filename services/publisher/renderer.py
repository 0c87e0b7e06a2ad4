"""The render stage: fetches a script and its narration, has the film made, stores the files."""

from __future__ import annotations

import tempfile
from pathlib import Path

import msgspec

from services.publisher.render.film import render_film
from services.publisher.render.timeline import check
from shared.blobs import Blobs
from shared.errors import Reject
from shared.events import NarrationReady, VideoRendered, now
from shared.narration import Narration
from shared.offload import Progress, run_in_child
from shared.pipeline import RENDER
from shared.script import Script

FORMATS = frozenset({"wide"})


class Renderer:
    def __init__(self, blobs: Blobs, time_limit_seconds: float = RENDER.time_limit_seconds) -> None:
        self._blobs = blobs
        self._time_limit_seconds = time_limit_seconds

    async def handle(self, event: NarrationReady, progress: Progress) -> VideoRendered:
        """Rendering twice makes the same bytes, and so the same keys."""
        if event.spec.format not in FORMATS:
            raise Reject(
                f"films in the format {event.spec.format!r} cannot be drawn yet",
                code="format_unavailable",
                hint=f"ask for one of: {', '.join(sorted(FORMATS))}",
            )
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
        recording, folder = place / "narration.wav", place / "film"
        folder.mkdir()
        await self._blobs.fetch(narration.audio, recording)
        names = await run_in_child(
            render_film, progress, self._time_limit_seconds, script, narration, recording, folder
        )
        files = {name: await self._blobs.put_file(folder / name) for name in names}
        return files | {f"narration.{event.language}.json": event.narration}
