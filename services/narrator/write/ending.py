"""The verdict: what was seen, weighed, and where to go from here."""

from __future__ import annotations

import re

import msgspec

from services.narrator.write.lines import ids, label, sentence
from services.narrator.write.quoting import distrusted
from services.narrator.write.subject import Subject
from services.narrator.write.weighing import weighed
from services.narrator.write.wording import article, capital, month, words
from shared.facts import Fact
from shared.lines import lines_of
from shared.script import OutroSlide, Scene, Sentence, Text, VerdictSlide
from shared.truth.plain import letters

SHORT_COMMIT = 7
MAX_SPOKEN_COMMAND_WORDS = 4
MAX_COMMAND_CHARACTERS = 60

_INSTALL = re.compile(
    r"(?:(?:python3? -m )?pip3? install|pipx install|uv (?:add|tool install|pip install)|npm (?:install|i)"
    r"|npx|yarn add|pnpm add|cargo (?:install|add)|go (?:install|get)|gem install|brew install"
    r"|composer require|apt(?:-get)? install|conda install|dotnet add package|docker pull)"
    r"(?: -{1,2}[a-zA-Z-]{1,20})*(?: [\w@./:\[\],+-]{1,60}){1,3}\Z"
)
"""Well-known commands that install a package and do nothing else."""
_SPEAKABLE_COMMAND = re.compile(r"[a-z ]+ [\w-]+\Z", re.IGNORECASE)


def ending(subject: Subject) -> tuple[Scene, ...]:
    """What was seen, weighed; then where to go. One scene where only one of them can be told."""
    return tuple(scene for scene in (verdict(subject), outro(subject)) if scene)


def verdict(subject: Subject) -> Scene | None:
    found = weighed(subject)
    if found is None or _next_step(subject) is None:
        return None
    slide = VerdictSlide(
        kicker=Text("Verdict"),
        title=Text("What we saw, weighed"),
        for_label=Text("What speaks for it") if found.assets else Text(""),
        against_label=Text("What to weigh against it") if found.burdens else Text(""),
        assets=tuple(label(capital(one.said), one.facts) for one in found.assets),
        burdens=tuple(label(capital(one.said), one.facts) for one in found.burdens),
    )
    return Scene(id="verdict", heading="Verdict", sentences=(found.spoken,), slide=slide)


def outro(subject: Subject) -> Scene | None:
    """Whose work this is, and where to find it; it weighs where there is nowhere to go."""
    found = weighed(subject)
    spoken = _next_step(subject) or (found.spoken if found else None)
    if spoken is None:
        return None
    spoken = msgspec.structs.replace(spoken, reveals=())
    call, cited = _call(subject)
    slide = OutroSlide(
        title=label(subject.name, subject.named_by),
        subtitle=_own_kind(subject),
        call=label(call, cited),
        credits=credits_of(subject),
    )
    heading = "Where to find it" if _next_step(subject) else "Verdict"
    return Scene(id="outro", heading=heading, sentences=(spoken,), slide=slide)


def _own_kind(subject: Subject) -> Text:
    kind, cited = a_kind(subject)
    return label(kind[:1].upper() + kind[1:], cited) if cited else Text("")


def a_kind(subject: Subject) -> tuple[str, tuple[str, ...]]:
    """`a Python framework`, with the facts under it."""
    called_by = ids(subject.noun_from or subject.packaged_by)
    if subject.language is None or not subject.has_code or subject.kind == "data":
        return article(subject.called), called_by
    return article(f"{subject.language.value} {subject.called}"), (subject.language.id, *called_by)


def _install(subject: Subject) -> str:
    """The README's install command, if it is one of the well-known harmless kinds."""
    fact = subject.findings.fact("readme.install")
    if fact is None or distrusted(subject.findings):
        return ""
    for line in lines_of(str(fact.value)):
        command = line.strip().removeprefix("$ ").removeprefix("> ").strip("` ").removesuffix(".")
        if (
            len(command) <= MAX_COMMAND_CHARACTERS
            and _INSTALL.match(command)
            and "requirements" not in command
        ):
            return command if _names(subject, command) else ""
    return ""


def _names(subject: Subject, command: str) -> bool:
    """Whether the command installs this and not something else of the README's choice."""
    known = {letters(subject.name).replace(" ", ""), letters(subject.findings.full_name).replace(" ", "")}
    known |= {letters(str(one.attributes.get("name", ""))).replace(" ", "") for one in _manifests(subject)}
    wanted = (letters(part).replace(" ", "") for part in command.split()[2:])
    return any(one and one in part for part in wanted for one in known)


def _manifests(subject: Subject) -> tuple[Fact, ...]:
    return subject.findings.numbered("manifest")


def _next_step(subject: Subject) -> Sentence | None:
    command, full_name, name = _install(subject), subject.findings.full_name, subject.name
    if command and words(command) <= MAX_SPOKEN_COMMAND_WORDS and _SPEAKABLE_COMMAND.match(command):
        forms: tuple[str, ...] = (
            f"To try it, run {command}.",
            f"Its README installs it with {command}.",
            f"Its README says how to start: {command}.",
            f"Installing it takes a line: {command}.",
        )
        return sentence(subject.pick.among("install", forms), "readme.install")
    if full_name:
        forms = (
            f"You find it on GitHub as {full_name}.",
            f"The source is on GitHub, under {full_name}.",
            f"Read the source on GitHub, at {full_name}.",
        )
        return sentence(subject.pick.among("find", forms), "repo.full_name")
    source = subject.findings.source
    if source:
        forms = (
            f"Its manifest gives the source as {source}, on GitHub.",
            f"By its manifest, the source is on GitHub, under {source}.",
        )
        return sentence(subject.pick.among("find", forms), "repo.source")
    return _last_change(subject, name)


def _last_change(subject: Subject, name: str) -> Sentence | None:
    when = month(subject.findings.text("commits.last"))
    if when and subject.findings.number("commits.count") > 1:
        return sentence(f"The last commit to {name} is from {when}.", subject.named_by, "commits.last")
    kind, cited = a_kind(subject)
    if not cited or weighed(subject):
        return None  # the verdict is a better end
    forms = (
        f"That was {name}: {kind}.",
        f"That is {name}, {kind}.",
        f"This was a short look at {name}, {kind}.",
    )
    return sentence(subject.pick.among("last", forms), subject.named_by, cited)


def _call(subject: Subject) -> tuple[str, tuple[str, ...]]:
    command, full_name = _install(subject), subject.findings.full_name
    if command:
        return command, ("readme.install",)
    if full_name:
        return f"github.com/{full_name}", ("repo.full_name",)
    source = subject.findings.source
    return (f"github.com/{source}", ("repo.source",)) if source else ("", ())


def credits_of(subject: Subject) -> tuple[Text, ...]:
    findings, shown = subject.findings, []
    if findings.full_name:
        shown.append(label(findings.full_name, "repo.full_name"))
    if findings.licence:
        shown.append(label(findings.licence, "license.spdx"))
    if findings.commit:
        shown.append(label(f"commit {findings.commit[:SHORT_COMMIT]}", "repo.commit"))
    return (*shown, Text("Narrated by a synthetic voice"))
