"""Builds the corpus of hostile archives: each row is a name, the archive, and what must become of it."""

from __future__ import annotations

import gzip
import io
import random
import tarfile
from collections.abc import Callable
from typing import Any, NamedTuple

MEBIBYTE = 1024 * 1024
GIBIBYTE = 1024 * MEBIBYTE
CUTS = 12
README = b"# Demo\n\nDemo adds numbers that nobody wants to add by hand.\n"


class Hostile(NamedTuple):
    name: str
    make: Callable[[], bytes]
    codes: tuple[str, ...]
    """The outcomes that are right: `ok`, or the code of a refusal."""
    files: int | None = None
    """How many files count where the archive is read."""
    limits: dict[str, int] | None = None


def tar_of(*members: tuple[tarfile.TarInfo, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        for info, content in members:
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def entry(name: str, content: bytes = b"", **attributes: Any) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for attribute, value in attributes.items():
        setattr(info, attribute, value)
    return info, content


def packed(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    return gzip.compress(tar_of(entry("r/README.md", README), *members), 1, mtime=0)


def header(name: str, size_bytes: int, kind: bytes = tarfile.REGTYPE) -> bytearray:
    info = tarfile.TarInfo(name)
    info.size, info.type = size_bytes, kind
    return bytearray(info.tobuf(tarfile.GNU_FORMAT))


def summed(block: bytearray) -> bytes:
    """A header with its checksum set right."""
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def zeros(before: bytes, count_mebibytes: int) -> bytes:
    """Something, then a stretch of zeros: many gzip members of which each is small."""
    block = gzip.compress(b"\0" * (16 * MEBIBYTE), 9, mtime=0)
    return gzip.compress(before, mtime=0) + block * (count_mebibytes // 16)


def million_entries() -> bytes:
    """A quarter of a million names, four times over."""
    base = header("r/000000000", 0)
    base[148:156] = b" " * 8
    fixed = sum(base) - 9 * ord("0")
    blocks = bytearray()
    for number in range(250_000):
        digits = b"%09d" % number
        base[2:11] = digits
        base[148:156] = b"%06o\0 " % (fixed + sum(digits))
        blocks += base
    return gzip.compress(bytes(blocks), 1, mtime=0) * 4


def sparse() -> bytes:
    """10 GiB of which one block is there, in the oldest of the formats."""
    block = header("r/sparse", 512, tarfile.GNUTYPE_SPARSE)
    block[386:410] = b"%011o\0%011o\0" % (10 * GIBIBYTE - 512 & 0o77777777777, 512)
    block[482:483] = b"\0"
    block[483:495] = b"\x80" + (10 * GIBIBYTE).to_bytes(11, "big")
    return gzip.compress(summed(block) + b"x" * 512 + b"\0" * 1024, mtime=0)


def sparse_of_today() -> bytes:
    told = {"major": "1", "minor": "0", "name": "r/x", "realsize": str(10 * GIBIBYTE)}
    pax = {f"GNU.sparse.{key}": value for key, value in told.items()}
    return packed(entry("r/GNUSparseFile.0/x", b"1\n0\n512\n".ljust(1024, b"\0"), pax_headers=pax))


def cut(at: int) -> Callable[[], bytes]:
    def make() -> bytes:
        noise = random.Random(7).randbytes(60_000)
        whole = gzip.compress(
            tar_of(*(entry(f"r/{n}.py", noise[n * 6000 :][:6000]) for n in range(10))), mtime=0
        )
        return whole[: len(whole) * at // CUTS]

    return make


def raw_pax(text: bytes) -> bytes:
    """An extended header that tarfile would not write."""
    padded = text.ljust(-(-len(text) // 512) * 512, b"\0")
    return gzip.compress(
        summed(header("x", len(text), tarfile.XHDTYPE)) + padded + tar_of(entry("r/a.py", b"x = 1\n"))
    )


def contents(name: str, content: bytes) -> Callable[[], bytes]:
    return lambda: packed(entry(f"r/{name}", content))


LINKS = (
    entry("r/passwd", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
    entry("r/up", type=tarfile.SYMTYPE, linkname="../../.."),
    entry("r/up/evil.py", b"x = 1\n"),
    entry("r/hard", type=tarfile.LNKTYPE, linkname="../../etc/passwd"),
    entry("r/self", type=tarfile.SYMTYPE, linkname="self"),
)
KINDS = (tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE)
DEVICES = tuple(entry(f"r/{number}", type=kind) for number, kind in enumerate(KINDS))
NAMES_OUTSIDE = (
    "../evil.py /evil.py r/../../evil.py r/.. r/a/../../b.py r\\..\\evil.py ..\\evil.py //evil.py r/a/.. "
    "../../../../../../../../tmp/reporeel-evil"
).split()
OUTSIDE = tuple(entry(name, b"x = 1\n") for name in NAMES_OUTSIDE)
ODD_NAMES = [
    *(
        "r/new\nline.py",
        "r/tab\t.py",
        "r/bell\a.py",
        "r/\u202egnp.py",
        "r/caf\udce9.py",
        "r/ .py",
        "r/-rf.py",
    ),
    *("r/$(id).py", "r/'\".py", "r/CON.py", "r/\u200b.py", "r/é.py", "r/e\u0301.py", "r/%2e%2e.py", "r"),
    f"r/{'n' * 255}.py",
]
ODD = tuple(entry(name, b"x = 1\n") for name in ODD_NAMES)

DEEP = b"[" * 200_000
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><project>&a;</project>'
RUN_ON = b"".join(b"import a%d from 'b%d';" % (number, number * 7919) for number in range(120_000))
OK, LARGE, BROKEN, EMPTY = "ok", "too_large", "corrupt_archive", "empty"
ANY_RATIO = {"max_ratio": 10**6}


def megabytes() -> bytes:
    return packed(*(entry(f"r/{number}", b"\0" * MEBIBYTE) for number in range(64)))


def copies() -> bytes:
    return packed(*(entry("r/a.py", b"x = %d\n" % number) for number in range(500)))


def readme_of(content: bytes) -> Callable[[], bytes]:
    return lambda: gzip.compress(tar_of(entry("r/README.md", content)), mtime=0)


def long_stretch() -> bytes:
    return zeros(bytes(header("r/zeros", 3 * GIBIBYTE)), 3072)


CORPUS: tuple[Hostile, ...] = (
    Hostile("good", contents("a.py", b"import os\n"), (OK,), files=2),
    Hostile("ratio", long_stretch, (LARGE,)),
    Hostile("ratio_of_many", megabytes, (LARGE,)),
    Hostile("unpacked", long_stretch, (LARGE,), limits={**ANY_RATIO, "max_unpacked_bytes": 256 * MEBIBYTE}),
    Hostile("entries", million_entries, (LARGE,), limits={**ANY_RATIO, "max_entries": 50_000}),
    Hostile("sparse", sparse, (OK, BROKEN, EMPTY), files=0),
    Hostile("sparse_of_today", sparse_of_today, (OK, BROKEN), files=1),
    Hostile("ten_gibibytes_told", lambda: gzip.compress(bytes(header("r/x", 10 * GIBIBYTE))), (BROKEN,)),
    Hostile("links", lambda: packed(*LINKS), (OK,), files=2),
    Hostile("devices", lambda: packed(*DEVICES), (OK,), files=1),
    Hostile("outside", lambda: packed(*OUTSIDE), (OK,), files=1),
    Hostile("odd_names", lambda: packed(*ODD), (OK,)),
    Hostile("deep", contents("d/" * 10_000 + "x.py", b"x\n"), (OK,), files=1),
    Hostile("long_name", contents("n" * 600_000, b"x\n"), (OK,), files=1),
    Hostile("longer_name", contents("n" * 3_000_000, b"x\n"), (BROKEN, LARGE)),
    Hostile("same_name", copies, (OK,), files=2),
    Hostile("pax_no_number", lambda: raw_pax(b"17 size=nonsense\n"), (OK, BROKEN)),
    Hostile("pax_negative", lambda: raw_pax(b"11 size=-9\n"), (OK, BROKEN)),
    Hostile("pax_no_length", lambda: raw_pax(b"nonsense\n"), (OK, BROKEN)),
    Hostile("pax_zero_length", lambda: raw_pax(b"0 a=b\n"), (OK, BROKEN)),
    Hostile("pax_outside", lambda: raw_pax(b"21 path=../../evil.py\n"), (OK, BROKEN, EMPTY)),
    Hostile("no_archive", lambda: b"<html>not found</html>", (BROKEN,)),
    Hostile("nothing", lambda: b"", (BROKEN, EMPTY)),
    Hostile("noise", lambda: random.Random(3).randbytes(100_000), (BROKEN,)),
    Hostile("noise_in_gzip", lambda: gzip.compress(random.Random(3).randbytes(100_000)), (BROKEN,)),
    Hostile("rest_behind", lambda: packed() + b"rest" * 100, (OK, BROKEN), files=1),
    Hostile("archive_inside", contents("a.tar.gz", gzip.compress(b"\0" * (64 * MEBIBYTE))), (OK,), files=2),
    Hostile("deep_json", contents("package.json", DEEP), (OK,), files=2),
    Hostile("deep_toml", contents("pyproject.toml", b"a = " + DEEP), (OK,), files=2),
    Hostile("deep_yaml", contents(".github/reporeel.yml", b"a: " + DEEP[:15_000]), (OK,), files=2),
    Hostile("deep_setup", contents("setup.py", b"x = " + b"(" * 100_000), (OK,), files=2),
    Hostile("deep_python", contents("a.py", b"import os\nx = " + b"(" * 100_000), (OK,), files=2),
    Hostile("deep_readme", contents("README.rst", b"* " * 2_000 + b"x\n"), (OK,), files=2),
    Hostile("brackets_in_readme", readme_of(b"[" * 50_000), (OK,), files=1),
    Hostile("stars_in_readme", readme_of(b"*a _b " * 20_000), (OK,), files=1),
    Hostile("entities", contents("pom.xml", ENTITIES), (OK,), files=2),
    Hostile("one_line", contents("a.js", RUN_ON), (OK,), files=2),
    Hostile("words_of_keys", contents("a.txt", b"secret " * 500_000), (OK,), files=2),
    Hostile("begun_keys", contents("b.txt", b"-----BEGIN RSA PRIVATE KEY-----\n" * 60_000), (OK,), files=2),
    Hostile("versions", contents("CHANGELOG.md", b"## 1.2.3\n- a b c\n" * 4_000), (OK,), files=2),
    *(Hostile(f"cut_{at:02d}", cut(at), (BROKEN, EMPTY)) for at in range(CUTS)),
)
