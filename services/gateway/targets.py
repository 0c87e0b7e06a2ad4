"""Where a film may go: what was asked for, inside what the operator allows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from services.gateway.errors import ApiError
from shared.events import FILES

FORCE = "force"
"""Among the targets of a request: publish below the quality gate too."""


class Publishing(NamedTuple):
    targets: tuple[str, ...]
    force: bool


def publishing(wish: Sequence[str], allowed: Collection[str], *, by_admin: bool) -> Publishing:
    """Check the `publish` of a request; the folder is always among the targets.

    Raises ApiError: 422 for a target that is not allowed here, 403 for `force` from anyone but an
    administrator.
    """
    targets = [target for target in wish if target != FORCE]
    for target in targets:
        if target not in allowed:
            hint = f"Choose among {', '.join(sorted(allowed))}; REPOREEL_PUBLISH_TARGETS allows others."
            raise ApiError(422, "not_available", f"Nothing is published to {target[:40]!r} here.", hint)
    if FORCE in wish and not by_admin:
        hint = "Send a token that allows admin as the bearer token."
        raise ApiError(403, "admin_needed", "Only an administrator may publish below the quality gate.", hint)
    return Publishing(tuple(dict.fromkeys((FILES, *targets))), FORCE in wish)
