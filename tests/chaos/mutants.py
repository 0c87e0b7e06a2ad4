"""Ways to build this wrong. A proof that does not catch them proves nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec

import shared.runner
from shared.attempt import Attempt
from shared.bus import Bus, Stored
from shared.events import Event
from shared.pipeline import subject
from shared.standing import Standing


class AcknowledgesFirst(Attempt[Any, Any]):
    """Tells the server that the message is done before what came of it is stored."""

    async def _finish(self, outputs: list[Event]) -> None:
        await self._delivery.done()
        await super()._finish(outputs)


def find_nothing(standing: Standing[Any], branch: str, kept: Mapping[str, Stored]) -> Stored | None:
    """Do not look whether an earlier delivery has stored the output."""
    del standing, branch, kept
    return None


async def store_anyway(bus: Bus, event: Event, unique: str | None = None) -> int | None:
    """Store an event whether one stands at its subject or not."""
    del unique
    return await bus.store(subject(event), msgspec.json.encode(event), {})


MUTANTS = ("acknowledges_first", "stores_twice")
"""What a kill run must find. `stores_twice` neither looks nor lets the server refuse the second output."""
SUBTLE_MUTANTS = ("stores_anyway",)
"""What a sweep must find too: it looks, but a second worker may store meanwhile."""


@contextmanager
def mutant(name: str) -> Iterator[None]:
    """Run this process as the mutant of that name, or as it should be."""
    attempt, output_on, publish_once = shared.runner.Attempt, Standing._output_on, Bus.publish_once
    if name not in {"", *MUTANTS, *SUBTLE_MUTANTS}:
        raise ValueError(name)
    if name == "acknowledges_first":
        shared.runner.Attempt = AcknowledgesFirst  # type: ignore[misc]
    if name == "stores_twice":
        Standing._output_on = find_nothing  # type: ignore[method-assign]
    if name in {"stores_twice", "stores_anyway"}:
        Bus.publish_once = store_anyway  # type: ignore[method-assign]
    try:
        yield
    finally:
        shared.runner.Attempt = attempt  # type: ignore[misc]
        Standing._output_on = output_on  # type: ignore[method-assign]
        Bus.publish_once = publish_once  # type: ignore[method-assign]
