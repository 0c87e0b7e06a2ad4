"""Decodes H.264 with Cisco's OpenH264: a second opinion that shares no code with FFmpeg.

The library comes out of a wheel that holds it among others (`make install` puts it there, see the Makefile).
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import numpy as np

LIBRARY = Path(sys.prefix, "lib", "openh264", "libopenh264.so")
_AVC = 1
_I420 = 23
_INITIALIZE, _UNINITIALIZE, _, _DECODE, _, _FLUSH = range(6)
"""Places in ISVCDecoderVtbl, `codec_api.h`; only those used have names."""


class _VideoProperty(ctypes.Structure):
    _fields_ = (("size", ctypes.c_uint), ("bitstream_type", ctypes.c_int))


class _DecodingParam(ctypes.Structure):
    _fields_ = (
        ("file_name", ctypes.c_char_p),
        ("cpu_load", ctypes.c_uint),
        ("target_layer", ctypes.c_ubyte),
        ("error_concealment", ctypes.c_int),
        ("parse_only", ctypes.c_bool),
        ("video", _VideoProperty),
    )


class _BufferInfo(ctypes.Structure):
    _fields_ = (
        ("status", ctypes.c_int),
        ("in_timestamp", ctypes.c_ulonglong),
        ("out_timestamp", ctypes.c_ulonglong),
        ("width", ctypes.c_int),
        ("height", ctypes.c_int),
        ("format", ctypes.c_int),
        ("stride", ctypes.c_int * 2),
        ("planes", ctypes.POINTER(ctypes.c_ubyte) * 3),
    )


@cache
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(str(LIBRARY))


class Decoder:
    """Error concealment is off: what OpenH264 does not accept raises."""

    def __init__(self) -> None:
        self._decoder = ctypes.c_void_p()
        assert _library().WelsCreateDecoder(ctypes.byref(self._decoder)) == 0
        parameters = _DecodingParam(error_concealment=0, video=_VideoProperty(bitstream_type=_AVC))
        assert self._call(_INITIALIZE, ctypes.byref(parameters)) == 0

    def close(self) -> None:
        self._call(_UNINITIALIZE)
        _library().WelsDestroyDecoder(self._decoder)

    def decode(self, data: bytes) -> Iterator[np.ndarray]:
        yield from self._pictures(_DECODE, ctypes.c_char_p(data), ctypes.c_int(len(data)))

    def flush(self) -> Iterator[np.ndarray]:
        yield from self._pictures(_FLUSH)

    def _pictures(self, place: int, *arguments: object) -> Iterator[np.ndarray]:
        planes, found = (ctypes.POINTER(ctypes.c_ubyte) * 3)(), _BufferInfo()
        state = self._call(place, *arguments, planes, ctypes.byref(found))
        assert state == 0, f"OpenH264 says {state:#x}"
        if found.status == 1:
            assert found.format == _I420
            yield _picture(planes, found)

    def _call(self, place: int, *arguments: object) -> int:
        table = ctypes.cast(self._decoder, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p)))[0]
        function = ctypes.CFUNCTYPE(ctypes.c_long)(table[place])
        function.argtypes = None
        return int(function(self._decoder, *arguments))


def _picture(planes: object, found: _BufferInfo) -> np.ndarray:
    parts = []
    for plane, (size, stride) in zip(planes, ((1, 0), (2, 1), (2, 1)), strict=True):
        width, height, step = found.width // size, found.height // size, found.stride[stride]
        whole = np.ctypeslib.as_array(plane, shape=(height * step,))
        parts.append(whole.reshape(height, step)[:, :width].ravel())
    return np.concatenate(parts).reshape(found.height * 3 // 2, found.width)


def decoded(parameter_sets: bytes, units: Iterable[bytes]) -> Iterator[np.ndarray]:
    """The pictures of a stream as yuv420p arrays, in order."""
    decoder = Decoder()
    try:
        for number, data in enumerate(units):
            yield from decoder.decode((b"" if number else parameter_sets) + data)
        while pictures := list(decoder.flush()):
            yield from pictures
    finally:
        decoder.close()
