"""Wires the narrator and runs it: it writes and speaks."""

from __future__ import annotations

from services.narrator.settings import NarratorSettings
from services.narrator.speaker import Speaker
from services.narrator.writer import Writer
from shared.lifecycle import Process, together
from shared.pipeline import SPEAK, WRITE
from shared.settings import SpeechCacheSettings, load
from shared.speech.kept import speech_shelf


async def main(process: Process, stage: str | None = None) -> None:
    """Run both stages, or the one named."""
    settings = load(NarratorSettings, process.environ)
    kept = speech_shelf(load(SpeechCacheSettings, process.environ))
    await together(
        {
            WRITE.name: process.run_stage(WRITE, Writer(process.blobs, settings).handle),
            SPEAK.name: process.run_stage(
                SPEAK, Speaker(process.blobs, kept=kept, measures=process.measures).handle
            ),
        },
        only=stage,
    )
