"""Writes tests/bench/data/films.tsv: sentences of films of real packages, and their translations.

    PYTHONPATH=. .venv/bin/python scripts/film_sentences.py click-8.5.1 flask-3.1.3 > films.tsv

Takes folders that hold a package's source, named after it. Its film is written and translated as ever; of its
sentences those come in which have the lowest sha256 and stand in every language, so nobody chooses them.
Needs Apertium (`make languages`).
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

from services.narrator.write import write
from services.scanner.scan import scan_folder
from services.scanner.settings import ScannerSettings
from services.translator.script import translate
from shared.offload import ignore_progress
from shared.script import Script

LANGUAGES = ("pt", "es", "fr", "it")
EACH = 3
"""Sentences of a package."""
LONGEST = 120
"""Characters."""


def rows(folder: Path) -> Iterator[tuple[str, ...]]:
    base = scan_folder(ignore_progress, folder, None, ScannerSettings().limits).base
    source = write(base)
    said = [sentences(source), *(sentences(translate(ignore_progress, source, base, to)) for to in LANGUAGES)]
    lines = [line for line in zip(*said, strict=True) if max(map(len, line)) <= LONGEST]
    lines.sort(key=lambda line: hashlib.sha256(line[0].encode()).digest())
    yield from ((folder.name, *line) for line in lines[:EACH])


def sentences(script: Script) -> list[str]:
    return [sentence.text for scene in script.scenes for sentence in scene.sentences]


def main() -> None:
    sys.stdout.write("\t".join(("# package", "en", *LANGUAGES)) + "\n")
    for name in sys.argv[1:]:
        for row in rows(Path(name)):
            sys.stdout.write("\t".join(row) + "\n")


if __name__ == "__main__":
    main()
