"""Writes slices by hand: pictures that repeat, and rows of raw macroblocks; renumbers the encoder's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from services.publisher.render.h264.bits import (
    START_CODE,
    BitReader,
    StreamError,
    escaped,
    fixed,
    packed,
    signed,
    unescaped,
    unsigned,
)
from services.publisher.render.h264.cabac import Coder
from services.publisher.render.h264.parameters import Parameters

SLICE, KEY_SLICE = 1, 5
"""NAL unit types of a slice of a picture, and of one that starts anew (IDR); Table 7-1."""
_P, _ALL_P, _ALL_I = 0, 5, 7
"""`slice_type`, Table 7-6."""
_REFERENCE, _KEY_REFERENCE = 0x40, 0x60
_SKIP, _SKIP_AFTER_INTRA, _P_TYPE, _I_TYPE_IN_P = 11, 12, 14, 17
_I_TYPE, _I_TYPE_AFTER_RAW = 3, 4
_P_STARTS = {_SKIP: (23, 33), _SKIP_AFTER_INTRA: (23, 2), _P_TYPE: (1, 9), _I_TYPE_IN_P: (5, 57)}
"""Tables 9-13 and 9-14 with `cabac_init_idc` 0."""
_I_STARTS = {_I_TYPE: (20, -15), _I_TYPE_AFTER_RAW: (2, 54)}
"""Table 9-12."""
_NO_DEBLOCKING = 1

Raw = bytes
"""The samples of one macroblock, clause 7.3.5: 256 of luma, 64 of Cb, 64 of Cr."""


class SliceWriter:
    """Slices for pictures with the given parameters. What a film needs again and again is written once."""

    def __init__(self, parameters: Parameters) -> None:
        self._parameters = parameters
        self._written: dict[tuple[int, int, int], bytes] = {}
        self._row_runs = list(_skipped_runs(parameters.initial_qp, parameters.columns))
        self._run = cache(self._skipped_run)
        self._raw_parts = cache(self._parts_around_samples)

    def skipped(self, first: int, count: int, frame_number: int) -> bytes:
        """A P slice of `count` macroblocks that repeats the picture before; an Annex B unit."""
        key = first, count, frame_number % self._parameters.frame_numbers
        if key not in self._written:
            self._written[key] = _unit(SLICE, self._header(first, frame_number, None) + self._run(count))
        return self._written[key]

    def raw(self, first: int, samples: Sequence[Raw], frame_number: int) -> bytes:
        """A P slice of raw macroblocks."""
        parts = self._raw_parts(len(samples), key=False)
        return _unit(SLICE, self._header(first, frame_number, None) + _woven(parts, samples))

    def raw_key(self, first: int, samples: Sequence[Raw], key_number: int) -> bytes:
        """A slice of an IDR picture: raw macroblocks only."""
        parts = self._raw_parts(len(samples), key=True)
        return _unit(KEY_SLICE, self._header(first, 0, key_number) + _woven(parts, samples))

    def _header(self, first: int, frame_number: int, key_number: int | None) -> bytes:
        """Clause 7.3.3, up to the byte where slice data starts."""
        p = self._parameters
        key = key_number is not None
        bits = unsigned(first) + unsigned(_ALL_I if key else _ALL_P) + unsigned(p.picture_set)
        bits += fixed(frame_number % p.frame_numbers, p.frame_number_bits)
        if key_number is not None:
            bits += [*unsigned(key_number), 0, 0]  # no_output_of_prior_pics_flag, long_term_reference_flag
        else:
            bits += [0, 0, 0]  # no override of the reference count, no reordering, no marking
            bits += unsigned(0)  # cabac_init_idc
        bits += signed(0)  # slice_qp_delta
        if p.deblocking_in_header:
            bits += unsigned(_NO_DEBLOCKING)
        return packed(bits, 1)

    def _skipped_run(self, count: int) -> bytes:
        """The slice data of so many skipped macroblocks: a row's are at hand."""
        if count <= len(self._row_runs):
            return self._row_runs[count - 1]
        *_, last = _skipped_runs(self._parameters.initial_qp, count, only_last=True)
        return last

    def _parts_around_samples(self, raw: int, *, key: bool) -> tuple[bytes, ...]:
        """The bytes before the first macroblock's samples, between each two, and after the last."""
        coder, parts = Coder(_I_STARTS if key else _P_STARTS, self._parameters.initial_qp), []
        for number in range(raw):
            if key:
                coder.decide(_I_TYPE_AFTER_RAW if number else _I_TYPE, 1)
            else:
                coder.decide(_SKIP_AFTER_INTRA if number else _SKIP, 0)
                coder.decide(_P_TYPE, 1)
                coder.decide(_I_TYPE_IN_P, 1)
            coder.terminate(1)  # announces I_PCM, clause 7.3.5; what follows starts at a byte
            parts.append(packed(coder.taken(), 0))
            coder.restart()
            coder.terminate(int(number == raw - 1))
        return *parts, packed(coder.bits, 0)


