"""`reporeel run`: one film, start to end, in one process, through the same door as everybody."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import aiohttp
import msgspec
from rich.console import Console

from services.commands.hosting import everything
from services.commands.preview import script_waits, shown_and_cancelled
from services.commands.progress import show_progress
from services.gateway.multipart import MANY
from services.gateway.targets import FORCE
from shared.errors import ReporeelError
from shared.events import FILES, Target
from shared.lifecycle import stop_on_signals
from shared.record import JobRecord
from shared.telemetry import LogSettings, configure_logging

POLL_SECONDS = 0.2
USAGE_ERROR = 2
WISH_ERRORS = (400, 422)
"""What the gateway answers to a wish that is malformed, or cannot be met here."""
FILM_BYTES = 200 << 20
"""What one film takes on its way, in the temporary folder and in the one it ends in."""


class UsageError(ReporeelError):
    """The command line asks for something that cannot be."""


class DiskFull(ReporeelError):
    """There is no room for a film."""


class Refused(ReporeelError):
    """The gateway does not take the job."""

    def __init__(self, status: int, message: str, hint: str) -> None:
        super().__init__(message)
        self.status = status
        self.hint = hint


@dataclass(frozen=True)
class Wish:
    """What the command line asked for."""

    repo: str
    ref: str | None
    languages: tuple[str, ...]
    format: str
    profile: str
    voices: dict[str, str]
    out: Path
    as_json: bool
    quiet: bool
    script_only: bool = False
    extras: tuple[str, ...] = ()
    music: str | None = None
    """As REPOREEL_MUSIC, which it overrides."""
    narration: Path | None = None
    publish: tuple[str, ...] = ()
    """Targets besides the folder, and `force`. Who gives the command is the operator: it allows them too."""


async def run(wish: Wish) -> int:
    """Make one film and give the exit code: 0 only if every language is finished."""
    console = Console(stderr=True, quiet=wish.quiet)
    body = _body(wish)
    _check_narration(wish.narration)
    for place in (Path(tempfile.gettempdir()), wish.out.absolute()):
        check_room(place)
    with tempfile.TemporaryDirectory(prefix="reporeel-") as folder:
        log_path = Path(folder) / "log.jsonl"
        with log_path.open("w") as log:
            configure_logging(LogSettings(level="info"), log)
            try:
                record = await _film(body, wish, Path(folder), console)
            except Refused as error:
                _explain(str(error), error.hint)
                return USAGE_ERROR if error.status in WISH_ERRORS else 1
        if record is None:
            _explain("stopped before the film was finished", "Run the command again.")
            return 1
        if wish.script_only and record.status == "cancelled":
            return 0
        if record.status != "finished":
            _keep_log(log_path, wish.out)
    return _report(record, wish, console)


def check_room(place: Path) -> None:
    """Look at the disk before the work, not after it.

    Raises DiskFull when a film would not fit.
    """
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if free < FILM_BYTES:
        raise DiskFull(
            f"{place} has {free >> 20} MiB free and a film needs {FILM_BYTES >> 20} MiB: make room, "
            "or choose another place with --out and TMPDIR"
        )


async def _film(body: dict[str, Any], wish: Wish, folder: Path, console: Console) -> JobRecord | None:
    """Start everything, submit the job, and follow it to its end; None when a signal came first."""
    token = secrets.token_urlsafe(24)
    environ = dict(os.environ) | {
        "REPOREEL_HOST": "127.0.0.1",
        "REPOREEL_PORT": "0",
        "REPOREEL_API_TOKENS": token,
        "REPOREEL_LOCAL_ROOT": "/",
        "REPOREEL_OUT": str(wish.out.absolute()),
    }
    if wish.publish:
        environ["REPOREEL_PUBLISH_TARGETS"] = ",".join(_allowed(wish, environ))
    if wish.music is not None:
        environ["REPOREEL_MUSIC"] = wish.music
    headers = {"Authorization": f"Bearer {token}", "X-Reporeel-Client": "cli"}
    stopping = asyncio.Event()
    with stop_on_signals(stopping):
        async with (
            everything(environ, folder / "nats", stopping) as address,
            aiohttp.ClientSession(address, headers=headers) as door,
        ):
            job_id = await _submit(door, body, wish.narration)
            with show_progress(console) as show:
                record = await _follow(door, job_id, show, stopping)
            if record is not None and script_waits(record):
                return await shown_and_cancelled(door, job_id, wish.as_json)
            return record


async def _submit(door: aiohttp.ClientSession, body: dict[str, Any], narration: Path | None) -> str:
    content = msgspec.json.encode(body) if narration is None else _form(body, narration)
    async with door.post("/jobs", data=content) as reply:
        answer = await reply.json()
        if reply.status != 202:  # noqa: PLR2004
            error = answer["error"]
            raise Refused(reply.status, error["message"], error["hint"])
        return str(answer["job_id"])


def _form(body: dict[str, Any], narration: Path) -> aiohttp.FormData:
    """The same wishes as form fields, and the recording."""
    form = aiohttp.FormData()
    for name, value in body.items():
        if name in MANY:
            form.add_field(name, ",".join(value))
        elif value is not None:
            form.add_field(name, value if isinstance(value, str) else msgspec.json.encode(value).decode())
    form.add_field("narration", narration.read_bytes(), filename=narration.name)
    return form


async def _follow(
    door: aiohttp.ClientSession, job_id: str, show: Any, stopping: asyncio.Event
) -> JobRecord | None:
    while not stopping.is_set():
        async with door.get(f"/jobs/{job_id}") as reply:
            record = msgspec.json.decode(await reply.read(), type=JobRecord)
        show(record)
        if record.status in {"finished", "failed", "cancelled"} or script_waits(record):
            return record
        await asyncio.sleep(POLL_SECONDS)
    return None


def _body(wish: Wish) -> dict[str, Any]:
    return {
        "repo": _repo(wish.repo),
        "ref": wish.ref,
        "languages": wish.languages,
        "format": wish.format,
        "profile": wish.profile,
        "voices": wish.voices,
        "approve": wish.script_only,
        "extras": wish.extras,
        "publish": (FILES, *wish.publish),
    }


def _allowed(wish: Wish, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Raises UsageError for a target that there is not."""
    unknown = [name for name in wish.publish if name not in (*get_args(Target), FORCE)]
    if unknown:
        known = ", ".join((*get_args(Target), FORCE))
        raise UsageError(f"nothing is published to {unknown[0]!r}: --publish takes {known}")
    set_before = environ.get("REPOREEL_PUBLISH_TARGETS", "").split(",")
    wanted = (name for name in wish.publish if name != FORCE)
    return tuple(dict.fromkeys(filter(None, (FILES, *set_before, *wanted))))


