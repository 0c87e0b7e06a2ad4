"""Each overlay, rendered once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.manifests.rendered import EVERYTHING, OVERLAYS, render


@pytest.fixture(scope="session")
def overlays(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The files with the YAML of each overlay."""
    files: dict[str, Path] = {}
    for overlay in (*OVERLAYS, EVERYTHING):
        folder = tmp_path_factory.mktemp(overlay)
        files[overlay] = folder / f"{overlay}.yaml"
        files[overlay].write_text(render(overlay, folder))
    return files
