"""`docs/asyncapi.json`: a valid document, made from the code, that describes what was really stored."""

from __future__ import annotations

import copy
import json
import lzma
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from shared.job_events import decode
from shared.pipeline import subject
from tests.contract.test_golden import EVENTS, name_of

ROOT = Path(__file__).parents[2]
DOCUMENT = json.loads((ROOT / "docs" / "asyncapi.json").read_text())
PACKED = ROOT / "tests" / "contract" / "data" / "asyncapi.json.xz"
PATTERNS = {"priority": "high|normal|low", "job_id": "[0-9a-f]{32}", "generation": "[0-9]+"}


def complaints(document: Any) -> list[str]:
    schema = json.loads(lzma.decompress(PACKED.read_bytes()))["schema"]
    validator = jsonschema.validators.validator_for(schema)(schema)
    return [error.message for error in validator.iter_errors(document)]


def payload_validator(event: str) -> Any:
    schema = {"$ref": f"#/components/schemas/{event}", "components": DOCUMENT["components"]}
    return jsonschema.Draft202012Validator(schema)


def test_it_is_what_the_code_says_now() -> None:
    made = subprocess.run(
        [sys.executable, ROOT / "docs" / "generate_asyncapi.py"], capture_output=True, text=True, check=True
    )
    assert (ROOT / "docs" / "asyncapi.json").read_text() == made.stdout


def test_asyncapi_finds_it_valid() -> None:
    assert complaints(DOCUMENT) == []


@pytest.mark.parametrize(
    ("where", "wrong"),
    [
        (("operations", "scan.receives.JobSubmitted", "action"), "listen"),
        (("channels", "JobSubmitted", "address"), 7),
        (("asyncapi",), "2.6.0"),
    ],
)
def test_asyncapi_notices_what_is_wrong(where: tuple[str, ...], wrong: object) -> None:
    document = copy.deepcopy(DOCUMENT)
    place = document
    for step in where[:-1]:
        place = place[step]
    place[where[-1]] = wrong
    assert complaints(document)


@pytest.mark.parametrize("path", EVENTS, ids=name_of)
def test_every_stored_event_is_described_with_its_subject(path: Path) -> None:
    written, event = json.loads(path.read_bytes()), decode(path.read_bytes())
    name = type(event).__name__
    assert list(payload_validator(name).iter_errors(written)) == []
    del written["job_id"]
    assert list(payload_validator(name).iter_errors(written))
    parts = DOCUMENT["channels"][name]["address"].split(".")
    assert re.fullmatch(r"\.".join(re.sub(r"{(\w+)}", _pattern, part) for part in parts), subject(event))


def _pattern(known: re.Match[str]) -> str:
    return f"(?:{PATTERNS.get(known[1], '[a-z-]+')})"
