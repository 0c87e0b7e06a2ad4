"""Apertium: dictionaries and rules, run as a chain of small programs that stay alive between sentences.

Each program reads until a NUL and flushes. A reply carries no number of its own, so every sentence takes one
along in a superblank, which the programs pass on untouched: a reply without it is somebody else's, or half of
one, and the whole chain is killed and started again.
"""

from __future__ import annotations

import os
import re
import select
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from services.translator.engine import EngineFault
from shared.routes import MODES, WBLANK

REPLY_SECONDS = 60.0
"""For one sentence; on an idle machine the slowest pair answers in 0.1 s and starts in 2 s."""
MOST_REPLY_BYTES = 1 << 20
MOST_TRIES = 2
"""A chain that dies is started again once for each sentence."""
PIPELINE_SECONDS = 10.0

_UNSAFE = re.compile("[\0^~\u00ad\u200b\ufeff]")
"""`^` opens a word of Apertium's own stream, and hangs some pairs even when it is escaped."""
_SPECIAL = re.compile(r"([\\\[\]{}$/<>@])")
_ESCAPED = re.compile(r"\\(.)")
_MARKED = re.compile(r"(?<!\w)[*@#](?=\w)|(?<=\w)#(?!\w)")
"""How it marks a word it does not know, or cannot inflect."""


class Mode:
    """One direction, such as `pt-es`. Starts when it is first asked."""

    def __init__(self, name: str, reply_seconds: float = REPLY_SECONDS) -> None:
        self.name = name
        self._reply_seconds = reply_seconds
        self._stages: list[subprocess.Popen[bytes]] = []
        self._sent = 0

    def translate(self, sentence: str) -> str:
        """One sentence, with what the pair does not know as it was.

        Raises EngineFault when the chain dies or hangs more often than it is restarted.
        """
        plain = " ".join(_UNSAFE.sub(" ", sentence).split())
        if not plain:
            return ""
        for attempt in range(1, MOST_TRIES + 1):
            try:
                return _cleaned(self._asked(_SPECIAL.sub(r"\\\1", plain)))
            except OSError as error:
                self.close()
                if attempt == MOST_TRIES:
                    raise EngineFault(f"apertium {self.name}: {error}") from error
        raise AssertionError

    def close(self) -> None:
        """End all programs of the chain."""
        for stage in self._stages:
            stage.kill()
        for stage in self._stages:
            for pipe in (stage.stdin, stage.stdout):
                if pipe is not None:
                    with suppress(OSError):  # what a dead program did not read
                        pipe.close()
            stage.wait()
        self._stages = []

    @property
    def pids(self) -> tuple[int, ...]:
        """The programs that run now, in the order of the chain."""
        return tuple(stage.pid for stage in self._stages)

    def _asked(self, escaped: str) -> str:
        """Raises OSError when the reply is not the one to this sentence, or none comes."""
        if not self._stages or any(stage.poll() is not None for stage in self._stages):
            self.close()
            self._stages = _started(self.name)
        self._sent += 1
        number = f"[][sentence {self._sent}\n]".encode()
        _write(self._stages[0], escaped.encode() + number + b"\0")
        reply = _until_nul(self._stages[-1], self._reply_seconds)
        if not reply.endswith(number):
            raise OSError(f"a reply without the number of its sentence: {reply[-40:]!r}")
        return reply.removesuffix(number).decode().replace("[]", "")


class Apertium:
    """One mode after the other, from English itself."""

    max_characters = 2000

    def __init__(self, modes: Sequence[str]) -> None:
        self.name = f"apertium {' '.join(modes)}"
        self._modes = [Mode(name) for name in modes]

    def translate(self, sentences: Sequence[str]) -> list[str]:
        return [self.through(sentence) for sentence in sentences]

    def through(self, sentence: str) -> str:
        for mode in self._modes:
            sentence = mode.translate(sentence)
        return sentence

    def close(self) -> None:
        for mode in self._modes:
            mode.close()


def _cleaned(reply: str) -> str:
    return _ESCAPED.sub(r"\1", _MARKED.sub("", reply)).strip()


def _started(mode: str) -> list[subprocess.Popen[bytes]]:
    stages: list[subprocess.Popen[bytes]] = []
    for command in _programs(mode):
        stages.append(
            subprocess.Popen(  # noqa: S603 - Debian's own programs, as its mode file names them
                # They must not outlive us, also when we are killed.
                ["setpriv", "--pdeathsig", "KILL", "--", *command],  # noqa: S607
                stdin=stages[-1].stdout if stages else subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "LC_ALL": "C.UTF-8"},
            )
        )
        if len(stages) > 1 and stages[-2].stdout is not None:
            stages[-2].stdout.close()  # now the next program's
    return stages


def _programs(mode: str) -> Iterator[list[str]]:
    """The commands of a mode, each set to answer at a NUL."""
    path = Path(MODES) / f"{mode}.mode"
    wblank = shutil.which(WBLANK)
    if wblank is None or not path.is_file():
        raise EngineFault(f"apertium has no mode {mode} here: `make languages` installs it")
    shown = subprocess.run(  # noqa: S603 - Debian's own program
        [wblank, "-z", str(path)], capture_output=True, text=True, timeout=PIPELINE_SECONDS, check=True
    )
    for command in shown.stdout.strip().split("|"):
        yield [{"$1": "-g"}.get(word, word) for word in shlex.split(command) if word != "$2"]


def _write(stage: subprocess.Popen[bytes], request: bytes) -> None:
    if stage.stdin is None:
        raise OSError("the chain takes nothing")
    stage.stdin.write(request)
    stage.stdin.flush()


def _until_nul(stage: subprocess.Popen[bytes], seconds: float) -> bytes:
    if stage.stdout is None:
        raise OSError("the chain gives nothing")
    until = time.monotonic() + seconds
    reply = b""
    while not reply.endswith(b"\0"):
        ready, _, _ = select.select([stage.stdout], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            raise OSError(f"no reply within {seconds:g} s")
        piece = os.read(stage.stdout.fileno(), 1 << 16)
        if not piece:
            raise OSError("a program of the chain has ended")
        reply += piece
        if len(reply) > MOST_REPLY_BYTES:
            raise OSError(f"a reply of more than {MOST_REPLY_BYTES} bytes")
    return reply.removesuffix(b"\0")
