"""Reads the manifests of a repository: names, versions, dependencies and commands, each with its line."""

from __future__ import annotations

import configparser
import re
import tomllib
from collections.abc import Callable, Mapping

import msgspec

from services.scanner.analysis.classify import is_documentation, is_foreign, is_test_path
from services.scanner.analysis.manifests import more, others, python, setup_script
from services.scanner.analysis.manifests.manifest import Manifest, scoped

Reader = Callable[[str, str], Manifest]

READERS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (re.compile(r"pyproject\.toml"), python.pyproject),
    (re.compile(r"package\.json"), others.package_json),
    (re.compile(r"Cargo\.toml"), others.cargo_toml),
    (re.compile(r"go\.mod"), others.go_mod),
    (re.compile(r"[\w.-]+\.gemspec|Gemfile"), others.gemfile),
    (re.compile(r"pom\.xml"), others.pom_xml),
    (re.compile(r"setup\.cfg"), python.setup_cfg),
    (re.compile(r"setup\.py"), setup_script.setup_py),
    (re.compile(r"composer\.json"), more.composer_json),
    (re.compile(r"[\w.-]+\.(?:cs|fs|vb)proj"), more.project_file),
    (re.compile(r"build\.gradle(?:\.kts)?"), more.gradle),
    (re.compile(r"vcpkg\.json"), more.vcpkg_json),
    (re.compile(r"CMakeLists\.txt"), more.cmake_lists),
    (re.compile(r"PKG-INFO"), python.pkg_info),
    (re.compile(r"requirements(?:[-_.][\w-]+)?\.txt"), python.requirements),
)
"""By file name; the order says which one of a folder is asked first."""

MAX_DEPTH = 5
PACKAGED_BY = (
    (re.compile(r"requirements"), re.compile(r"(?:^|/)(?:pyproject\.toml|setup\.cfg|setup\.py|PKG-INFO)$")),
    (re.compile(r"Gemfile$"), re.compile(r"\.gemspec$")),
)
"""Of manifests that a developer installs from: what says for users what the package needs."""


def is_manifest(path: str) -> bool:
    aside = is_foreign(path) or is_test_path(path) or is_documentation(path)
    return path.count("/") <= MAX_DEPTH and not aside and _rank(path) < len(READERS)


def read_manifests(texts: Mapping[str, str]) -> tuple[tuple[Manifest, ...], tuple[str, ...]]:
    """The manifests among these texts, outermost first, and warnings about those that cannot be read."""
    found: list[Manifest] = []
    warnings: list[str] = []
    for path in sorted(filter(is_manifest, texts), key=lambda path: (path.count("/"), _rank(path), path)):
        try:
            found.append(READERS[_rank(path)][1](path, texts[path]))
        except (
            ValueError,  # also of tomllib and msgspec
            SyntaxError,  # of ast and ElementTree
            configparser.Error,
            RecursionError,
            MemoryError,  # ast, at nesting too deep for it
            tomllib.TOMLDecodeError,
            msgspec.MsgspecError,
        ) as error:
            warnings.append(f"{path} could not be read: {str(error)[:160]}")
    return tuple(_placed(manifest, found, texts) for manifest in found), tuple(warnings)


def _placed(manifest: Manifest, all_of_them: list[Manifest], texts: Mapping[str, str]) -> Manifest:
    """What stands beside the file that packages the project, and is not named in it, is for developers."""
    name = manifest.path.rpartition("/")[2]
    packaging = next((packages for pattern, packages in PACKAGED_BY if pattern.match(name)), None)
    if packaging is None:
        return manifest
    beside = [each for each in all_of_them if each.folder == manifest.folder and packaging.search(each.path)]
    packages = [each for each in beside if each.name or each.dependencies]
    is_named = any(name in texts[each.path] for each in packages)
    return scoped(manifest, "dev") if packages and not is_named else manifest


def _rank(path: str) -> int:
    name = path.rpartition("/")[2]
    matching = (rank for rank, (pattern, _reader) in enumerate(READERS) if pattern.fullmatch(name))
    return next(matching, len(READERS))
