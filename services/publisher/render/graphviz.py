"""The one place that knows Graphviz: ranked boxes in, positions and curves out, in pixels, y downwards."""

from __future__ import annotations

import re
import subprocess
import sysconfig
from pathlib import Path
from typing import Any, Literal

import msgspec

TIME_LIMIT_SECONDS = 20.0
POINTS_AN_INCH = 72.0
_ARROW_ROOM = 16

Point = tuple[float, float]


class GraphvizFailed(Exception):
    """Graphviz gave no drawing."""


class Ranks(msgspec.Struct, frozen=True, kw_only=True):
    """A graph whose rows are decided already: nodes by number, first row first."""

    rows: tuple[tuple[int, ...], ...]
    edges: tuple[tuple[int, int], ...]
    direction: Literal["TB", "LR"]
    width: float
    height: float
    node_gap: float
    rank_gap: float


class Drawing(msgspec.Struct, frozen=True, kw_only=True):
    width: float
    height: float
    centres: dict[int, Point]
    curves: dict[tuple[int, int], tuple[Point, ...]]
    """Cubic curves: a start, then three points for each bend; the last point is short of the arrow's tip."""


def draw(ranks: Ranks) -> Drawing:
    """Let Graphviz order the nodes of each row and lead the edges around them.

    Raises GraphvizFailed.
    """
    command = Path(sysconfig.get_path("scripts")) / "graphviz-pure"
    try:
        ended = subprocess.run(  # noqa: S603 - our own command; the graph holds numbers only
            [str(command), "-Tjson"],
            input=_source(ranks).encode(),
            capture_output=True,
            check=True,
            timeout=TIME_LIMIT_SECONDS,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise GraphvizFailed(f"{command.name} gave no drawing: {error}") from error
    return _read(msgspec.json.decode(ended.stdout))


def _source(ranks: Ranks) -> str:
    size = f"width={ranks.width / POINTS_AN_INCH:.4f},height={ranks.height / POINTS_AN_INCH:.4f}"
    lines = [
        f"digraph {{ rankdir={ranks.direction}; splines=spline; outputorder=nodesfirst;",
        f"nodesep={ranks.node_gap / POINTS_AN_INCH:.4f}; ranksep={ranks.rank_gap / POINTS_AN_INCH:.4f};",
        f'node [shape=box,fixedsize=true,label="",{size}]; edge [arrowsize={_ARROW_ROOM / 10:.1f}];',
    ]
    lines += [f"{{ rank=same; {' '.join(f'n{node};' for node in row)} }}" for row in ranks.rows]
    lines += [f"n{a} -> n{b};" for a, b in ranks.edges]
    lines += [
        f"n{above[0]} -> n{below[0]} [style=invis,weight=0];"
        for above, below in zip(ranks.rows, ranks.rows[1:], strict=False)
    ]
    return "\n".join([*lines, "}"])


def _read(answer: dict[str, Any]) -> Drawing:
    left, bottom, right, top = map(float, answer["bb"].split(","))
    nodes = {thing["_gvid"]: thing for thing in answer.get("objects", ()) if "pos" in thing}
    numbers = {gvid: int(thing["name"].removeprefix("n")) for gvid, thing in nodes.items()}

    def point(text: str) -> Point:
        x, y = map(float, text.split(","))
        return x - left, top - y

    return Drawing(
        width=right - left,
        height=top - bottom,
        centres={numbers[gvid]: point(thing["pos"]) for gvid, thing in nodes.items()},
        curves={
            (numbers[edge["tail"]], numbers[edge["head"]]): tuple(
                point(text) for text in re.sub(r"[es],\S+ ", "", edge["pos"]).split()
            )
            for edge in answer.get("edges", ())
            if edge.get("style") != "invis"
        },
    )
