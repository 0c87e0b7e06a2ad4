"""The script and its storyboard: what is said, what is shown, and the facts under each.

The narrator writes it, the translator turns it into other languages, the publisher draws it. Every piece of
text carries the ids of the facts it rests on; text without a name, a number or a claim about the
repository (a heading such as "At a glance") carries none.
"""

from __future__ import annotations

import msgspec


class Text(msgspec.Struct, frozen=True):
    """Text on the screen."""

    text: str
    facts: tuple[str, ...] = ()


class Reveal(msgspec.Struct, frozen=True, kw_only=True):
    """A box of the slide appears when a word starts."""

    word: int
    """Index of the word in its sentence, split at white space."""
    box: int
    """Index of the slide's stat, item, node layer or highlighted line group."""


class Sentence(msgspec.Struct, frozen=True, kw_only=True):
    text: str
    facts: tuple[str, ...]
    reveals: tuple[Reveal, ...] = ()


class TitleSlide(msgspec.Struct, frozen=True, kw_only=True, tag="title"):
    kicker: Text
    title: Text
    subtitle: Text
    chips: tuple[Text, ...] = ()


class Stat(msgspec.Struct, frozen=True, kw_only=True):
    value: Text
    label: Text


class LanguageShare(msgspec.Struct, frozen=True, kw_only=True):
    name: Text
    share: float
    """0 to 1; the shares of one slide add up to at most 1."""
    color: str
    """`#rrggbb`."""


class GlanceSlide(msgspec.Struct, frozen=True, kw_only=True, tag="glance"):
    """Boxes: the stats, in order (at most 4), then the bar of languages."""

    kicker: Text
    title: Text
    stats: tuple[Stat, ...]
    languages_label: Text
    languages: tuple[LanguageShare, ...] = ()
    badges: tuple[Text, ...] = ()
    """Licence, newest release and the like."""
    people: tuple[Text, ...] = ()


class Node(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    label: Text
    note: Text


class Edge(msgspec.Struct, frozen=True, kw_only=True):
    """`source` depends on `target`."""

    source: str
    target: str
    facts: tuple[str, ...]


class ArchitectureSlide(msgspec.Struct, frozen=True, kw_only=True, tag="architecture"):
    """Boxes: the layers of the diagram, top first, then the nodes pointed at.

    At most 16 nodes; the edges have no cycle.
    """

    kicker: Text
    title: Text
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = ()
    pointed: tuple[str, ...] = ()
    """Ids of nodes that the words single out."""


class LineGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Lines of a file, first and last."""

    first: int
    last: int


class CodeSlide(msgspec.Struct, frozen=True, kw_only=True, tag="code"):
    """Boxes: the groups of lines to look at."""

    kicker: Text
    title: Text
    path: Text
    language: str
    """Name of the syntax, for colouring."""
    first_line: int
    code: Text
    """At most 18 lines."""
    groups: tuple[LineGroup, ...] = ()


class Item(msgspec.Struct, frozen=True, kw_only=True):
    heading: Text
    body: Text


class ListSlide(msgspec.Struct, frozen=True, kw_only=True, tag="list"):
    """Boxes: the items, in order (at most 6)."""

    kicker: Text
    title: Text
    items: tuple[Item, ...]


class NewsSlide(msgspec.Struct, frozen=True, kw_only=True, tag="news"):
    """Boxes: the items, in order (at most 6): the heading is a sort ("New"), the body what changed."""

    kicker: Text
    title: Text
    items: tuple[Item, ...]


class FlowSlide(msgspec.Struct, frozen=True, kw_only=True, tag="flow"):
    """From a problem to what answers it. Boxes: the steps, in order (at most 4)."""

    kicker: Text
    title: Text
    problem: Item
    steps: tuple[Item, ...]


class Tile(msgspec.Struct, frozen=True, kw_only=True):
    heading: Text
    body: Text
    lines: int
    """What its area shows."""


class TreemapSlide(msgspec.Struct, frozen=True, kw_only=True, tag="treemap"):
    """Folders by their lines of code. Boxes: the tiles, in order (at most 8)."""

    kicker: Text
    title: Text
    tiles: tuple[Tile, ...]


class Pin(msgspec.Struct, frozen=True, kw_only=True):
    label: Text
    month: str
    """`YYYY-MM`."""


class TimelineSlide(msgspec.Struct, frozen=True, kw_only=True, tag="timeline"):
    """Commits month by month, each month from the first on. Boxes: the pins, in order (at most 6)."""

    kicker: Text
    title: Text
    first_month: str
    """`YYYY-MM`."""
    counts: tuple[int, ...]
    facts: tuple[str, ...]
    """What the counts rest on."""
    pins: tuple[Pin, ...] = ()


class VerdictSlide(msgspec.Struct, frozen=True, kw_only=True, tag="verdict"):
    """Boxes: the assets, then the burdens (at most 6)."""

    kicker: Text
    title: Text
    for_label: Text
    against_label: Text
    assets: tuple[Text, ...] = ()
    burdens: tuple[Text, ...] = ()


class OutroSlide(msgspec.Struct, frozen=True, kw_only=True, tag="outro"):
    title: Text
    subtitle: Text
    call: Text
    """What the viewer may do next: an install command or an address."""
    credits: tuple[Text, ...] = ()
    """Owner, licence, commit, disclosure of the synthetic voice."""


Slide = (
    TitleSlide
    | GlanceSlide
    | ArchitectureSlide
    | CodeSlide
    | ListSlide
    | NewsSlide
    | FlowSlide
    | TreemapSlide
    | TimelineSlide
    | VerdictSlide
    | OutroSlide
)


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    """`hook`, `glance`, `problem`, `solution`, `architecture`, `code`, `strengths`, `limits`, `verdict`."""
    heading: str
    """The chapter's name."""
    sentences: tuple[Sentence, ...]
    slide: Slide


class Script(msgspec.Struct, frozen=True, kw_only=True):
    """`script.L.json` of a finished job."""

    language: str
    profile: str
    title: Text
    description: Text
    scenes: tuple[Scene, ...]
    warnings: tuple[str, ...] = ()
    quiz: str = ""
    """Key of the questions that were made from the facts before this was written (`shared.truth.quiz`)."""
    recording: str = ""
    """Key of the `shared.speech.listener.Transcript` whose words these are; empty where a voice speaks."""
