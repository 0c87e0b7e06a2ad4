"""How a repository can be run elsewhere: containers, clusters, platforms."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.scanner.analysis.classify import is_documentation, is_foreign, is_test_path
from services.scanner.analysis.evidence import fact, in_file
from services.scanner.analysis.survey import Survey
from shared.facts import Fact

MAX_SHOWN = 5
MARKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("Docker", re.compile(r"(?:^|/)(?:Dockerfile|Containerfile)(?:\.[\w.-]+)?$|\.[Dd]ockerfile$")),
    ("Docker Compose", re.compile(r"(?:^|/)(?:docker-)?compose(?:[.-][\w-]+)?\.ya?ml$")),
    ("Helm", re.compile(r"(?:^|/)Chart\.ya?ml$")),
    ("Kustomize", re.compile(r"(?:^|/)kustomization\.ya?ml$")),
    ("Terraform", re.compile(r"\.tf$")),
    ("Heroku", re.compile(r"^Procfile$")),
    ("Fly.io", re.compile(r"^fly\.toml$")),
    ("Vercel", re.compile(r"^vercel\.json$")),
    ("Netlify", re.compile(r"^netlify\.toml$")),
    ("Serverless Framework", re.compile(r"^serverless\.ya?ml$")),
    ("systemd", re.compile(r"\.service$")),
)


def deployment_facts(seen: Survey) -> Iterator[Fact]:
    own = [each.path for each in seen.files if not _is_apart(each.path)]
    found = [(name, [path for path in own if mark.search(path)]) for name, mark in MARKS]
    kubernetes = [path for path in seen.kubernetes if path in set(own)]
    ranked = [pair for pair in (*found[:2], ("Kubernetes", kubernetes), *found[2:]) if pair[1]]
    for number, (name, paths) in enumerate(ranked, start=1):
        shown = [in_file(path) for path in paths[:MAX_SHOWN]]
        yield from fact(f"deployment.{number}", "deployment", name, shown, path=paths[0], files=len(paths))


def _is_apart(path: str) -> bool:
    return is_foreign(path) or is_documentation(path) or is_test_path(path)
