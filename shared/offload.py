"""Runs blocking work in a child process that can be killed: engines, parsers of foreign files, encoders.

A child is started fresh for each call, so a crash or a leak in native code ends with it. It ends by itself
once it has answered, or when its parent is gone, and is killed when its time is up or the awaiting task is
cancelled.
"""

from __future__ import annotations

import asyncio
import ctypes
import multiprocessing
import os
import resource
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, Concatenate, ParamSpec, TypeVar

from shared.errors import ChildDied, TimeLimitExceeded

Progress = Callable[[float], None]
"""Takes per cent, 0 to 100."""

P = ParamSpec("P")
T = TypeVar("T")

MEMORY_LIMIT_BYTES = 4 << 30
"""What a child may allocate, where the platform can limit it (Linux); past it stands a MemoryError."""

END_SECONDS = 5.0
"""A child that has answered may take this long to end by itself."""

PR_SET_PDEATHSIG = 1

_CONTEXT = multiprocessing.get_context("spawn")


def ignore_progress(_percent: float) -> None:
    """For callers whom progress does not concern."""


def part(progress: Progress, first: float, last: float) -> Progress:
    """The progress of work that goes from `first` to `last` per cent of the whole."""
    return lambda percent: progress(first + percent * (last - first) / 100)


async def run_in_child(
    function: Callable[Concatenate[Progress, P], T],
    progress: Progress,
    time_limit_seconds: float,
    *arguments: P.args,
    **named: P.kwargs,
) -> T:
    """Call `function(report, *arguments, **named)` in a child process and return its result.

    `function` stands at the top of a module; arguments, result and exceptions are picklable. What `report` is
    called with in the child reaches `progress` here.

    Raises what `function` raised, TimeLimitExceeded, or ChildDied with the exit code.
    """
    here, there = _CONTEXT.Pipe()
    child = _CONTEXT.Process(target=_child_main, args=(there, function, arguments, named), daemon=True)
    child.start()
    there.close()
    try:
        kind, value = await _answer_in_time(here, child, progress, time_limit_seconds, function.__qualname__)
        await asyncio.to_thread(child.join, END_SECONDS)
    finally:
        child.kill()
        here.close()
        await asyncio.to_thread(child.join)
        child.close()
    if kind == "error":
        raise value
    result: T = value
    return result


async def _answer_in_time(
    here: Connection, child: Any, progress: Progress, limit_seconds: float, name: str
) -> tuple[str, Any]:
    try:
        async with asyncio.timeout(limit_seconds):
            return await _answer(here, child, progress)
    except TimeoutError as error:
        raise TimeLimitExceeded(f"{name} ran past its limit of {limit_seconds:g} s") from error


async def _answer(here: Connection, child: Any, progress: Progress) -> tuple[str, Any]:
    """Pass progress on until the child says "result" or "error", and give that with its value."""
    readable = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(here.fileno(), readable.set)
    os.set_blocking(here.fileno(), True)  # uvloop took that away; the rest of a long message comes at once
    try:
        while True:
            await readable.wait()
            readable.clear()
            while here.poll():
                kind, value = here.recv()
                if kind != "progress":
                    return kind, value
                progress(value)
    except EOFError as error:
        await asyncio.to_thread(child.join)
        raise ChildDied(f"the child process ended with exit code {child.exitcode}") from error
    finally:
        loop.remove_reader(here.fileno())


def _child_main(
    there: Connection, function: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]
) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if sys.platform == "linux":
        # The thread cannot run while native code keeps the interpreter to itself, as a regex may for ever.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_LIMIT_BYTES, MEMORY_LIMIT_BYTES))
    try:
        result = function(lambda percent: there.send(("progress", percent)), *arguments, **named)
    except BaseException as error:  # noqa: BLE001 - whatever it is, the parent must hear of it
        error.add_note("in the child process:\n" + traceback.format_exc())
        there.send(("error", error))
    else:
        there.send(("result", result))
    os._exit(0)  # at once: taking an interpreter down with its engines can take longer than their work


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
