"""The architecture film: where things are, what leans on what, and a look into the code."""

from __future__ import annotations

import re

from services.narrator.write.boxes import Finding, finding, scene_of
from services.narrator.write.code import code_scenes
from services.narrator.write.ending import ending
from services.narrator.write.findings import is_aside, is_beside, whole
from services.narrator.write.glance import glance
from services.narrator.write.graph import diagram
from services.narrator.write.hook import hook
from services.narrator.write.lines import at, label, sentence
from services.narrator.write.merging import merged
from services.narrator.write.purpose import needs_scene
from services.narrator.write.structure import architecture, folders, most_imported
from services.narrator.write.subject import Subject
from services.narrator.write.wording import count, numeral
from shared.facts import Fact
from shared.script import Item, ListSlide, Scene, Text

MAX_PILLARS = 3
MAX_EXCERPTS = 2
MIN_FAN_IN = 2


def tour(subject: Subject) -> tuple[Scene, ...]:
    """The scenes that have facts to rest on; the folders first only where modules are drawn too."""
    drawn = diagram(subject.findings, subject.most_boxes)
    written = (
        hook(subject),
        glance(subject),
        _started(subject),
        folders(subject, "folders") if drawn else None,
        architecture(subject),
        _pillars(subject),
        *code_scenes(subject, MAX_EXCERPTS, most_imported(subject)),
        needs_scene(subject),
        *ending(subject),
    )
    return merged(tuple(scene for scene in written if scene))


def _started(subject: Subject) -> Scene | None:
    """Where a run begins, as far as the scan saw it."""
    seen = [one for one in subject.findings.series("entry") if not is_aside(str(one.value))]
    files: dict[str, Fact] = {}
    for one in seen:
        files.setdefault(str(one.value).rsplit("/", 1)[-1], one)
    entries = list(files.values())[:2]
    shown = [_entry(one) for one in entries]
    if not shown:
        return None
    slide = ListSlide(
        kicker=Text("Start"), title=Text("Where it begins"), items=tuple(item for item, _ in shown)
    )
    said = [f"{at(box)}{text}" for box, (_, text) in enumerate(shown)]
    forms = (
        f"To follow a run, begin in {' or in '.join(said)}.",
        f"Where does it begin? In {' and in '.join(said)}.",
    )
    spoken = sentence(subject.pick.among("entry", forms), entries)
    return Scene(id="start", heading="Where it begins", sentences=(spoken,), slide=slide)


def _entry(fact: Fact) -> tuple[Item, str]:
    path = str(fact.value)
    symbol, command = (str(fact.attributes.get(name, "")) for name in ("symbol", "command"))
    body = f"command {command}" if command else (f"at {symbol}" if symbol else "")
    said = path.rsplit("/", 1)[-1] + (f", at {symbol}" if symbol else "")
    return Item(heading=label(path, fact), body=label(body, fact) if body else Text("")), said


def _pillars(subject: Subject) -> Scene | None:
    """The modules most others import, after the first, of which the diagram's scene speaks."""
    ranked = sorted(
        (one for one in subject.findings.series("module") if not is_beside(one)),
        key=lambda one: (-whole(one, "fan_in"), str(one.value)),
    )
    told = most_imported(subject)
    shown = [one for one in ranked if one.id != told and whole(one, "fan_in") >= MIN_FAN_IN][:MAX_PILLARS]
    if len(shown) <= 1:
        return None
    return scene_of(
        "pillars",
        "What much depends on",
        "What much depends on",
        [_pillar(one) for one in shown],
        subject.name,
    )


def _pillar(fact: Fact) -> Finding:
    number, lines = whole(fact, "fan_in"), whole(fact, "lines")
    name, last = str(fact.value), re.split(r"::|[./:]", str(fact.value))[-1]
    sized = f", {count(lines, 'line')} long" if lines else ""
    spoken = f"{numeral(number)} modules import {{}}{last}{sized}"
    return finding(name, f"imported by {number:,} modules", spoken, fact)
