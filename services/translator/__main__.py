"""Wires the translator and runs it."""

from __future__ import annotations

from services.translator.service import Translator
from shared.lifecycle import Process
from shared.pipeline import TRANSLATE
from shared.settings import SpeechCacheSettings, load
from shared.speech.kept import speech_shelf


async def main(process: Process, stage: str | None = None) -> None:
    del stage  # it has but one
    kept = speech_shelf(load(SpeechCacheSettings, process.environ))
    await process.run_stage(TRANSLATE, Translator(process.blobs, kept=kept, measures=process.measures).handle)
