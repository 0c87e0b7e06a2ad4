"""A repository's own words without markup, so that what is quoted can be compared with what was written."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

MAX_CHARACTERS = 4000
"""Longer text is cut: nobody quotes from the depth of a page."""

REMEMBERED = 2048
"""Texts: the same few sentences are asked about again and again."""

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,300}>")
_IMAGE = re.compile(r"!\[[^\]]{0,300}\](?:\([^()\s]{0,500}[^()]{0,200}\)|\[[^\]]{0,200}\])")
_LINK = re.compile(r"\[([^\[\]]{1,300})\](?:\([^()]{0,500}\)|\[[^\]]{0,200}\])")
_ROLE = re.compile(r":[a-z][a-z:+-]{0,30}:`([^`<]{1,200}?)\s*(?:<[^`>]{0,300}>)?`")
_RST_LINK = re.compile(r"`([^`<>]{1,200}?)\s*<[^`>]{1,300}>`__?|`([^`<>]{1,200})`__?")
_BOLD = re.compile(r"\*\*([^*]{1,500})\*\*|(?<!\w)__([^_\s][^_]{0,500} [^_]{1,500})__(?!\w)")
_ITALIC = re.compile(r"(?<![\w*])\*([^*\s][^*]{0,500})\*(?![\w*])|(?<![\w_])_([^_\s][^_]{0,500})_(?!\w)")
_MARK = re.compile(r"`+|~~")
_BULLET = re.compile(r"^\s{0,6}(?:[-*+•]\s+|#{1,6}\s+|>\s?|\d{1,2}[.)]\s+)(?:\[[ xX]\]\s+)?", re.MULTILINE)
_SHORTCODE = re.compile(r":[a-z0-9_+-]{2,40}:(?!\w)")
_SPACE = re.compile(r"\s+")
_UNSEEN = {"Cc", "Cf", "Co", "Cn", "Cs"}
_PICTURES = {"So", "Sk"}
_VARIANTS = set(map(chr, range(0xFE00, 0xFE10)))


@lru_cache(maxsize=REMEMBERED)
def plain(text: str) -> str:
    """`text` in one line: no HTML, Markdown or reStructuredText, nothing invisible, no pictures."""
    text = _without_html(text[:MAX_CHARACTERS])
    text = _LINK.sub(r"\1", _IMAGE.sub(" ", _BULLET.sub("", text)))
    text = _RST_LINK.sub(lambda link: link[1] or link[2], _ROLE.sub(r"\1", text))
    for emphasis in (_BOLD, _ITALIC):
        text = emphasis.sub(lambda mark: mark[1] or mark[2], text)
    text = _SHORTCODE.sub(" ", _MARK.sub("", text))
    return _SPACE.sub(" ", "".join(map(_seen, text))).strip()


@lru_cache(maxsize=REMEMBERED)
def letters(text: str) -> str:
    """Only what is heard of `text`: lower-case letters and digits, one space between words."""
    return " ".join(re.findall(r"[^\W_]+", plain(text).casefold()))


def _without_html(text: str) -> str:
    text = _TAG.sub(" ", _COMMENT.sub(" ", text))
    return _TAG.sub(" ", _COMMENT.sub(" ", html.unescape(text)))


def _seen(character: str) -> str:
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category in _UNSEEN or category in _PICTURES or character in _VARIANTS:
        return ""
    return character
