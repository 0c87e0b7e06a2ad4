"""Python's manifests: pyproject.toml, setup.cfg, PKG-INFO, requirements.txt."""

from __future__ import annotations

import configparser
import re
import tomllib
from collections.abc import Iterator, Mapping
from email.parser import HeaderParser

from services.scanner.analysis.manifests.manifest import (
    Command,
    Dependency,
    Field,
    Lines,
    Manifest,
    Scope,
    table,
    texts,
    without_doubles,
)

REQUIREMENT = re.compile(r"^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*\(?([^;#)]*)")
CONDITION = re.compile(
    r";[^#]*\b(?:python_version|python_full_version|sys_platform|platform_\w+|os_name|implementation_\w+)\b"
)
TEST_GROUP = re.compile(r"(?i)^(?:.*[-_])?(?:tests?(?:ing|s)?|pytest|coverage|cov)(?:[-_].*)?$")
DEV_GROUP = re.compile(
    r"(?i)^(?:dev\w*|lint\w*|docs?\w*|typing|types|mypy|ci|build|release|benchmarks?|pre-?commit)$"
)
LICENSE_CLASSIFIER = re.compile(r"^License\s*::\s*(?:OSI Approved\s*::\s*)?(.+)$")


def pyproject(path: str, text: str) -> Manifest:
    document, lines = tomllib.loads(text), Lines(text)
    project, poetry = table(document, "project"), table(document, "tool", "poetry")
    known = project or poetry
    urls = {key.lower(): value for key, value in table(project, "urls").items()}
    return Manifest(
        path=path,
        ecosystem="pypi",
        name=lines.field("name", known.get("name")),
        version=lines.field("version", known.get("version")),
        description=lines.field("description", known.get("description")),
        homepage=lines.field("homepage", urls.get("homepage") or poetry.get("homepage")),
        license=_license(lines, known),
        repository=lines.field("", _repository(urls) or poetry.get("repository") or poetry.get("homepage")),
        dependencies=without_doubles((*_standard(document, lines), *_poetry(poetry, lines))),
        commands=_commands(project, poetry, lines),
    )


def _repository(urls: Mapping[str, object]) -> object:
    """Of the addresses that a package names, the one of its source."""
    named = (urls.get(key) for key in ("source", "source code", "repository", "github", "code", "homepage"))
    return next((address for address in named if address), None)


def _license(lines: Lines, known: object) -> Field | None:
    given = table(known).get("license")
    written = given if isinstance(given, str) else table(given).get("text")
    if isinstance(written, str) and "\n" not in written.strip():
        return lines.field("license", written)
    classified = (LICENSE_CLASSIFIER.match(each) for each in texts(table(known).get("classifiers")))
    found = next((match for match in classified if match), None)
    return lines.field(found.group(0), found.group(1)) if found else None


def _standard(document: object, lines: Lines) -> Iterator[Dependency]:
    project = table(document, "project")
    yield from required(texts(project.get("dependencies")), "runtime", lines)
    for group, wanted in table(project, "optional-dependencies").items():
        yield from required(texts(wanted), _scope_of(group, "optional"), lines)
    for group, wanted in table(document, "dependency-groups").items():
        yield from required(texts(wanted), _scope_of(group, "dev"), lines)
    yield from required(texts(table(document, "build-system").get("requires")), "build", lines)


def _scope_of(group: str, otherwise: Scope) -> Scope:
    if TEST_GROUP.match(group):
        return "test"
    return "dev" if DEV_GROUP.match(group) else otherwise


def _poetry(poetry: object, lines: Lines) -> Iterator[Dependency]:
    groups: list[tuple[object, Scope]] = [
        (table(poetry, "dependencies"), "runtime"),
        (table(poetry, "dev-dependencies"), "dev"),
    ]
    groups += [
        (table(group, "dependencies"), _scope_of(name, "dev"))
        for name, group in table(poetry, "group").items()
    ]
    for wanted, scope in groups:
        for name, given in table(wanted).items():
            version = given if isinstance(given, str) else table(given).get("version")
            is_extra = scope == "runtime" and table(given).get("optional") is True
            if name.lower() != "python":
                requirement = version if isinstance(version, str) else ""
                yield Dependency(
                    name=name,
                    requirement=requirement,
                    scope="optional" if is_extra else scope,
                    line=lines.of(name),
                )


