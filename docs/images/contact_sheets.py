"""Draws every scene of the film of each repository given, as one sheet a shape, to be looked at.

    make contact-sheets ARGS='~/src/starlette ~/src/ripgrep --into /tmp/sheets'

Each argument is a folder that holds a repository. The pictures are the last of each scene, drawn as a film
draws them; nothing is spoken or encoded. `--shapes wide,reel` and `--profile release` narrow it. Exits with 1
when a script says what the facts do not carry, or when a text does not fit its place.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from PIL import Image

from services.narrator.write import write
from services.publisher.export.pack import whole
from services.publisher.render.deck import Deck
from services.publisher.render.design import Design
from services.publisher.render.sheets import sheets_of
from services.scanner.scan import scan_folder
from services.scanner.settings import ScannerSettings
from shared.events import Format, Profile
from shared.facts import FactBase
from shared.offload import ignore_progress
from shared.script import Script
from shared.shelf import NO_SHELF
from shared.truth import check

COLUMNS: dict[Format, tuple[int, int]] = {"wide": (4, 480), "reel": (6, 270), "square": (5, 360)}
"""Pictures in a row, and how wide each is."""
GAP = 8
GREY = (86, 88, 96)
QUALITY = 82


def pictures(script: Script, design: Design) -> tuple[list[Image.Image], float]:
    """The last picture of each scene, and by how many pixels some text leaves its place."""
    deck = Deck(script, sheets_of(script, design.canvas), design, NO_SHELF)
    return list(map(whole, deck.sceneries)), max(text.overflow for text in deck.pages.texts)


def contact_sheet(drawn: Sequence[Image.Image], shape: Format) -> Image.Image:
    columns, width = COLUMNS[shape]
    columns = min(columns, len(drawn))
    height = round(drawn[0].height * width / drawn[0].width)
    rows = -(-len(drawn) // columns)
    sheet = Image.new("RGB", (columns * (width + GAP) + GAP, rows * (height + GAP) + GAP), GREY)
    for number, picture in enumerate(drawn):
        row, column = divmod(number, columns)
        small = picture.resize((width, height), Image.Resampling.LANCZOS)
        sheet.paste(small, (GAP + column * (width + GAP), GAP + row * (height + GAP)))
    return sheet


def made(base: FactBase, name: str, profile: Profile, shape: Format, into: Path) -> bool:
    """Write one sheet; gives whether all on it is true and fits."""
    script = write(base, profile, shape=shape)
    drawn, overflow = pictures(script, Design(format=shape, brand_color=base.wishes.brand_color or ""))
    path = into / f"{name}-{profile}-{shape}.jpg"
    contact_sheet(drawn, shape).save(path, "JPEG", quality=QUALITY, optimize=True)
    wrong = check(script, base)
    sys.stdout.write(f"{path} {path.stat().st_size // 1000} kB, {len(drawn)} scenes, ")
    sys.stdout.write(f"{overflow:.0f} px overflow, {len(wrong)} violations\n")
    return not wrong and overflow == 0


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--profile", choices=get_args(Profile), default="overview")
    parser.add_argument("--shapes", default="wide,reel,square")
    parser.add_argument("--into", type=Path, default=Path())
    options = parser.parse_args()
    options.into.mkdir(parents=True, exist_ok=True)
    fine = True
    for folder in options.folders:
        base = scan_folder(ignore_progress, folder.expanduser(), None, ScannerSettings().limits).base
        for shape in options.shapes.split(","):
            fine &= made(base, folder.expanduser().name, options.profile, shape, options.into)
    return int(not fine)


if __name__ == "__main__":
    sys.exit(main())
