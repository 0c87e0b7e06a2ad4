"""The page: whole, safe, and usable by everybody."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest

from services.publisher.files.film import read_programme
from services.publisher.files.player import page
from services.publisher.quality.report import at_most, unmeasured

HOSTILE = "</title></script><script>alert(1)</script>\"'><img src=x onerror=alert(2)> ${x} $title &amp; {{y}}"
VOID = {"meta", "source", "track", "img", "br", "link", "input"}


@dataclass
class Tag:
    name: str
    attributes: dict[str, str | None]
    text: str = ""
    inside: tuple[str, ...] = field(default=())


class Page(HTMLParser):
    """Every tag with its text; a tag that is not closed in order is an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[Tag] = []
        self._open: list[Tag] = []
        self.feed(text)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), f"an attribute stands twice in <{tag}>"
        self.tags.append(Tag(tag, dict(attrs), inside=tuple(parent.name for parent in self._open)))
        if tag not in VOID:
            self._open.append(self.tags[-1])

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().name == tag

    def handle_data(self, data: str) -> None:
        for tag in self._open:
            tag.text += data

    def all(self, name: str, **attributes: str) -> list[Tag]:
        wanted = attributes.items()
        return [tag for tag in self.tags if tag.name == name and wanted <= tag.attributes.items()]

    def one(self, name: str, **attributes: str) -> Tag:
        (tag,) = self.all(name, **attributes)
        return tag


async def test_the_page_plays_the_film_with_poster_and_subtitles(studio) -> None:
    read = Page(await studio.page())
    video = read.one("video")
    assert "controls" in video.attributes
    assert video.attributes["poster"] == "thumbnail.en.jpg"
    assert read.one("source").attributes["src"] == "video.en.mp4"
    kind, _, subtitles = read.one("track").attributes["src"].partition(",")
    assert kind == "data:text/vtt;base64"
    assert base64.b64decode(subtitles) == (studio.folder / "subtitles.en.vtt").read_bytes()


async def test_every_word_carries_its_time(studio) -> None:
    read = Page(await studio.page())
    words = [(span.text, float(span.attributes["data-start"])) for span in read.all("span")]
    assert [word for word, _ in words] == "httpx is an HTTP client. It speaks HTTP/2. Begin here.".split()
    assert [start for _, start in words] == sorted(start for _, start in words)
    sentences = [link for link in read.all("a") if "#t=" in (link.attributes["href"] or "")]
    assert sentences[0].attributes["href"] == "video.en.mp4#t=0.50"


async def test_without_word_times_sentences_follow_the_cues(studio) -> None:
    cues = (
        (0.0, 1.0, "httpx is an"),
        (1.0, 2.0, "HTTP client. It"),
        (2.0, 3.0, "speaks HTTP/2."),
        (4.0, 5.0, "Begin here."),
    )
    read = Page(await studio.page(narrated=False, cues=cues))
    assert not read.all("span")
    lines = [
        link.attributes for link in read.all("a") if "p" in link.inside and "data-start" in link.attributes
    ]
    times = [(float(line["data-start"]), float(line["data-end"])) for line in lines]
    assert times == [(0.0, 2.0), (1.0, 3.0), (4.0, 5.0)]


async def test_cues_that_differ_from_the_script_are_shown_as_they_are(studio) -> None:
    read = Page(await studio.page(narrated=False, cues=((0.0, 1.0, "Something else."),)))
    assert "Something else." in read.one("section", **{"class": "transcript"}).text


async def test_all_languages_stand_on_one_page_in_the_order_asked_for(studio) -> None:
    await studio.page("pt")
    read = Page(await studio.page("en"))
    assert [article.attributes["lang"] for article in read.all("article")] == ["en", "pt"]
    switch = read.one("nav", **{"class": "switch"})
    assert switch.text == "EnglishPortuguês"
    assert read.one("html").attributes["lang"] == "en"


async def test_one_language_needs_no_switch(studio) -> None:
    assert not Page(await studio.page()).all("nav", **{"class": "switch"})


async def test_a_language_half_published_is_not_shown(studio) -> None:
    await studio.page("en")
    (studio.folder / "video.pt.mp4").write_bytes(b"not yet")
    read = Page(page(read_programme(studio.folder, studio.spec)))
    assert [article.attributes["lang"] for article in read.all("article")] == ["en"]


