"""Names for what is kept on the shelf: they change with all that decides how a picture is drawn and coded."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path

from services.publisher.render.canvas import TEMPLATES
from shared import shelf

_MAKERS = ("av", "fontpkg-inter", "fontpkg-jetbrains-mono", "fontpkg-noto-sans", "numpy", "pillow", "typst")


def key_of(*parts: object) -> str:
    """A name for whatever these parts decide, by this version of the code that makes it."""
    return shelf.key_of(_makers(), *parts)


@cache
def _makers() -> str:
    """Changes with our code, the templates, and the libraries that draw and encode."""
    return shelf.digest_of([version(maker) for maker in _MAKERS], _sources())


def _sources() -> Iterable[Path]:
    yield from Path(__file__).parent.rglob("*.py")
    yield from (path for path in TEMPLATES.rglob("*") if path.is_file())
