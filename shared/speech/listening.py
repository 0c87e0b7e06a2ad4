"""Listens to a recording or a film, in a child process."""

from __future__ import annotations

from pathlib import Path

import msgspec

from shared.offload import Progress
from shared.speech import whisper
from shared.speech.listener import Listener, Transcript
from shared.speech.recording import decoded
from shared.speech.registry import base
from shared.speech.word_errors import WordErrors, word_errors


def transcript(report: Progress, path: Path, language: str | None = None) -> Transcript:
    """What is said in a recording or a film.

    Blocking, and loads an engine: call it through `shared.offload.run_in_child`.

    Raises BadRecording, ModelDamaged.
    """
    samples = decoded(path)
    report(10)
    listener: Listener = whisper.load()
    report(20)
    return listener.hear(samples, language)


class Hearing(msgspec.Struct, frozen=True, kw_only=True):
    """What a listener understood of a text that was spoken."""

    transcript: Transcript
    errors: WordErrors


def hearing(report: Progress, path: Path, expected: str, language: str) -> Hearing:
    """Listen to a file in which `expected` is spoken, and count what is understood otherwise.

    Call it as `transcript`; it raises the same.
    """
    heard = transcript(report, path, base(language))
    return Hearing(transcript=heard, errors=word_errors(expected, heard.text, language))
