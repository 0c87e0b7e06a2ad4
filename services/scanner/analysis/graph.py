"""Draws a repository's imports small: at most so many nodes, no cycles, no edge that others imply."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

import msgspec
import networkx as nx

from services.scanner.analysis.modules import Imports, Module, ModuleKey, Sighting

MAX_NODES = 16
FEW_NODES = 5
"""With fewer nodes than this a picture says little: a group is opened even if some of it must be left out."""

Edge = tuple[ModuleKey, ModuleKey]


class Node(msgspec.Struct, frozen=True):
    """A module, or a package with all that is below it."""

    key: ModuleKey
    name: str
    paths: tuple[str, ...]
    lines: int
    fan_in: int
    """Modules outside the node that import something in it."""


class Graph(msgspec.Struct, frozen=True):
    nodes: tuple[Node, ...]
    """Most imported first."""
    edges: tuple[tuple[ModuleKey, ModuleKey, tuple[Sighting, ...]], ...]
    """`(source, target, where)`: the source imports the target."""


def collapsed(imports: Imports, families: Iterable[str]) -> Graph:
    """The picture of the modules of these families of languages."""
    wanted = set(families)
    modules = {key: module for key, module in imports.modules.items() if key.family in wanted}
    groups = _grouped(modules)
    member_of = {key: group for group, members in groups.items() for key in members}
    sightings = _between(imports, member_of)
    importers = _importers(imports, member_of)
    nodes = [_node(imports, group, members, len(importers[group])) for group, members in groups.items()]
    kept = _most_telling(nodes, sightings)
    names = {node.key for node in kept}
    inner = {edge: seen for edge, seen in sightings.items() if edge[0] in names and edge[1] in names}
    edges = _reduced(sorted(names), {edge: len(seen) for edge, seen in inner.items()})
    return Graph(tuple(kept), tuple((*edge, tuple(sorted(set(inner[edge])))) for edge in edges))


def _grouped(modules: dict[ModuleKey, Module]) -> dict[ModuleKey, tuple[ModuleKey, ...]]:
    """Starts from the outermost packages and opens them, level by level, the largest first.

    It ends at the first one that would make the picture too large: to open smaller ones instead would show
    what matters less in more detail.
    """
    groups = _split(tuple(sorted(modules)), 1)
    while openable := [group for group in groups if len(groups[group]) > 1]:
        largest = min(openable, key=lambda group: (len(group.parts), -_lines(modules, groups[group]), group))
        opened = _split(groups[largest], len(largest.parts) + 1)
        rest = {group: members for group, members in groups.items() if group != largest}
        if len(rest) + len(opened) > MAX_NODES and len(groups) >= FEW_NODES:
            break
        groups = rest | opened
    return dict(sorted(groups.items()))


def _lines(modules: dict[ModuleKey, Module], members: tuple[ModuleKey, ...]) -> int:
    return sum(modules[key].lines for key in members)


def _split(members: tuple[ModuleKey, ...], depth: int) -> dict[ModuleKey, tuple[ModuleKey, ...]]:
    """Groups by the outer names; a module alone in its group stands for itself."""
    groups: defaultdict[ModuleKey, list[ModuleKey]] = defaultdict(list)
    for key in members:
        groups[ModuleKey(key.family, key.parts[:depth])].append(key)
    return {inner[0] if len(inner) == 1 else group: tuple(inner) for group, inner in groups.items()}


def _between(imports: Imports, member_of: dict[ModuleKey, ModuleKey]) -> dict[Edge, list[Sighting]]:
    found: defaultdict[Edge, list[Sighting]] = defaultdict(list)
    for (source, target), sightings in imports.edges.items():
        ends = member_of.get(source), member_of.get(target)
        if ends[0] is not None and ends[1] is not None and ends[0] != ends[1]:
            found[ends[0], ends[1]].extend(sightings)
    return found


def _importers(
    imports: Imports, member_of: dict[ModuleKey, ModuleKey]
) -> defaultdict[ModuleKey | None, set[ModuleKey]]:
    """The modules outside each group that import something in it."""
    found: defaultdict[ModuleKey | None, set[ModuleKey]] = defaultdict(set)
    for source, target in imports.edges:
        group = member_of.get(target)
        if member_of.get(source) != group:
            found[group].add(source)
    return found


def _node(imports: Imports, group: ModuleKey, members: tuple[ModuleKey, ...], fan_in: int) -> Node:
    modules = [imports.modules[key] for key in members]
    name = modules[0].separator.join(group.parts)
    paths = tuple(sorted(path for module in modules for path in module.paths))
    return Node(group, name, paths, sum(module.lines for module in modules), fan_in)


def _most_telling(nodes: list[Node], edges: Iterable[Edge]) -> list[Node]:
    """Joined nodes before lonely ones, much imported before little imported, large before small."""
    degree: Counter[ModuleKey] = Counter(end for edge in edges for end in edge)
    joined = [node for node in nodes if degree[node.key]]
    candidates = joined if len(joined) > 2 else nodes  # noqa: PLR2004 - two boxes are no picture
    ranked = sorted(candidates, key=lambda node: (-degree[node.key], -node.lines, node.key))[:MAX_NODES]
    return sorted(ranked, key=lambda node: (-node.fan_in, -node.lines, node.key))


def _reduced(names: list[ModuleKey], weights: dict[Edge, int]) -> list[Edge]:
    """The edges that remain once cycles are broken and implied edges are gone."""
    graph = nx.DiGraph()
    graph.add_nodes_from(names)
    graph.add_edges_from(sorted(weights))
    while knots := _knots(graph):
        graph.remove_edge(*_weakest(graph, knots[0], weights))
    return sorted(nx.transitive_reduction(graph).edges)


def _knots(graph: nx.DiGraph) -> list[set[ModuleKey]]:
    """The sets of nodes that reach each other."""
    return sorted((each for each in nx.strongly_connected_components(graph) if len(each) > 1), key=min)


def _weakest(graph: nx.DiGraph, knot: set[ModuleKey], weights: dict[Edge, int]) -> Edge:
    """The edge of the knot that stands for the fewest imports; of equals the one that points highest up.

    A package's front door imports much and is imported for little, so edges into it go first.
    """

    def rank(edge: Edge) -> tuple[int, int, Edge]:
        target = edge[1]
        return weights[edge], graph.in_degree(target) - graph.out_degree(target), edge

    edges: list[Edge] = [edge for edge in graph.edges if edge[0] in knot and edge[1] in knot]
    return min(edges, key=rank)
