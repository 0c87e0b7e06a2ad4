"""A job's id: the same wish has the same id, so it is filmed once."""

from __future__ import annotations

import hashlib

import msgspec

from shared.events import JobSpec

GITHUB = "github.com"
ID_BYTES = 16


def job_id(spec: JobSpec, meaning: str) -> str:
    """Give the first 128 bits, as hex, of the sha256 of what makes this wish the same as another.

    `meaning` is what started it: a release's tag, the commit of a push, `star`, an idempotency key, or
    something random when every call is a wish of its own.
    """
    host, repo = ("", spec.repo) if spec.is_folder else (GITHUB, spec.repo.lower())
    canonical = [host, repo, meaning, spec.profile, spec.format, sorted(set(spec.languages))]
    return hashlib.sha256(msgspec.json.encode(canonical)).digest()[:ID_BYTES].hex()