def _check_narration(narration: Path | None) -> None:
    """Raises UsageError."""
    if narration is not None and not narration.is_file():
        raise UsageError(f"{narration} is no file: give a recording, such as talk.wav")


def _repo(text: str) -> str:
    """Tell folders from repositories: what exists here, or looks like a path, is a folder.

    Raises UsageError when it looks like a path and is none.
    """
    path = Path(text).expanduser()
    looks_like_path = text.startswith((".", "/", "~")) or text.count("/") != 1
    if "://" not in text and (looks_like_path or path.is_dir()):
        if not path.is_dir():
            what = "is not a folder" if path.exists() else "does not exist"
            raise UsageError(f"{text} {what}: give a folder, owner/name, or https://github.com/owner/name")
        return str(path.resolve())
    return text


def _report(record: JobRecord, wish: Wish, console: Console) -> int:
    if wish.as_json:
        sys.stdout.write(msgspec.json.encode(record).decode() + "\n")
    if record.status != "finished" or record.result is None:
        for failure in _failures(record):
            _explain(failure[0], failure[1])
        return 1
    places = [(output.language, output.video_url.removeprefix("file://")) for output in record.result.outputs]
    for what, place in (*places, *_extras(Path(places[0][1]).parent)):
        if wish.as_json:
            console.print(f"{what}: {place}", highlight=False, soft_wrap=True)
        elif not wish.quiet:
            sys.stdout.write(f"{place}\n")
    for warning in record.warnings:
        console.print(f"note: {warning}", highlight=False, markup=False, soft_wrap=True)
    return 0


def _extras(folder: Path) -> Iterator[tuple[str, str]]:
    """What was made besides a film a language: one with all of them, packs for an editor."""
    yield from (("all languages", str(path)) for path in folder.glob("video.mp4"))
    yield from (("export", str(path)) for path in sorted(folder.glob("export.*.zip")))


def _failures(record: JobRecord) -> list[tuple[str, str]]:
    """Give every stage's failure, or the job's own, each with its hint."""
    errors = [stage.error for stage in record.stages if stage.status == "failed" and stage.error]
    if not errors and record.error is not None:
        errors = [record.error]
    return [
        (f"{error.stage}{f' ({error.language})' if error.language else ''}: {error.message}", error.hint)
        for error in errors
    ] or [(f"the job was {record.status}", "")]


def _explain(message: str, hint: str) -> None:
    sys.stderr.write(f"reporeel: {message}\n" + (f"  {hint}\n" if hint else ""))


def _keep_log(log_path: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    kept = out / "reporeel.log"
    kept.write_bytes(log_path.read_bytes())
    sys.stderr.write(f"reporeel: the log is in {kept}\n")
