"""A finished film's files, small and real, and a store for their bytes."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import av
import msgspec
import numpy as np
import pytest
from PIL import Image

from services.publisher.files_publisher import FilesPublisher
from services.publisher.quality.report import Measure, Quality, at_most, near, report
from shared.events import JobSpec, VideoRendered
from shared.facts import Fact, FactBase
from shared.narration import Narration, SpokenSentence, Word
from shared.script import OutroSlide, Scene, Script, Sentence, Text

JOB = "0123456789abcdef0123456789abcdef"
COMMIT = "9f2c1e7b8d4a5f60718293a4b5c6d7e8f9012345"
MEASURES = {
    "loudness_lufs": near(-14.02, -14, 0.5, 1),
    "missing_glyphs": at_most(0, 0, 12),
}
SPEC = JobSpec(repo="encode/httpx", languages=("en", "pt"))
SCENES = {
    "en": (("Hook", ("httpx is an HTTP client.", "It speaks HTTP/2.")), ("Verdict", ("Begin here.",))),
    "pt": (("Gancho", ("httpx é um cliente HTTP.", "Fala HTTP/2.")), ("Veredito", ("Comece aqui.",))),
}


class MemoryBlobs:
    """The object store's promises, without a server."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    async def put(self, data: bytes) -> str:
        key = f"sha256/{hashlib.sha256(data).hexdigest()}"
        self.kept[key] = data
        return key

    async def get(self, key: str) -> bytes:
        return self.kept[key]

    async def fetch(self, key: str, path: Path) -> None:
        await asyncio.to_thread(path.write_bytes, self.kept[key])


@dataclass
class Studio:
    """Makes rendered films and publishes them under `out`."""

    out: Path
    film: bytes
    picture: bytes
    blobs: MemoryBlobs = field(default_factory=MemoryBlobs)
    spec: JobSpec = field(default=SPEC)
    facts: tuple[Fact, ...] = ()
    record: bytes = b'{"job_id": "x", "status": "finished", "error": null}'

    @property
    def folder(self) -> Path:
        return self.out / "encode-httpx" / JOB

    @property
    def publisher(self) -> FilesPublisher:
        async def record_of(_job_id: str) -> bytes:
            return self.record

        return FilesPublisher(self.blobs, self.out, record_of)

    async def rendered(
        self,
        language: str = "en",
        *,
        title: str = "httpx: one client",
        heading: str = "",
        narrated: bool = True,
        measures: dict[str, Measure] | None = None,
        cues: tuple[tuple[float, float, str], ...] | None = None,
    ) -> VideoRendered:
        script = script_of(language, title, heading)
        narration = narration_of(script)
        spoken = [(sentence.start, sentence.end, sentence.text) for sentence in narration.sentences]
        files = {
            f"video.{language}.mp4": self.film,
            f"thumbnail.{language}.jpg": self.picture,
            f"subtitles.{language}.srt": b"1\n00:00:00,000 --> 00:00:01,000\nhttpx\n",
            f"subtitles.{language}.vtt": vtt(cues or spoken),
            f"script.{language}.json": msgspec.json.encode(script),
            f"quality.{language}.json": msgspec.json.encode(quality_of(language, measures or MEASURES)),
        }
        if narrated:
            files[f"narration.{language}.json"] = msgspec.json.encode(narration)
        facts = FactBase(repo=self.spec.repo.removeprefix("/home/ana/"), commit=COMMIT, facts=self.facts)
        return VideoRendered(
            job_id=JOB,
            spec=self.spec,
            at=datetime(2026, 11, 23, 10, tzinfo=UTC),
            language=language,
            languages=("en", "pt"),
            facts=await self.blobs.put(msgspec.json.encode(facts)),
            files={name: await self.blobs.put(content) for name, content in files.items()},
        )

    async def page(self, language: str = "en", **wishes: object) -> str:
        """Publish one film and give the page it made."""
        await self.publisher.publish(await self.rendered(language, **wishes), lambda _percent: None)
        return (self.folder / "index.html").read_text("utf-8")


def script_of(language: str, title: str, heading: str) -> Script:
    outro = OutroSlide(
        title=Text(title), subtitle=Text(""), call=Text(""), credits=(Text(f"Credit: {title}"),)
    )
    scenes = tuple(
        Scene(
            id=name.lower(),
            heading=heading or name,
            sentences=tuple(Sentence(text=text, facts=()) for text in sentences),
            slide=outro,
        )
        for name, sentences in SCENES[language]
    )
    return Script(
        language=language, profile="overview", title=Text(title), description=Text(title), scenes=scenes
    )


def narration_of(script: Script) -> Narration:
    sentences: list[SpokenSentence] = []
    seconds = 0.5
    for number, scene in enumerate(script.scenes):
        for sentence in scene.sentences:
            words = tuple(
                Word(text, seconds + index / 4, seconds + index / 4 + 0.2)
                for index, text in enumerate(sentence.text.split())
            )
            spoken = SpokenSentence(
                scene=number, text=sentence.text, start=seconds, end=words[-1].end, words=words
            )
            sentences.append(spoken)
            seconds = spoken.end + 0.3
    return Narration(
        language=script.language,
        engine="test",
        voice="test",
        licence="Apache-2.0",
        sample_rate=24_000,
        duration_seconds=seconds,
        audio="sha256/0",
        sentences=tuple(sentences),
    )


def quality_of(language: str, measures: dict[str, Measure]) -> Quality:
    return report(language, {"M4": measures})


def vtt(cues: object) -> bytes:
    rows = [f"00:00:{start:06.3f} --> 00:00:{end:06.3f}\n{text}\n" for start, end, text in cues]
    return "\n".join(["WEBVTT\n", *rows]).encode()


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        for shade in range(30):
            frame = av.VideoFrame.from_ndarray(np.full((36, 64, 3), shade, np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path.read_bytes()


@pytest.fixture(scope="session")
def picture(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("picture") / "picture.jpg"
    Image.new("RGB", (64, 36), "navy").save(path)
    return path.read_bytes()


@pytest.fixture
def studio(tmp_path: Path, film: bytes, picture: bytes) -> Studio:
    return Studio(tmp_path / "films", film, picture)
