"""Facts a project declares about itself: licence, manifests, dependencies, commands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import get_args

from services.scanner.analysis.evidence import fact, in_file
from services.scanner.analysis.licenses import (
    NAMES,
    license_declared,
    license_of_text,
    license_said,
    same_family,
)
from services.scanner.analysis.manifests.manifest import Dependency, Manifest, Scope
from services.scanner.analysis.survey import LICENSE, README, Unit
from services.scanner.analysis.text import plain, spoken
from shared.facts import Evidence, Fact
from shared.lines import lines_of

MAX_MANIFESTS = 12
MAX_DEPENDENCIES = 60
MAX_COMMANDS = 12
MAX_DESCRIPTION_CHARACTERS = 300
MAX_LICENSE_LINES = 60
MAX_SECTION_CHARACTERS = 2000
LICENSE_HEADING = re.compile(r"(?im)^#{1,6} +(?:\S+ +)?licen[cs](?:e|ing)\b.*$")
SCOPES: tuple[Scope, ...] = get_args(Scope)


def license_facts(texts: Mapping[str, str], manifests: tuple[Manifest, ...]) -> Iterator[Fact]:
    """The licence of the text, refined by what the manifest declares; either alone will do."""
    written = _license_written(texts)
    declared = _license_declared(manifests)
    if written and declared and same_family(declared[0], written[0]):
        spdx = max(written[0], declared[0], key=len)
        yield from _license(spdx, written[1], declared[1])
    elif found := written or declared or _license_said(texts):
        yield from _license(found[0], found[1])


def _license(spdx: str, *evidence: Evidence) -> Iterator[Fact]:
    yield from fact("license.spdx", "license", spdx, evidence, name=NAMES.get(spdx))


def _license_written(texts: Mapping[str, str]) -> tuple[str, Evidence] | None:
    for path in filter(LICENSE.match, texts):
        spdx = license_of_text(texts[path])
        if spdx:
            return spdx, in_file(path, 1, min(len(lines_of(texts[path])), MAX_LICENSE_LINES))
    return None


def _license_said(texts: Mapping[str, str]) -> tuple[str, Evidence] | None:
    """What a README says under its heading for the licence, where it says one and no other."""
    for path in filter(README.match, texts):
        for first, line in _under_license(texts[path]):
            spdx = license_said(line)
            if spdx:
                return spdx, in_file(path, first)
    return None


def _under_license(text: str) -> Iterator[tuple[int, str]]:
    """The paragraphs of that section, each with its first line."""
    heading = LICENSE_HEADING.search(text)
    if heading is None:
        return
    section = re.split(r"\n(?:#{1,6} |[=~-]{3,}\s*\n)", text[heading.end() :], maxsplit=1)[0]
    place = heading.end()
    for paragraph in re.split(r"(\n\s*\n)", section[:MAX_SECTION_CHARACTERS]):
        if paragraph.strip():
            before = text[: place + len(paragraph) - len(paragraph.lstrip())]
            yield before.count("\n") + 1, paragraph
        place += len(paragraph)


def _license_declared(manifests: tuple[Manifest, ...]) -> tuple[str, Evidence] | None:
    for manifest in manifests:
        spdx = license_declared(manifest.license.value) if manifest.license else None
        if spdx and manifest.license:
            return spdx, in_file(manifest.path, manifest.license.line)
    return None


def manifest_facts(manifests: tuple[Manifest, ...]) -> Iterator[Fact]:
    telling = [manifest for manifest in manifests if manifest.says_something]
    for number, manifest in enumerate(telling[:MAX_MANIFESTS], start=1):
        yield from fact(
            f"manifest.{number}",
            "manifest",
            manifest.path,
            [in_file(manifest.path), *_where(manifest)],
            ecosystem=manifest.ecosystem,
            name=manifest.name.value if manifest.name else None,
            version=manifest.version.value if manifest.version else None,
            description=described(manifest),
        )


def described(manifest: Manifest) -> str | None:
    """The manifest's description as it can be spoken."""
    if manifest.description is None:
        return None
    text = manifest.description.value
    return spoken(text, MAX_DESCRIPTION_CHARACTERS) or plain(text)[:MAX_DESCRIPTION_CHARACTERS]


def _where(manifest: Manifest) -> Iterator[Evidence]:
    for field in (manifest.name, manifest.version, manifest.description):
        if field:
            yield in_file(manifest.path, field.line)


def dependency_facts(manifests: tuple[Manifest, ...], units: list[Unit]) -> Iterator[Fact]:
    """What runs with the project first; of those, what more of its files import."""
    found: dict[tuple[str, str], tuple[Manifest, Dependency]] = {}
    for manifest in manifests:
        for dependency in manifest.dependencies:
            key = manifest.ecosystem, _one_name(manifest.ecosystem, dependency.name)
            kept = found.setdefault(key, (manifest, dependency))
            if SCOPES.index(dependency.scope) < SCOPES.index(kept[1].scope):
                found[key] = manifest, dependency
    own = {_one_name(each.ecosystem, each.name.value) for each in manifests if each.name}
    used = _imported_names(units)
    ranked = sorted(
        (pair for key, pair in found.items() if key[1] not in own),
        key=lambda pair: (SCOPES.index(pair[1].scope), -_uses(pair[1].name, used), pair[1].name.lower()),
    )
    for number, (manifest, dependency) in enumerate(ranked[:MAX_DEPENDENCIES], start=1):
        yield from fact(
            f"dependency.{number}",
            "dependency",
            dependency.name,
            in_file(manifest.path, dependency.line),
            ecosystem=manifest.ecosystem,
            requirement=dependency.requirement,
            scope=dependency.scope,
        )


def _one_name(ecosystem: str, name: str) -> str:
    """The form of a name that all its spellings share."""
    return re.sub(r"[-_.]+", "-", name).lower() if ecosystem == "pypi" else name.lower()


def _imported_names(units: list[Unit]) -> Counter[str]:
    """In how many files each outer name, or whole path, is imported."""
    used: Counter[str] = Counter()
    for unit in units:
        targets = {raw.target for raw in unit.imports if not raw.target.startswith(".")}
        used.update(
            {
                _normal(name)
                for target in targets
                for name in (target, *(target.split(mark)[0] for mark in (".", "/", "::")))
            }
        )
    return used


def _uses(dependency: str, used: Counter[str]) -> int:
    return used[_normal(dependency)]


def _normal(name: str) -> str:
    return name.lower().replace("-", "_")


def command_facts(manifests: tuple[Manifest, ...]) -> Iterator[Fact]:
    commands = [(manifest, command) for manifest in manifests for command in manifest.commands]
    for number, (manifest, command) in enumerate(commands[:MAX_COMMANDS], start=1):
        seen = in_file(manifest.path, command.line)
        yield from fact(f"command.{number}", "command", command.name, seen, target=command.target)
