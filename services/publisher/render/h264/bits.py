"""Bits and bytes of an H.264 stream: Exp-Golomb codes, NAL units, emulation prevention."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

START_CODE = b"\0\0\0\1"
_START = re.compile(rb"\x00\x00\x01")
_EMULATED = re.compile(rb"\x00\x00(?=[\x00-\x03])")
_LONGEST_ZEROS = 32
"""No code of the standard starts with more zeros."""


class StreamError(ValueError):
    """A stream that is not what our encoder settings make."""


class BitReader:
    """Reads an unescaped payload from its first bit on."""

    def __init__(self, payload: bytes) -> None:
        self._payload = payload
        self._at = 0

    def fixed(self, bits: int) -> int:
        """u(n), clause 7.2."""
        end = self._at + bits
        if end > 8 * len(self._payload):
            raise StreamError("the stream ends inside a header")
        whole = int.from_bytes(self._payload[self._at // 8 : (end + 7) // 8], "big")
        self._at = end
        return whole >> (-end % 8) & ((1 << bits) - 1)

    def flag(self) -> bool:
        return bool(self.fixed(1))

    def unsigned(self) -> int:
        """ue(v), clause 9.1."""
        zeros = 0
        while not self.fixed(1):
            zeros += 1
            if zeros > _LONGEST_ZEROS:
                raise StreamError("a code is longer than any that the standard knows")
        return (1 << zeros) - 1 + self.fixed(zeros)

    def signed(self) -> int:
        """se(v), clause 9.1.1."""
        code = self.unsigned()
        return (code + 1) // 2 if code % 2 else -(code // 2)

    def rest_from_byte(self) -> bytes:
        """What follows the alignment bits (clause 7.3.4: `cabac_alignment_one_bit`)."""
        return self._payload[(self._at + 7) // 8 :]


def fixed(value: int, bits: int) -> list[int]:
    """u(n) as bits, the highest first."""
    return [value >> place & 1 for place in range(bits - 1, -1, -1)]


def unsigned(value: int) -> list[int]:
    """ue(v) as bits."""
    length = (value + 1).bit_length()
    return [0] * (length - 1) + fixed(value + 1, length)


def signed(value: int) -> list[int]:
    """se(v) as bits."""
    return unsigned(2 * value - 1 if value > 0 else -2 * value)


def packed(bits: Sequence[int], padding: int) -> bytes:
    """The bits as bytes, the last one filled up with `padding` bits of 0 or 1."""
    filled = [*bits, *[padding] * (-len(bits) % 8)]
    return int("".join(map(str, filled)) or "0", 2).to_bytes(len(filled) // 8, "big")


def escaped(payload: bytes) -> bytes:
    """With emulation prevention: no three bytes look like a start code (clause 7.4.1.1)."""
    return _EMULATED.sub(b"\0\0\3", payload)


def unescaped(unit: bytes) -> bytes:
    return unit.replace(b"\0\0\3", b"\0\0")


def units(stream: bytes) -> Iterator[bytes]:
    """The NAL units of an Annex B byte stream, still escaped."""
    starts = [match.end() for match in _START.finditer(stream)]
    for start, after in pairwise([*starts, len(stream) + 3]):
        yield stream[start : after - 3].rstrip(b"\0")
