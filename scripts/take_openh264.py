"""Takes the OpenH264 library out of a wheel that holds it: `take_openh264.py REQUIREMENT LIBRARY`."""

from __future__ import annotations

import platform
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

INSIDE = "humecodec.libs/libopenh264-"


def main(requirement: Path, library: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        fetch(requirement, Path(folder))
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            (name,) = [name for name in archive.namelist() if name.startswith(INSIDE)]
            library.parent.mkdir(parents=True, exist_ok=True)
            library.write_bytes(archive.read(name))


def fetch(requirement: Path, folder: Path) -> None:
    """Any interpreter may load the library, so one interpreter's wheel is enough."""
    wheel = ["--python-version", "3.11", "--platform", f"manylinux_2_28_{platform.machine()}"]
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    bounds = [
        "--only-binary=:all:",
        "--require-hashes",
        "--requirement",
        str(requirement),
        "--dest",
        str(folder),
    ]
    subprocess.run([*pip, *wheel, *bounds], check=True)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
