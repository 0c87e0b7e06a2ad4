"""What a local folder's repository is called: by its origin on GitHub, its manifest, or its folder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from services.scanner.analysis.evidence import fact, from_git, in_file, measured
from services.scanner.analysis.manifests.manifest import Manifest
from services.scanner.analysis.project import described
from shared.facts import Evidence, Fact

ON_GITHUB = re.compile(
    r"^(?:https?://(?:[^@/]+@)?github\.com/|(?:ssh://)?git@github\.com[:/])"
    r"([A-Za-z0-9][A-Za-z0-9-]{0,38})/([A-Za-z0-9._-]{1,100}?)(?:\.git)?/?$"
)
WRITTEN_ON_GITHUB = re.compile(
    r"^(?:git\+)?(?:https?|ssh|git)://(?:git@)?github\.com/"
    r"([A-Za-z0-9][A-Za-z0-9-]{0,38})/([A-Za-z0-9._-]{1,100}?)(?:\.git)?(?:[/#].*)?$"
    r"|^(?:github:)?(?=[A-Za-z0-9])([A-Za-z0-9-]{1,39})/([A-Za-z0-9._-]{1,100})$"
)
"""As manifests write it."""
SCOPE = re.compile(r"^@[^/]+/")


class Name(msgspec.Struct, frozen=True):
    short: str
    full: str | None
    """`owner/name`, if it is on GitHub."""
    evidence: Evidence


def name_of_folder(folder: Path, remote: str | None, manifests: tuple[Manifest, ...]) -> Name:
    match = ON_GITHUB.match(remote or "")
    if match:
        owner, name = match.groups()
        return Name(name, f"{owner}/{name}", from_git("remote.origin.url"))
    declared = next((each for each in manifests if each.name and not each.folder), None)
    if declared and declared.name:
        short = SCOPE.sub("", declared.name.value)
        short = short.rpartition("/")[2] if declared.ecosystem == "go" else short
        return Name(short, None, in_file(declared.path, declared.name.line))
    return Name(folder.name, None, measured("name of the folder"))


def repo_facts(name: Name, manifests: tuple[Manifest, ...]) -> Iterator[Fact]:
    yield from fact("repo.name", "repo", name.short, name.evidence)
    yield from fact("repo.full_name", "repo", name.full, name.evidence)
    outer = [each for each in manifests if not each.folder]
    described_by = next((each for each in outer if each.description), None)
    if described_by and described_by.description:
        seen = in_file(described_by.path, described_by.description.line)
        yield from fact("repo.description", "repo", described(described_by), seen)
    yield from _source(outer) if name.full is None else ()
    homed_by = next((each for each in outer if each.homepage), None)
    if homed_by and homed_by.homepage:
        seen = in_file(homed_by.path, homed_by.homepage.line)
        yield from fact("repo.homepage", "repo", homed_by.homepage.value, seen)


def _source(manifests: Iterable[Manifest]) -> Iterator[Fact]:
    """Where a manifest says the source is, as `owner/name` on GitHub."""
    for manifest in manifests:
        match = WRITTEN_ON_GITHUB.match(manifest.repository.value) if manifest.repository else None
        if match and manifest.repository:
            seen = in_file(manifest.path, manifest.repository.line)
            yield from fact("repo.source", "repo", "/".join(filter(None, match.groups())), seen)
            return
