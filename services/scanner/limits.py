"""The bounds of one scan, each with a name: nothing of a foreign repository is read without one."""

from __future__ import annotations

import msgspec

MEBIBYTE = 1024 * 1024


class ScanLimits(msgspec.Struct, frozen=True, kw_only=True):
    max_packed_bytes: int = 512 * MEBIBYTE
    """Of an archive as it is downloaded."""
    max_unpacked_bytes: int = 2048 * MEBIBYTE
    max_ratio: int = 200
    """Unpacked bytes to packed bytes, looked at from the first unpacked mebibyte on."""
    max_entries: int = 200_000
    max_file_bytes: int = 4 * MEBIBYTE
    """Larger files are counted, not read."""
    max_path_bytes: int = 1024
    max_path_depth: int = 40
    max_parsed_bytes: int = 256 * 1024
    """Imports are looked for in the first so many bytes of a source file."""
    max_parsed_files: int = 20_000
    max_parsed_total_bytes: int = 128 * MEBIBYTE
    """Of a larger repository the imports of what comes first are read, and the warnings say so."""
    obeys_repo_file: bool = True
    """Whether `.github/reporeel.yml` is read at all."""
