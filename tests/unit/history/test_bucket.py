"""The history in NATS."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.history.bucket import BucketHistory
from shared.history.entry import History
from tests.support.pipelines import pipeline_process
from tests.unit.history.conformance import Conformance


@pytest.fixture
async def history(tmp_path: Path) -> AsyncIterator[History]:
    async with pipeline_process(tmp_path) as running:
        yield BucketHistory(running.bus)


class TestBucket(Conformance):
    """It does all that a history must."""
