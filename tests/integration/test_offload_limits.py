"""A child process is bounded in memory, and its end is told as what it was."""

from __future__ import annotations

import os

import pytest

from shared.errors import ChildDied, Reject
from shared.offload import MEMORY_LIMIT_BYTES, Progress, ignore_progress, run_in_child


def allocate(report: Progress, size_bytes: int) -> int:
    return len(bytearray(size_bytes))


def give(report: Progress, size_bytes: int) -> bytes:
    return bytes(size_bytes)


def die(report: Progress) -> None:
    os._exit(7)


def refuse(report: Progress) -> None:
    raise Reject("no", code="never", hint="Ask again.")


async def test_a_child_cannot_take_more_memory_than_it_may() -> None:
    assert await run_in_child(allocate, ignore_progress, 30.0, 1 << 20) == 1 << 20
    with pytest.raises(MemoryError):
        await run_in_child(allocate, ignore_progress, 30.0, MEMORY_LIMIT_BYTES)


@pytest.mark.parametrize("size_bytes", [1 << 10, 1 << 20, 50 << 20])
async def test_a_result_of_any_size_comes_whole(size_bytes: int) -> None:
    """One that is longer than the pipe holds is read while it is still being written."""
    for _ in range(5):
        assert await run_in_child(give, ignore_progress, 60.0, size_bytes) == bytes(size_bytes)


async def test_a_child_that_dies_is_told_with_its_exit_code() -> None:
    with pytest.raises(ChildDied, match="exit code 7"):
        await run_in_child(die, ignore_progress, 30.0)


async def test_a_refusal_leaves_the_child_whole() -> None:
    with pytest.raises(Reject) as refused:
        await run_in_child(refuse, ignore_progress, 30.0)
    assert (refused.value.message, refused.value.code, refused.value.hint) == ("no", "never", "Ask again.")
