"""What is made on GitHub for a job: a check run or status on its commit, a comment where it was asked for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from services.publisher.targets.github.calls import COMMIT, Calls
from services.publisher.targets.github.wording import Report, markdown
from shared.events import JobSpec

NAME = "Reporeel film"
"""Of check runs, and the context of statuses: short, and always the same."""
MOST_DESCRIPTION_CHARACTERS = 140
CLOCKS_DIFFER = timedelta(minutes=5)
CONCLUSIONS = {"finished": "success", "failed": "failure", "cancelled": "cancelled"}
STATES = {"finished": "success", "failed": "failure", "cancelled": "error"}


async def commit_of(calls: Calls, spec: JobSpec, scanned: str | None) -> str:
    """The commit that is filmed; until it is scanned, the one that would be filmed now."""
    if scanned:
        return scanned
    if spec.ref and COMMIT.fullmatch(spec.ref):
        return spec.ref
    return await calls.commit(spec.repo, spec.ref or "HEAD")


class Check:
    """A check run, which only a GitHub App may make. `scanned` is the commit that is filmed, once known."""

    def __init__(self, calls: Calls, spec: JobSpec, report: Report, scanned: str | None) -> None:
        self._calls = calls
        self._spec = spec
        self._report = report
        self._scanned = scanned
        self._path = f"/repos/{spec.repo}/check-runs"
        self._name = check_name(spec)

    @property
    def content(self) -> dict[str, Any]:
        report = self._report
        told: dict[str, Any] = {"output": {"title": report.headline, "summary": markdown(report)}}
        if report.watch:
            told["details_url"] = report.watch
        if not report.is_over:
            return told | {"status": "queued" if report.status == "queued" else "in_progress"}
        ended = {"completed_at": _moment(report.ended_at)} if report.ended_at else {}
        return told | ended | {"status": "completed", "conclusion": CONCLUSIONS[report.status]}

    async def begin(self) -> str:
        return await commit_of(self._calls, self._spec, self._scanned)

    async def find(self, begun: str) -> str:
        there = await self._calls.check_runs(self._spec.repo, begun, self._name)
        return next((str(run.id) for run in there if run.external_id == self._report.job_id), "")

    async def make(self, where: str) -> str:
        told = {"name": self._name, "head_sha": where, "external_id": self._report.job_id}
        return str(await self._calls.make(self._path, told | self.content))

    async def edit(self, number: str) -> None:
        await self._calls.edit(f"{self._path}/{number}", self.content)


class Status:
    """A commit's status, where we are no App; each one replaces the one before. Its number is the commit."""

    def __init__(self, calls: Calls, spec: JobSpec, report: Report, scanned: str | None) -> None:
        self._calls = calls
        self._spec = spec
        self._report = report
        self._scanned = scanned

    @property
    def content(self) -> dict[str, Any]:
        report = self._report
        told = {
            "state": STATES.get(report.status, "pending"),
            "context": check_name(self._spec),
            "description": report.headline[:MOST_DESCRIPTION_CHARACTERS],
        }
        return told | ({"target_url": report.watch} if report.watch else {})

    async def begin(self) -> str:
        return await commit_of(self._calls, self._spec, self._scanned)

    async def find(self, begun: str) -> str:
        context = check_name(self._spec)
        there = await self._calls.statuses(self._spec.repo, begun)
        return begun if any(one.context == context for one in there) else ""

    async def make(self, where: str) -> str:
        await self.edit(where)
        return where

    async def edit(self, number: str) -> None:
        """Post it, unless just this is what stands there: statuses are kept for ever."""
        told = self.content
        there = await self._calls.statuses(self._spec.repo, number)
        newest = next((one for one in there if one.context == told["context"]), None)
        if newest is None or (newest.state, newest.description) != (told["state"], told["description"]):
            await self._calls.make(f"/repos/{self._spec.repo}/statuses/{number}", told)


class Comment:
    """A comment on the issue or pull request where somebody asked for the film."""

    def __init__(self, calls: Calls, spec: JobSpec, report: Report, asked_at: datetime) -> None:
        self._calls = calls
        self._spec = spec
        self._report = report
        self._asked_at = asked_at
        self._marker = f"<!-- reporeel {report.job_id} -->"

    @property
    def content(self) -> dict[str, str]:
        return {"body": f"{self._marker}\n{markdown(self._report)}"}

    async def begin(self) -> str:
        return str(self._spec.issue)

    async def find(self, begun: str) -> str:
        """Anybody may write our marker: only what we wrote ourselves is ours."""
        since, me = self._asked_at - CLOCKS_DIFFER, await self._calls.login(self._spec.repo)
        async for comment in self._calls.comments(self._spec.repo, int(begun), since):
            is_ours = comment.user is not None and comment.user.login == me
            if is_ours and (comment.body or "").startswith(self._marker):
                return str(comment.id)
        return ""

    async def make(self, where: str) -> str:
        return str(await self._calls.make(f"/repos/{self._spec.repo}/issues/{where}/comments", self.content))

    async def edit(self, number: str) -> None:
        await self._calls.edit(f"/repos/{self._spec.repo}/issues/comments/{number}", self.content)


def check_name(spec: JobSpec) -> str:
    """Different films of one commit stand beside each other."""
    return f"{NAME} ({spec.profile}, {spec.format})"


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
