"""What a stage may raise, and what the runner does about it.

ReporeelError
├── StageError        raised by a handler on purpose
│   ├── Retry         may pass later: the same event is delivered again after `delay_seconds`
│   └── Reject        never passes: the event is parked and its part of the job fails
├── SettingsError     a variable has a wrong value: the process does not start
├── Unavailable       NATS cannot store this now: the gateway answers 503
└── OffloadError      a child process did not bring its result
    ├── TimeLimitExceeded
    └── ChildDied
"""

from __future__ import annotations

from typing import Any


class ReporeelError(Exception):
    """Root of every error this project raises."""


class StageError(ReporeelError):
    """A handler's deliberate refusal.

    `code` is a stable word for programs, `hint` tells a person what to do; both reach the job record.
    """

    def __init__(self, message: str, *, code: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.hint = hint

    def __reduce__(self) -> tuple[Any, ...]:
        """Let it leave a child process whole."""
        return _rebuilt, (type(self), self.args, self.__dict__)


def _rebuilt(kind: type[StageError], arguments: tuple[Any, ...], state: dict[str, Any]) -> StageError:
    error = kind.__new__(kind, *arguments)
    error.args = arguments
    error.__dict__.update(state)
    return error


class Retry(StageError):
    """A passing fault. Waiting for it uses up none of the stage's attempts."""

    def __init__(
        self, message: str, *, delay_seconds: float = 1.0, code: str = "waiting", hint: str = ""
    ) -> None:
        super().__init__(message, code=code, hint=hint)
        self.delay_seconds = delay_seconds


class Reject(StageError):
    """A fault that no further attempt can mend."""


class SettingsError(ReporeelError):
    """A setting is missing or wrong; the message names the variable."""


class Unavailable(ReporeelError):
    """NATS does not answer, or does not take this message, now: disconnected, stream full or disk full."""


class BlobMissing(ReporeelError):
    """A key leads to no bytes, or to damaged ones."""


class OffloadError(ReporeelError):
    """A child process ended without a result."""


class TimeLimitExceeded(OffloadError):
    """The child process ran past its time limit and was killed."""


class ChildDied(OffloadError):
    """The child process ended by itself: out of memory, a crash in native code, or a kill."""
