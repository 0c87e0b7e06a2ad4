"""How much changed between the last two tags: commits, people, files, lines."""

from __future__ import annotations

from collections.abc import Sequence

from services.narrator.write.changes import Span
from services.narrator.write.lines import at, label, sentence
from services.narrator.write.subject import Subject
from services.narrator.write.wording import about, capital, listed, numeral
from shared.script import GlanceSlide, Scene, Sentence, Stat, Text

_FIGURES = (
    ("changes.commits", "commit", "commits"),
    ("changes.authors", "contributor", "contributors"),
    ("changes.files", "file changed", "files changed"),
    ("changes.insertions", "line added", "lines added"),
    ("changes.deletions", "line removed", "lines removed"),
)


def counted(subject: Subject, span: Span) -> Scene | None:
    told: tuple[tuple[str, str, str], ...] = _FIGURES
    if subject.findings.number("changes.commits") <= 1:
        told = _FIGURES[2:]
    if subject.findings.number("changes.authors") == 1:
        told = tuple(one for one in told if one[0] != "changes.authors")  # room for the lines removed
    seen = [(known, subject.findings.number(known), one, many) for known, one, many in told]
    shown = [(known, number, one if number == 1 else many) for known, number, one, many in seen if number][:4]
    if not shown:
        return None
    slide = GlanceSlide(
        kicker=Text("In numbers"),
        title=label(f"From {span.earlier} to {span.later}", span.fact),
        stats=tuple(
            Stat(value=label(f"{number:,}", known), label=label(noun, known)) for known, number, noun in shown
        ),
        languages_label=Text(""),
    )
    said = {
        known: f"{at(box)}{about(number) if number >= 1000 else numeral(number)} {noun}"  # noqa: PLR2004 - as `about` does
        for box, (known, number, noun) in enumerate(shown)
    }
    first = [known for known in said if known in ("changes.commits", "changes.authors")]
    rest = [known for known in said if known not in first]
    spoken = [
        _figure_sentence(subject, span, " by ".join(said[known] for known in first), first),
        sentence(f"{capital(listed([said[known] for known in rest]))}.", rest) if rest else None,
    ]
    sentences = tuple(one for one in spoken if one)
    return Scene(id="glance", heading="In numbers", sentences=sentences, slide=slide)


def _figure_sentence(subject: Subject, span: Span, said: str, known: Sequence[str]) -> Sentence | None:
    if not known:
        return None
    forms = (
        f"Between the tags lie {said}.",
        f"It took {said} to get from {span.earlier} to {span.later}.",
        f"From {span.earlier} to {span.later} we counted {said}.",
    )
    text = subject.pick.among("figures", forms)
    return sentence(text, known, span.fact if span.later in text else "")
