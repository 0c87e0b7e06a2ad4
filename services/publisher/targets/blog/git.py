"""Runs git on a repository of ours without a work tree: nothing of a site is ever checked out or run."""

from __future__ import annotations

import asyncio
import base64
import os
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path
from urllib.parse import urlsplit

from shared.errors import Reject, Retry

TIME_LIMIT_SECONDS = 600.0
AWAY_SECONDS = 60.0
MOST_SAID_CHARACTERS = 300
REFUSALS = (
    "Authentication failed",
    "could not read Username",
    "error: 401",
    "error: 403",
    "error: 404",
    "not appear to be a git repository",
    "not found",
    "remote rejected",
    "Permission denied",
)
"""What git says where trying again helps nobody."""


class GitFailed(Exception):
    """A command ended with an error; the message is what git said."""


class Git:
    """One bare repository, and one remote called origin."""

    def __init__(self, folder: Path, address: str, token: str, author: str) -> None:
        self._folder = folder
        self._address = address
        self._environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(folder),
            "LC_ALL": "C",
            "GIT_DIR": str(folder),
            "GIT_INDEX_FILE": str(folder / "index"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ALLOW_PROTOCOL": urlsplit(address).scheme,
            **_identity(author),
            **_authorization(address, token),
        }

    async def open(self) -> None:
        await self.ask("init", "--quiet", "--bare", str(self._folder))
        await self.ask("remote", "add", "origin", self._address)

    async def ask(self, *arguments: str, said: bytes = b"") -> bytes:
        """A command's output, given its input. Raises GitFailed; Reject where git is not installed."""
        try:
            process = await asyncio.create_subprocess_exec(
                "git",
                *arguments,
                env=self._environment,
                cwd=self._folder,
                stdin=PIPE if said else DEVNULL,
                stdout=PIPE,
                stderr=PIPE,
            )
        except FileNotFoundError as error:
            raise Reject(
                "git is not installed",
                code="git_missing",
                hint="Install git where the publisher runs, or let REPOREEL_BLOG_SITE be a folder.",
            ) from error
        output, complaint = await _ended(process, said)
        if process.returncode != 0:
            words = " ".join((complaint or output).decode("utf-8", "replace").split())
            raise GitFailed(words[-MOST_SAID_CHARACTERS:] or f"git {arguments[0]} failed")
        return output

    async def reach(self, *arguments: str) -> bytes:
        """The same, for a command that asks the remote. Raises Retry or Reject."""
        try:
            return await self.ask(*arguments)
        except GitFailed as error:
            words = str(error)
            if any(refusal in words for refusal in REFUSALS):
                raise Reject(
                    f"the site's repository refuses us: {words}",
                    code="site_refused",
                    hint="Check REPOREEL_BLOG_SITE and REPOREEL_BLOG_TOKEN; a protected branch takes pull "
                    "requests only (REPOREEL_BLOG_PULL_REQUESTS).",
                ) from error
            raise Retry(
                f"the site's repository cannot be reached: {words}",
                delay_seconds=AWAY_SECONDS,
                code="site_unreachable",
            ) from error


async def _ended(process: Process, said: bytes) -> tuple[bytes, bytes]:
    """What it wrote; it does not outlive us, or its time."""
    try:
        async with asyncio.timeout(TIME_LIMIT_SECONDS):
            return await process.communicate(said or None)
    except RuntimeError as error:  # of uvloop: the pipe was closed before all was said
        raise GitFailed(f"it would not listen: {error}") from error
    except TimeoutError:
        raise GitFailed(f"nothing came for {TIME_LIMIT_SECONDS:.0f} s") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _identity(author: str) -> dict[str, str]:
    """`Name <address>`, for the commits."""
    name, _, mail = author.partition("<")
    found = {"NAME": name.strip(), "EMAIL": mail.rstrip("> ")}
    return {f"GIT_{who}_{what}": text for who in ("AUTHOR", "COMMITTER") for what, text in found.items()}


def _authorization(address: str, token: str) -> dict[str, str]:
    """In the environment, where no list of processes shows it, and for the site's own server only."""
    if not token:
        return {}
    parts = urlsplit(address)
    basic = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"http.{parts.scheme}://{parts.netloc}/.extraHeader",
        "GIT_CONFIG_VALUE_0": f"Authorization: Basic {basic}",
    }
