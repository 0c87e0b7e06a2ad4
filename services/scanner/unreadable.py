"""Why a repository cannot be read: raised by the pure parts, pickled on the way out of a child process."""

from __future__ import annotations

from shared.errors import ReporeelError


class Unreadable(ReporeelError):
    """A repository, folder or archive that no further attempt can read.

    All arguments are positional, so the error survives pickling.
    """

    def __init__(self, message: str, code: str, hint: str = "") -> None:
        super().__init__(message, code, hint)
        self.message = message
        self.code = code
        self.hint = hint

    def __str__(self) -> str:
        return self.message
