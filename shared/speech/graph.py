"""Gives an ONNX model one more output, without the onnx package.

A model is a protobuf message, and two such messages written one after the other are read as their merger.
So a graph of one node and one output, appended to the model's bytes, joins the graph that is there.
"""

from __future__ import annotations

_INT64 = 7
"""TensorProto.DataType.INT64"""
_ATTRIBUTE_INT = 2
"""AttributeProto.AttributeType.INT"""


def exposed(tensor: str, output: str) -> bytes:
    """The fragment that gives the inner tensor as an output of type int64."""
    to = _text(1, "to") + _number(3, _INT64) + _number(20, _ATTRIBUTE_INT)
    node = _text(1, tensor) + _text(2, output) + _text(4, "Cast") + _bytes(5, to)
    shape = _bytes(1, _text(2, "batch")) + _bytes(1, _text(2, "tokens"))
    kind = _bytes(1, _number(1, _INT64) + _bytes(2, shape))
    graph = _bytes(1, node) + _bytes(12, _text(1, output) + _bytes(2, kind))
    return _bytes(7, graph)


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _varint(value: int) -> bytes:
    groups = [value >> shift & 0x7F for shift in range(0, max(value.bit_length(), 1), 7)]
    return bytes([*(group | 0x80 for group in groups[:-1]), groups[-1]])
