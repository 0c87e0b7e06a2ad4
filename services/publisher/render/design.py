"""How a film looks: its shape, light or dark, and the colour of whoever it is about."""

from __future__ import annotations

import json
from typing import Literal

import msgspec

from services.publisher.render.canvas import Canvas, canvases
from services.publisher.render.fonts import EXTRA_FAMILIES
from shared.events import Format

Theme = Literal["dark", "light"]
RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})
"""Languages whose pages are mirrored."""
SPACELESS = frozenset({"ja", "zh"})
"""Languages that part words nowhere: a line may break after any character."""


class Design(msgspec.Struct, frozen=True, kw_only=True):
    format: Format = "wide"
    theme: Theme = "dark"
    brand_color: str = ""
    """`#rrggbb`; empty leaves the theme's own accent."""
    logo: str = ""
    """Path of a picture; empty is none."""

    @property
    def canvas(self) -> Canvas:
        return canvases()[self.format]

    def inputs(self, language: str) -> dict[str, str]:
        """What the templates ask for."""
        code = language.split("-", maxsplit=1)[0]
        return {
            "format": self.format,
            "theme": self.theme,
            "brand": self.brand_color,
            "direction": "rtl" if code in RIGHT_TO_LEFT else "ltr",
            "spaceless": "on" if code in SPACELESS else "off",
            "fonts": json.dumps(EXTRA_FAMILIES),
        }


WIDE = Design()
