"""Where a job's files stand: one folder a job, found from the job alone."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from shared.errors import Reject
from shared.events import JobSpec

NAME_CHARACTERS = 100
"""Longest part of a folder's name; GitHub allows 39 for an owner and 100 for a repository."""

_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
_FILM = re.compile(r"video\.([A-Za-z0-9-]+)\.mp4")


def job_folder(out: Path, spec: JobSpec, job_id: str) -> Path:
    """`OUT/<owner>-<name>/<job_id>`, or `OUT/local-<folder>-<8 hex of its path's sha256>/<job_id>`."""
    return out / repository_folder(spec) / _plain(job_id)


def repository_folder(spec: JobSpec) -> str:
    if spec.is_folder:
        digest = hashlib.sha256(spec.repo.encode("utf-8", "surrogateescape")).hexdigest()
        return f"local-{_plain(Path(spec.repo).name)}-{digest[:8]}"
    owner, _, name = spec.repo.partition("/")
    return f"{_plain(owner)}-{_plain(name)}"


def checked(name: str) -> str:
    """Give back the name of a file that may stand in a job's folder.

    Raises Reject for a name that could lead out of the folder or hide in it.
    """
    if _FILE_NAME.fullmatch(name):
        return name
    raise Reject(f"{name!r} is no name for a file of a job", code="file_name")


def language_of(name: str) -> str | None:
    """The language of a film, by its file's name; None for any other file."""
    match = _FILM.fullmatch(name)
    return match[1] if match else None


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", text).strip(".-")[:NAME_CHARACTERS] or "unnamed"
