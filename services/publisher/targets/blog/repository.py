"""A site in a git repository: a film is one commit, on the site's branch or on one that is proposed for it.

Nothing is checked out: blobs, a tree and a commit are made on top of the newest one, and pushed. The
catalogue in its tree says whether the film is there, so a push whose answer was lost is not made twice.
"""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

import structlog

from services.publisher.targets.blog.catalogue import PATH
from services.publisher.targets.blog.git import Git, GitFailed
from services.publisher.targets.blog.pull_requests import PullRequests
from services.publisher.targets.blog.settings import BlogSettings
from services.publisher.targets.blog.sites import Change, Files
from shared.errors import Reject, Retry

log = structlog.get_logger(__name__)

MOST_RACES = 5
RACE_SECONDS = 15.0
RACED = ("[rejected]", "cannot lock ref", "failed to update ref")
"""Somebody else's push came first."""
MOST_FILE_BYTES = 95 << 20
"""GitHub takes files below 100 MiB."""


class Repository:
    def __init__(self, settings: BlogSettings, proposals: PullRequests | None = None) -> None:
        self._settings = settings
        self._proposals = proposals

    async def make(self, change: Change) -> str:
        """Commit what `edit` wants to the site's branch, or propose it."""
        with tempfile.TemporaryDirectory(prefix="reporeel-site-") as folder:
            settings = self._settings
            git = Git(Path(folder), settings.site, settings.token, settings.author)
            await git.open()
            for _race in range(MOST_RACES):
                with contextlib.suppress(_Raced):
                    return await self._made(git, change)
                log.info("blog.raced", branch=self._settings.branch)
        raise Retry("others keep changing the site", delay_seconds=RACE_SECONDS, code="site_busy")

    async def _made(self, git: Git, change: Change) -> str:
        tip = await self._tip(git)
        files = change.edit(await _catalogue(git, tip))
        if not files:
            return ""
        _check_sizes(files)
        if self._proposals is None:
            await _push(git, await _commit(git, tip, files, change), self._settings.branch)
            return ""
        if not await _has(git, change.branch):
            await _push(git, await _commit(git, tip, files, change), change.branch)
        return await self._proposals.open(change.branch, change.title, change.words)

    async def _tip(self, git: Git) -> str:
        """The newest commit of the site's branch, without its files: they are fetched when one is read."""
        branch = self._settings.branch
        await _check_branch(git, branch)
        sparing = ("--quiet", "--no-tags", "--depth=1", "--filter=blob:none")
        await git.reach("fetch", *sparing, "origin", f"refs/heads/{branch}")
        return (await git.ask("rev-parse", "FETCH_HEAD")).decode().strip()


class _Raced(Exception):
    """The branch moved on while our commit was made."""


async def _catalogue(git: Git, tip: str) -> bytes | None:
    if not await git.ask("ls-tree", tip, "--", PATH):
        return None
    return await git.reach("cat-file", "blob", f"{tip}:{PATH}")


async def check_reachable(settings: BlogSettings) -> None:
    """Raises Retry or Reject where no film could be committed; what it takes to push is not tried."""
    with tempfile.TemporaryDirectory(prefix="reporeel-site-") as folder:
        git = Git(Path(folder), settings.site, settings.token, settings.author)
        await git.open()
        await _check_branch(git, settings.branch)


async def _check_branch(git: Git, branch: str) -> None:
    if not await _has(git, branch):
        raise Reject(
            f"the site's repository has no branch {branch!r}",
            code="site_refused",
            hint="Push a first commit to it, or set REPOREEL_BLOG_BRANCH.",
        )


async def _has(git: Git, branch: str) -> bool:
    return bool((await git.reach("ls-remote", "origin", f"refs/heads/{branch}")).strip())


async def _commit(git: Git, tip: str, files: Files, change: Change) -> str:
    lines = []
    for path, content in files.items():
        if isinstance(content, Path):
            blob = await git.ask("hash-object", "-w", "--no-filters", "--", str(content.absolute()))
        else:
            blob = await git.ask("hash-object", "-w", "--stdin", said=content)
        lines.append(f"100644 blob {blob.decode().strip()}\t{path}\n")
    await git.ask("read-tree", tip)
    await git.ask("update-index", "--add", "--index-info", said="".join(lines).encode())
    tree = (await git.ask("write-tree", "--missing-ok")).decode().strip()
    words = f"{change.title}\n\n{change.words}\n".encode()
    return (await git.ask("commit-tree", tree, "-p", tip, said=words)).decode().strip()


async def _push(git: Git, commit: str, branch: str) -> None:
    try:
        await git.reach("push", "--quiet", "origin", f"{commit}:refs/heads/{branch}")
    except (Reject, Retry) as error:
        if isinstance(error.__cause__, GitFailed) and any(word in str(error.__cause__) for word in RACED):
            raise _Raced from error
        raise


def _check_sizes(files: Files) -> None:
    for path, content in files.items():
        if isinstance(content, Path) and content.stat().st_size > MOST_FILE_BYTES:
            raise Reject(
                f"{path} is too large for a git repository",
                code="site_refused",
                hint="Serve the folder of films, and set REPOREEL_FILMS_URL: videos are then linked.",
            )
