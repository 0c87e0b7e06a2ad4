"""What a hostile or broken archive may not do."""

from __future__ import annotations

import gzip
import tarfile
from pathlib import Path

import pytest

from services.scanner.archive import ArchiveSource
from services.scanner.limits import ScanLimits
from services.scanner.unreadable import Unreadable
from shared.offload import ignore_progress
from tests.unit.scanner.building import archive_of, member


def paths_in(archive: Path, **limits: int) -> tuple[list[str], ArchiveSource]:
    source = ArchiveSource(archive, ScanLimits(**limits))
    return [file.path for file in source.files(ignore_progress)], source


def refusal_of(archive: Path, **limits: int) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        paths_in(archive, **limits)
    return caught.value


def test_files_are_named_below_the_archives_own_folder(tmp_path):
    archive = archive_of(tmp_path / "a.tar.gz", member("o-n-1/a.py", b"x"), member("o-n-1/b/c.py", b"y"))
    assert paths_in(archive)[0] == ["a.py", "b/c.py"]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE])
def test_a_link_in_an_archive_is_skipped(tmp_path, kind):
    link = member("r/passwd", type=kind, linkname="/etc/passwd")
    found, source = paths_in(archive_of(tmp_path / "a.tar.gz", link, member("r/a.py", b"x")))
    assert found == ["a.py"]
    assert "link" in source.skipped.warnings[0]


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_a_device_in_an_archive_is_skipped(tmp_path, kind):
    found, source = paths_in(archive_of(tmp_path / "a.tar.gz", member("r/null", type=kind)))
    assert found == []
    assert "special file" in source.skipped.warnings[0]


@pytest.mark.parametrize("name", ["/etc/passwd", "r/../../evil", "../evil", "r/a/../../b", "r\\..\\evil"])
def test_a_name_outside_the_repository_is_skipped(tmp_path, name):
    found, source = paths_in(archive_of(tmp_path / "a.tar.gz", member(name, b"x")))
    assert found == []
    assert "outside" in source.skipped.warnings[0]


def test_a_name_that_is_too_long_or_too_deep_is_skipped(tmp_path):
    deep = member("r/" + "d/" * 50 + "a.py", b"x")
    long = member("r/" + "n" * 2000, b"x")
    assert paths_in(archive_of(tmp_path / "a.tar.gz", deep, long))[0] == []


def test_a_name_used_twice_is_read_once(tmp_path):
    archive = archive_of(tmp_path / "a.tar.gz", member("r/a.py", b"first"), member("r/a.py", b"second"))
    files = list(ArchiveSource(archive, ScanLimits()).files(ignore_progress))
    assert [file.content for file in files] == [b"first"]


def test_a_bomb_is_refused_by_its_ratio(tmp_path):
    archive = archive_of(tmp_path / "a.tar.gz", member("r/zeros", b"\0" * 8_000_000))
    assert refusal_of(archive).code == "too_large"


def test_too_many_unpacked_bytes_are_refused_even_in_files_that_are_not_read(tmp_path):
    archive = archive_of(tmp_path / "a.tar.gz", member("r/a", bytes(range(256)) * 40))
    error = refusal_of(archive, max_unpacked_bytes=5000, max_file_bytes=10)
    assert "REPOREEL_SCAN_MAX_UNPACKED_BYTES" in error.hint


def test_too_many_entries_are_refused(tmp_path):
    archive = archive_of(tmp_path / "a.tar.gz", *(member(f"r/{number}") for number in range(11)))
    assert refusal_of(archive, max_entries=10).code == "too_large"


def test_a_file_over_the_limit_is_counted_but_not_read(tmp_path):
    archive = archive_of(tmp_path / "a.tar.gz", member("r/big", b"x" * 100))
    (file,) = ArchiveSource(archive, ScanLimits(max_file_bytes=99)).files(ignore_progress)
    assert (file.size_bytes, file.content) == (100, None)


def test_an_endless_extended_header_is_refused_before_it_is_read(tmp_path):
    header = member("r/x", b"1" * 2_000_000, type=tarfile.XHDTYPE)
    assert refusal_of(archive_of(tmp_path / "a.tar.gz", header), max_ratio=10**6).code == "corrupt_archive"


def test_a_cut_off_archive_is_refused(tmp_path):
    archive = archive_of(tmp_path / "a.tar.gz", member("r/a", bytes(range(256)) * 400))
    archive.write_bytes(archive.read_bytes()[:200])
    assert refusal_of(archive).code == "corrupt_archive"


def test_a_damaged_header_in_the_middle_is_not_taken_for_the_end(tmp_path):
    archive = archive_of(tmp_path / "a.tar.gz", member("r/a", b"x"), member("r/b", b"y"))
    plain = bytearray(gzip.decompress(archive.read_bytes()))
    plain[1024:1032] = b"\xff" * 8
    archive.write_bytes(gzip.compress(bytes(plain)))
    assert refusal_of(archive).code == "corrupt_archive"


def test_what_is_no_archive_is_refused(tmp_path):
    path = tmp_path / "a.tar.gz"
    path.write_bytes(b"<html>not found</html>")
    assert refusal_of(path).code == "corrupt_archive"


def test_nothing_is_written_to_disk(tmp_path):
    archive = archive_of(tmp_path / "a.tar.gz", member("r/a.py", b"x"))
    paths_in(archive)
    assert [path.name for path in tmp_path.iterdir()] == ["a.tar.gz"]


def test_files_can_be_read_again(tmp_path):
    archive = archive_of(tmp_path / "a.tar.gz", member("r/a.py", b"x"), member("r/b.py", b"y"))
    source = ArchiveSource(archive, ScanLimits())
    assert source.read({"b.py", "none"}) == {"b.py": b"y"}


def test_a_name_in_no_encoding_is_made_readable(tmp_path):
    archive = archive_of(tmp_path / "a.tar.gz", member("r/caf\udce9.py", b"x"))
    (name,) = paths_in(archive)[0]
    assert name.encode("utf-8")
