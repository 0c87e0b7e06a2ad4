"""What all tests share: quiet logging."""

from __future__ import annotations

import pytest

from shared.telemetry import LogSettings, configure_logging


@pytest.fixture(autouse=True)
def _quiet_logging() -> None:
    configure_logging(LogSettings(level="error"))
