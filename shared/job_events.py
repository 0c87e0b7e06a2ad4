"""The events of one job as they were stored, and the newest of each."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import TypeVar

import msgspec

from shared.events import (
    ALL_BRANCHES,
    AnyEvent,
    Event,
    FilmFound,
    JobSubmitted,
    Output,
    RepoScanned,
    StageName,
    StageReported,
    VideoPublished,
)
from shared.pipeline import SOURCE_LANGUAGE, token

E = TypeVar("E", bound=Event)

_decoder = msgspec.json.Decoder(AnyEvent)


def decode(payload: bytes) -> AnyEvent:
    """Decode any event.

    Raises msgspec.DecodeError when the bytes are none.
    """
    event: AnyEvent = _decoder.decode(payload)
    return event


def decode_events(payloads: Iterable[bytes]) -> Iterator[AnyEvent]:
    """Decode the events among some messages; what is none, or of a later release, is passed over."""
    for payload in payloads:
        with contextlib.suppress(msgspec.DecodeError):
            yield decode(payload)


class Events:
    """The events of one job, the newest generation of each."""

    def __init__(self, events: Iterable[AnyEvent]) -> None:
        self._newest: dict[tuple[str, str], Event] = {}
        for event in events:
            place = (token(event), event.branch)
            known = self._newest.get(place)
            if known is None or event.generation >= known.generation:
                self._newest[place] = event

    def get(self, kind: type[E], branch: str = ALL_BRANCHES) -> E | None:
        event = self._newest.get((token(kind), branch))
        return event if isinstance(event, kind) else None

    def report(self, stage: StageName, branch: str) -> StageReported | None:
        event = self._newest.get((stage, branch))
        return event if isinstance(event, StageReported) else None

    @property
    def generation(self) -> int:
        """The generation the job is in: the highest any of its events has."""
        return max((event.generation for event in self._newest.values()), default=0)

    @property
    def found(self) -> FilmFound | None:
        """The film that was made before, unless another scan went on."""
        found, scanned = self.get(FilmFound), self.get(RepoScanned)
        return None if found and scanned and scanned.generation > found.generation else found

    @property
    def scanned(self) -> RepoScanned | FilmFound | None:
        """What the newest scan ended in."""
        return self.found or self.get(RepoScanned)

    @property
    def languages(self) -> tuple[str, ...]:
        scanned = self.scanned
        submitted = self.get(JobSubmitted)
        asked = submitted.spec.languages if submitted else ()
        return scanned.languages if scanned else asked or (SOURCE_LANGUAGE,)

    @property
    def outputs(self) -> list[Output]:
        """Where the languages that are done can be had."""
        if self.found:
            return list(self.found.outputs)
        published = (self.get(VideoPublished, language) for language in self.languages)
        return [event.output for event in published if event is not None]

    @property
    def untouched(self) -> bool:
        return all(isinstance(event, JobSubmitted) for event in self._newest.values())
