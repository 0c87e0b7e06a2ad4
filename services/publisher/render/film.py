"""Makes every file of one language's film. Runs in a child process: it is all work and no waiting."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
from PIL import Image

from services.publisher.render import glyphs, inspection, quality, sound
from services.publisher.render.backdrop import backdrop
from services.publisher.render.cues import CHARACTERS_A_SECOND, cues_of
from services.publisher.render.encoder import Bar, write_film
from services.publisher.render.fonts import MONO, SANS
from services.publisher.render.frames import Painter, Scenery, paste
from services.publisher.render.pages import Pages, TextBox, ink_outside
from services.publisher.render.sheets import Sheet, letters_left_out, sheets_of
from services.publisher.render.subtitles import write_subtitles
from services.publisher.render.thumbnail import write_thumbnail
from services.publisher.render.timeline import FPS, Timeline, plan
from services.publisher.render.typesetter import set_film
from shared.narration import Narration
from shared.offload import Progress
from shared.script import Script

WIDTH, HEIGHT = 1920, 1080
SAFE_MARGIN = 24
"""Nothing of a slide comes nearer to the picture's edge."""
HERO_SLIDES = frozenset({"title", "outro"})
SAMPLES_A_FRAME = sound.SAMPLE_RATE // FPS


def render_film(
    progress: Progress, script: Script, narration: Narration, recording: Path, folder: Path
) -> tuple[str, ...]:
    """Write the film's files into `folder` and give their names."""
    language = script.language
    film, srt = folder / f"video.{language}.mp4", folder / f"subtitles.{language}.srt"
    sheets = sheets_of(script)
    timeline = plan(script, narration, sheets)
    pages = set_film(sheets, language)
    progress(15)
    cues = cues_of(narration)
    for path in (srt, srt.with_suffix(".vtt")):
        write_subtitles(cues, path)
    write_thumbnail(script, folder / f"thumbnail.{language}.jpg")
    (folder / f"script.{language}.json").write_bytes(msgspec.json.encode(script))
    samples = sound.mastered(sound.lasting(sound.read(recording), timeline.frames * SAMPLES_A_FRAME))
    progress(25)
    moods = {mood: backdrop(pages.painting, mood, WIDTH, HEIGHT) for mood in ("calm", "hero")}
    sceneries = [_scenery(sheet, pages, moods) for sheet in sheets]
    still = _encode(film, script.title.text, timeline, sceneries, pages, samples, progress)
    drawn = _drawn(script, pages, sceneries, still)
    times = inspection.cue_times(srt, narration, CHARACTERS_A_SECOND)
    measured = quality.report(language, inspection.streams_of(film), times, drawn)
    (folder / f"quality.{language}.json").write_bytes(msgspec.json.format(msgspec.json.encode(measured)))
    progress(100)
    return tuple(sorted(path.name for path in folder.iterdir() if f".{language}." in path.name))


def _encode(
    film: Path,
    title: str,
    timeline: Timeline,
    sceneries: Sequence[Scenery],
    pages: Pages,
    samples: sound.Samples,
    progress: Progress,
) -> int:
    """Write the film; gives the frames of its longest still shot."""
    step = max(1, timeline.frames // 50)

    def report(frame: int) -> None:
        if frame % step == 0:
            progress(25 + 70 * frame / timeline.frames)

    pictures = inspection.Stillness(Painter(timeline, sceneries).pictures())
    bar = Bar(pages.bar_empty, pages.bar_full, timeline.shots)
    write_film(film, pictures, bar, samples, timeline.shots, title, report)
    return pictures.longest_frames


def _scenery(sheet: Sheet, pages: Pages, moods: dict[str, Image.Image]) -> Scenery:
    kind = sheet.slide["type"]
    ground = moods["hero" if kind in HERO_SLIDES else "calm"]
    if kind == "title":
        ground = ground.copy()
        paste(ground, pages.ornament)
    return Scenery(ground, pages.slides[sheet.index])


def _drawn(script: Script, pages: Pages, sceneries: Sequence[Scenery], still: int) -> quality.Drawn:
    layers = [layer for scenery in sceneries for layer in scenery.layers]
    return quality.Drawn(
        longest_still_frames=still,
        overflow_px=max((text.overflow for text in pages.texts), default=0.0),
        outside_px=max(ink_outside(layer, SAFE_MARGIN, WIDTH, HEIGHT) for layer in layers),
        missing_glyphs=sum(map(_missing, pages.texts)),
        letters_left_out=letters_left_out(script),
        smallest_type_px=min((text.size for text in pages.texts), default=quality.SMALLEST_TYPE),
        least_contrast=min(
            least_contrast(number, scenery, pages) for number, scenery in enumerate(sceneries)
        ),
    )


def _missing(text: TextBox) -> int:
    return len(glyphs.missing(text.words, MONO if text.mono else SANS))


def least_contrast(slide: int, scenery: Scenery, pages: Pages) -> float:
    """That of the slide's least legible text, with everything on it shown."""
    picture = _whole(scenery)
    texts = [text for text in pages.texts if text.slide == slide and text.words.strip()]
    return min((inspection.contrast(text, picture) for text in texts), default=21.0)


def _whole(scenery: Scenery) -> Image.Image:
    picture = scenery.ground.copy()
    for layer in scenery.layers:
        paste(picture, layer)
    return picture
