"""Reporeel's part, a process for each way: `python -m tests.bench.render.ours WAY FOLDER [--short]`.

Ways: `whole` makes the film with empty caches; `language` makes it with other words, the first film on the
shelf; `given` makes a film of slides that are set and of the narration as it is, as the peers do; `picture`
makes only its picture from slides that are set; `retimed` makes the picture of a slower narration, the first
film on the shelf. The last two print what they measured from inside, as JSON.
"""

from __future__ import annotations

import sys
import time
from io import BytesIO
from pathlib import Path

import msgspec
import numpy as np
from PIL import Image

from services.publisher.render import sound
from services.publisher.render.bar import Bar
from services.publisher.render.deck import Deck
from services.publisher.render.design import WIDE
from services.publisher.render.encoder import Size
from services.publisher.render.film import SAMPLES_A_FRAME, render_film
from services.publisher.render.mux import write_film
from services.publisher.render.picture import PictureStream
from services.publisher.render.segments import Film
from services.publisher.render.sheets import sheets_of
from services.publisher.render.timeline import plan
from services.publisher.settings import RenderSettings
from shared.offload import ignore_progress
from shared.script import Script
from shared.shelf import Shelf
from tests.bench.render.film import SET, SHELF_BYTES, SLOWER, narration_of, script_of

SIZE = Size(WIDE.canvas.width, WIDE.canvas.height)


def main(way: str, folder: Path, *, short: bool) -> None:
    script = script_of(short=short)
    if way in ("whole", "language"):
        _whole(script if way == "whole" else _reworded(script), folder, folder / way)
        return
    if way == "given":
        _given(script, folder)
        return
    start, cpu = _picture(script, folder, slower=SLOWER if way == "retimed" else 1.0, warm=way == "retimed")
    spent = {"wall": time.perf_counter() - start, "cpu": time.process_time() - cpu}
    sys.stdout.write(msgspec.json.encode(spent).decode())


def _whole(script: Script, folder: Path, out: Path) -> None:
    out.mkdir(exist_ok=True)
    settings = RenderSettings(cache=folder / "shelf")
    render_film(
        ignore_progress, script, narration_of(script), folder / "narration.wav", out, settings=settings
    )


def _reworded(script: Script) -> Script:
    """The same film in other words, as another language's is."""
    text = msgspec.json.encode(script).decode()
    return msgspec.json.decode(text.replace("the ", "das ").replace("and ", "und "), type=Script)


def _given(script: Script, folder: Path) -> None:
    sheets = sheets_of(script, WIDE.canvas)
    timeline = plan(script, narration_of(script), sheets)
    deck = Deck(script, sheets, WIDE, Shelf(folder / SET, SHELF_BYTES))
    samples = sound.lasting(sound.read(folder / "narration.wav"), timeline.frames * SAMPLES_A_FRAME)
    _write(folder / "given.mp4", deck, Film(timeline, deck.sceneries, SIZE), samples)


def _write(path: Path, deck: Deck, film: Film, samples: sound.Samples) -> None:
    known = deck.known()
    empty, full = (Image.open(BytesIO(strip)) for strip in (known.bar_empty, known.bar_full))
    shots = film.timeline.shots
    write_film(path, SIZE, PictureStream(film, Bar(empty, full, shots)), samples, shots, "", ignore_progress)


def _picture(script: Script, folder: Path, *, slower: float, warm: bool) -> tuple[float, float]:
    """Gives when it began, in wall and processor seconds: warm from the start, else once slides are set."""
    begun = time.perf_counter(), time.process_time()
    sheets = sheets_of(script, WIDE.canvas)
    timeline = plan(script, narration_of(script, slower=slower), sheets)
    shelf = Shelf(folder / "shelf" if warm else None, SHELF_BYTES)
    deck = Deck(script, sheets, WIDE, shelf)
    if not warm:
        deck.known()
        assert all(deck.sceneries)
        begun = time.perf_counter(), time.process_time()
    path, silence = folder / f"{'retimed' if warm else 'picture'}.mp4", np.zeros((2, 1024), np.float32)
    _write(path, deck, Film(timeline, deck.sceneries, SIZE, deck.identities, shelf), silence)
    return begun


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), short="--short" in sys.argv)
