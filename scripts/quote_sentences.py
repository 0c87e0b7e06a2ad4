"""Makes `tests/bench/data/sentences.en.tsv` anew: one technical sentence a package, out of its README.

    .venv/bin/python scripts/quote_sentences.py FOLDER...

FOLDER is a site-packages or a node_modules. The READMEs under a permissive licence are put in the order of
their sha256; nothing else chooses them. The first sentence of running text that has 8 to 22 words, at least
one of them not ordinary, is quoted. Of SENTENCES packages the first half is held out: whoever extends the
lexicon does not look at it.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageMetadata, distributions
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from sentencex import segment

from tests.bench.ordinary import is_ordinary

SENTENCES = 80
LONGEST_LICENCE_NAME = 40
FEWEST_WORDS, MOST_WORDS = 8, 22
PERMISSIVE = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Unlicense|0BSD", re.IGNORECASE
)
NOT_SPOKEN = re.compile(r"https?:|www\.|[^\x20-\x7e’“”–—é]|[{}<>|\\^]|\.\.\.|\[|\]|::")
TARGET = Path(__file__).parents[1] / "tests" / "bench" / "data" / "sentences.en.tsv"


@dataclass(frozen=True)
class Readme:
    package: str
    licence: str
    text: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def main(folders: Iterable[str]) -> None:
    readmes = {readme.sha256: readme for folder in folders for readme in found(Path(folder))}
    quotes, quoted = [], set()
    for sha256, readme in sorted(readmes.items()):
        name = readme.package.split()[1].lower()
        sentence = next(sentences(readme.text), None)
        if sentence and not {name, sentence} & quoted:
            quoted |= {name, sentence}
            quotes.append((readme.package, readme.licence, sha256[:16], sentence))
    chosen = quotes[:SENTENCES]
    rows = [
        "\t".join(("held out" if place < SENTENCES // 2 else "seen", *quote))
        for place, quote in enumerate(chosen)
    ]
    head = (
        "# Made by scripts/quote_sentences.py: half, package, licence, its README's sha256 (start), sentence"
    )
    TARGET.write_text("\n".join((head, *rows)) + "\n", "utf-8")
    sys.stdout.write(f"{len(chosen)} of {len(quotes)} sentences out of {len(readmes)} READMEs\n")


def found(folder: Path) -> Iterator[Readme]:
    for distribution in distributions(path=[str(folder)]):
        facts = distribution.metadata
        text = str(facts.get_payload() or facts.get("Description") or "")  # type: ignore[attr-defined]
        is_markdown = str(facts.get("Description-Content-Type", "")).startswith("text/markdown")
        if is_markdown and PERMISSIVE.search(licence(facts)):
            yield Readme(f"pypi {facts['Name']} {facts['Version']}", licence(facts), text)
    for manifest in folder.glob("*/package.json"):
        facts, readme = json.loads(manifest.read_text("utf-8")), manifest.with_name("README.md")
        if readme.is_file() and PERMISSIVE.search(str(facts.get("license"))):
            terms = str(facts.get("license", ""))
            yield Readme(f"npm {facts['name']} {facts['version']}", terms, readme.read_text("utf-8"))


def licence(facts: PackageMetadata) -> str:
    stated = facts.get("License-Expression") or facts.get("License") or ""
    if stated and len(stated) <= LONGEST_LICENCE_NAME:
        return stated
    classified = [line.split(" :: ")[-1] for line in facts.get_all("Classifier") or () if "License" in line]
    return ", ".join(classified)


def sentences(text: str) -> Iterator[str]:
    tokens = MarkdownIt().parse(text)
    for opening, inline in pairwise(tokens):
        if opening.type == "paragraph_open" and opening.level == 0:
            yield from filter(is_technical, segment("en", plain(inline.children or ())))


def plain(tokens: Iterable) -> str:
    pieces = (
        " " if token.type == "softbreak" else token.content
        for token in tokens
        if token.type in ("text", "code_inline", "softbreak")
    )
    return " ".join("".join(pieces).split())


def is_technical(sentence: str) -> bool:
    words = sentence.split()
    return (
        FEWEST_WORDS <= len(words) <= MOST_WORDS
        and sentence[0].isupper()
        and sentence.endswith(".")
        and not NOT_SPOKEN.search(sentence)
        and any(not is_ordinary(word, first=not place) for place, word in enumerate(words))
    )


if __name__ == "__main__":
    main(sys.argv[1:])
