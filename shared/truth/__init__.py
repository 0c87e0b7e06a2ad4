"""The truth gate: a script may claim what the fact base holds, and nothing else."""

from __future__ import annotations

from shared.truth.gate import Gate, Violation, check
from shared.truth.shape import misshapen

__all__ = ["Gate", "Violation", "check", "misshapen"]
