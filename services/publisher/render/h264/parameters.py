"""The parameter sets of our encoder: the few fields that a slice header depends on."""

from __future__ import annotations

import msgspec

from services.publisher.render.h264.bits import BitReader, StreamError, unescaped, units

SEQUENCE, PICTURE = 7, 8
MACROBLOCK = 16
_HIGH = 100
_POC_FROM_ORDER = 2


class Parameters(msgspec.Struct, frozen=True, kw_only=True):
    """Streams with these hold one picture after another, 4:2:0, CABAC, and number them in coding order."""

    columns: int
    rows: int
    """Of macroblocks."""
    frame_number_bits: int
    picture_set: int
    initial_qp: int
    deblocking_in_header: bool

    @property
    def frame_numbers(self) -> int:
        """They count modulo this."""
        return 1 << self.frame_number_bits


def parameters_of(extradata: bytes) -> Parameters:
    """Read both sets. Raises StreamError where the encoder did not do as its settings say."""
    sets = {unit[0] & 31: unescaped(unit[1:]) for unit in units(extradata) if unit}
    if not {SEQUENCE, PICTURE} <= sets.keys():
        raise StreamError("the encoder gave no parameter sets")
    columns, rows, frame_number_bits = _sequence(BitReader(sets[SEQUENCE]))
    picture_set, initial_qp, deblocking = _picture(BitReader(sets[PICTURE]))
    return Parameters(
        columns=columns,
        rows=rows,
        frame_number_bits=frame_number_bits,
        picture_set=picture_set,
        initial_qp=initial_qp,
        deblocking_in_header=deblocking,
    )


def _sequence(read: BitReader) -> tuple[int, int, int]:
    """Clause 7.3.2.1.1; gives columns, rows and the bits of `frame_num`."""
    profile = read.fixed(8)
    read.fixed(16)  # constraint flags, level
    read.unsigned()  # seq_parameter_set_id
    _require(profile == _HIGH, f"profile {profile} is not High")
    _require(read.unsigned() == 1, "the picture is not 4:2:0")
    read.unsigned()  # bit_depth_luma_minus8
    read.unsigned()  # bit_depth_chroma_minus8
    read.flag()  # qpprime_y_zero_transform_bypass_flag
    _require(not read.flag(), "there are scaling matrices")
    frame_number_bits = read.unsigned() + 4
    _require(read.unsigned() == _POC_FROM_ORDER, "pictures may be shown out of order")
    _require(read.unsigned() == 1, "there is more than one reference picture")
    _require(not read.flag(), "frame numbers may have gaps")
    columns, rows = read.unsigned() + 1, read.unsigned() + 1
    _require(read.flag(), "the picture may be interlaced")
    return columns, rows, frame_number_bits


def _picture(read: BitReader) -> tuple[int, int, bool]:
    """Clause 7.3.2.2; gives its number, the QP slices start from, whether they tell of deblocking."""
    picture_set = read.unsigned()
    read.unsigned()  # seq_parameter_set_id
    _require(read.flag(), "the entropy coding is not CABAC")
    _require(not read.flag(), "slice headers carry picture order")
    _require(read.unsigned() == 0, "there are slice groups")
    _require(read.unsigned() == 0, "there is more than one reference")
    read.unsigned()  # num_ref_idx_l1_default_active_minus1
    _require(not read.flag(), "prediction is weighted")
    read.fixed(2)  # weighted_bipred_idc
    initial_qp = 26 + read.signed()
    read.signed()  # pic_init_qs_minus26
    read.signed()  # chroma_qp_index_offset
    return picture_set, initial_qp, read.flag()


def _require(condition: bool, otherwise: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not condition:
        raise StreamError(f"held pictures cannot be written into this stream: {otherwise}")
