"""Measures the scanner on trees of growing size and prints a Markdown table: `make bench-scan`.

Each tree is scanned by a process of its own, so that its peak of memory is its own. Generated trees hold
Python, JavaScript and Go with imports, a README and a manifest; the last row is what is installed in this
environment, files over a mebibyte apart, as one repository. CPU time is what a core of its own would take.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

import msgspec

from services.scanner.limits import MEBIBYTE, ScanLimits
from services.scanner.scan import scan_folder
from shared.offload import ignore_progress

SIZES = (1_000, 10_000, 100_000)
FILES_A_FOLDER = 50
COLUMNS = (
    "tree",
    "files",
    "MB",
    "seconds",
    "CPU s",
    "files/CPU s",
    "MB/CPU s",
    "peak MiB",
    "imports read of",
)
HEAD = f"| {' | '.join(COLUMNS)} |\n|---|{'--:|' * 7}---|"
PYTHON = '''"""Module {n} of package {p}."""

from __future__ import annotations

import os
from pkg{other}.mod{target} import thing{target}, Worker{target}


class Worker{n}:
    """Does the work of {n}."""

    def run(self, path: str) -> list[str]:
        """Give the lines of a file."""
        with open(os.path.join(path, "{n}.txt")) as file:
            return [line.strip() for line in file if line]


def thing{n}(value: int, token: str = "") -> int:
    """Say what {n} makes of a value."""
    total = value * {n}
    for index in range(10):
        total += index % 3
    return total + thing{target}(value)
'''
SCRIPT = """import {{ thing{target} }} from '../pkg{other}/mod{target}.js'

/** Says what {n} makes of a value. */
export function thing{n}(value) {{
  const total = value * {n}
  return [total, thing{target}(value)].map((each) => each + 1)
}}
"""
GO = """package pkg{p}

import (
\t"fmt"
\t"example.com/acme/tree/pkg{other}"
)

// Thing{n} says what it makes of a value.
func Thing{n}(value int) string {{
\treturn fmt.Sprint(value*{n}, pkg{other}.Name)
}}
"""
FORMS = (("py", PYTHON), ("py", PYTHON), ("py", PYTHON), ("js", SCRIPT), ("go", GO))


class Measured(msgspec.Struct):
    files: int
    size_bytes: int
    seconds: float
    cpu_seconds: float
    peak_bytes: int
    facts: int
    sampled: str


def grow(folder: Path, count: int) -> Path:
    """A tree of so many files."""
    folder.mkdir()
    (folder / "README.md").write_text("# Tree\n\nTree holds a lot of files, so that they can be counted.\n")
    (folder / "go.mod").write_text("module example.com/acme/tree\n")
    packages = max((count - 2) // FILES_A_FOLDER, 1)
    for number in range(count - 2):
        package, suffix_and_form = number // FILES_A_FOLDER, FORMS[number % len(FORMS)]
        where = folder / f"pkg{package}"
        if number % FILES_A_FOLDER == 0:
            where.mkdir()
        other = (package * 7 + 3) % packages
        target = other * FILES_A_FOLDER
        text = suffix_and_form[1].format(n=number, p=package, other=other, target=target)
        (where / f"mod{number}.{suffix_and_form[0]}").write_text(text)
    return folder


def installed(folder: Path) -> Path:
    """A copy of this environment's packages, out of reach of the repository they lie in."""

    def too_large(directory: str, names: list[str]) -> set[str]:
        files = {name: Path(directory, name) for name in names}
        return {name for name, path in files.items() if path.is_file() and path.stat().st_size > MEBIBYTE}

    shutil.copytree(sysconfig.get_paths()["purelib"], folder, ignore=too_large)
    return folder


def measure(folder: Path) -> Measured:
    """Scan a folder in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.scan", "--one", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return msgspec.json.decode(done.stdout, type=Measured)


def scan_one(folder: Path) -> Measured:
    started, worked = time.perf_counter(), time.process_time()
    base = scan_folder(ignore_progress, folder, None, ScanLimits()).base
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - worked
    count = base.find("files.count")
    size_bytes = sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())
    sampled = next((warning for warning in base.warnings if warning.startswith("Sampled")), "all")
    files = int(str(count.value)) if count else 0
    return Measured(files, size_bytes, seconds, cpu_seconds, _peak_bytes(), len(base.facts), sampled)


def _peak_bytes() -> int:
    status = Path("/proc/self/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def row(name: str, found: Measured) -> str:
    megabytes = found.size_bytes / 1e6
    cells = (
        name,
        f"{found.files:,}",
        f"{megabytes:.1f}",
        f"{found.seconds:.1f}",
        f"{found.cpu_seconds:.1f}",
        f"{found.files / found.cpu_seconds:,.0f}",
        f"{megabytes / found.cpu_seconds:.1f}",
        f"{found.peak_bytes / MEBIBYTE:.0f}",
        found.sampled.removeprefix("Sampled: the imports of ").partition(" source files")[0],
    )
    return f"| {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", type=Path, help="scan this folder in this process and print JSON")
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    arguments = parser.parse_args()
    if arguments.one:
        sys.stdout.write(json.dumps(msgspec.to_builtins(scan_one(arguments.one))))
        return
    print(HEAD)  # noqa: T201 - the table
    with tempfile.TemporaryDirectory(prefix="reporeel-bench-") as temporary:
        for size in arguments.sizes:
            found = measure(grow(Path(temporary) / str(size), size))
            print(row(f"generated, {size:,} files", found), flush=True)  # noqa: T201
        found = measure(installed(Path(temporary) / "installed"))
        print(row("installed packages", found))  # noqa: T201


if __name__ == "__main__":
    main()
