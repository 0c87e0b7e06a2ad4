"""Brings the sources of the example scripts onto this machine: clones, or archives of package registries."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import NamedTuple

LIST = Path(__file__).with_name("sources.txt")
SOURCE = re.compile(
    r"github:(?P<repo>[\w.-]+/[\w.-]+)@(?P<commit>[0-9a-f]{40})"
    r"|pypi:(?P<sdist>[\w.-]+)==(?P<release>[\w.]+)#sha256=(?P<sdist_sum>[0-9a-f]{64})"
    r"|npm:(?P<package>(?:@[\w-]+/)?[\w.-]+)@(?P<version>[\w.-]+)#sha256=(?P<package_sum>[0-9a-f]{64})"
)


class Source(NamedTuple):
    written: re.Match[str]
    profiles: tuple[str, ...]

    @property
    def name(self) -> str:
        full = self.written["repo"] or self.written["sdist"] or self.written["package"]
        return str(full).rpartition("/")[2]

    @property
    def is_package(self) -> bool:
        return self.written["repo"] is None


def listed() -> list[Source]:
    """Raises ValueError that names a line which says no source."""
    found = []
    for line in LIST.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        written, *profiles = line.split()
        match = SOURCE.fullmatch(written)
        if match is None or not profiles:
            raise ValueError(f"{LIST.name}: no source and its profiles: {line}")
        found.append(Source(match, tuple(profiles)))
    return found


def obtained(source: Source, kept: Path) -> Path:
    """The folder of a source below `kept`; brought there the first time.

    Raises SystemExit that says what is missing, CalledProcessError where a client fails.
    """
    kept.mkdir(parents=True, exist_ok=True)
    if source.is_package:
        return _unpacked(source, kept)
    folder = kept / source.name
    if not folder.exists():
        _run(
            "git", "clone", "--quiet", "--no-checkout", f"https://github.com/{source.written['repo']}", folder
        )
    _run("git", "-C", folder, "checkout", "--quiet", "--detach", source.written["commit"])
    return folder


def _unpacked(source: Source, kept: Path) -> Path:
    """Of the archive whose checksum is right; nothing in it is run but what says an sdist's metadata."""
    given = source.written
    folder = kept / f"{source.name}-{given['release'] or given['version']}"
    if folder.exists():
        return folder
    with tempfile.TemporaryDirectory(dir=kept) as work:
        archive = _downloaded(source, Path(work))
        if hashlib.sha256(archive.read_bytes()).hexdigest() != (given["sdist_sum"] or given["package_sum"]):
            raise SystemExit(
                f"{archive.name} is not the archive that {LIST.name} names: its checksum differs"
            )
        with tarfile.open(archive) as packed:
            packed.extractall(Path(work) / "unpacked", filter="data")
        (inner,) = (Path(work) / "unpacked").iterdir()
        shutil.move(inner, folder)
    return folder


def _downloaded(source: Source, into: Path) -> Path:
    """By the registry's ordinary client, as it is set up here."""
    given = source.written
    if given["sdist"]:
        wanted = into / "wanted.txt"
        wanted.write_text(f"{given['sdist']}=={given['release']} --hash=sha256:{given['sdist_sum']}\n")
        pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet")
        _run(*pip, "--no-deps", "--no-binary", given["sdist"], "--dest", into, "--requirement", wanted)
        return next(into.glob("*.tar.gz"))
    if shutil.which("npm") is None:
        raise SystemExit("npm is needed to fetch packages of its registry, and is not on the PATH")
    wish = f"{given['package']}@{given['version']}"
    _run("npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", into, wish)
    return next(into.glob("*.tgz"))


def _run(*command: str | Path) -> None:
    subprocess.run(list(map(str, command)), check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our words
