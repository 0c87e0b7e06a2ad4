"""Writes the example scripts of this folder, and measures them.

    make examples                     all of them
    make examples ARGS=packages       those that need package registries only
    make examples ARGS='repositories --clones ~/src'

Where each comes from stands in `sources.txt`; what is not on this machine yet is brought here once. Exits
with 1 when a script says what the facts do not carry, when a sentence rests on no fact, or when more than a
third of a group share a sentence word for word.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from docs.examples.sources import Source, listed, obtained
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
GROUPS = {"repositories": FOLDER, "packages": FOLDER / "packages"}
HEADS = {
    "repositories": (
        "# Example scripts",
        "",
        "Written by `make examples` from the repositories and commits in [sources.txt](sources.txt). Under",
        "each sentence stand its facts. [Packages](packages/README.md) bring no history, and stand apart.",
    ),
    "packages": (
        "# Example scripts of packages",
        "",
        "Written by `make examples ARGS=packages` from the archives that package registries serve, as",
        "[sources.txt](../sources.txt) names them. They bring no history, so these films say so.",
    ),
}
KEPT = Path("~/.cache/reporeel/examples")
FEWEST_TO_SHARE = 4
"""Fewer repositories than this cannot tell what is common."""
MOST_SHARED = 1 / 3
MAX_VALUE_CHARACTERS = 90


class Example(NamedTuple):
    name: str
    profile: str
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


def made(source: Source, kept: Path) -> list[Example]:
    folder = obtained(source, kept)
    base = scan_folder(ignore_progress, folder, None, ScannerSettings().limits).base
    return [_written(base, source.name, profile) for profile in source.profiles]


def _written(base: FactBase, name: str, profile: str) -> Example:
    script = write(base, profile)  # type: ignore[arg-type]  # a wrong one in the list is refused there
    claimed = sum(len(claims(spot.text, script.language)) for spot in spots(script))
    called = name if profile == "overview" else f"{name}-{profile}"
    return Example(called, profile, base, script, claimed, len(check(script, base)), quiz.make(base))


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


def table(examples: list[Example], group: str) -> str:
    lines = [
        *HEADS[group],
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
    overviews = [one for one in examples if one.profile == "overview"]
    common = shared(overviews)
    most = f"{common[0][1]} of {len(overviews)} (“{common[0][0]}”)" if common else "none"
    questions = [question for example in examples for question in example.questions]
    return [
        f"- Sentences that more than one overview says word for word: {len(common)}; by the most: {most}.",
        f"- The quiz answered without any film: {quiz.score(questions, '').share:.2f} of {len(questions)}.",
    ]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("groups", nargs="*", help=f"of {', '.join(GROUPS)}; all of them, where none is named")
    parser.add_argument("--clones", type=Path, default=KEPT, help=f"where sources are kept ({KEPT})")
    asked = parser.parse_args()
    if unknown := set(asked.groups) - set(GROUPS):
        parser.error(f"no group of examples is called {', '.join(unknown)}")
    faulty = False
    for group in asked.groups or GROUPS:
        examples = _group(group, asked.clones.expanduser())
        found = faults(examples)
        sys.stdout.write(table(examples, group))
        sys.stderr.writelines(f"{fault}\n" for fault in found)
        faulty = faulty or bool(found)
    return int(faulty)


def _group(group: str, kept: Path) -> list[Example]:
    """Its examples, with their pages written."""
    sources = [source for source in listed() if source.is_package == (group == "packages")]
    examples = [example for source in sources for example in made(source, kept)]
    folder = GROUPS[group]
    folder.mkdir(exist_ok=True)
    for example in examples:
        (folder / f"{example.name}.md").write_text(page(example), encoding="utf-8")
    (folder / "README.md").write_text(table(examples, group), encoding="utf-8")
    return examples


def faults(examples: list[Example]) -> list[str]:
    """What must not be in any example, nor in all of them together."""
    found = [f"{one.name}: {one.violations} claims not carried" for one in examples if one.violations]
    found += [
        f"{one.name}: no fact under {told.text!r}"
        for one in examples
        for scene in one.script.scenes
        for told in scene.sentences
        if not told.facts
    ]
    overviews = [one for one in examples if one.profile == "overview"]
    most = MOST_SHARED * len(overviews)
    if len(overviews) >= FEWEST_TO_SHARE:
        found += [f"shared by {n}: {text!r}" for text, n in shared(overviews) if n > most]
    return found


if __name__ == "__main__":
    sys.exit(main())
