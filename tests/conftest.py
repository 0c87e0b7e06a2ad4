"""What all tests share: quiet logging, and the event loop that services run on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import pytest
import uvloop

from shared.telemetry import LogSettings, configure_logging


@pytest.fixture(autouse=True)
def _quiet_logging() -> None:
    configure_logging(LogSettings(level="error"))


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    return {"uvloop": uvloop.new_event_loop}
