"""The job record: what `GET /jobs/{id}` answers and `job.json` holds."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from shared.events import Failure, Output, StageName, StageState

JobStatus = Literal["scheduled", "queued", "started", "finished", "failed", "cancelled"]


class StageRecord(msgspec.Struct, kw_only=True):
    stage: StageName
    language: str | None
    status: StageState
    attempt: int
    progress: float
    started_at: datetime | None
    ended_at: datetime | None
    seconds: float | None
    error: Failure | None


class Result(msgspec.Struct, kw_only=True):
    status: Literal["success"]
    repo_url: str
    outputs: list[Output]


class JobRecord(msgspec.Struct, kw_only=True):
    """One job as it stands."""

    job_id: str
    status: JobStatus
    repo_url: str
    ref: str | None
    commit: str | None
    trigger: str
    profile: str
    format: str
    languages: tuple[str, ...]
    priority: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    progress: float
    stages: list[StageRecord]
    result: Result | None
    error: Failure | None
    warnings: tuple[str, ...] = ()
