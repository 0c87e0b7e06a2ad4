"""The import graph as a picture: few boxes, no cycles, no arrow that others already imply."""

from __future__ import annotations

import re
from dataclasses import dataclass

import networkx as nx

from services.narrator.write.findings import Findings, is_beside, whole
from shared.facts import Fact

MAX_NODES, MAX_NODES_NARROW = 16, 9
"""What can be read in a wide picture, and in one that is narrow."""
MIN_NODES = 3


_SEPARATOR = re.compile(r"::|[./:\\]")


@dataclass(frozen=True)
class Diagram:
    modules: dict[str, Fact]
    edges: dict[tuple[str, str], Fact]
    layers: tuple[tuple[str, ...], ...]
    """Top first: a module stands below all that import it."""

    def layer_of(self, module: str) -> int:
        return next(number for number, layer in enumerate(self.layers) if module in layer)

    @property
    def most_imported(self) -> tuple[str, Fact]:
        return max(self.modules.items(), key=lambda entry: (whole(entry[1], "fan_in"), entry[0]))

    def label(self, module: str) -> str:
        """The last part of its name, or as much of it as no other box shares."""
        starts = [0, *(match.end() for match in _SEPARATOR.finditer(module))]
        tails = [module[start:] for start in reversed(starts) if module[start:]]
        return next((tail for tail in tails if self._means_one(tail)), module)

    def _means_one(self, tail: str) -> bool:
        ending = re.compile(rf"(?:^|[./:\\]){re.escape(tail)}\Z")
        return sum(bool(ending.search(module)) for module in self.modules) == 1


def diagram(findings: Findings, most: int = MAX_NODES) -> Diagram | None:
    """The most imported and largest modules that imports join; None when there are too few."""
    modules = {str(fact.value): fact for fact in findings.series("module") if not is_beside(fact)}
    imports = {ends: fact for fact in findings.numbered("import") if (ends := _ends(fact, modules))}
    joined = {end for ends in imports for end in ends}
    chosen = sorted(
        joined, key=lambda name: (-whole(modules[name], "fan_in"), -whole(modules[name], "lines"), name)
    )
    graph = _acyclic(chosen[:most], imports, modules)
    if len(graph) < MIN_NODES:
        return None
    layers = tuple(tuple(sorted(layer)) for layer in nx.topological_generations(graph))
    reduced = nx.transitive_reduction(graph)
    # In the order of the facts: that of the graph differs from process to process.
    shown = {ends: fact for ends, fact in imports.items() if reduced.has_edge(*ends)}
    return Diagram({name: modules[name] for layer in layers for name in layer}, shown, layers)


def _ends(fact: Fact, modules: dict[str, Fact]) -> tuple[str, str] | None:
    source, target = str(fact.attributes.get("source", "")), str(fact.attributes.get("target", ""))
    return (source, target) if source != target and source in modules and target in modules else None


def _acyclic(
    chosen: list[str], imports: dict[tuple[str, str], Fact], modules: dict[str, Fact]
) -> nx.DiGraph[str]:
    """Of two modules that import each other, the arrow to the less imported one is left out."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    wanted = [ends for ends in imports if ends[0] in chosen and ends[1] in chosen]
    for source, target in sorted(wanted, key=lambda ends: (-whole(modules[ends[1]], "fan_in"), ends)):
        if not (graph.has_node(target) and graph.has_node(source) and nx.has_path(graph, target, source)):
            graph.add_edge(source, target)
    return graph
