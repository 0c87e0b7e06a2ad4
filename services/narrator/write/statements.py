"""What a repository says it is or does: the sentence of its README or description that defines it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from services.narrator.write.findings import Findings
from services.narrator.write.quoting import (
    MAX_WORDS,
    is_clean,
    leans,
    sentences,
    shortened,
    sources,
    trimmed,
)
from services.narrator.write.wording import words

Form = Literal["is", "does", "line"]

VERBS = (
    "adds allows automates brings builds bundles can checks collects combines compiles connects contains "
    "converts creates defines delivers detects enables ensures exposes extends finds formats gathers "
    "generates gives handles has helps implements includes integrates lets loads maintains makes manages "
    "monitors offers parses performs processes produces provides pulls reads renders runs sends serves "
    "simplifies solves sorts speaks stores supports takes tests tracks transforms translates turns uses "
    "validates wraps writes"
).split()
_RANKED: dict[Form, int] = {"is": 0, "does": 1, "line": 2}
_PRAISE = re.compile(
    r"(?i)\b(?:best|great|ultra\w*|super\w*|beautiful|modern|delightful|amazing|elegant|ideal"
    r"|complete solution)\b"
)
_SELF = (
    r"this(?=\s+is\s+an?\s)|(?:this|the) (?:project|library|package|repository|repo|module|tool|software|"
    r"program|crate|gem|app|framework|plugin|extension|component|service|server|toolkit|utility|action)"
)
_FINITE = re.compile(
    r"(?i)^(?:it|you|we|i|there|here|if|when|while|to|do|want|looking|how)\b"
    rf"|\b(?:is|are|was|will|can|has|have|you|implies|{'|'.join(VERBS)})\b"
)
"""What makes a line a sentence of its own; not looked for in relative clauses."""
_RELATIVE = re.compile(r"\b(?:that|which|who)\s.*")
MIN_LINE_WORDS, MAX_LINE_WORDS = 3, 14
OWN_LINES = ("repo.description", "manifest.1", "readme.summary")


class Statement(NamedTuple):
    form: Form
    """`is`: “a web framework”; `does`: “sends your logs to files”; `line`: a line that stands for itself."""
    text: str
    fact: str
    name: str
    """The subject as the sentence spells it; empty where it does not."""


def statements(findings: Findings, names: Sequence[str]) -> tuple[Statement, ...]:
    """All that can be quoted, the best first: definitions before deeds before mere lines."""
    found = [*_defining(findings, names), *_lines(findings, names)]
    ranked = sorted(
        enumerate(found), key=lambda one: (bool(_PRAISE.search(one[1].text)), _RANKED[one[1].form], one[0])
    )
    return tuple(one for _, one in ranked)


def _defining(findings: Findings, names: Sequence[str]) -> Iterator[Statement]:
    subject = _subject(names)
    for fact_id, text in sources(
        findings, "readme.summary", "repo.description", "readme.paragraph", "manifest"
    ):
        for place, sentence in enumerate(sentences(text)):
            match = subject.match(trimmed(sentence))
            if match and (match["name"] or place == 0):
                yield from _predicate(findings, fact_id, match)


def _subject(names: Sequence[str]) -> re.Pattern[str]:
    called = "|".join(sorted({re.escape(name) for name in names if name}, key=len, reverse=True))
    return re.compile(
        rf"(?i:(?:the|package)\s+)?(?:\{{?(?P<name>(?i:{called or '(?!)'}))\}}?|(?i:{_SELF}))"
        rf"(?i:\s+(?:cli|library|project|package|framework|toolkit|module))?"
        rf"(?:\s+\([^()]*\))?(?:\s+[–—-]\s[^–—-]+\s[–—-])?,?\s+"
        rf"(?:(?P<is>is|are)\s+(?P<what>(?:(?:also|just|simply)\s+)?\S.*)|(?P<does>(?:{'|'.join(VERBS)})\s.*))"
    )


def _predicate(findings: Findings, fact_id: str, match: re.Match[str]) -> Iterator[Statement]:
    """`a web framework` of `Flask is a web framework`; `is used as a server` where no thing is named."""
    what = match["what"] or ""
    named = re.match(r"(?:a|an|the|one of)\s", what) is not None
    form: Form = "is" if named else "does"
    said = shortened(what if named else match["does"] or f"{match['is']} {what}", MAX_WORDS)
    if words(said) >= MIN_LINE_WORDS and _may_be_said(findings, said, fact_id):
        yield Statement(form, said, fact_id, match["name"] or "")


def _lines(findings: Findings, names: Sequence[str]) -> Iterator[Statement]:
    """Descriptions without a verb: "Fast, unopinionated, minimalist web framework"."""
    for fact_id, text in sources(findings, *OWN_LINES, "readme.title"):
        whole = trimmed(sentences(text)[0])
        for name in names:
            whole = re.sub(rf"(?i)^{re.escape(name)}\s*(?::|[–—-])\s+", "", whole)
        said = shortened(whole, MAX_LINE_WORDS)
        told_by_title = fact_id == "readme.title" and whole == trimmed(sentences(text)[0])
        if told_by_title or not MIN_LINE_WORDS <= words(said) <= MAX_LINE_WORDS:
            continue
        if _may_be_said(findings, said, fact_id) and not _is_a_sentence(said):
            first, _, rest = said.partition(" ")
            thing = first.lower() in {"a", "an", "the"}
            yield Statement(
                "is" if thing else "line", f"{first.lower()} {rest}" if thing else said, fact_id, ""
            )


def _is_a_sentence(text: str) -> bool:
    return _FINITE.search(_RELATIVE.sub(" ", text)) is not None


def _may_be_said(findings: Findings, text: str, fact_id: str) -> bool:
    return is_clean(text) and not leans(text) and findings.gate.carries(text, fact_id)
