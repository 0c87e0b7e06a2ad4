"""The narrator's settings, and the writer they choose."""

from __future__ import annotations

from typing import Literal

import msgspec

from services.narrator.authors import ScriptWriter, TemplateWriter
from services.narrator.write import REEL_SECONDS
from shared.errors import SettingsError


class NarratorSettings(msgspec.Struct, frozen=True, kw_only=True):
    reel_seconds: tuple[float, float, float, float, float] = msgspec.field(
        name="REPOREEL_REEL_SECONDS", default=REEL_SECONDS
    )
    """Targets of a reel's intro, problem, solution, architecture and outro."""
    writer: Literal["template", "openai", "gemini"] = msgspec.field(
        name="REPOREEL_WRITER", default="template"
    )
    writer_url: str = msgspec.field(name="REPOREEL_WRITER_URL", default="")
    """Of an OpenAI-compatible API up to `/v1`; of Gemini's the host."""
    writer_model: str = msgspec.field(name="REPOREEL_WRITER_MODEL", default="")
    writer_key: str = msgspec.field(name="REPOREEL_WRITER_API_KEY", default="")
    writer_timeout_seconds: float = msgspec.field(name="REPOREEL_WRITER_TIMEOUT_SECONDS", default=60.0)
    writer_max_tokens: int = msgspec.field(name="REPOREEL_WRITER_MAX_TOKENS", default=4000)
    """Of one answer."""
    writer_budget_tokens: int = msgspec.field(name="REPOREEL_WRITER_BUDGET_TOKENS", default=1_000_000)
    """Of all answers of one process; afterwards the template writes alone."""


DEFAULTS = NarratorSettings()


def script_writer(settings: NarratorSettings) -> ScriptWriter:
    """The writer that is set.

    Raises SettingsError when a model is set without its address or name.
    """
    if settings.writer == "template":
        return TemplateWriter()
    if not (settings.writer_url and settings.writer_model):
        raise SettingsError(
            f"REPOREEL_WRITER={settings.writer} needs REPOREEL_WRITER_URL and REPOREEL_WRITER_MODEL"
        )
    from services.narrator.authors import apis  # noqa: PLC0415 - only where a model is set
    from services.narrator.authors.endpoint import Endpoint  # noqa: PLC0415
    from services.narrator.authors.model import ModelWriter  # noqa: PLC0415

    make = apis.openai if settings.writer == "openai" else apis.gemini
    api = make(settings.writer_url, settings.writer_model, settings.writer_key, settings.writer_max_tokens)
    return ModelWriter(
        Endpoint(
            api,
            timeout_seconds=settings.writer_timeout_seconds,
            budget_tokens=settings.writer_budget_tokens,
        )
    )
