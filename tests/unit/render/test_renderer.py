"""The stage's handler: blobs in, blobs out, the work in a child process."""

from __future__ import annotations

import hashlib

import msgspec
import pytest

from services.publisher.quality.report import Quality
from services.publisher.renderer import Renderer
from shared.errors import Reject
from shared.events import JobSpec, NarrationReady, now
from shared.facts import FactBase
from tests.support import films


class FolderBlobs:
    """Content-addressed bytes in a folder: the object store's contract without a server."""

    def __init__(self, folder):
        self.folder = folder

    async def put_file(self, path):
        return self.keep(path.read_bytes())

    async def get(self, key):
        return (self.folder / key).read_bytes()

    async def fetch(self, key, path):
        path.write_bytes(await self.get(key))

    def keep(self, data):
        key = hashlib.sha256(data).hexdigest()
        (self.folder / key).write_bytes(data)
        return key


def narrated_event(blobs, recording, film, **spec):
    narration = msgspec.structs.replace(films.narrated(film), audio=blobs.keep(recording.read_bytes()))
    return NarrationReady(
        job_id="0" * 32,
        spec=JobSpec(repo="acme/tinybox", **spec),
        at=now(),
        generation=2,
        language="en",
        languages=("en",),
        facts=blobs.keep(msgspec.json.encode(FactBase(repo="acme/tinybox", commit=None, facts=()))),
        script=blobs.keep(msgspec.json.encode(film)),
        narration=blobs.keep(msgspec.json.encode(narration)),
    )


async def test_a_narration_becomes_stored_files_of_one_language(short_film, tmp_path):
    folder, script, _, recording, made_before = short_film
    blobs, heard = FolderBlobs(tmp_path), []
    event = narrated_event(blobs, recording, script)

    made = await Renderer(blobs).handle(event, heard.append)

    assert set(made.files) == {*made_before.files, "narration.en.json", "quality.en.json"}
    assert (made.job_id, made.language, made.generation, made.facts) == (event.job_id, "en", 2, event.facts)
    quality = msgspec.json.decode((tmp_path / made.files["quality.en.json"]).read_bytes(), type=Quality)
    assert quality.language == "en"
    assert not [name for name in quality.failed if not name.startswith("M1.")]
    assert (tmp_path / made.files["video.en.mp4"]).read_bytes() == (folder / "video.en.mp4").read_bytes()
    assert heard[-1] == 100


async def test_a_narration_of_another_script_is_refused(short_film, tmp_path):
    _, script, _, recording, _ = short_film
    blobs = FolderBlobs(tmp_path)
    event = narrated_event(blobs, recording, script)
    other = films.script(script.scenes[0], script.scenes[0])
    event = msgspec.structs.replace(event, script=blobs.keep(msgspec.json.encode(other)))

    with pytest.raises(Reject) as refused:
        await Renderer(blobs).handle(event, lambda _: None)

    assert refused.value.code == "narration_mismatch"
