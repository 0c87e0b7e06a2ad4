"""Facts about how a repository's modules hang together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from services.scanner.analysis.evidence import fact, in_file, measured
from services.scanner.analysis.graph import Graph, Node, collapsed
from services.scanner.analysis.imports.dialect import Layout, Package, stem
from services.scanner.analysis.imports.dialects import dialect_of
from services.scanner.analysis.manifests.manifest import Manifest
from services.scanner.analysis.modules import Imports, resolve_imports
from services.scanner.analysis.survey import Survey, Unit
from shared.facts import Evidence, Fact

MAX_SIGHTINGS = 3
SMALLEST_SHARE = 0.1
"""A family of languages with a smaller part of the lines is not drawn."""


def imports_between(seen: Survey, manifests: tuple[Manifest, ...]) -> Imports:
    """The imports among the repository's own modules."""
    declared = (
        Package(each.ecosystem, each.name.value if each.name else "", each.folder) for each in manifests
    )
    packages = sorted(
        set(declared), key=lambda each: (-len(each.folder), each.folder, each.ecosystem, each.name)
    )
    python_packages = frozenset(
        unit.path.rpartition("/")[0] for unit in seen.units if unit.path.endswith("/__init__.py")
    )
    roots = sorted(
        {root for each in manifests for root in _roots(each)}, key=lambda root: (-len(root[1]), root)
    )
    return resolve_imports(seen.units, Layout(tuple(packages), python_packages, tuple(roots)))


def _roots(manifest: Manifest) -> Iterator[tuple[str, str]]:
    """The manifest's namespaces with their folders as seen from the repository's root."""
    for namespace, folder in manifest.roots:
        yield namespace, "/".join(filter(None, (manifest.folder, folder)))


def structure_facts(seen: Survey, imports: Imports) -> Iterator[Fact]:
    graph = collapsed(imports, _families(seen.units))
    for number, node in enumerate(graph.nodes, start=1):
        yield from fact(
            f"module.{number}",
            "module",
            node.name,
            _where(node),
            path=_path(node),
            files=len(node.paths),
            lines=node.lines,
            fan_in=node.fan_in,
        )
    yield from _import_facts(graph)


def _families(units: list[Unit]) -> list[str]:
    lines: Counter[str] = Counter()
    for unit in units:
        dialect = dialect_of(unit.path)
        if dialect:
            lines[dialect.family] += unit.lines
    total = sum(lines.values())
    return sorted(family for family, count in lines.items() if count >= SMALLEST_SHARE * total)


def _import_facts(graph: Graph) -> Iterator[Fact]:
    names = {node.key: node.name for node in graph.nodes}
    fan_in = {node.key: node.fan_in for node in graph.nodes}
    ranked = sorted(graph.edges, key=lambda edge: (-len(edge[2]), -fan_in[edge[1]], edge[0], edge[1]))
    for number, (source, target, sightings) in enumerate(ranked, start=1):
        yield from fact(
            f"import.{number}",
            "import",
            f"{names[source]} -> {names[target]}",
            [in_file(seen.path, seen.line) for seen in sightings[:MAX_SIGHTINGS]],
            source=names[source],
            target=names[target],
        )


def _path(node: Node) -> str:
    """The one file, or the folder that holds them all; files of one name in several forms are as one."""
    if len({stem(path) for path in node.paths}) == 1:
        return node.paths[0]
    first, last = node.paths[0].split("/"), node.paths[-1].split("/")
    shared = [one for one, other in zip(first[:-1], last[:-1], strict=False) if one == other]
    return "/".join(shared) or "."


def _where(node: Node) -> Evidence:
    if len(node.paths) == 1:
        return in_file(node.paths[0], 1, max(node.lines, 1))
    return measured(f"{len(node.paths)} files", _path(node))
