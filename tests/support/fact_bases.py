"""Fact bases of three made-up repositories, as the scanner would measure them."""

from __future__ import annotations

from collections.abc import Iterable

from shared.facts import Evidence, Fact, FactBase, Scalar

COMMIT = "3f9c2ab47d1e5b60c8a97f21de40b35a6c78e9d0"


def fact(fact_id: str, kind: str, value: Scalar | tuple[str, ...], **attributes: Scalar) -> Fact:
    evidence = (Evidence(source="measured", field=fact_id),)
    return Fact(id=fact_id, kind=kind, value=value, attributes=attributes, evidence=evidence)


def without(base: FactBase, *ids: str) -> FactBase:
    """The same repository, had those facts (or series: `tag.`) not been seen."""
    kept = tuple(one for one in base.facts if one.id not in ids and not one.id.startswith(_series(ids)))
    return FactBase(repo=base.repo, commit=base.commit, facts=kept)


def having(base: FactBase, *facts: Fact) -> FactBase:
    """The same repository with some facts added or replaced."""
    given = {one.id for one in facts}
    kept = tuple(one for one in base.facts if one.id not in given)
    return FactBase(repo=base.repo, commit=base.commit, facts=(*kept, *facts))


def _series(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(one for one in ids if one.endswith("."))


EXCERPT = '''def match(self, path: str) -> Route | None:
    """Find the first route whose pattern fits the path."""
    for route in self.routes:
        if route.pattern.fullmatch(path):
            return route
    return None'''

LIBRARY = FactBase(
    repo="ferrum/portico",
    commit=COMMIT,
    facts=(
        fact("repo.name", "repo", "portico"),
        fact("repo.full_name", "repo", "ferrum/portico"),
        fact("repo.description", "repo", "A small routing framework for Python web services."),
        fact("repo.stars", "repo", 4231),
        fact("repo.topics", "repo", ("asgi", "routing", "http-server")),
        fact("repo.commit", "repo", COMMIT),
        fact("readme.title", "readme", "Portico"),
        fact("readme.summary", "readme", "Portico is a small routing framework for Python web services."),
        fact(
            "readme.paragraph.1",
            "readme",
            "Routing tables grow until nobody dares to touch them. Portico turns them into plain data, "
            "so you can test a route without having to start a server. See https://portico.example for more.",
        ),
        fact(
            "readme.feature.1", "readme", "Typed path parameters: each one is converted before your code runs"
        ),
        fact("readme.feature.2", "readme", "Reverse routing - build an address from a route's name"),
        fact("readme.feature.3", "readme", "Fast"),
        fact("readme.feature.4", "readme", "Support for WebSocket and HTTP/2"),
        fact("readme.install", "readme", "pip install portico"),
        fact(
            "readme.example",
            "readme",
            'from portico import Router\n\nrouter = Router()\nrouter.add("/", home)',
        ),
        fact("files.count", "size", 112),
        fact("lines.count", "size", 12_431),
        fact("tests.count", "size", 39),
        fact("ci.workflows", "size", 2),
        fact(
            "language.1",
            "language",
            "Python",
            share=0.914,
            files=96,
            lines=11_362,
            bytes=402_000,
            color="#3572A5",
        ),
        fact(
            "language.2", "language", "HTML", share=0.061, files=9, lines=700, bytes=26_000, color="#e34c26"
        ),
        fact("license.spdx", "license", "BSD-3-Clause", name="BSD 3-Clause License"),
        fact("manifest.1", "manifest", "pyproject.toml", ecosystem="python", name="portico", version="2.4.1"),
        fact("dependency.1", "dependency", "anyio", ecosystem="python", requirement=">=3.4", scope="runtime"),
        fact(
            "dependency.2",
            "dependency",
            "httptools",
            ecosystem="python",
            requirement=">=0.6",
            scope="runtime",
        ),
        fact("dependency.3", "dependency", "pytest", ecosystem="python", requirement="", scope="dev"),
        fact("directory.1", "directory", "portico", files=31, bytes=210_000, lines=6200),
        fact("directory.2", "directory", "tests", files=39, bytes=120_000, lines=4100),
        fact("module.1", "module", "portico.routing", path="portico/routing.py", lines=876, fan_in=9),
        fact("module.2", "module", "portico.types", path="portico/types.py", lines=41, fan_in=14),
        fact("module.3", "module", "portico.application", path="portico/application.py", lines=250, fan_in=1),
        fact("module.4", "module", "portico.responses", path="portico/responses.py", lines=548, fan_in=6),
        fact("module.5", "module", "portico.cli", path="portico/cli.py", lines=90, fan_in=0),
        *(
            fact(
                f"import.{number}",
                "import",
                f"portico.{one} -> portico.{other}",
                source=f"portico.{one}",
                target=f"portico.{other}",
            )
            for number, (one, other) in enumerate(
                (
                    ("cli", "application"),
                    ("application", "routing"),
                    ("application", "responses"),
                    ("application", "types"),
                    ("routing", "responses"),
                    ("routing", "types"),
                    ("responses", "types"),
                    ("types", "responses"),
                ),
                start=1,
            )
        ),
        fact(
            "excerpt.1",
            "excerpt",
            EXCERPT,
            path="portico/routing.py",
            first_line=252,
            language="python",
            symbol="Router.match",
        ),
        fact("commits.count", "history", 1421),
        fact("commits.first", "history", "2018-06-25"),
        fact("commits.last", "history", "2026-10-30"),
        fact("contributors.count", "history", 87),
        fact("contributor.1", "contributor", "Ada Ferrum", commits=902),
        fact("contributor.2", "contributor", "Tomás Rey", commits=77),
        fact("tag.1", "tag", "v2.4.1", date="2026-09-14"),
        fact("release.1", "release", "v2.4.1", date="2026-09-14", title="Reverse routing"),
    ),
)
"""A Python library with everything a repository can show."""

COMMAND = FactBase(
    repo="lena/tidyjson",
    commit=COMMIT,
    facts=(
        fact("repo.name", "repo", "tidyjson-cli"),
        fact("repo.full_name", "repo", "lena/tidyjson-cli"),
        fact("repo.commit", "repo", COMMIT),
        fact("readme.title", "readme", "tidyjson"),
        fact("readme.summary", "readme", "Sort and indent JSON files from the command line."),
        fact("readme.install", "readme", "npm install -g tidyjson"),
        fact("files.count", "size", 14),
        fact("lines.count", "size", 640),
        fact(
            "language.1",
            "language",
            "JavaScript",
            share=0.88,
            files=9,
            lines=512,
            bytes=14_000,
            color="#f1e05a",
        ),
        fact("language.2", "language", "JSON", share=0.12, files=2, lines=90, bytes=1900, color="#292929"),
        fact("license.spdx", "license", "MIT", name="MIT License"),
        fact("manifest.1", "manifest", "package.json", ecosystem="npm", name="tidyjson", version="1.0.3"),
        fact(
            "dependency.1", "dependency", "commander", ecosystem="npm", requirement="^12.0.0", scope="runtime"
        ),
        fact("command.1", "command", "tidyjson", target="bin/tidyjson.js"),
        fact("directory.1", "directory", "lib", files=6, bytes=9000, lines=410),
        fact("directory.2", "directory", "bin", files=1, bytes=900, lines=33),
        fact("commits.count", "history", 31),
        fact("commits.first", "history", "2021-02-01"),
        fact("commits.last", "history", "2022-08-19"),
        fact("contributors.count", "history", 1),
        fact("contributor.1", "contributor", "Lena Ott", commits=31),
    ),
)
"""A JavaScript command by one person, without tests or releases."""

FOLDER = FactBase(
    repo="/home/kai/notes",
    commit=None,
    facts=(
        fact("repo.name", "repo", "notes"),
        fact("files.count", "size", 3),
        fact("lines.count", "size", 57),
        fact("language.1", "language", "Markdown", share=1.0, files=3, lines=57, bytes=2100, color="#083fa1"),
    ),
)
"""A bare folder: no README, no manifest, no history."""

ALL = (LIBRARY, COMMAND, FOLDER)

CHANGES = (
    fact(
        "changes.range",
        "change",
        "v2.4.0..v2.4.1",
        earlier="v2.4.0",
        later="v2.4.1",
        earlier_date="2026-06-02",
        later_date="2026-09-14",
    ),
    fact("changes.commits", "change", 42),
    fact("changes.files", "change", 31),
    fact("changes.insertions", "change", 1204),
    fact("changes.deletions", "change", 377),
    fact("changes.authors", "change", 9),
    fact("change.1", "change", "Drop the old matcher", type="internal", breaking=True),
    fact("change.2", "change", "Add reverse routing for mounted apps", type="feature"),
    fact("change.3", "change", "Support HTTP/2 in the test client", type="feature"),
    fact("change.4", "change", "Fix a leak in the response pool", type="fix"),
    fact("change.5", "change", "Visit https://evil.example now", type="feature"),
)
RELEASED = having(LIBRARY, *CHANGES)
"""The library with two tags to compare."""
