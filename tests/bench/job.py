"""Measures a whole job, empty caches to films in a folder: `make bench-job` (ARGS='~/src/x --rounds 5').

The command is timed from its start to its end, as a user waits for it. How long that is compared with the
film says whether two languages are there before one could have been watched one and a half times.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import av
import msgspec

from shared.record import JobRecord
from tests.bench.servers import BenchError

LANGUAGES = "en,pt"
GOAL = 1.5
"""Lengths of the longest film in which the job is to be done, on two cores."""
ROUNDS = 3


class Round(msgspec.Struct, frozen=True):
    """One job: what it took, how long each film is in seconds, and its record."""

    wall: float
    cpu: float
    films: dict[str, float]
    record: JobRecord

    @property
    def lengths(self) -> float:
        """What it took, in lengths of the longest film."""
        return self.wall / max(self.films.values())


def one_round(repo: str) -> Round:
    """Make the films of a repository with nothing kept from before.

    Raises BenchError when the job does not finish.
    """
    with tempfile.TemporaryDirectory(prefix="reporeel-job-") as folder:
        environ = os.environ | {"REPOREEL_DATA": f"{folder}/data", "REPOREEL_RENDER_CACHE": f"{folder}/shelf"}
        command = [sys.executable, "-m", "services", "run", repo, "--lang", LANGUAGES, "--json", "--quiet"]
        begun, cpu_before = time.perf_counter(), _childrens_seconds()
        ran = subprocess.run(
            [*command, "--out", f"{folder}/films"], env=environ, stdout=subprocess.PIPE, check=False
        )
        wall, cpu = time.perf_counter() - begun, _childrens_seconds() - cpu_before
        if ran.returncode:
            raise BenchError(f"the job ended with code {ran.returncode}")
        record = msgspec.json.decode(ran.stdout.splitlines()[-1], type=JobRecord)
        films = {path.suffixes[0][1:]: seconds_of(path) for path in Path(folder).rglob("video.*.mp4")}
    return Round(wall, cpu, films, record)


def _childrens_seconds() -> float:
    """Give the processor time of all that was started here and has ended, theirs included."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def seconds_of(path: Path) -> float:
    """Give how long a film plays."""
    with av.open(str(path)) as film:
        return (film.duration or 0) / av.time_base


def table(rounds: Sequence[Round]) -> Iterator[str]:
    """Give the lines of the stages' times, and of the whole."""
    yield "| stage | language | seconds |\n|---|---|--:|"
    for number, row in enumerate(rounds[0].record.stages):
        times = [one.record.stages[number].seconds or 0.0 for one in rounds]
        yield f"| {row.stage} | {row.language or 'all'} | {spread(times, 1)} |"
    films = rounds[0].films
    lengths = ", ".join(f"{language} {seconds:.1f} s" for language, seconds in sorted(films.items()))
    yield f"\nFilms: {lengths}. The whole job took {spread([one.wall for one in rounds], 1)} s, that is"
    yield f"{spread([one.lengths for one in rounds], 2)} lengths of the longest film (goal {GOAL}), and"
    yield f"{spread([one.cpu for one in rounds], 1)} CPU seconds."


def spread(values: Sequence[float], digits: int) -> str:
    middle, low, high = statistics.median(values), min(values), max(values)
    return f"{middle:.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="make bench-job")
    parser.add_argument("repo", nargs="?", default=".")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = parser.parse_args()
    lines = table([one_round(chosen.repo) for _ in range(chosen.rounds)])
    sys.stdout.write("\n".join(lines) + "\n")
