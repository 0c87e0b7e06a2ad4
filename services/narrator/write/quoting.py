"""A repository's own sentences, when they are short, clean and can be said aloud."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from services.narrator.write.findings import Findings
from services.narrator.write.hostile import boasts, gives_orders, is_suspect
from services.narrator.write.pace import seconds
from services.narrator.write.wording import words
from shared.truth.plain import plain

MIN_WORDS = 3
MAX_WORDS = 18
MAX_SECONDS = 6.2
"""With a few words around it, as long as a picture may stand still."""

_SENTENCE_END = re.compile(
    r"(?<=[.!?])(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\betc\.)(?<!\bvs\.)\s+(?=[\"“(]?[A-Z0-9])"
)
_CLAUSE_END = re.compile(
    r"\s*(?:;|:|\s[–—-]+)\s+"
    r"|,?\s+(?=(?:which|while|whereas|where|as well as|so that|so as to)\b)"
    r"|,?\s+(?=(?:although|allowing|enabling|making|providing)\b)"
    r"|,\s+(?=(?:that|with|and|or|so|but|including|something|for|by|regardless)\b)|\s+\("
)
_PHRASE_END = re.compile(r"\s+(?=(?:in an?|with|using|via|through|by|including|such|for)\s)")
"""Where a sentence may be cut that has no clauses to spare."""
_RELATIVE = re.compile(
    r"\s+(?=that\s(?:is|are|provides?|can|helps?|lets?|allows?|makes?|runs?|works?|recursively)\b)"
)
_UNSPEAKABLE = re.compile(
    r"(?i:https?:|www\.|ftp:|mailto:|data:)|\S@\S+\.\w|(?<!\w)@\w|(?i:\b[\w-]+\.(?:com|org|io|net|dev|app|ai|me|sh)\b)"
    r"|[{}<>|\\^~=$\[\]]|(?<!\b[CF])#|\(\)|::|->|--|\w\((?!\d\))\w|\w/\w+/\w|//|[_*]{2}|(?:^|\s)\.(?!N(?:ET|et)\b)\w|\b[a-z]{2,}[A-Z][a-z]\w*"
)
"""Addresses, handles and code."""
_POINTERS = re.compile(
    r"(?i)^(?:see|read|check|visit|click|note|warning|tip|todo|join|follow|download|contact|copyright|watch)\b"
    r"|^(?:if you|important|caution|deprecated|as of|for (?:more|further|full|additional|detailed|details))\b"
    r"|\b(?:below|above|following|click here|documentation|thank(?:s| you)|please|subscribe|newsletter)\b"
    r"|\bsee:|\[redacted\]|\?$|\d\.\d+\.\d|\b(?:python|node|go|php|ruby|java) \d"
    r"|\b(?:mugs|stickers|t-shirts|sponsors?|show your love|consider giving|twitter|for information)\b"
    r"|\bthis (?:readme|document\w*|page|file|section|guide|link|example)\b"
    r"|\b(?:hereby|copyright|warrant\w+|Ltd|Inc|GmbH|also offers|renamed|OSS|written by|located in)\b"
    r"|\b(?:main|master) branch\b"
    r"|\b(?:release[ds]?|changelog|maintain(?:ers?|ed)|maintenance|deprecated|licen[cs]ed?|v\d+)\b"
)
"""Sentences that send a reader elsewhere, or are about the project's upkeep."""
_DANGLING = re.compile(
    r"(?i)^(?:this|these|those|they|such|however|but|and|also|so|then|instead|similarly|otherwise|"
    r"for example|additionally|moreover|thus|therefore|furthermore|in addition|as such|hence|still|in return|"
    r"in other words|first and foremost|by default|another|both|most|two|three|what this means|"
    r"by the way|finally|of course|unfortunately|obviously|actually|the (?:real|other|latter|former|same))\b"
    r"|\bsome \w+$|^(?:\S+ ){0,3}(?:them|their|these|those)\b"
    r"|\b(?:for (?:that|this|it)|as (?:well|such)|like this|too|"
    r"of|that|the|an?|and|or|with|to|than|on|in|at|by|from|into|for|focused)$"
)
"""Sentences that lean on the one before them, or were cut where more must follow."""
_ADJECTIVE = re.compile(r"(?:al|ic|ive|able|ible|ous|ful|less|ary|ed|-level)$")
"""Words that wait for their noun."""
ENGLISH = frozenset(
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
    for fact_id, text in sources(findings, *prefixes):
        for said in sayable(text, least, most):
            if findings.gate.carries(said, fact_id):
                yield Quote(said, fact_id)


def sources(findings: Findings, *prefixes: str) -> Iterator[tuple[str, str]]:
    """The ids and texts of the facts that may be quoted, in order."""
    if distrusted(findings):
        prefixes = tuple(prefix for prefix in prefixes if not prefix.startswith("readme"))
    for prefix in prefixes:
        for fact_id in (prefix, *(fact.id for fact in findings.numbered(prefix))):
            text = _text(findings, fact_id)
            if text and not gives_orders(text):
                yield fact_id, text


def distrusted(findings: Findings) -> bool:
    texts = [str(fact.value) for fact in findings.base.of_kind("readme")]
    return any(gives_orders(text) or gives_orders(plain(text)) for text in texts)


def sayable(text: str, least: int = MIN_WORDS, most: int = MAX_WORDS) -> Iterator[str]:
    """The sentences of `text` that are clean, each cut back to a clause of at most `most` words."""
    if gives_orders(text):
        return
    for sentence in sentences(text):
        short = shortened(trimmed(sentence), most)
        if least <= words(short) <= most and is_clean(short) and not (leans(sentence) or leans(short)):
            yield short


def sentences(text: str) -> list[str]:
    return _SENTENCE_END.split(text)


def is_clean(text: str) -> bool:
    """Plain English without addresses, code, orders or advertisement."""
    unwanted = (gives_orders, is_suspect, boasts, _UNSPEAKABLE.search)
    return not any(test(text) for test in unwanted) and _is_english(text) and '"' not in text


def _text(findings: Findings, fact_id: str) -> str:
    """A fact's own text; of a manifest, its description. Nothing where an order is hidden in the markup."""
    fact = findings.fact(fact_id)
    if fact is not None and fact.kind == "manifest":
        return plain(str(fact.attributes.get("description", "")))
    hidden = fact is not None and gives_orders(str(fact.value))
    return "" if hidden else findings.text(fact_id)


def leans(sentence: str) -> bool:
    return bool(_POINTERS.search(sentence.strip()) or _DANGLING.search(sentence.strip()))


def trimmed(sentence: str) -> str:
    sentence = re.sub(r"\s*\(?https?://\S+$", "", sentence.strip())
    sentence = re.sub(r"\s*\([^()]*\)[.!]?$", "", sentence.strip())
    return sentence.strip("“”\"'").rstrip(".!:;,…").strip()


def shortened(sentence: str, most: int) -> str:
    """The sentence, or as many of its clauses as can be said in the time there is; else nothing."""
    if _fits(sentence, most):
        return sentence
    for end in (_CLAUSE_END, _RELATIVE, _PHRASE_END):
        cuts = [match for match in end.finditer(sentence) if not _cuts_a_list(sentence, match)]
        starts = [sentence[: match.start()].rstrip(" ,") for match in cuts]
        fitting = [start for start in starts if _fits(start, most) and stands_alone(start)]
        if fitting:
            return fitting[-1]
    return ""


def _cuts_a_list(sentence: str, cut: re.Match[str]) -> bool:
    """Whether `a, b` would be left of `a, b, and c`."""
    is_last = re.match(r",?\s*(?:and|or)\b", sentence[cut.start() :]) is not None
    return is_last and re.search(r",(?: [\w-]+){1,4}$", sentence[: cut.start()]) is not None


def stands_alone(start: str) -> bool:
    """Whether what is left after a cut can stand alone."""
    open_brackets = start.count("(") != start.count(")")
    return words(start) > MIN_WORDS and not (open_brackets or leans(start) or _ADJECTIVE.search(start))


def _fits(text: str, most: int) -> bool:
    return words(text) <= most and seconds(text) <= MAX_SECONDS


def _is_english(text: str) -> bool:
    if any(letter.isalpha() and letter > _LAST_LATIN for letter in text):
        return False
    found = re.findall(r"[a-z]+", text.lower())
    return words(text) < _LEAST_ENGLISH_WORDS or bool(ENGLISH & set(found))
