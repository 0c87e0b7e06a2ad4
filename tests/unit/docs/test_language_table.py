"""The table of docs/languages.md tells the measured figures."""

import msgspec
import pytest

from tests.bench import languages
from tests.bench.speech import SPEECH, kept, rate

ROWS = {
    line.split("`")[1]: line
    for line in languages.DOCS.read_text("utf-8").partition(languages.BEGIN)[2].splitlines()
    if line.startswith("| ") and "`" in line
}


@pytest.mark.parametrize("code", list(languages.NAMES))
def test_a_row_holds_what_was_measured(code):
    row, spoken = ROWS[code], kept(SPEECH).get("held out" if code == "en" else code)
    if code != "en":
        found = msgspec.json.decode(languages.DATA.read_bytes(), type=dict[str, languages.Translation])[code]
        assert f"| {found.engine} | {found.seen} | {found.held_out} |" in row
    if spoken:
        assert f"| {rate(spoken.words)} | {rate(spoken.ordinary)} |" in row
