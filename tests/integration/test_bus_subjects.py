"""Subjects are lines of NATS' text protocol: nothing may smuggle a second line into one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.pipelines import pipeline_process


@pytest.mark.parametrize("where", ["jobs.normal.a b", "jobs.a\r\nPUB jobs.b 0", "jobs.a\tb", "jobs.a\nb"])
async def test_a_subject_with_white_space_never_reaches_the_server(tmp_path: Path, where: str) -> None:
    async def hear(subject: str, payload: bytes) -> None: ...

    async with pipeline_process(tmp_path) as running:
        with pytest.raises(ValueError, match="is no subject"):
            await running.bus.store(where, b"", {})
        with pytest.raises(ValueError, match="is no subject"):
            await running.bus.tell(where, b"")
        with pytest.raises(ValueError, match="is no subject"):
            async with running.bus.listen(where, hear):
                pass
