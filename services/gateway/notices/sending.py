"""How an attempt to send something can end badly."""

from __future__ import annotations

from shared.errors import ReporeelError


class Unreached(ReporeelError):
    """It did not arrive; it may when it is tried again."""


class Undeliverable(ReporeelError):
    """It will never arrive."""
