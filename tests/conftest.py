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


def pytest_asyncio_loop_factories(item: pytest.Item) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    if item.get_closest_marker("plain_loop"):
        return {"asyncio": asyncio.new_event_loop}
    return {"uvloop": uvloop.new_event_loop}
