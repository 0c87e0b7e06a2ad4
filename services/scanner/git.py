"""Asks git about a folder without trusting the folder: its own configuration is never read.

A `.git/config` may name programs (filters, monitors, signature checkers, transports) that plain git commands
start. So git is pointed at a repository of ours, empty but for links to the folder's objects, refs and index.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.scanner.unreadable import Unreadable

GIT_TIME_LIMIT_SECONDS = 120.0
MAX_POINTER_BYTES = 4096
MAX_ANSWER_BYTES = 96 * 1024 * 1024
"""Enough for the names of as many files as a scan may have, and for the history of a large project."""
BORROWED = ("objects", "refs", "packed-refs", "shallow")
CONFIGURATION = "[core]\n\trepositoryformatversion = {version}\n\tbare = false\n{extensions}"


class Git:
    """Runs git on a borrowed repository. Get one from `borrowed_git`."""

    def __init__(self, git_dir: Path, work_tree: Path, shallow: bool) -> None:  # noqa: FBT001 - set once, below
        self._environment = _environment(git_dir) | {"GIT_WORK_TREE": str(work_tree)}
        self.work_tree = work_tree
        self.is_shallow = shallow

    def ask(self, *arguments: str) -> bytes:
        """The command's standard output. Raises Unreadable when it fails, or is too long or late."""
        with tempfile.TemporaryFile() as said:
            try:
                process = subprocess.Popen(  # noqa: S603 - a fixed program, no shell
                    self._command(arguments),
                    env=self._environment,
                    cwd=self.work_tree,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=said,
                )
            except OSError as error:
                raise Unreadable(f"git cannot be started: {error}", "git_failed", "Install git.") from error
            answer, ended = _bounded(process)
            if ended != 0 or len(answer) > MAX_ANSWER_BYTES:
                said.seek(0)
                reason = said.read(MAX_POINTER_BYTES).decode("utf-8", "replace").strip()
                reason = reason or "its answer is too long, or took too long"
                raise Unreadable(f"git {arguments[0]}: {reason}", "git_failed")
        return answer

    def commit_of(self, ref: str) -> str | None:
        """The full id of the commit a branch, tag or id names; None when there is none."""
        try:
            answer = self.ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
        except Unreadable:
            return None
        return answer.decode().strip() or None

    def has_changes(self, folder: Path) -> bool:
        """Whether tracked files of the folder differ from the commit; what is not tracked does not count."""
        options = ("--porcelain", "-z", "--untracked-files=no", "--ignore-submodules=all")
        return bool(self.ask("status", *options, "--", str(folder)))

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """A long-lived git that talks through its standard input and output."""
        return subprocess.Popen(  # noqa: S603 - a fixed program, no shell
            self._command(arguments),
            env=self._environment,
            cwd=self.work_tree,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        return ["git", "-c", "core.quotePath=false", "-c", "safe.directory=*", "--no-pager", *arguments]


def _bounded(process: subprocess.Popen[bytes]) -> tuple[bytes, int]:
    """What a process writes, at most one byte over the limit, and its exit code."""
    alarm = threading.Timer(GIT_TIME_LIMIT_SECONDS, process.kill)
    alarm.start()
    try:
        with process:
            answer = process.stdout.read(MAX_ANSWER_BYTES + 1) if process.stdout else b""
            if len(answer) > MAX_ANSWER_BYTES:
                process.kill()
    finally:
        alarm.cancel()
    return answer, process.returncode


@contextmanager
def borrowed_git(folder: Path) -> Iterator[Git | None]:
    """A Git for the work tree that holds `folder`; None when there is none, or git is not installed."""
    found = _find(folder)
    if found is None:
        yield None
        return
    work_tree, git_dir = found
    with tempfile.TemporaryDirectory(prefix="reporeel-git-") as temporary:
        ours = Path(temporary)
        _borrow(git_dir, _common_dir(git_dir), ours)
        yield Git(ours, work_tree, shallow=(ours / "shallow").exists())


def remote_address(folder: Path) -> str | None:
    """The address of the remote called origin, as written in the folder's configuration."""
    found = _find(folder)
    if found is None:
        return None
    return _configured(_common_dir(found[1]), "remote.origin.url")


def _find(folder: Path) -> tuple[Path, Path] | None:
    """The work tree and git directory that hold the folder."""
    for candidate in (folder, *folder.parents):
        dot_git = candidate / ".git"
        git_dir = _pointed_to(dot_git) if dot_git.is_file() else dot_git
        if git_dir is not None and (git_dir / "HEAD").is_file():
            return candidate, git_dir
    return None


def _pointed_to(pointer: Path) -> Path | None:
    """Where a `.git` file (of a linked work tree or a submodule) points."""
    with pointer.open("rb") as file:
        text = file.read(MAX_POINTER_BYTES).decode("utf-8", "replace").strip()
    if not text.startswith("gitdir:"):
        return None
    return (pointer.parent / text.removeprefix("gitdir:").strip()).resolve()


def _common_dir(git_dir: Path) -> Path:
    pointer = git_dir / "commondir"
    if not pointer.is_file():
        return git_dir
    return (git_dir / pointer.read_text("utf-8").strip()).resolve()


def _borrow(git_dir: Path, common_dir: Path, ours: Path) -> None:
    links = [*(common_dir / name for name in BORROWED), git_dir / "index"]
    for theirs in filter(Path.exists, links):
        (ours / theirs.name).symlink_to(theirs.resolve())
    # git takes a HEAD that is a link for a branch of old times, so it is copied.
    with (git_dir / "HEAD").open("rb") as head:
        (ours / "HEAD").write_bytes(head.read(MAX_POINTER_BYTES))
    (ours / "refs").mkdir(exist_ok=True)
    hashes = _configured(common_dir, "extensions.objectformat")
    extensions = f"[extensions]\n\tobjectformat = {hashes}\n" if hashes == "sha256" else ""
    text = CONFIGURATION.format(version=1 if extensions else 0, extensions=extensions)
    (ours / "config").write_text(text, "utf-8")


def _configured(git_dir: Path, key: str) -> str | None:
    """One value of a configuration file, read as text: includes are not followed, nothing is run."""
    command = ["git", "config", "--file", str(git_dir / "config"), "--no-includes", "--get", key]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program, no shell
            command,
            env=_environment(git_dir),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=GIT_TIME_LIMIT_SECONDS,
            check=False,
        )
    except (subprocess.SubprocessError, OSError):
        return None
    return done.stdout.decode("utf-8", "replace").strip() or None


def _environment(git_dir: Path) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C.UTF-8",
        "HOME": "/nonexistent",
        "GIT_DIR": str(git_dir),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_PROTOCOL_FROM_USER": "0",
    }