async def test_every_link_leads_to_a_file_that_stands(studio) -> None:
    read = Page(await studio.page())
    links = [tag.attributes.get("href") or tag.attributes.get("src") for tag in read.tags]
    addresses = [urlsplit(link) for link in links if link]
    assert {address.netloc for address in addresses if address.scheme.startswith("http")} == {"github.com"}
    local = [unquote(address.path) for address in addresses if not address.scheme and address.path]
    assert "post.en.md" in local
    assert all((studio.folder / name).is_file() for name in local)


async def test_hostile_text_stays_text(studio) -> None:
    usual = Page(await studio.page(measures={"x": at_most(1, 1, 1)}))
    measures = {HOSTILE: unmeasured(HOSTILE, HOSTILE)}
    hostile = Page(await studio.page(title=HOSTILE, heading=HOSTILE, measures=measures))
    assert [tag.name for tag in hostile.tags] == [tag.name for tag in usual.tags]
    assert not [name for tag in hostile.tags for name in tag.attributes if name.startswith("on")]
    assert hostile.one("h1").text == HOSTILE
    assert hostile.one("title").text == HOSTILE
    assert hostile.one("video").attributes["aria-label"] == HOSTILE
    assert hostile.one("script").text == usual.one("script").text


async def test_the_measures_are_shown_with_unit_and_gate(studio) -> None:
    read = Page(await studio.page())
    assert read.one("summary").text == "2 measures pass"
    assert [row.text for row in read.all("dt")] == ["Loudness", "Missing glyphs"]
    assert " ".join(read.all("dd")[0].text.split()) == "-14.02 LUFS -14 ± 0.5, n 1"
    assert "open" not in read.one("details").attributes


async def test_a_measure_that_fails_stands_first_and_open(studio) -> None:
    failing = {"a": at_most(1, 2, 1), "missing_glyphs": at_most(3, 0, 9)}
    read = Page(await studio.page(measures=failing))
    assert read.one("summary").text == "1 of 2 measures fail"
    assert read.all("dt")[0].text == "Missing glyphs"
    assert "open" in read.one("details").attributes


async def test_the_page_may_run_nothing_but_its_own_script(studio) -> None:
    read = Page(await studio.page())
    policy = read.one("meta", **{"http-equiv": "Content-Security-Policy"}).attributes["content"]
    for kind in ("script", "style"):
        digest = base64.b64encode(hashlib.sha256(read.one(kind).text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert not [tag for tag in read.tags if "style" in tag.attributes]


async def test_ids_are_single_and_labels_lead_somewhere(studio) -> None:
    await studio.page("pt")
    read = Page(await studio.page("en"))
    ids = [tag.attributes["id"] for tag in read.tags if "id" in tag.attributes]
    assert len(set(ids)) == len(ids)
    labels = [tag.attributes["aria-labelledby"] for tag in read.tags if "aria-labelledby" in tag.attributes]
    assert labels
    assert set(labels) <= set(ids)
    regions = read.all("nav") + read.all("section")
    assert all({"aria-label", "aria-labelledby"} & tag.attributes.keys() for tag in regions)
    assert [len(read.all(name)) for name in ("header", "main", "footer")] == [1, 1, 1]
    assert ":focus-visible" in read.one("style").text


def palettes(style: str) -> list[dict[str, str]]:
    blocks = re.findall(r":root \{([^}]*)\}", style)
    return [dict(re.findall(r"--(\w+): (#\w{6})", block)) for block in blocks]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2's contrast ratio."""
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1])
async def test_text_is_readable_in_light_and_in_dark(studio, scheme: int) -> None:
    colours = palettes(Page(await studio.page()).one("style").text)[scheme]
    pairs = [
        (text, ground) for text in ("text", "muted", "accent", "failed") for ground in ("ground", "card")
    ]
    pairs += [("text", ground) for ground in ("spoken", "said", "notice")] + [("card", "accent")]
    worst = min(contrast(colours[text], colours[ground]) for text, ground in pairs)
    assert worst >= 4.5
    assert contrast("#777777", "#888888") < 4.5


async def test_a_failed_job_says_why(studio) -> None:
    studio.folder.mkdir(parents=True)
    record = '{"status": "failed", "error": {"code": "x", "message": "No <b> fits", "hint": "Wait & see"}}'
    (studio.folder / "job.json").write_text(record)
    read = Page(page(read_programme(studio.folder, studio.spec)))
    assert read.one("p", **{"class": "notice"}).text == "This job failed. No <b> fits Wait & see"
    assert not read.all("video")


async def test_the_page_of_an_empty_folder_says_so(studio) -> None:
    studio.folder.mkdir(parents=True)
    read = Page(page(read_programme(studio.folder, studio.spec)))
    assert read.one("p", **{"class": "notice"}).text == "No film stands here yet."
