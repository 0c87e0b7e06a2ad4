"""Scans archives one after the other and tells what became of each, its CPU time and the peak of memory.

Run as a process of its own: `python -m tests.security.scan_child FOLDER`. One line of JSON for each archive,
in the order of their names; a file NAME.limits.json beside one changes its limits.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import msgspec

from services.scanner.github_records import Commit, Record, Repository
from services.scanner.limits import ScanLimits
from services.scanner.scan import scan_archive
from services.scanner.unreadable import Unreadable
from shared.offload import ignore_progress

RECORD = Record(repository=Repository(full_name="acme/site", name="site"), commit=Commit(sha="c" * 40))


def main(folder: Path) -> None:
    for archive in sorted(folder.glob("*.tar.gz")):
        changed = archive.with_suffix(".limits.json")
        limits = msgspec.convert(json.loads(changed.read_text()) if changed.exists() else {}, ScanLimits)
        started = time.process_time()
        row = {"name": archive.name, **_outcome(archive, limits)}
        row |= {"seconds": round(time.process_time() - started, 3), "peak_bytes": _peak_bytes()}
        print(json.dumps(row), flush=True)  # noqa: T201 - what its caller reads


def _outcome(archive: Path, limits: ScanLimits) -> dict[str, object]:
    try:
        base = scan_archive(ignore_progress, archive, RECORD, limits).base
    except Unreadable as error:
        return {"code": error.code, "message": error.message}
    count = base.find("files.count")
    return {"code": "ok", "files": count.value if count else 0, "warnings": base.warnings}


def _peak_bytes() -> int:
    """Of this program alone: what getrusage tells begins with the peak of the process that started it."""
    status = Path("/proc/self/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]))
