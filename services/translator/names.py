"""What stays as it is in every language: names the facts bring in, code, paths, addresses, versions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from shared.facts import Fact
from shared.lines import lines_of
from shared.truth.mentions import NAMED_IDS, NAMED_KINDS, NAMED_OR_COUNTED_KINDS, licences, short_name

_NAMING = ("name", "source", "target", "symbol", "path")
_SEPARATORS = re.compile(r"[./:\\]+")
MIN_CHARACTERS = 2

PRODUCTS = (
    "GitHub Actions|NATS JetStream|GitHub|GitLab|JetStream|WebSocket|Python|Docker|NATS|FastAPI|Flask|Django|"
    "Windows|Linux|macOS|Android|Redis|PostgreSQL|SQLite|MySQL|Kubernetes|Rust|Java|Ruby|Swift|Kotlin|PHP|Markdown|README|"
    "TypeScript|JavaScript|Node\\.js|JSON|YAML|TOML|HTML|CSS|HTTPS?|REST|gRPC|API|CLI|SQL|URL|Bash|Zig|Elixir|YouTube"
)

CODE = (
    r"`[^`\n]+`"
    r"|https?://[^\s)>\]]*[^\s)>\].,;:!?]"
    r"|(?<![\w@])[\w.+-]+@[\w-]+\.[\w.]*\w"
    r"|(?<![\w/])@?(?:[\w.-]+/)+[\w.-]*\w"
    r"|(?<![\w.])\w+(?:(?:\.|::)\w+)*\(\)"
    r"|(?<![\w.])[A-Za-z_]\w*(?:(?:\.|::)[A-Za-z_]\w*)+"
    r"|(?<!\w)\w*_\w+"
    r"|(?<!\w)(?:[A-Z][a-z0-9]+){2,}[A-Za-z0-9]*|(?<!\w)[a-z]+[A-Z]\w*|(?<!\w)[A-Z]{2,}[a-z0-9]*(?!\w)"
    r"|(?<![\w-])--?[a-z][\w-]*"
    r"|(?<![\w.])[vV]?\d+\.\d+(?:\.\d+)*(?:[-+][\w.]+)?(?!\w|\s?%| percent)"
    r"|(?<!\w)[0-9a-f]*(?:\d[a-f]|[a-f]\d)[0-9a-f]*(?!\w)"
    r"|\.[A-Za-z]\w*"
)
"""Words with the shape of code, and versions."""


def protected(facts: Iterable[Fact], *, quoted: bool = False) -> str:
    """A pattern for everything that is kept, the longest names first.

    A plain word in a quotation is a word, though a module may be called so too; the repository's name is not.
    The repository's own name is kept with other capitals too: `AnyIO` of `anyio`.
    """
    facts = tuple(facts)
    called = {
        name
        for fact in facts
        for name in _names(fact)
        if not (quoted and name.isalpha() and name.islower() and fact.id not in NAMED_IDS)
    }
    own = {name for fact in facts if _is_the_repositorys(fact) for name in _names(fact) if name.isalpha()}
    spelled = r"(?=\w+[A-Z])" if quoted else r"(?=\w*[A-Z])"
    names = sorted(called, key=len, reverse=True)
    named = "|".join((*map(re.escape, names), *(f"{spelled}(?i:{name})" for name in sorted(own)))) or "(?!)"
    return rf"(?:(?<![\w.-])(?:{named})(?![\w-])|{CODE}|(?<!\w)(?:{PRODUCTS}|C\+\+|C#)(?!\w))"


def _is_the_repositorys(fact: Fact) -> bool:
    return fact.id in NAMED_IDS or fact.kind == "manifest"


def _names(fact: Fact) -> Iterator[str]:
    for name in _called(fact):
        for one in (name, short_name(name), *_SEPARATORS.split(name)[-1:], name.rsplit("/", 1)[-1]):
            if len(one) >= (1 if fact.kind == "language" else MIN_CHARACTERS) and not one.isdigit():
                yield one


def _called(fact: Fact) -> Iterator[str]:
    if fact.kind in NAMED_KINDS | NAMED_OR_COUNTED_KINDS or fact.id in NAMED_IDS or fact.kind == "excerpt":
        if isinstance(fact.value, str) and "\n" not in fact.value:
            yield from (fact.value, *(licences(fact.value) if fact.kind == "license" else ()))
        yield from (str(fact.attributes[key]) for key in _NAMING if fact.attributes.get(key))
    if fact.id == "repo.topics" and isinstance(fact.value, tuple):
        for topic in fact.value:
            yield from (topic, topic.replace("-", " "))
    if fact.id == "readme.install":
        yield from (line.strip(" $>`") for line in lines_of(str(fact.value)))
