"""`reporeel doctor`: would a film succeed here? Says what is wrong and what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from rich.console import Console

from services.commands.credentials import youtube_findings
from services.commands.findings import Finding
from services.commands.places import place_findings
from shared.bus import connect
from shared.client import without_password
from shared.embedded import ServerFailed, server_binary
from shared.errors import ReporeelError
from shared.languages import spoken_languages
from shared.settings import BusSettings, PlaceSettings, load

FREE_BYTES = 1 << 30
VERSION_SECONDS = 10


async def doctor() -> int:
    """Print what was found; 1 if a run would fail."""
    findings = [await _nats(os.environ), *_local_findings(os.environ)]
    findings += [finding async for finding in youtube_findings(os.environ)]
    findings += [finding async for finding in place_findings(os.environ)]
    console = Console(highlight=False)
    for finding in findings:
        mark = "[green]ok  [/]" if finding.ok else "[red]FAIL[/]" if finding.fatal else "[yellow]note[/]"
        console.print(f"{mark} {finding.what:<10} {finding.words}", soft_wrap=True)
    return 1 if any(finding.fatal and not finding.ok for finding in findings) else 0


async def _nats(environ: Mapping[str, str]) -> Finding:
    url = load(BusSettings, environ).url
    if url is None:
        return _embedded()
    try:
        async with connect(url, "doctor") as bus:
            await bus.api("INFO")
    except ReporeelError as error:
        return Finding(
            "NATS", ok=False, words=f"{error}; start it, or unset NATS_URL to use the embedded one"
        )
    return Finding("NATS", ok=True, words=f"{without_password(url)} answers, with JetStream")


def _embedded() -> Finding:
    try:
        binary = server_binary()
        version = subprocess.run(  # noqa: S603 - our own binary
            [binary, "--version"], capture_output=True, text=True, timeout=VERSION_SECONDS, check=True
        ).stdout.strip()
    except (ServerFailed, OSError, subprocess.SubprocessError) as error:
        return Finding("NATS", ok=False, words=f"the embedded server does not run: {error}")
    return Finding("NATS", ok=True, words=f"embedded, {version}")


def _local_findings(environ: Mapping[str, str]) -> Iterator[Finding]:
    for language in spoken_languages():
        yield _tried("voice", partial(_voice, language))
    yield _disk(load(PlaceSettings, environ).films)
    yield _present(environ, "GITHUB_TOKEN", "GitHub answers 60 requests an hour without a token")
    yield _present(environ, "GITHUB_WEBHOOK_SECRET", "without it every webhook is refused")


def _tried(what: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(what, ok=True, words=check())
    except Exception as error:  # noqa: BLE001 - any fault of an engine is a finding
        return Finding(what, ok=False, words=f"{error}; install the project's requirements again")


def _voice(language: str) -> str:
    from shared.speech.registry import load as load_voice  # noqa: PLC0415 - engines load when asked for
    from shared.speech.registry import voice_for  # noqa: PLC0415

    card = voice_for(language)
    speech = load_voice(card).speak("Portal.")
    seconds = len(speech.samples) / card.sample_rate
    return f"{card.engine} speaks {language} ({card.tier}), {seconds:.1f} s in a trial"


def _disk(folder: Path) -> Finding:
    place = folder
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    ok = free >= FREE_BYTES and os.access(place, os.W_OK)
    words = f"{folder}: {free / (1 << 30):.1f} GiB free"
    return Finding("disk", ok=ok, words=words if ok else f"{words}; films need 1 GiB and a writable folder")


def _present(environ: Mapping[str, str], name: str, otherwise: str) -> Finding:
    ok = bool(environ.get(name))
    return Finding(name, ok=ok, words="is set" if ok else f"is not set: {otherwise}", fatal=False)
