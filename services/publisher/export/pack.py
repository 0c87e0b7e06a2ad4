"""Packs a film for an editor: one ZIP file with a project, every layer as a picture, sound and subtitles."""

from __future__ import annotations

import io
import wave
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
from PIL import Image

from services.publisher.export.cuts import timeline
from services.publisher.export.edl import edit_decision_list
from services.publisher.render import sound
from services.publisher.render.frames import Scenery, paste
from services.publisher.render.pages import Layer
from services.publisher.render.timeline import FPS, Shot

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every file in the ZIP: the same film packs to the same bytes."""
FULL_SCALE = 32767
FASTEST_PNG = 1
READ_ME = """A film by Reporeel, for an editor.

film.otio   OpenTimelineIO: one video track a layer, bottom first; each picture has the size of the film
            and is transparent where nothing is drawn. Chapters are markers.
film.edl    CMX 3600, for editors without OpenTimelineIO: whole scenes, one after the other, and the sound.
media/      the pictures; mix.wav, the sound of the film; narration.wav, the voice alone, as it was recorded.
subtitles.* for the editor's subtitle track.

The paths are relative to this folder. {rate} frames a second.
"""


def write_export(
    path: Path,
    title: str,
    shots: Sequence[Shot],
    sceneries: Sequence[Scenery],
    samples: sound.Samples,
    recording: Path,
    subtitles: Sequence[Path],
) -> None:
    """`sceneries` by the number of the scene, `samples` is the film's sound, `recording` the narration's."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        pictures: dict[tuple[int, int], str] = {}
        for place, shot in enumerate(shots):
            for layer, picture in enumerate(_layers(sceneries[shot.scene])):
                pictures[place, layer] = f"media/scene-{place + 1:02}-layer-{layer:02}.png"
                _add(archive, pictures[place, layer], _png(picture))
            _add(archive, _whole_name(place), _png(whole(sceneries[shot.scene])))
        _add(archive, "media/mix.wav", _wav(samples))
        _add(archive, "media/narration.wav", recording.read_bytes())
        for file in subtitles:
            _add(archive, f"subtitles{file.suffix}", file.read_bytes())
        cuts = timeline(title, shots, pictures, ("media/mix.wav", "media/narration.wav"))
        _add(archive, "film.otio", msgspec.json.format(msgspec.json.encode(cuts), indent=2))
        scenes = [_whole_name(place) for place in range(len(shots))]
        _add(archive, "film.edl", edit_decision_list(title, shots, scenes, "media/mix.wav").encode())
        _add(archive, "README.txt", READ_ME.format(rate=FPS).encode())


def whole(scenery: Scenery) -> Image.Image:
    """The scene's picture with everything on it shown."""
    picture = scenery.ground.copy()
    for layer in scenery.layers:
        paste(picture, layer)
    return picture


def _whole_name(place: int) -> str:
    return f"media/scene-{place + 1:02}.png"


def _layers(scenery: Scenery) -> Iterator[Image.Image]:
    """The base on its backdrop, then each box alone, all as large as the film."""
    base = scenery.ground.copy()
    paste(base, scenery.layers[0])
    yield base
    for layer in scenery.layers[1:]:
        yield _alone(layer, scenery.ground.size)


def _alone(layer: Layer, size: tuple[int, int]) -> Image.Image:
    picture = Image.new("RGBA", size)
    picture.paste(layer.picture, (layer.x, layer.y))
    return picture


def _png(picture: Image.Image) -> bytes:
    made = io.BytesIO()
    picture.save(made, "PNG", compress_level=FASTEST_PNG)
    return made.getvalue()


def _wav(samples: sound.Samples) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(samples.shape[0])
        file.setsampwidth(2)
        file.setframerate(sound.SAMPLE_RATE)
        file.writeframes((np.clip(samples.T, -1, 1) * FULL_SCALE).round().astype("<i2").tobytes())
    return made.getvalue()


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, EPOCH), content)
