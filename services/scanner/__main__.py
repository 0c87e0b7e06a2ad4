"""Wires the scanner and runs it."""

from __future__ import annotations

from services.scanner.service import Scanner
from services.scanner.settings import ScannerSettings
from shared.history.settings import history_of
from shared.lifecycle import Process
from shared.pipeline import SCAN
from shared.settings import load


async def main(process: Process, stage: str | None = None) -> None:
    del stage  # it has but one
    settings = load(ScannerSettings, process.environ)
    async with (
        history_of(process.bus, process.environ) as history,
        Scanner.made(settings, process.blobs, process.bus, history, process.measures) as scanner,
    ):
        await process.run_stage(SCAN, scanner.handle)
