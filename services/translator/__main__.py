"""Wires the translator and runs it."""

from __future__ import annotations

from services.translator.service import Translator
from shared.lifecycle import Process
from shared.pipeline import TRANSLATE


async def main(process: Process, stage: str | None = None) -> None:
    del stage  # it has but one
    await process.run_stage(TRANSLATE, Translator(process.blobs).handle)