def _commands(project: object, poetry: object, lines: Lines) -> tuple[Command, ...]:
    scripts = {**table(project, "gui-scripts"), **table(poetry, "scripts"), **table(project, "scripts")}
    return tuple(
        Command(name=name, target=target, line=lines.of(name, target))
        for name, target in sorted(scripts.items())
        if isinstance(target, str)
    )


def required(requirements: tuple[str, ...], scope: Scope, lines: Lines) -> Iterator[Dependency]:
    """Dependencies of PEP 508 lines; what only some machines need to run is optional."""
    for requirement in requirements:
        match = REQUIREMENT.match(requirement)
        if match:
            some_only = scope == "runtime" and CONDITION.search(requirement)
            name, version = match.group(1), " ".join(match.group(2).split())
            line = lines.of(requirement.strip()) if len(requirement) > len(name) else lines.of(name)
            yield Dependency(
                name=name,
                requirement=version,
                scope="optional" if some_only else scope,
                line=line if line > 1 else lines.of(name),
            )


def setup_cfg(path: str, text: str) -> Manifest:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.read_string(text)
    lines = Lines(text)
    metadata = dict(parser["metadata"]) if parser.has_section("metadata") else {}
    install = parser.get("options", "install_requires", fallback="").split("\n")
    scripts = parser.get("options.entry_points", "console_scripts", fallback="").split("\n")
    return Manifest(
        path=path,
        ecosystem="pypi",
        name=lines.field("name", metadata.get("name")),
        version=_literal(lines, metadata.get("version")),
        description=lines.field("description", metadata.get("description")),
        homepage=lines.field("url", metadata.get("url")),
        repository=lines.field("url", metadata.get("url")),
        license=lines.field("license", metadata.get("license")),
        dependencies=without_doubles(required(tuple(install), "runtime", lines)),
        commands=commands_of(scripts, lines),
    )


def _literal(lines: Lines, version: str | None) -> Field | None:
    """A version that stands there; `attr: package.__version__` names another place."""
    return None if version and version.startswith(("attr:", "file:")) else lines.field("version", version)


def commands_of(scripts: object, lines: Lines) -> tuple[Command, ...]:
    parted = (line.partition("=") for line in texts(scripts))
    pairs = sorted((name.strip(), target.strip()) for name, mark, target in parted if mark)
    return tuple(Command(name=name, target=target, line=lines.of(name)) for name, target in pairs)


def pkg_info(path: str, text: str) -> Manifest:
    """The metadata of a source distribution."""
    lines, message = Lines(text), HeaderParser().parsestr(text)
    headers = {key: str(value) for key, value in message.items()}
    required_dists = tuple(str(each) for each in message.get_all("Requires-Dist", []))
    license_ = headers.get("License-Expression") or headers.get("License")
    labelled = (str(each).partition(",") for each in message.get_all("Project-URL", []))
    urls: dict[str, object] = {name.strip().lower(): address.strip() for name, _, address in labelled}
    return Manifest(
        path=path,
        ecosystem="pypi",
        name=lines.field("Name", headers.get("Name")),
        version=lines.field("Version", headers.get("Version")),
        description=lines.field("Summary", headers.get("Summary")),
        homepage=lines.field("Home-page", headers.get("Home-page")),
        repository=lines.field("", _repository(urls) or headers.get("Home-page")),
        license=lines.field("License", license_) if license_ and "\n" not in license_ else None,
        dependencies=without_doubles(
            required(tuple(each for each in required_dists if "extra ==" not in each), "runtime", lines)
        ),
    )


def requirements(path: str, text: str) -> Manifest:
    lines = Lines(text)
    written = tuple(line.strip() for line in text.splitlines() if not line.strip().startswith(("-", "#")))
    name = path.rpartition("/")[2]
    group = re.sub(r"(?i)^requirements[-_.]?|\.txt$", "", name)
    scope = _scope_of(group, "runtime") if group else "runtime"
    wanted = tuple(line for line in written if line and "://" not in line.split("#")[0])
    return Manifest(path=path, ecosystem="pypi", dependencies=without_doubles(required(wanted, scope, lines)))
