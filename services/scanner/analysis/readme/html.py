"""The headings and paragraphs of HTML that stands in a README."""

from __future__ import annotations

from contextlib import suppress
from html.parser import HTMLParser

from services.scanner.analysis.readme.blocks import Block

HEADINGS = {f"h{level}": level for level in range(1, 7)}
BREAKING = frozenset(
    {"p", "div", "center", "br", "hr", "li", "ul", "ol", "td", "tr", "table", "blockquote", *HEADINGS}
)
UNSEEN = frozenset({"script", "style", "svg", "picture", "details", "table", "pre", "template", "noscript"})
HIDDEN_STYLES = ("display:none", "visibility:hidden", "font-size:0")


def html_blocks(html: str, first_line: int) -> tuple[Block, ...]:
    """Visible text only; `first_line` is the line of the document where the HTML begins."""
    reader = _Reader(first_line)
    with suppress(AssertionError):
        # html.parser asserts on some malformed declarations; what was read before counts.
        reader.feed(html)
        reader.close()
    reader.end_block()
    return tuple(reader.blocks)


class _Reader(HTMLParser):
    def __init__(self, first_line: int) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._offset = first_line - 1
        self._pieces: list[tuple[str, bool]] = []
        self._began = 0
        self._level = 0
        self._unseen: list[str] = []
        self._links = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._unseen or tag in UNSEEN or _is_hidden(attrs):
            if tag not in ("br", "hr", "img", "source", "input", "link", "meta"):
                self._unseen.append(tag)
            return
        if tag in BREAKING:
            self.end_block()
            self._level = HEADINGS.get(tag, 0)
        self._links += tag == "a"

    def handle_endtag(self, tag: str) -> None:
        if self._unseen:
            if tag in self._unseen:
                del self._unseen[self._unseen.index(tag) :]
            return
        self._links = max(self._links - (tag == "a"), 0)
        if tag in BREAKING:
            self.end_block()

    def handle_data(self, data: str) -> None:
        if self._unseen or not data.strip():
            if self._pieces and not self._unseen:
                self._pieces.append((" ", False))
            return
        if not self._pieces:
            self._began = self.getpos()[0] + data[: len(data) - len(data.lstrip())].count("\n")
        self._pieces.append((data, self._links > 0))

    def end_block(self) -> None:
        text = "".join(piece for piece, _linked in self._pieces).strip()
        if text:
            first = self._began + self._offset
            linked = sum(_visible(piece) for piece, is_link in self._pieces if is_link)
            self.blocks.append(
                Block(
                    kind="heading" if self._level else "paragraph",
                    text=text,
                    level=self._level,
                    linked_share=linked / max(_visible(text), 1),
                    first_line=first,
                    last_line=first + text.count("\n"),
                )
            )
        self._pieces, self._level = [], 0


def _visible(text: str) -> int:
    return len("".join(text.split()))


def _is_hidden(attributes: list[tuple[str, str | None]]) -> bool:
    given = {name: (value or "").replace(" ", "").lower() for name, value in attributes}
    styled = given.get("style", "")
    return "hidden" in given or any(style in styled for style in HIDDEN_STYLES)
