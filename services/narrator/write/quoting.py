"""A repository's own sentences, when they are short, clean and can be said aloud."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from services.narrator.write.findings import Findings
from services.narrator.write.hostile import boasts, gives_orders, is_suspect
from services.narrator.write.wording import words
from shared.truth.plain import plain

MIN_WORDS = 3
MAX_WORDS = 16
"""About six seconds: as long as a picture may stand still."""

_SENTENCE_END = re.compile(
    r"(?<=[.!?])(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\betc\.)(?<!\bvs\.)\s+(?=[\"“(]?[A-Z0-9])"
)
_CLAUSE_END = re.compile(
    r"\s*(?:;|:|\s[–—-]+)\s+|,\s+(?=(?:which|that|while|where|with|and|so|but|including)\b)|\s+\("
)
_UNSPEAKABLE = re.compile(
    r"(?i:https?:|www\.|ftp:|mailto:)|\S@\S+\.\w|(?<!\w)@\w|(?i:\b[\w-]+\.(?:com|org|io|net|dev|app|ai)\b)"
    r"|[{}<>|\\^~=$#\[\]]|\(\)|::|->|--|\w\(\w|\w/\w+/\w|[_*]{2}|(?:^|\s)\.\w|\b[a-z]{2,}[A-Z][a-z]\w*"
)
"""Addresses, handles and code."""
_POINTERS = re.compile(
    r"(?i)^(?:see|read|check|visit|click|note|warning|tip|todo|join|follow|download|contact|copyright)\b"
    r"|^(?:important|caution|deprecated|for (?:more|further|full|additional|detailed|information|details))\b"
    r"|\b(?:below|above|following|click here|full documentation|thank(?:s| you)|please)\b"
    r"|\bsee:|\[redacted\]|\?$"
    r"|\bthis (?:readme|document|page|file|section|guide|link)\b"
    r"|\b(?:main branch|master branch|release[ds]?|changelog|maintainers?|deprecated|licen[cs]ed?|v\d+)\b"
)
"""Sentences that send a reader elsewhere."""
_DANGLING = re.compile(
    r"(?i)^(?:this|these|those|they|such|however|but|and|also|so|then|instead|similarly|otherwise|"
    r"for example|additionally|moreover|thus|therefore|furthermore|in addition|as such|hence|still|"
    r"by the way|finally|of course|unfortunately|obviously|actually|the (?:real|other|latter|former|same))\b"
    r"|^(?:\S+ ){0,3}(?:them|their|these|those)\b|\b(?:for (?:that|this|it)|as (?:well|such)|like this)$"
)
"""Sentences that lean on the one before them."""
_ENGLISH = frozenset(
    "a an the and or of for to in with is are it its by on from as that your you this be can not at".split()
)
_LEAST_ENGLISH_WORDS = 6
"""From this length on, a sentence without any of the commonest words is not taken for English."""
_LAST_LATIN = "\u024f"


class Quote(NamedTuple):
    text: str
    """Without the final stop, fit to stand between quotation marks."""
    fact: str


def quotes(
    findings: Findings, *prefixes: str, least: int = MIN_WORDS, most: int = MAX_WORDS
) -> Iterator[Quote]:
    """The sentences that can be said of the facts with these ids, in order.

    A README that gives orders to its reader's machine is not quoted at all.
    """
    if distrusted(findings):
        prefixes = tuple(prefix for prefix in prefixes if not prefix.startswith("readme"))
    for prefix in prefixes:
        for fact_id in (prefix, *(fact.id for fact in findings.numbered(prefix))):
            for text in sayable(_text(findings, fact_id), least, most):
                if findings.gate.carries(text, fact_id):
                    yield Quote(text, fact_id)


def distrusted(findings: Findings) -> bool:
    texts = [str(fact.value) for fact in findings.base.of_kind("readme")]
    return any(gives_orders(text) or gives_orders(plain(text)) for text in texts)


def sayable(text: str, least: int = MIN_WORDS, most: int = MAX_WORDS) -> Iterator[str]:
    """The sentences of `text` that are clean, each cut back to a clause of at most `most` words."""
    if gives_orders(text):
        return
    for sentence in sentences(text):
        short = _shortened(_trimmed(sentence), most)
        if least <= words(short) <= most and is_clean(short) and not (_leans(sentence) or _leans(short)):
            yield short


def sentences(text: str) -> list[str]:
    return _SENTENCE_END.split(text)


def is_clean(text: str) -> bool:
    """Plain English without addresses, code, orders or advertisement."""
    unwanted = (gives_orders, is_suspect, boasts, _UNSPEAKABLE.search)
    return not any(test(text) for test in unwanted) and _is_english(text) and text.count('"') % 2 == 0


def _text(findings: Findings, fact_id: str) -> str:
    """A fact's own text; of a manifest, its description. Nothing where an order is hidden in the markup."""
    fact = findings.fact(fact_id)
    if fact is not None and fact.kind == "manifest":
        return plain(str(fact.attributes.get("description", "")))
    hidden = fact is not None and gives_orders(str(fact.value))
    return "" if hidden else findings.text(fact_id)


def _leans(sentence: str) -> bool:
    return bool(_POINTERS.search(sentence.strip()) or _DANGLING.search(sentence.strip()))


def _trimmed(sentence: str) -> str:
    sentence = re.sub(r"\s*\(?https?://\S+$", "", sentence.strip())
    sentence = re.sub(r"\s*\([^()]*\)[.!]?$", "", sentence.strip())
    return sentence.strip("“”\"'").rstrip(".!:;,…").strip()


def _shortened(sentence: str, most: int) -> str:
    if words(sentence) <= most:
        return sentence
    ends = [match.start() for match in _CLAUSE_END.finditer(sentence)]
    fitting = [sentence[:end] for end in ends if MIN_WORDS + 2 <= words(sentence[:end]) <= most]
    return fitting[-1] if fitting else ""


def _is_english(text: str) -> bool:
    if any(letter.isalpha() and letter > _LAST_LATIN for letter in text):
        return False
    found = re.findall(r"[a-z]+", text.lower())
    return len(found) < _LEAST_ENGLISH_WORDS or bool(_ENGLISH & set(found))