def _skipped_runs(qp: int, longest: int, *, only_last: bool = False) -> Iterator[bytes]:
    """Slice data of 1, 2, … skipped macroblocks, or of the longest run alone."""
    coder = Coder({_SKIP: _P_STARTS[_SKIP]}, qp)
    for count in range(1, longest + 1):
        coder.decide(_SKIP, 1)
        if not only_last or count == longest:
            yield packed(coder.ended().bits, 0)
        coder.terminate(0)


def _woven(parts: Sequence[bytes], samples: Sequence[Raw]) -> bytes:
    return b"".join(part + raw for part, raw in zip(parts, (*samples, b""), strict=True))


def _unit(kind: int, payload: bytes) -> bytes:
    head = (_KEY_REFERENCE if kind == KEY_SLICE else _REFERENCE) | kind
    return START_CODE + escaped(bytes([head]) + payload)


def is_slice(unit: bytes) -> bool:
    return unit[0] & 31 in (SLICE, KEY_SLICE)


def first_macroblock(unit: bytes) -> int:
    return BitReader(unescaped(unit[1:24])).unsigned()


def renumbered(unit: bytes, parameters: Parameters, frame_number: int, key_number: int) -> bytes:
    """The encoder's slice with other numbers: of its frame, and of its key picture if it is one.

    Slice data of CABAC starts at a byte (clause 7.3.4), so the header before it may be of any length.
    """
    payload = unescaped(unit[1:])
    read = BitReader(payload)
    header = packed(list(_renumbered_header(read, unit[0] & 31, parameters, frame_number, key_number)), 1)
    return START_CODE + escaped(unit[:1] + header + read.rest_from_byte())


def _renumbered_header(
    read: BitReader, kind: int, parameters: Parameters, frame_number: int, key_number: int
) -> Iterator[int]:
    """Clause 7.3.3."""
    yield from unsigned(read.unsigned())  # first_mb_in_slice
    slice_type = read.unsigned()
    yield from unsigned(slice_type)
    yield from unsigned(read.unsigned())  # pic_parameter_set_id
    read.fixed(parameters.frame_number_bits)
    yield from fixed(frame_number % parameters.frame_numbers, parameters.frame_number_bits)
    if kind == KEY_SLICE:
        read.unsigned()
        yield from unsigned(key_number)
        yield from fixed(read.fixed(2), 2)  # dec_ref_pic_marking
    else:
        yield from _references(read, slice_type)
    yield from signed(read.signed())  # slice_qp_delta
    if parameters.deblocking_in_header:
        yield from _deblocking(read)


def _references(read: BitReader, slice_type: int) -> Iterator[int]:
    if slice_type % 5 == _P:
        override, reordering = read.fixed(1), read.fixed(1)
        if override or reordering:
            raise StreamError("the encoder chose among reference pictures; it should have one")
        yield from (0, 0)
    yield from fixed(read.fixed(1), 1)  # adaptive_ref_pic_marking_mode_flag
    if slice_type % 5 == _P:
        yield from unsigned(read.unsigned())  # cabac_init_idc


def _deblocking(read: BitReader) -> Iterator[int]:
    filtering = read.unsigned()
    yield from unsigned(filtering)
    if filtering != _NO_DEBLOCKING:
        raise StreamError("the encoder filters edges, which would touch held pictures")
