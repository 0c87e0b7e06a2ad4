"""A script the gate finds fault with loses the faulty scenes rather than its film."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from shared.script import Script
from shared.truth import Violation


def without_faults(script: Script, violations: Sequence[Violation]) -> Script | None:
    """The script without the scenes that claim too much; None when that leaves nothing, or the title lies."""
    faulty = {violation.where.split(",", 1)[0] for violation in violations}
    kept = tuple(scene for scene in script.scenes if scene.id not in faulty)
    if not kept or faulty & {"title", "description"}:
        return None
    lost = ", ".join(scene.heading for scene in script.scenes if scene.id in faulty)
    warning = f"left out, because the facts do not carry it: {lost}"
    return msgspec.structs.replace(script, scenes=kept, warnings=(*script.warnings, warning))
