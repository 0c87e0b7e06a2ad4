"""Reads setup.py without running it: only arguments written as literals are seen."""

from __future__ import annotations

import ast
import warnings

from services.scanner.analysis.manifests.manifest import Lines, Manifest, table, texts, without_doubles
from services.scanner.analysis.manifests.python import commands_of, required


def setup_py(path: str, text: str) -> Manifest:
    lines = Lines(text)
    given = _setup_arguments(_parsed(text))
    declared = given.get("entry_points")
    scripts = table(declared).get("console_scripts")
    return Manifest(
        path=path,
        ecosystem="pypi",
        name=lines.field("name", given.get("name")),
        version=lines.field("version", given.get("version")),
        description=lines.field("description", given.get("description")),
        homepage=lines.field("url", given.get("url")),
        repository=lines.field("url", given.get("url")),
        license=lines.field("license", given.get("license")),
        dependencies=without_doubles(required(texts(given.get("install_requires")), "runtime", lines)),
        commands=commands_of(scripts, lines),
    )


def _parsed(text: str) -> ast.Module:
    with warnings.catch_warnings():
        # Of doubtful escapes in foreign strings we need not hear.
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _setup_arguments(tree: ast.Module) -> dict[str, object]:
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found: dict[str, object] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "setup":
            for keyword in node.keywords:
                value = keyword.value
                written = constants.get(value.id, value) if isinstance(value, ast.Name) else value
                try:
                    found[keyword.arg or ""] = ast.literal_eval(written)
                except (ValueError, TypeError, MemoryError, RecursionError):
                    continue
    return found
