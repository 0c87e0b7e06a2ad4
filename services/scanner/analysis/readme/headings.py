"""What the headings of a README promise of the text below them."""

from __future__ import annotations

import re

GENERIC = re.compile(
    r"""(?ix) (?:table\s+of\s+)?contents | info(?:rmation)? | about | overview | introduction | features
        | readme | install\w* | getting\s+started | quick\s?start | usage | documentation | examples?
        | requirements | description | summary | highlights | status | news | licen[cs]e | contributing
        | build(?:ing)?"""
)
"""Headings that name a section of any README, not a project."""

TELLING = re.compile(
    r"""(?ix) \b (?: about | overview | introduction | description | summary | motivation | rationale | why
        | purpose | problem | solution | background | what\s+is | what's | what\s+it | goals? | philosophy
        | concept | synopsis | at\s+a\s+glance | how\s+it\s+works ) \b"""
)
"""Headings below which prose is about the project."""

PROMISED = re.compile(r"(?i)\b(?:features?|highlights?|capabilities|benefits|advantages|key points)\b")
HINTED = re.compile(r"(?i)\b(?:why|what (?:it|you|can|does)|supports?|includes|at a glance)\b")
BARREN = re.compile(
    r"""(?ix) \b (?: contents? | toc | install\w* | set-?up | requirements? | prerequisites? | dependenc\w+
        | usage | licen[cs]e | contribut\w+ | credits? | authors? | sponsors?\w* | backers? | links?
        | resources | documentation | docs | see\s+also | related | change\s?log | roadmap | to-?do
        | community | support | acknowledge?ments? | faq | examples? | getting\s+started | quick\s?start
        | people | team | who\s+uses | showcase | release\w* | download\w* | develop\w* | test\w* | build\w*
        | upgrad\w+ | migrat\w+ | security | philosophy | badges?
        | maintainers? ) \b"""
)
"""Headings below which lists are something else than what the project can do."""
DENYING = re.compile(
    r"""(?ix) \b (?: limit\w* | not | can'?t | don'?t | doesn'?t | no | non-?goals? | caveats? | known
        | issues? | missing | planned | future | requests? | warnings? | bugs? | alternatives? ) \b"""
)
"""Headings below which stands what the project is not, or not yet."""

POSTPONING = re.compile(
    r"(?i)\b(?:planned|plan(?:s|ning)? to|not (?:yet|supported)|unsupported|to-?do|limitations?|will be)\b"
)


def is_telling(heading: str) -> bool:
    """Whether prose below it is about the project as it is."""
    return bool(TELLING.search(heading)) and not DENYING.search(heading)


def promises_features(heading: str) -> bool:
    return bool(PROMISED.search(heading)) and not _is_barren(heading)


def hints_at_features(heading: str) -> bool:
    return bool(HINTED.search(heading)) and not _is_barren(heading)


def may_hold_features(heading: str) -> bool:
    """Whether a list below it may be taken for features, though nothing says so."""
    return is_telling(heading) and not _is_barren(heading)


def postpones(introduction: str) -> bool:
    """Whether the paragraph above a list says that what is listed is not there."""
    return bool(POSTPONING.search(introduction))


def _is_barren(heading: str) -> bool:
    return bool(BARREN.search(heading) or DENYING.search(heading))
