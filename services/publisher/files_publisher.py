"""Publishes to a folder on disk: the `files` target, and the final record of an ended job."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from services.publisher.files.disk import plain_errors, settle, sweep, unfinished, write_whole
from services.publisher.files.film import read_film, read_programme
from services.publisher.files.layout import checked, job_folder
from services.publisher.files.player import page
from services.publisher.files.post import about, beside, post
from services.publisher.files.tracks import JOINED, join_tracks
from shared.blobs import Blobs
from shared.errors import Reject
from shared.events import JobClosed, JobEnded, JobSpec, Output, VideoPublished, VideoRendered, now
from shared.facts import FactBase
from shared.offload import Progress, run_in_child

JOIN_LIMIT_SECONDS = 300.0
"""Of joining all films of a job; a minute of film needs about a second a language."""

PAGE = "index.html"


class FilesPublisher:
    """Fills the folder of a job; every effect is a whole file under a name fixed by the event."""

    def __init__(self, blobs: Blobs, out: Path, record_of: Callable[[str], Awaitable[bytes]]) -> None:
        self._blobs = blobs
        self._out = out.absolute()
        self._record_of = record_of

    def folder_of(self, event: VideoRendered | JobEnded) -> Path:
        return job_folder(self._out, event.spec, event.job_id)

    async def publish(self, event: VideoRendered, progress: Progress) -> VideoPublished:
        """Put one language's files, its post and the facts into the folder, and write the page anew.

        Raises Retry when the disk is full or closed to us, Reject when a file is missing or wrongly named.
        """
        folder = self.folder_of(event)
        files = _complete(event)
        with plain_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            for done, (name, key) in enumerate(sorted(files.items())):
                await self._fetch(key, folder / name)
                progress(90.0 * (done + 1) / len(files))
            files["facts.json"] = await self._store(folder / "facts.json", await self._facts(event))
            files[f"post.{event.language}.md"] = await self._store(
                folder / f"post.{event.language}.md", await asyncio.to_thread(_post, folder, event)
            )
            await asyncio.to_thread(_write_page, folder, event.spec)
        progress(100.0)
        return VideoPublished(
            job_id=event.job_id,
            spec=event.spec,
            at=now(),
            generation=event.generation,
            language=event.language,
            files=files,
            output=_output(folder, event.language, files),
        )

    async def close(self, event: JobEnded, progress: Progress) -> JobClosed:
        """Write the final record into the folder, and the page anew."""
        folder = job_folder(self._out, event.spec, event.job_id)
        record = await self._record_of(event.job_id)
        with plain_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            await asyncio.to_thread(sweep, folder)
            if "tracks" in event.spec.extras:
                await self._join(folder, event.spec, progress)
            await asyncio.to_thread(write_whole, folder / "job.json", _indented(record))
            await asyncio.to_thread(_write_page, folder, event.spec)
        files = {PAGE: await self._blobs.put((folder / PAGE).read_bytes())}
        progress(100.0)
        return JobClosed(
            job_id=event.job_id, spec=event.spec, at=now(), generation=event.generation, files=files
        )

    async def _join(self, folder: Path, spec: JobSpec, progress: Progress) -> None:
        """Beside the films, one file with all their languages; here all of them stand for the first time."""
        programme = await asyncio.to_thread(read_programme, folder, spec)
        languages = tuple(film.language for film in programme.films)
        if not languages:
            return
        part = unfinished(folder / JOINED)
        try:
            await run_in_child(join_tracks, progress, JOIN_LIMIT_SECONDS, folder, languages, part)
            await asyncio.to_thread(settle, part, folder / JOINED)
        finally:
            part.unlink(missing_ok=True)

    async def _fetch(self, key: str, path: Path) -> None:
        part = unfinished(path)
        try:
            await self._blobs.fetch(key, part)
            await asyncio.to_thread(settle, part, path)
        finally:
            part.unlink(missing_ok=True)

    async def _facts(self, event: VideoRendered) -> bytes:
        return _indented(await self._blobs.get(event.facts))

    async def _store(self, path: Path, content: bytes) -> str:
        await asyncio.to_thread(write_whole, path, content)
        return await self._blobs.put(content)


def _complete(event: VideoRendered) -> dict[str, str]:
    language = event.language
    needed = [f"video.{language}.mp4", f"subtitles.{language}.vtt", f"thumbnail.{language}.jpg"]
    missing = [name for name in [*needed, f"script.{language}.json"] if name not in event.files]
    if missing:
        raise Reject(f"the {language} film came without {', '.join(missing)}", code="file_missing")
    return {checked(name): key for name, key in event.files.items()}


def _post(folder: Path, event: VideoRendered) -> bytes:
    facts = msgspec.json.decode((folder / "facts.json").read_bytes(), type=FactBase)
    film = read_film(folder, event.language)
    return post(film, about(event.spec, facts, event.at), beside(film)).encode()


def _write_page(folder: Path, spec: JobSpec) -> None:
    write_whole(folder / PAGE, page(read_programme(folder, spec)).encode())


def _output(folder: Path, language: str, files: dict[str, str]) -> Output:
    quality = f"quality.{language}.json"
    return Output(
        language=language,
        video_url=(folder / f"video.{language}.mp4").as_uri(),
        subtitles_url=(folder / f"subtitles.{language}.vtt").as_uri(),
        thumbnail_url=(folder / f"thumbnail.{language}.jpg").as_uri(),
        quality=str(folder / quality) if quality in files else None,
    )


def _indented(document: bytes) -> bytes:
    return msgspec.json.format(document, indent=2) + b"\n"
