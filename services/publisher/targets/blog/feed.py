"""A language's films as a feed that podcast players take: RSS 2.0 with video enclosures.

https://www.rssboard.org/rss-specification; the namespaces are those of Apple, which players go by, Atom (the
feed's own address) and Podcasting 2.0 (transcripts).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.utils import format_datetime
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

import msgspec

from services.publisher.targets.blog.catalogue import Episode

MOST_ITEMS = 100
GENERATOR = "Reporeel"
CATEGORY = "Technology"
ATOM = "http://www.w3.org/2005/Atom"
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
PODCAST = "https://podcastindex.org/namespace/1.0"
NAMESPACES = {"atom": ATOM, "itunes": ITUNES, "podcast": PODCAST}
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, however it is written."""


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    url: str
    language: str

    @property
    def path(self) -> str:
        return f"films.{self.language}.xml"


def feed(channel: Channel, episodes: Sequence[Episode]) -> bytes:
    """The newest films of one language; the same episodes give the same bytes."""
    for prefix, address in NAMESPACES.items():
        register_namespace(prefix, address)
    root = Element("rss", version="2.0")
    about = SubElement(root, "channel")
    _text(about, "title", channel.title)
    _text(about, "link", f"{channel.url}/")
    _text(about, "description", channel.title)
    _text(about, "language", channel.language)
    _text(about, "generator", GENERATOR)
    _text(about, _(ITUNES, "author"), channel.title)
    _text(about, _(ITUNES, "explicit"), "false")
    SubElement(about, _(ITUNES, "category"), text=CATEGORY)
    own = {"href": f"{channel.url}/{channel.path}", "rel": "self", "type": "application/rss+xml"}
    SubElement(about, _(ATOM, "link"), own)
    shown = [one for one in episodes if one.language == channel.language][:MOST_ITEMS]
    if shown:
        _text(about, "lastBuildDate", format_datetime(max(one.updated for one in shown), usegmt=True))
        SubElement(about, _(ITUNES, "image"), href=shown[0].image)
    for episode in shown:
        _item(SubElement(about, "item"), episode)
    indent(root)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _item(item: Element, episode: Episode) -> None:
    _text(item, "title", episode.title)
    _text(item, "link", episode.url)
    SubElement(item, "guid", isPermaLink="false").text = f"reporeel:{episode.job_id}:{episode.language}"
    _text(item, "pubDate", format_datetime(episode.published, usegmt=True))
    _text(item, "description", episode.description)
    SubElement(item, "enclosure", url=episode.video, length=str(episode.video_bytes), type="video/mp4")
    _text(item, _(ITUNES, "duration"), str(round(episode.seconds)))
    _text(item, _(ITUNES, "explicit"), "false")
    SubElement(item, _(ITUNES, "image"), href=episode.image)
    transcript = {"url": episode.subtitles, "type": "text/vtt", "language": episode.language}
    SubElement(item, _(PODCAST, "transcript"), transcript)


def _(namespace: str, name: str) -> str:
    return f"{{{namespace}}}{name}"


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _NOT_XML.sub("\ufffd", text)
