from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.publisher.render import graphviz, placement
from services.publisher.render.canvas import canvases
from services.publisher.render.diagram import draw_diagram, layers_of
from services.publisher.render.placement import place
from shared.script import ArchitectureSlide, Text
from tests.support import films

FLOOR = 72.0
ROOMS = {name: canvas.body for name, canvas in canvases().items()}
ROOM = ROOMS["wide"]


def slide(count, pairs, label="module"):
    return ArchitectureSlide(
        kicker=Text("Architecture"),
        title=Text("Modules"),
        nodes=films.nodes(*[(f"{label}_{number}", "9 lines") for number in range(count)]),
        edges=films.edges(*[f"{label}_{a}>{label}_{b}" for a, b in pairs]),
    )


@st.composite
def graphs(draw):
    count = draw(st.integers(1, 16))
    pairs = draw(st.sets(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=30))
    return slide(
        count,
        sorted((a, b) for a, b in pairs if a < b),
        draw(st.sampled_from(["m", "a_rather_long_module_name"])),
    )


def check(diagram, room):
    nodes = diagram.nodes
    for node in nodes:
        assert node.x >= -0.5
        assert node.y >= -0.5
        assert node.x + node.w <= room.w + 0.5
        assert node.y + node.h <= room.h + 0.5
        assert node.h >= FLOOR
        assert node.w >= placement.NARROWEST - 0.5
    for at, one in enumerate(nodes):
        for other in nodes[at + 1 :]:
            apart = abs(one.x - other.x) >= one.w or abs(one.y - other.y) >= one.h
            assert apart, f"{one} lies on {other}"
    for edge in diagram.edges:
        for x, y in (*edge.points, edge.tip):
            assert -0.5 <= x <= room.w + 0.5
            assert -0.5 <= y <= room.h + 0.5


@settings(max_examples=50, deadline=None)
@given(graphs())
def test_no_graph_leaves_its_room_and_no_box_lies_on_another(graph):
    check(draw_diagram(graph, ROOM), ROOM)


@settings(max_examples=15, deadline=None)
@given(graphs(), st.sampled_from(["reel", "square"]))
def test_graphs_keep_to_the_rooms_of_narrow_shapes(graph, shape):
    check(draw_diagram(graph, ROOMS[shape]), ROOMS[shape])


def test_an_arrow_that_would_be_led_around_the_edge_stays_inside():
    graph = slide(6, [(0, 2), (1, 3), (1, 4), (1, 5), (2, 3)])
    check(draw_diagram(graph, ROOMS["reel"]), ROOMS["reel"])


@pytest.mark.parametrize("shape", ROOMS)
@pytest.mark.parametrize("count", [1, 2, 3, 16])
@pytest.mark.parametrize(
    "pairs", [lambda n: [], lambda n: pairwise(range(n)), lambda n: [(0, k) for k in range(1, n)]]
)
def test_flat_deep_and_wide_graphs_fit(count, pairs, shape):
    diagram = draw_diagram(slide(count, list(pairs(count))), ROOMS[shape])
    check(diagram, ROOMS[shape])
    assert len(diagram.nodes) == count


def test_few_boxes_are_larger_than_many():
    few, many = (draw_diagram(slide(n, pairwise(range(n))), ROOM).nodes[0] for n in (2, 12))
    assert few.w * few.h > 2 * many.w * many.h


def test_a_diagram_is_centred():
    room = ROOM
    nodes = draw_diagram(slide(2, [(0, 1)]), ROOM).nodes
    left, right = min(n.x for n in nodes), room.w - max(n.x + n.w for n in nodes)
    above, below = min(n.y for n in nodes), room.h - max(n.y + n.h for n in nodes)
    assert abs(left - right) < 4
    assert abs(above - below) < 4


def test_layers_go_from_those_who_use_to_those_who_are_used():
    assert layers_of(slide(4, [(0, 1), (1, 2), (0, 2)])) == ((0, 3), (1,), (2,))


def test_an_edge_appears_with_the_lower_of_its_ends():
    diagram = draw_diagram(slide(3, [(0, 1), (1, 2)]), ROOM)
    assert [edge.layer for edge in diagram.edges] == [1, 2]


def test_edges_to_unknown_nodes_are_left_out():
    graph = slide(2, [(0, 1)])
    odd = ArchitectureSlide(
        kicker=graph.kicker,
        title=graph.title,
        nodes=graph.nodes,
        edges=(*graph.edges, *films.edges("module_0>gone")),
    )
    assert len(draw_diagram(odd, ROOM).edges) == 1


def test_no_more_than_sixteen_nodes_are_drawn():
    assert len(draw_diagram(slide(20, []), ROOM).nodes) == 16


def test_without_graphviz_the_diagram_is_drawn_plainly(monkeypatch, tmp_path):
    monkeypatch.setattr(graphviz.sysconfig, "get_path", lambda _: str(tmp_path))
    edges = ((0, 1), (1, 2), (0, 3))
    placed = place(((0,), (1, 3), (2,)), edges, 300, ROOM)
    assert set(placed.corners) == {0, 1, 2, 3}
    assert set(placed.curves) == set(edges)


@settings(max_examples=15, deadline=None)
@given(graphs())
def test_every_arrow_ends_on_the_border_of_a_box_and_points_into_it(graph):
    drawn = draw_diagram(graph, ROOM)
    for edge in drawn.edges:
        (x, y), (dx, dy) = edge.tip, edge.toward
        inside = (x + dx, y + dy)
        assert abs(dx * dx + dy * dy - 1) < 1e-6
        assert any(
            node.x - 1 <= inside[0] <= node.x + node.w + 1 and node.y - 1 <= inside[1] <= node.y + node.h + 1
            for node in drawn.nodes
        )
