"""What holds a process together."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from shared.errors import SettingsError
from shared.lifecycle import plain_errors, stop_on_signals, together
from tests.support.pipelines import wait_until


async def note(done: list[str], name: str) -> None:
    done.append(name)


async def test_all_stages_run_or_the_one_that_was_named() -> None:
    every: list[str] = []
    one: list[str] = []
    await together({"a": note(every, "a"), "b": note(every, "b")}, only=None)
    await together({"a": note(one, "a"), "b": note(one, "b")}, only="b")
    assert (every, one) == (["a", "b"], ["b"])


async def test_a_stage_that_is_not_there_is_refused_with_those_that_are() -> None:
    done: list[str] = []
    with pytest.raises(SettingsError, match="no stage 'c' here; there is a, b"):
        await together({"a": note(done, "a"), "b": note(done, "b")}, only="c")
    assert done == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_asks_to_stop(number: signal.Signals) -> None:
    stopping = asyncio.Event()
    with stop_on_signals(stopping):
        os.kill(os.getpid(), number)
        await wait_until(stopping.is_set)


async def test_a_second_interrupt_interrupts_as_usual() -> None:
    stopping = asyncio.Event()
    with stop_on_signals(stopping):
        os.kill(os.getpid(), signal.SIGINT)
        await wait_until(stopping.is_set)
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


async def test_a_group_of_errors_is_told_as_the_first_of_them() -> None:
    with pytest.raises(SettingsError, match="no"), plain_errors():
        raise ExceptionGroup("two", [ExceptionGroup("one", [SettingsError("no")]), ValueError("other")])
    with plain_errors():
        pass
