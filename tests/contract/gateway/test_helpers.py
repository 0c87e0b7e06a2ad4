"""What works beside the gateway's server does not fail in silence."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from services.gateway.__main__ import main
from services.gateway.notices.notifier import Notifier
from services.gateway.overtime import Overtime
from services.gateway.records import Records
from tests.support.pipelines import pipeline_process


@pytest.mark.parametrize(("helper", "work"), [(Notifier, "work"), (Records, "follow"), (Overtime, "watch")])
async def test_where_one_fails_the_gateway_stops_and_says_why(
    helper: type[Any], work: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_self: Any) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(helper, work, fail)
    async with pipeline_process(tmp_path, {"REPOREEL_PORT": "0"}) as running, asyncio.timeout(10):
        with pytest.raises(RuntimeError, match="a bug"):
            await main(running)


async def test_a_gateway_that_is_asked_to_stop_ends_without_a_word(tmp_path: Path) -> None:
    async with pipeline_process(tmp_path, {"REPOREEL_PORT": "0"}) as running, asyncio.timeout(10):
        serving = asyncio.create_task(main(running))
        await asyncio.sleep(0.5)
        running.stopping.set()
        await serving
