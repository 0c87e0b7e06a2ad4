"""Wires the narrator and runs it: it writes and speaks."""

from __future__ import annotations

from services.narrator.speaker import Speaker
from services.narrator.writer import Writer
from shared.lifecycle import Process, together
from shared.pipeline import SPEAK, WRITE


async def main(process: Process, stage: str | None = None) -> None:
    """Run both stages, or the one named."""
    await together(
        {
            WRITE.name: process.run_stage(WRITE, Writer(process.blobs).handle),
            SPEAK.name: process.run_stage(SPEAK, Speaker(process.blobs).handle),
        },
        only=stage,
    )
