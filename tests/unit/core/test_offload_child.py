"""What a child process does, told over the pipe its parent reads."""

from __future__ import annotations

import multiprocessing
from typing import Any

import pytest

from shared.errors import ChildDied, TimeLimitExceeded
from shared.offload import Progress, _child_main, ignore_progress, run_in_child

CONTEXT = multiprocessing.get_context("spawn")


def count(report: Progress, to: int) -> int:
    for number in range(to):
        report(float(number))
    return to


def fail(report: Progress) -> None:
    raise ValueError("no")


def lose_patience(report: Progress) -> None:
    raise TimeoutError("a server was silent")


class Unsendable(Exception):
    def __reduce__(self) -> Any:
        raise TypeError("cannot be pickled")


def fail_unsendably(report: Progress) -> None:
    raise Unsendable


def wait_for_ever(report: Progress) -> None:
    multiprocessing.Event().wait()


def said_by(function: Any, *arguments: Any) -> tuple[list[Any], int | None]:
    """Run a child that ends by itself; give all it said, and its exit code."""
    here, there = CONTEXT.Pipe()
    child = CONTEXT.Process(target=_child_main, args=(there, function, arguments, {}), daemon=True)
    child.start()
    there.close()
    said = []
    try:
        while True:
            said.append(here.recv())
    except EOFError:
        child.join()
    here.close()
    return said, child.exitcode


def test_a_child_tells_its_progress_and_then_its_result() -> None:
    assert said_by(count, 2) == ([("progress", 0.0), ("progress", 1.0), ("result", 2)], 0)


def test_a_child_tells_what_went_wrong_and_where() -> None:
    [(kind, error)], exit_code = said_by(fail)
    assert (kind, exit_code) == ("error", 0)
    assert str(error) == "no"
    assert any("in the child process" in note for note in error.__notes__)


async def test_progress_and_result_reach_the_parent() -> None:
    seen: list[float] = []
    assert await run_in_child(count, seen.append, 30.0, 3) == 3
    assert seen == [0.0, 1.0, 2.0]


async def test_an_error_that_cannot_be_sent_is_told_as_the_end_of_the_child() -> None:
    with pytest.raises(ChildDied, match="exit code 1"):
        await run_in_child(fail_unsendably, ignore_progress, 30.0)


async def test_a_timeout_of_its_own_is_not_told_as_the_limit_of_the_child() -> None:
    with pytest.raises(TimeoutError, match="a server was silent"):
        await run_in_child(lose_patience, ignore_progress, 30.0)


async def test_a_child_past_its_limit_is_told_by_the_name_of_what_it_did() -> None:
    with pytest.raises(TimeLimitExceeded, match=r"wait_for_ever ran past its limit of 0.3 s"):
        await run_in_child(wait_for_ever, ignore_progress, 0.3)
