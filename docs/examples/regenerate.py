"""Writes the example scripts of this folder, and measures them.

    make examples ARGS='~/src/starlette ~/src/ripgrep …'

Each argument is a folder that holds a repository or an unpacked source package; `--profile release` writes
what is new since its last tag instead. Exits with 1 when a script says what the facts do not carry, when a
sentence rests on no fact, or when more than a third of the repositories share a sentence word for word.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from services.narrator.write import write
from services.narrator.write.overview import spoken_seconds
from services.scanner.scan import scan_folder
from services.scanner.settings import ScannerSettings
from shared.facts import Fact, FactBase
from shared.offload import ignore_progress
from shared.script import Script
from shared.truth import check, quiz
from shared.truth.claims import claims
from shared.truth.spots import spots

FOLDER = Path(__file__).parent
FEWEST_TO_SHARE = 4
"""Fewer repositories than this cannot tell what is common."""
MOST_SHARED = 1 / 3
MAX_VALUE_CHARACTERS = 90


class Example(NamedTuple):
    name: str
    base: FactBase
    script: Script
    claims: int
    violations: int
    questions: tuple[quiz.Question, ...]

    @property
    def sentences(self) -> list[str]:
        return [sentence.text for scene in self.script.scenes for sentence in scene.sentences]

    @property
    def cited(self) -> set[str]:
        return {known for one in self.script.scenes for told in one.sentences for known in told.facts}


def made(folder: Path, profile: str) -> Example:
    base = scan_folder(ignore_progress, folder, None, ScannerSettings().limits).base
    script = write(base, profile)  # type: ignore[arg-type]  # argparse allows no other
    claimed = sum(len(claims(spot.text, script.language)) for spot in spots(script))
    name = folder.name if profile == "overview" else f"{folder.name}-{profile}"
    return Example(name, base, script, claimed, len(check(script, base)), quiz.make(base))


def page(example: Example) -> str:
    """The script as text, with the facts under each sentence."""
    script, base = example.script, example.base
    lines = [f"# {script.title.text}", "", "> " + script.description.text.replace("\n", "\n> "), ""]
    for scene in script.scenes:
        lines += [f"## {scene.heading}", ""]
        for sentence in scene.sentences:
            lines += [f"**{sentence.text}**", ""]
            lines += [_under(fact) for known in sentence.facts if (fact := base.find(known))]
            lines.append("")
    return "\n".join(lines)


def _under(fact: Fact) -> str:
    value = " ".join(str(fact.value).split())
    shown = value if len(value) <= MAX_VALUE_CHARACTERS else value[:MAX_VALUE_CHARACTERS] + "…"
    seen = fact.evidence[0]
    where = seen.path or seen.field or ""
    if seen.path and seen.lines:
        where += f":{seen.lines[0]}" + (f"-{seen.lines[1]}" if seen.lines[1] != seen.lines[0] else "")
    return f"- `{fact.id}` = `{shown.replace('`', '´')}` ({seen.source}: {where.replace('|', '/')})"


def shared(examples: list[Example]) -> list[tuple[str, int]]:
    """Sentences by the number of repositories whose films say them word for word."""
    told = Counter(sentence for example in examples for sentence in set(example.sentences))
    return [(sentence, number) for sentence, number in told.most_common() if number > 1]


def table(examples: list[Example]) -> str:
    lines = [
        "# Example scripts",
        "",
        "Written by `make examples` from unpacked source packages. Under each sentence stand its facts.",
        "",
        "| script | language | seconds | sentences | claims | carried | quiz, planned | quiz, all |",
        "|---|---|---|---|---|---|---|---|",
        *map(_row, sorted(examples, key=lambda one: one.name.lower())),
        "",
        *_summary(examples),
        "",
    ]
    return "\n".join(lines)


def _row(example: Example) -> str:
    language = example.base.find("language.1")
    text = " ".join(example.sentences)
    planned = [question for question in example.questions if question.fact in example.cited]
    told, whole = quiz.score(planned, text), quiz.score(example.questions, text)
    cells = (
        f"[{example.name}]({example.name}.md)",
        language.value if language else "",
        f"{spoken_seconds(example.script.scenes):.0f}",
        len(example.sentences),
        example.claims,
        f"{1 - example.violations / max(example.claims, 1):.2f}",
        f"{told.right} of {told.questions}",
        f"{whole.right} of {whole.questions}",
    )
    return "| " + " | ".join(map(str, cells)) + " |"


def _summary(examples: list[Example]) -> list[str]:
    common = shared(examples)
    most = f"{common[0][1]} of {len(examples)} (“{common[0][0]}”)" if common else "none"
    questions = [question for example in examples for question in example.questions]
    return [
        f"- Sentences said word for word by more than one: {len(common)}; by the most repositories: {most}.",
        f"- The quiz answered without any film: {quiz.score(questions, '').share:.2f} of {len(questions)}.",
    ]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--profile", choices=("overview", "release", "architecture"), default="overview")
    options = parser.parse_args()
    examples = [made(folder.expanduser(), options.profile) for folder in options.folders]
    for example in examples:
        (FOLDER / f"{example.name}.md").write_text(page(example), encoding="utf-8")
    if options.profile == "overview":
        (FOLDER / "README.md").write_text(table(examples), encoding="utf-8")
    sys.stdout.write(table(examples))
    unfounded = [
        text
        for one in examples
        for s in one.script.scenes
        for t in s.sentences
        if not t.facts
        for text in [t.text]
    ]
    most = max((number for _, number in shared(examples)), default=0)
    too_common = len(examples) >= FEWEST_TO_SHARE and most > MOST_SHARED * len(examples)
    return int(any(one.violations for one in examples) or bool(unfounded) or too_common)


if __name__ == "__main__":
    sys.exit(main())
