"""What a release has stored can be read for ever, and says the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from shared.events import AnyEvent, FilmFound, JobSubmitted
from shared.job_events import Events, decode
from shared.jobs import fold
from shared.parking import Parked
from shared.record import JobRecord
from tests.contract.golden.generate import FOLDER, messages

RELEASES = sorted(path for path in FOLDER.iterdir() if path.is_dir() and path.name[0].isdigit())
EVENTS = sorted(FOLDER.glob("[0-9]*/event.*.json"))
DOCUMENTS: dict[str, Any] = {"record": JobRecord, "parked": Parked}


def name_of(path: Path) -> str:
    return f"{path.parent.name}-{path.name}"


def says_as_much(now: Any, then: Any) -> bool:
    """Say whether everything that stood there then stands there now."""
    if isinstance(then, dict):
        return isinstance(now, dict) and all(
            key in now and says_as_much(now[key], value) for key, value in then.items()
        )
    return bool(now == then)


@pytest.mark.parametrize("path", EVENTS, ids=name_of)
def test_every_event_of_every_release_is_read_and_says_the_same(path: Path) -> None:
    event = decode(path.read_bytes())
    assert says_as_much(json.loads(msgspec.json.encode(event)), json.loads(path.read_bytes()))


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name)
@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_document_of_every_release_is_read_and_says_the_same(release: Path, name: str) -> None:
    path = release / f"document.{name}.json"
    document = msgspec.json.decode(path.read_bytes(), type=DOCUMENTS[name])
    assert says_as_much(json.loads(msgspec.json.encode(document)), json.loads(path.read_bytes()))


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name)
def test_the_events_of_a_release_fold_into_its_record(release: Path) -> None:
    events = [decode(path.read_bytes()) for path in release.glob("event.*.json")]
    alternatives = {"finished", "cancelled"}
    kept = [
        event
        for event in events
        if getattr(event, "outcome", "") not in alternatives and not isinstance(event, FilmFound)
    ]
    record = json.loads((release / "document.record.json").read_bytes())
    assert says_as_much(json.loads(msgspec.json.encode(fold(Events(kept)))), record)


def test_every_kind_of_event_has_a_golden_file_in_the_newest_release() -> None:
    kinds = {type(decode(path.read_bytes())) for path in RELEASES[-1].glob("event.*.json")}
    assert kinds == set(get_args(AnyEvent))
    names = {path.name for path in RELEASES[-1].glob("event.*.json")}
    assert names >= {f"event.{name}.json" for name, _ in messages()}


def test_a_field_that_changed_its_meaning_would_be_seen() -> None:
    """The negative control."""
    path = next(path for path in EVENTS if path.name == "event.submitted.json")
    changed = path.read_bytes().replace(b'"job_id"', b'"job"')
    with pytest.raises(msgspec.ValidationError):
        decode(changed)
    renamed = path.read_bytes().replace(b'"trigger"', b'"started_by"')
    event = decode(renamed)
    assert isinstance(event, JobSubmitted)
    assert not says_as_much(json.loads(msgspec.json.encode(event)), json.loads(renamed))
