"""What GitHub's REST API answers, as far as we read it: few fields, each may be missing."""

from __future__ import annotations

import msgspec


class License(msgspec.Struct, frozen=True):
    spdx_id: str | None = None
    name: str | None = None


class Repository(msgspec.Struct, frozen=True):
    full_name: str
    name: str
    default_branch: str = "main"
    description: str | None = None
    homepage: str | None = None
    private: bool = False
    archived: bool = False
    disabled: bool = False
    stargazers_count: int | None = None
    forks_count: int | None = None
    topics: tuple[str, ...] | None = None
    license: License | None = None


class Signature(msgspec.Struct, frozen=True):
    name: str | None = None
    date: str | None = None


class CommitBody(msgspec.Struct, frozen=True):
    author: Signature | None = None
    committer: Signature | None = None
    message: str = ""


class Commit(msgspec.Struct, frozen=True):
    sha: str
    commit: CommitBody | None = None

    @property
    def day(self) -> str | None:
        """YYYY-MM-DD; GitHub's times are UTC."""
        committer = self.commit.committer if self.commit else None
        return committer.date[:10] if committer and committer.date else None


class Release(msgspec.Struct, frozen=True):
    tag_name: str
    name: str | None = None
    body: str | None = None
    published_at: str | None = None
    draft: bool = False
    prerelease: bool = False


class Tag(msgspec.Struct, frozen=True):
    name: str


class WorkflowRun(msgspec.Struct, frozen=True):
    name: str | None = None
    head_sha: str | None = None
    conclusion: str | None = None
    created_at: str | None = None


class WorkflowRuns(msgspec.Struct, frozen=True):
    workflow_runs: tuple[WorkflowRun, ...] = ()


class ChangedFile(msgspec.Struct, frozen=True):
    additions: int = 0
    deletions: int = 0


class Parent(msgspec.Struct, frozen=True):
    sha: str


class ComparedCommit(Commit, frozen=True):
    parents: tuple[Parent, ...] = ()


class Comparison(msgspec.Struct, frozen=True):
    """What lies between two tags; GitHub tells of 300 files at most."""

    total_commits: int | None = None
    commits: tuple[ComparedCommit, ...] = ()
    files: tuple[ChangedFile, ...] | None = None


class Contributor(msgspec.Struct, frozen=True):
    login: str | None = None
    name: str | None = None
    type: str | None = None
    contributions: int | None = None


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """All that GitHub said about one repository at one commit."""

    repository: Repository
    commit: Commit
    languages: dict[str, int] = {}
    releases: tuple[Release, ...] = ()
    tags: tuple[Tag, ...] = ()
    contributors: tuple[Contributor, ...] = ()
    contributors_count: int | None = None
    commits_count: int | None = None
    first_commit: Commit | None = None
    commits_last_year: int | None = None
    last_success: WorkflowRun | None = None
    """The newest successful run of a workflow on the default branch."""
    tags_between: tuple[str, str] | None = None
    comparison: Comparison | None = None
    """Of `tags_between`."""
    warnings: tuple[str, ...] = ()
