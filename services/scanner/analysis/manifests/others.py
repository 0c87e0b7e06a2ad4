"""Manifests of JavaScript, Rust, Go, Ruby and Java."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree as ET

import msgspec

from services.scanner.analysis.manifests.manifest import (
    Command,
    Dependency,
    Field,
    Lines,
    Manifest,
    Scope,
    table,
    without_doubles,
)
from shared.lines import lines_of

NPM_SCOPES: tuple[tuple[str, Scope], ...] = (
    ("dependencies", "runtime"),
    ("peerDependencies", "runtime"),
    ("optionalDependencies", "optional"),
    ("devDependencies", "dev"),
)
CARGO_SCOPES: tuple[tuple[str, Scope], ...] = (
    ("dependencies", "runtime"),
    ("build-dependencies", "build"),
    ("dev-dependencies", "dev"),
)
GO_REQUIRED = re.compile(r"^(?:require\s+)?([\w.-]+\.[\w.-]+/\S+)\s+(v\S+)(.*)$")
GEM = re.compile(
    r"""^\s*(?:gem|\w+\.add_(?:runtime_)?(development_)?dependency)\(?\s*["']([\w.-]+)["'](?:\s*,\s*["']([^"']+)["'])?"""
)
GEM_FIELD = re.compile(r"""(?m)^\s*\w+\.(name|version|summary|homepage|license)\s*=\s*["']([^"'#]+)["']""")
ENTITY = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def package_json(path: str, text: str) -> Manifest:
    document, lines = msgspec.json.decode(text), Lines(text)
    fields = table(document)
    license_ = fields.get("license")
    return Manifest(
        path=path,
        ecosystem="npm",
        name=lines.field("name", fields.get("name")),
        version=lines.field("version", fields.get("version")),
        description=lines.field("description", fields.get("description")),
        homepage=lines.field("homepage", fields.get("homepage")),
        license=lines.field(
            "license", license_ if isinstance(license_, str) else table(license_).get("type")
        ),
        repository=lines.field("repository", _repository(fields.get("repository"))),
        dependencies=without_doubles(
            _unless_optional(dependency, table(fields, "peerDependenciesMeta"))
            for key, scope in NPM_SCOPES
            for dependency in _versions(table(fields, key), scope, lines)
        ),
        commands=_programs(fields.get("name"), fields.get("bin"), lines),
    )


def _repository(given: object) -> object:
    """An address as it stands, or in a table beside the folder it is about."""
    return given if isinstance(given, str) else table(given).get("url")


def _unless_optional(dependency: Dependency, peers: Mapping[str, object]) -> Dependency:
    """A peer that whoever installs the package may leave out is an extra."""
    may_lack = dependency.scope == "runtime" and table(peers, dependency.name).get("optional") is True
    return msgspec.structs.replace(dependency, scope="optional") if may_lack else dependency


def _programs(name: object, programs: object, lines: Lines) -> tuple[Command, ...]:
    if isinstance(programs, str) and isinstance(name, str):
        return (Command(name=name.rpartition("/")[2], target=programs, line=lines.of("bin")),)
    pairs = sorted((key, value) for key, value in table(programs).items() if isinstance(value, str))
    return tuple(Command(name=key, target=value, line=lines.of(key, value)) for key, value in pairs)


def _versions(wanted: object, scope: Scope, lines: Lines) -> Iterator[Dependency]:
    for name, given in table(wanted).items():
        version = given if isinstance(given, str) else table(given).get("version")
        requirement = version if isinstance(version, str) else ""
        line = lines.of(name, requirement) if requirement else lines.of(name)
        is_extra = scope == "runtime" and table(given).get("optional") is True
        yield Dependency(
            name=name, requirement=requirement, scope="optional" if is_extra else scope, line=line
        )


def cargo_toml(path: str, text: str) -> Manifest:
    document, lines = tomllib.loads(text), Lines(text)
    package = table(document, "package")
    programs = document.get("bin")
    named = [table(each).get("name") for each in programs] if isinstance(programs, list) else []
    return Manifest(
        path=path,
        ecosystem="cargo",
        name=lines.field("name", package.get("name")),
        version=lines.field("version", package.get("version")),
        description=lines.field("description", package.get("description")),
        homepage=lines.field("homepage", package.get("homepage")),
        license=lines.field("license", package.get("license")),
        repository=lines.field("repository", package.get("repository")),
        dependencies=without_doubles(
            dependency
            for key, scope in CARGO_SCOPES
            for dependency in _versions(table(document, key), scope, lines)
        ),
        commands=tuple(
            Command(name=each, target="", line=lines.of(each)) for each in named if isinstance(each, str)
        ),
    )


def go_mod(path: str, text: str) -> Manifest:
    lines = Lines(text)
    module = re.search(r"(?m)^module\s+\"?([^\s\"]+)", text)
    matches = (
        (number, GO_REQUIRED.match(line.strip())) for number, line in enumerate(lines_of(text), start=1)
    )
    return Manifest(
        path=path,
        ecosystem="go",
        name=lines.field("module", module.group(1)) if module else None,
        dependencies=without_doubles(
            Dependency(name=match.group(1), requirement=match.group(2), line=number)
            for number, match in matches
            if match and "// indirect" not in match.group(3)
        ),
    )


def gemfile(path: str, text: str) -> Manifest:
    matches = ((number, GEM.match(line)) for number, line in enumerate(lines_of(text), start=1))
    lines = Lines(text)
    fields = {key: lines.field(key, value) for key, value in reversed(GEM_FIELD.findall(text))}
    return Manifest(
        path=path,
        ecosystem="rubygems",
        name=fields.get("name"),
        version=fields.get("version"),
        description=fields.get("summary"),
        homepage=fields.get("homepage"),
        license=fields.get("license"),
        dependencies=without_doubles(
            Dependency(
                name=match.group(2),
                requirement=match.group(3) or "",
                scope="dev" if match.group(1) else "runtime",
                line=number,
            )
            for number, match in matches
            if match
        ),
    )


def pom_xml(path: str, text: str) -> Manifest:
    if ENTITY.search(text):
        raise ValueError("declares entities, which are not expanded")
    root, lines = ET.fromstring(text), Lines(text)  # noqa: S314 - no entities, bounded size
    found = {plain_tag(child.tag): (child.text or "").strip() for child in root}
    return Manifest(
        path=path,
        ecosystem="maven",
        name=lines.field("artifactId", found.get("artifactId")),
        version=_unless_variable(lines.field("version", found.get("version"))),
        description=lines.field("description", found.get("description")),
        homepage=lines.field("url", found.get("url")),
        dependencies=without_doubles(_maven(root, lines)),
    )


def _maven(root: ET.Element, lines: Lines) -> Iterator[Dependency]:
    for block in (child for child in root if plain_tag(child.tag) == "dependencies"):
        for node in block:
            given = {plain_tag(child.tag): (child.text or "").strip() for child in node}
            name, version = given.get("artifactId", ""), given.get("version", "")
            if name:
                scope: Scope = "test" if given.get("scope") == "test" else "runtime"
                if given.get("optional") == "true" or given.get("scope") == "provided":
                    scope = "optional"
                requirement = "" if version.startswith("$") else version
                yield Dependency(name=name, requirement=requirement, scope=scope, line=lines.of(name))


def plain_tag(tag: str) -> str:
    return tag.rpartition("}")[2]


def _unless_variable(field: Field | None) -> Field | None:
    return None if field and "${" in field.value else field
