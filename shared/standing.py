"""Where one attempt stands: what earlier deliveries left behind of it, and what the record is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, Literal, cast

from shared.bus import Bus, Stored
from shared.errors import Reject, Retry
from shared.events import ALL_BRANCHES, Failure, JobEnded, RepoScanned, StageName, StageReported, now
from shared.job_events import decode_events
from shared.pipeline import In, Stage, subject, token

Status = Literal["started", "waiting", "failed"]


class Standing(Generic[In]):
    """Which attempt at an event this is, since when, and how far it has come.

    Closing an ended job is no stage of its record, so nothing is reported of that.
    """

    def __init__(self, bus: Bus, stage: Stage[In, Any], event: In) -> None:
        self.number = 1
        self.started_at = now()
        self.progress = 0.0
        """Per cent, 0 to 100."""
        self.reported_progress: float | None = None
        """None until the start is reported."""
        self._bus = bus
        self._stage = stage
        self._event = event

    @property
    def has_news(self) -> bool:
        """Whether the record does not show yet how far the work is."""
        return self.progress != self.reported_progress

    @property
    def is_over(self) -> bool:
        """Whether this attempt would be one too many."""
        return self.number > self._stage.attempts

    @property
    def is_last(self) -> bool:
        """Whether no attempt may follow this one."""
        return self.number >= self._stage.attempts

    @property
    def used_up(self) -> int:
        """How many of the allowed attempts there have been, this one included."""
        return min(self.number, self._stage.attempts)

    def note_progress(self, percent: float) -> None:
        """Take note of how far the work is, in per cent."""
        self.progress = round(min(max(percent, 0.0), 100.0), 1)

    async def look_back(self, delivered: int) -> Stored | None:
        """See what earlier deliveries left behind: their attempts, and the last word, if it was said."""
        stored = await self._bus.last([f"jobs.*.{self._event.job_id}.>"])
        kept = {message.subject: message for message in stored}
        report = kept.get(subject(self.report_of("started")))
        self.number = delivered if self._stage.consumes is JobEnded else 2
        for event in decode_events([report.payload] if report else []):
            if isinstance(event, StageReported):
                self.number = event.attempt + (event.status != "waiting")
                if event.status != "waiting":  # what was waited for is no time of this work
                    self.started_at = event.started_at
                if event.status == "failed":
                    return report
        outputs = [self._output_on(branch, kept) for branch in self._branches()]
        return max((output for output in outputs if output), key=_sequence) if all(outputs) else None

    def _branches(self) -> Sequence[str]:
        """Give the branches that get an output: the event's own, or all languages where the flow fans out."""
        if isinstance(self._event, RepoScanned) and not self._event.spec.approve:
            return self._event.languages
        return (self._event.branch,)

    def _output_on(self, branch: str, kept: Mapping[str, Stored]) -> Stored | None:
        prefix, generation = f"jobs.{self._event.spec.priority}.{self._event.job_id}", self._event.generation
        places = (f"{prefix}.{token(kind)}.{branch}.g{generation}" for kind in self._stage.publishes)
        return next((kept[place] for place in places if place in kept), None)

    async def report(self, status: Status, failure: Failure | None = None) -> int | None:
        """Tell the record where this work stands, and give the sequence; None when the job has ended."""
        if self._stage.consumes is JobEnded:
            return 0
        report = self.report_of(status, failure)
        ended = f"jobs.{self._event.spec.priority}.{self._event.job_id}.ended.all.g{self._event.generation}"
        sequence = await self._bus.publish_unless(report, ended)
        self.reported_progress = report.progress
        return sequence

    def report_of(self, status: Status, failure: Failure | None = None) -> StageReported:
        """Give the report as it would be stored; all of one attempt's event stand at one subject."""
        return StageReported(
            job_id=self._event.job_id,
            spec=self._event.spec,
            at=now(),
            generation=self._event.generation,
            attempt=self.number,
            started_at=self.started_at,
            stage=cast("StageName", self._stage.name),
            part=self._event.branch,
            status=status,
            progress=self.progress,
            error=failure,
        )

    def exhausted(self, reason: str) -> Failure:
        """Say that all allowed attempts are used up."""
        message = f"{self._stage.name} failed {self.used_up} times: {reason}"
        hint = "The log and the parked message tell the cause; mend it, then retry the job."
        return self._failure("attempts_exhausted", message, hint, retryable=True)

    def failure(self, error: Retry | Reject) -> Failure:
        """Say why this stage cannot go on now, or ever, on this branch."""
        return self._failure(error.code, error.message, error.hint, retryable=isinstance(error, Retry))

    def _failure(self, code: str, message: str, hint: str, *, retryable: bool) -> Failure:
        branch = self._event.branch
        return Failure(
            code=code,
            message=message,
            hint=hint,
            stage=cast("StageName", self._stage.name),
            language=None if branch == ALL_BRANCHES else branch,
            retryable=retryable,
        )


def _sequence(stored: Stored) -> int:
    return stored.sequence
