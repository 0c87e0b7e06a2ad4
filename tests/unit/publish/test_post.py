"""The blog post: front matter that reads back, Markdown that shows what was meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from services.publisher.files.film import Chapter, Film, Line
from services.publisher.files.post import About, beside, clock, markdown_text, post, yaml_string

URL = "https://github.com/encode/httpx"
NASTY = [
    "plain",
    'She said "hi"',
    "it's: a title",
    "key: value # no comment",
    "# heading",
    "- item",
    "1. first",
    "---",
    "--- \n---\ntitle: other",
    "{a: [b, c]}",
    "[x](javascript:alert(1))",
    "![x](y) `code` *em* __strong__ ~~gone~~",
    "<script>alert(1)</script>",
    "&amp; & &lt;",
    "back\\slash \\n \\u0041",
    "tab\there\nand a line\r\nmore",
    "yes",
    "null",
    "0x1F",
    "!!python/object:os.system",
    "%TAG ! tag",
    "@at `tick` |pipe >fold ?ask",
    "日本語 ünïcode 🎬 \U0001f469\u200d\U0001f680",
    "\x85 \u2028 \u2029 \ufeff \x7f \x00 \x1b[31m",
    "  spaces around  ",
    "",
    "{{ site.github.token }}",
    "{% include /etc/passwd %}",
    "{%- raw -%} {{ x }} {% endraw %}",
    "{::comment} {: .class #id} {:/}",
    "$$x^2$$ and $money",
    ": a definition",
    "[^1] footnote *[HTML]: x",
    "a | b\n--- | ---",
    "? complex key",
    "- - - nested",
    "&anchor *alias <<: merge",
    "key: |\n  block",
    "2026-11-23",
    "12:30:45",
    "1e3",
    ".inf",
    "~",
    "on",
    "'single' and ''doubled''",
    "\\",
    'ends with backslash\\"',
    "\u202e right to left \u200f مرحبا",
    '=HYPERLINK("x")',
    "...",
    "```\ncode\n```",
    "<!-- comment --> <![CDATA[ x ]]>",
    "\U0001f1e9\U0001f1ea e\u0301 \ud7ff",
]


class Shown(HTMLParser):
    """The text a reader sees."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""

    def handle_data(self, data: str) -> None:
        self.text += data


def film_named(title: str) -> Film:
    line = Line(title, 0.5, 2.0, 0)
    return Film("en", title, title, (title,), (Chapter(title, 65.0, (line,)),), "WEBVTT\n", (), ())


def written(title: str) -> str:
    return written_about(film_named(title))


def written_about(film: Film, repo: str = "encode/httpx", url: str | None = URL, commit="9f2c") -> str:
    at = datetime(2026, 1, 2, tzinfo=UTC)
    return post(film, About(repo=repo, url=url, commit=commit, at=at, tags=("http: x", "a")), beside(film))


def front_matter(text: str) -> dict[str, str]:
    start, head, _body = text.split("---\n", 2)
    assert not start
    loaded = yaml.safe_load(head)
    assert isinstance(loaded, dict)
    return loaded


@pytest.mark.parametrize("title", NASTY)
def test_front_matter_keeps_every_title(title: str) -> None:
    head = front_matter(written(title))
    assert head["title"] == title
    assert head["description"] == title
    assert head["repository"] == "https://github.com/encode/httpx"
    assert head["video"] == "video.en.mp4"
    assert head["tags"] == ["http: x", "a"]


def test_a_title_pasted_without_quotes_would_not_survive() -> None:
    with pytest.raises(yaml.YAMLError):
        yaml.safe_load('title: "quoted" and: more')


@given(st.text())
def test_any_text_reads_back_from_yaml(text: str) -> None:
    quoted = yaml_string(text)
    assert "\n" not in quoted
    assert yaml.safe_load(f"title: {quoted}\n") == {"title": text}


@pytest.mark.parametrize("title", NASTY)
def test_markdown_shows_the_text_itself(title: str) -> None:
    shown = Shown()
    shown.feed(MarkdownIt("commonmark").render(markdown_text(title)))
    assert shown.text.strip() == " ".join(title.split()).replace("\x00", "\ufffd")


@pytest.mark.parametrize("title", NASTY)
def test_a_title_brings_no_markup_of_its_own(title: str) -> None:
    assert marks(title) == marks("plain")


@pytest.mark.parametrize("title", NASTY)
def test_a_title_brings_nothing_that_liquid_would_run(title: str) -> None:
    body = written(title).split("---\n", 2)[2]
    assert "{{" not in body
    assert "{%" not in body


def marks(title: str) -> list[str]:
    """The kinds of blocks of a post, paragraphs aside."""
    body = written(title).split("---\n", 2)[2]
    tokens = MarkdownIt("commonmark").parse(body)
    return [
        token.type for token in tokens if token.type not in {"paragraph_open", "inline", "paragraph_close"}
    ]


def test_each_line_of_the_description_is_a_paragraph() -> None:
    film = replace(film_named("x"), description="What it is.\n\nMeasured: 2 files\n- not a list")
    text = written_about(film, "demo", None, None)
    assert "\n\nWhat it is.\n\nMeasured: 2 files\n\n\\- not a list\n\n## " in text


def test_chapters_carry_their_time() -> None:
    assert "## 1:05 plain" in written("plain")


def test_a_folder_without_history_names_no_commit() -> None:
    text = written_about(film_named("x"), "demo", None, None)
    head = front_matter(text)
    assert "commit" not in head
    assert head["repository"] == "demo"


def test_times_read_as_a_clock_shows_them() -> None:
    assert [clock(seconds) for seconds in (0, 9.9, 65, 3661)] == ["0:00", "0:09", "1:05", "1:01:01"]
