"""Documents that are made from the code are as the code would make them now."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_list_of_events_is_the_pipelines() -> None:
    made = subprocess.run(
        [sys.executable, ROOT / "docs" / "generate_events.py"], capture_output=True, text=True, check=True
    )
    assert (ROOT / "docs" / "events.md").read_text() == made.stdout


def test_every_setting_stands_in_the_example_file() -> None:
    known = set(re.findall(r"^#? ?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    sources = [*ROOT.glob("services/**/*.py"), *ROOT.glob("shared/**/*.py")]
    used = {
        name
        for path in sources
        for name in re.findall(r'name="([A-Z][A-Z0-9_]+)"', path.read_text(encoding="utf-8"))
    }
    assert used
    assert used - known == set()
    assert {name for name in known - used if name.startswith("REPOREEL_")} == set()


def test_every_link_of_the_documents_leads_somewhere() -> None:
    for document in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        for target in re.findall(
            r"\]\((?!https?://|#|mailto:)([^)#\s]+)", document.read_text(encoding="utf-8")
        ):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_the_runbook_names_codes_that_are_given() -> None:
    table = (
        (ROOT / "docs" / "runbook.md").read_text().partition("| code | cause | do |")[2].partition("\n\n")[0]
    )
    first_cells = [row.split("|")[1] for row in table.splitlines() if "|" in row]
    named = {code for cell in first_cells for code in re.findall(r"`([a-z_]+)`", cell)}
    code = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("[s]*/**/*.py"))
    assert len(named) >= 5
    assert {one for one in named if f'"{one}"' not in code} == set()
