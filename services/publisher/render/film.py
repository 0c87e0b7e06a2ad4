"""Makes every file of one language's film. Runs in a child process: it is all work and no waiting."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import msgspec
from PIL import Image

from services.publisher.export.pack import write_export
from services.publisher.render import inspection, music, sound
from services.publisher.render.bar import Bar
from services.publisher.render.captions import captioned, captions_of
from services.publisher.render.cues import cues_of
from services.publisher.render.deck import Deck
from services.publisher.render.design import WIDE, Design
from services.publisher.render.encoder import Size
from services.publisher.render.memory import give_back, share_one_heap
from services.publisher.render.mux import write_film
from services.publisher.render.picture import PictureStream
from services.publisher.render.segments import Film
from services.publisher.render.sheets import sheets_of
from services.publisher.render.subtitles import write_karaoke, write_subtitles
from services.publisher.render.thumbnail import write_thumbnail
from services.publisher.render.timeline import FPS, Timeline, plan
from services.publisher.settings import RenderSettings
from shared.events import Extra
from shared.narration import Narration
from shared.offload import Progress
from shared.script import Script
from shared.shelf import Shelf

_DEFAULTS = RenderSettings()
SAMPLES_A_FRAME = sound.SAMPLE_RATE // FPS


class Made(NamedTuple):
    """The names of a film's files, and what was measured while its pictures were drawn."""

    files: tuple[str, ...]
    drawn: inspection.Drawn


def render_film(
    progress: Progress,
    script: Script,
    narration: Narration,
    recording: Path,
    folder: Path,
    design: Design = WIDE,
    settings: RenderSettings = _DEFAULTS,
    extras: Sequence[Extra] = (),
) -> Made:
    """Write the film's files into `folder`; what it measures, the quality report needs."""
    share_one_heap()
    language, canvas = script.language, design.canvas
    sheets = sheets_of(script, canvas)
    timeline = plan(script, narration, sheets)
    shelf = Shelf(settings.cache, settings.cache_most_bytes)
    with ThreadPoolExecutor(1) as beside:
        sounding = beside.submit(_mastered, recording, settings.music, timeline.frames * SAMPLES_A_FRAME)
        deck = Deck(script, sheets, design, shelf)
        known = deck.known()
        progress(15)
        _write_words(script, narration, design, folder)
        progress(25)
        mix = sounding.result()
    give_back()
    scenes = Film(timeline, deck.sceneries, Size(canvas.width, canvas.height), deck.identities, shelf)
    if design.canvas.tall or "burned-subtitles" in extras:
        scenes = _captioned(scenes, narration, design)
    empty, full = (Image.open(BytesIO(strip)) for strip in (known.bar_empty, known.bar_full))
    bar = Bar(empty, full, timeline.shots)
    pictures = PictureStream(scenes, bar, plain=settings.plain_encoder)
    _encode(folder / f"video.{language}.mp4", script.title.text, timeline, pictures, mix.samples, progress)
    drawn = msgspec.structs.replace(
        known.drawn,
        longest_still_frames=pictures.longest_still_frames,
        voice_over_music_db=mix.voice_over_music_db,
    )
    if "export" in extras:
        texts = [folder / f"subtitles.{language}.{kind}" for kind in ("srt", "vtt", "ass")]
        pack = folder / f"export.{language}.zip"
        write_export(pack, script.title.text, timeline.shots, deck.sceneries, mix.samples, recording, texts)
    progress(100)
    return Made(tuple(sorted(path.name for path in folder.iterdir() if f".{language}." in path.name)), drawn)


def _write_words(script: Script, narration: Narration, design: Design, folder: Path) -> None:
    """Everything but the film itself: subtitles, thumbnail, the script."""
    language, canvas = script.language, design.canvas
    srt, cues = folder / f"subtitles.{language}.srt", cues_of(narration)
    for path in (srt, srt.with_suffix(".vtt")):
        write_subtitles(cues, path)
    write_karaoke(cues, srt.with_suffix(".ass"), canvas.width, canvas.height)
    write_thumbnail(script, design, folder / f"thumbnail.{language}.jpg")
    (folder / f"script.{language}.json").write_bytes(msgspec.json.encode(script))


def _encode(
    film: Path,
    title: str,
    timeline: Timeline,
    pictures: PictureStream,
    samples: sound.Samples,
    progress: Progress,
) -> None:
    step = max(1, timeline.frames // 50)

    def report(frame: int) -> None:
        if frame % step == 0:
            progress(25 + 70 * frame / timeline.frames)

    write_film(film, pictures.size, pictures, samples, timeline.shots, title, report)


def _mastered(recording: Path, music_from: str, length: int) -> music.Mix:
    """The film's sound, with music under it if there shall be some."""
    voice = sound.lasting(sound.read(recording), length)
    mix = music.under(voice, music.bed(music_from, length)) if music_from else music.Mix(voice, None)
    return music.Mix(sound.mastered(mix.samples), mix.voice_over_music_db)


def _captioned(film: Film, narration: Narration, design: Design) -> Film:
    """With the spoken words in the picture; what they show is too fleeting to be kept on the shelf."""
    captions = captions_of(narration, design)
    return film._replace(
        timeline=captioned(film.timeline, captions.beats),
        sceneries=[scenery._replace(captions=captions.layers) for scenery in film.sceneries],
        identities=(),
    )
