"""Manifests of PHP, .NET, Gradle, vcpkg and CMake."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import msgspec

from services.scanner.analysis.manifests.manifest import (
    Dependency,
    Field,
    Lines,
    Manifest,
    Scope,
    table,
    texts,
    without_doubles,
)
from services.scanner.analysis.manifests.others import ENTITY, plain_tag
from shared.lines import lines_of

PLATFORM = re.compile(r"^(?:php|hhvm|composer)(?:$|-)|^(?:ext|lib)-")
GRADLE = re.compile(
    r"""^\s*(?P<kind>\w*(?:[iI]mplementation|[aA]pi|[cC]ompileOnly|[rR]untimeOnly)|annotationProcessor|kapt)\s*
    \(?\s*["'](?P<group>[\w.-]+):(?P<name>[\w.-]+)(?::(?P<version>[\w.+-]+))?["']""",
    re.VERBOSE,
)
GRADLE_VERSION = re.compile(r"""(?m)^version\s*=?\s*["']([\w.+-]+)["']""")
CMAKE_PROJECT = re.compile(r"(?is)\bproject\s*\(\s*([\w.-]+)([^)]*)\)")
CMAKE_VERSION = re.compile(r"(?i)\bVERSION\s+(\d[\w.]*)")
CMAKE_DESCRIPTION = re.compile(r'(?i)\bDESCRIPTION\s+"([^"]+)"')
CMAKE_OWN = frozenset({"Threads", "PkgConfig", "Doxygen", "Git", "Python", "Python3", "GTest", "benchmark"})
"""Packages that builds and tests ask for, not the program."""
CMAKE_PACKAGE = re.compile(r"(?i)^\s*find_package\s*\(\s*([A-Za-z][\w.+-]*)(?:\s+(\d[\w.]*))?")


def composer_json(path: str, text: str) -> Manifest:
    fields, lines = table(msgspec.json.decode(text)), Lines(text)
    license_ = fields.get("license")
    return Manifest(
        path=path,
        ecosystem="composer",
        name=lines.field("name", fields.get("name")),
        version=lines.field("version", fields.get("version")),
        description=lines.field("description", fields.get("description")),
        homepage=lines.field("homepage", fields.get("homepage")),
        license=lines.field("license", license_),
        dependencies=without_doubles(
            Dependency(name=name, requirement=wanted, scope=scope, line=lines.of(name))
            for key, scope in COMPOSER_SCOPES
            for name, wanted in table(fields, key).items()
            if isinstance(wanted, str) and not PLATFORM.match(name)
        ),
        roots=tuple(_psr4(table(fields, "autoload", "psr-4"))),
    )


COMPOSER_SCOPES: tuple[tuple[str, Scope], ...] = (("require", "runtime"), ("require-dev", "dev"))


def _psr4(declared: object) -> Iterator[tuple[str, str]]:
    """Namespace and folder."""
    for namespace, folder in table(declared).items():
        first = folder if isinstance(folder, str) else next(iter(texts(folder)), None)
        if first is not None:
            yield namespace.strip("\\"), first.strip("./")


def project_file(path: str, text: str) -> Manifest:
    """A .csproj and its like; the project is named after its file."""
    if ENTITY.search(text):
        raise ValueError("declares entities, which are not expanded")
    root, lines = ET.fromstring(text), Lines(text)  # noqa: S314 - no entities, bounded size
    found = {plain_tag(node.tag): (node.text or "").strip() for node in root.iter()}
    stem = path.rpartition("/")[2].rpartition(".")[0]
    return Manifest(
        path=path,
        ecosystem="nuget",
        name=Field(found.get("PackageId") or stem, 1),
        version=lines.field("Version", found.get("Version")),
        description=lines.field("Description", found.get("Description")),
        license=lines.field("PackageLicenseExpression", found.get("PackageLicenseExpression")),
        dependencies=without_doubles(_references(root, lines)),
    )


def _references(root: ET.Element, lines: Lines) -> Iterator[Dependency]:
    """What only some frameworks need stands under a condition, and is optional."""
    conditional = {
        id(node) for group in root.iter() if group.get("Condition") is not None for node in group.iter()
    }
    for node in root.iter():
        name = node.get("Include", "")
        if plain_tag(node.tag) == "PackageReference" and name and "$" not in name:
            version = node.get("Version", "")
            is_private = "all" in (node.get("PrivateAssets") or "").lower()
            yield Dependency(
                name=name,
                requirement="" if "$" in version else version,
                scope="build" if is_private else "optional" if id(node) in conditional else "runtime",
                line=lines.of(name),
            )


def gradle(path: str, text: str) -> Manifest:
    matches = ((number, GRADLE.match(line)) for number, line in enumerate(lines_of(text), start=1))
    version, lines = GRADLE_VERSION.search(text), Lines(text)
    return Manifest(
        path=path,
        ecosystem="maven",
        version=lines.field("version", version.group(1)) if version else None,
        dependencies=without_doubles(
            Dependency(
                name=match["name"],
                requirement=match["version"] or "",
                scope=_gradle_scope(match["kind"]),
                line=number,
            )
            for number, match in matches
            if match
        ),
    )


def _gradle_scope(kind: str) -> Scope:
    if "test" in kind.lower():
        return "test"
    return "build" if kind in ("annotationProcessor", "kapt") or kind.endswith("ompileOnly") else "runtime"


def vcpkg_json(path: str, text: str) -> Manifest:
    fields, lines = table(msgspec.json.decode(text)), Lines(text)
    wanted = fields.get("dependencies")
    named = [table(each).get("name", each) for each in wanted] if isinstance(wanted, list) else []
    return Manifest(
        path=path,
        ecosystem="vcpkg",
        name=lines.field("name", fields.get("name")),
        version=lines.field("version", fields.get("version") or fields.get("version-string")),
        description=lines.field("description", fields.get("description")),
        dependencies=without_doubles(
            Dependency(name=name, line=lines.of(name)) for name in named if isinstance(name, str)
        ),
    )


def cmake_lists(path: str, text: str) -> Manifest:
    project, lines = CMAKE_PROJECT.search(text), Lines(text)
    version = CMAKE_VERSION.search(project.group(2)) if project else None
    description = CMAKE_DESCRIPTION.search(project.group(2)) if project else None
    matches = ((number, CMAKE_PACKAGE.match(line)) for number, line in enumerate(lines_of(text), start=1))
    return Manifest(
        path=path,
        ecosystem="cmake",
        name=lines.field("project", project.group(1)) if project else None,
        version=lines.field("VERSION", version.group(1)) if version else None,
        description=lines.field("DESCRIPTION", description.group(1)) if description else None,
        dependencies=without_doubles(
            Dependency(name=match.group(1), requirement=match.group(2) or "", line=number)
            for number, match in matches
            if match and match.group(1) not in CMAKE_OWN
        ),
    )
