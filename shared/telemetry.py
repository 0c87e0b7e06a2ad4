"""Logging: one JSON object a line, facts as fields, the job's id bound once."""

from __future__ import annotations

import logging
import sys
from typing import Literal, TextIO

import msgspec
import structlog


class LogSettings(msgspec.Struct, frozen=True, kw_only=True):
    level: Literal["debug", "info", "warning", "error"] = msgspec.field(
        name="REPOREEL_LOG_LEVEL", default="info"
    )


def configure_logging(settings: LogSettings, stream: TextIO | None = None) -> None:
    """Send every log line of this process to `stream` (standard error by default)."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.dict_tracebacks,
            structlog.processors.JSONRenderer(serializer=_as_json),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(settings.level.upper())),
        logger_factory=structlog.WriteLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )


def _as_json(fields: dict[str, object], **_: object) -> str:
    return msgspec.json.encode(fields, enc_hook=str).decode()
