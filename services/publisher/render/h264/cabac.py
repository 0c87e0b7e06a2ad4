"""The arithmetic coder of H.264 (clause 9.3), as far as skipped and raw macroblocks need it."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy

from services.publisher.render.h264.bits import fixed

_LEAST_PROBABLE = bytes.fromhex(
    "80b0d0f080a7c5e3809ebbd87b96b2cd748ea9c36f87a0b9698098af647a90a65f74899e5a6e829655687b8e51637587"
    "4d5e6f804959697a4555647442505f6e3e4c5a683b4856633845515e35414d59333e4955303b45502e38424c2b353f48"
    "29323b4527303841252d363e232b333b2129303820272e351e252b321d2329301b21272d1a1f252b181e2329171c2127"
    "161b2025151a1e2314181d2113171b1f12161a1e1115191c1014171b0f1316190e1215180e1114170d1013160c0f1215"
    "0c0e11140b0e10130b0d0f120a0c0f110a0c0e10090b0d0f090b0c0e080a0c0e08090b0d07090b0c07090a0c07080a0b"
    "0608090b0607090a0607080902020202"
)
"""Table 9-44, `rangeTabLPS`: four ranges for each of 64 states."""
_AFTER_LEAST_PROBABLE = bytes.fromhex(
    "000001020204040506070809090b0b0c0d0d0f0f10101212131315151616171818191a1a1b1b1c1d1d1e1e1e1f202021"
    "2121222223232324242425252526263f"
)
"""Table 9-45, `transIdxLPS`."""
_MOST_CERTAIN = 62
_HIGHEST_QP = 51
_WHOLE, _HALF, _QUARTER = 1024, 512, 256

ContextStarts = Mapping[int, tuple[int, int]]
"""`m` and `n` of each context by its `ctxIdx` (Tables 9-12 and following)."""


class Coder:
    """Encodes the decisions of one slice; `bits` holds what is certain so far."""

    def __init__(self, starts: ContextStarts, qp: int) -> None:
        self.bits: list[int] = []
        self._contexts = {index: _start(m, n, qp) for index, (m, n) in starts.items()}
        self.restart()

    def restart(self) -> None:
        """Begin anew but keep the contexts: so it is after raw samples (clause 9.3.1.2)."""
        self._low, self._range, self._outstanding, self._first = 0, 510, 0, True

    def decide(self, context: int, value: int) -> None:
        """Clause 9.3.4.2."""
        state, likely = self._contexts[context]
        least = _LEAST_PROBABLE[4 * state + (self._range >> 6 & 3)]
        self._range -= least
        if value == likely:
            state = min(state + 1, _MOST_CERTAIN)
        else:
            self._low += self._range
            self._range = least
            likely = 1 - likely if state == 0 else likely
            state = _AFTER_LEAST_PROBABLE[state]
        self._contexts[context] = state, likely
        self._renormalise()

    def terminate(self, value: int) -> None:
        """Clause 9.3.4.5: ends the slice, or announces raw samples; the last bit written is then a 1."""
        self._range -= 2
        if not value:
            self._renormalise()
            return
        self._low += self._range
        self._range = 2
        self._renormalise()
        self._put(self._low >> 9 & 1)
        self.bits += fixed(self._low >> 7 & 3 | 1, 2)

    def ended(self) -> Coder:
        """A copy that has ended its slice; this one may go on."""
        other = deepcopy(self)
        other.terminate(1)
        return other

    def taken(self) -> list[int]:
        """The bits so far; the next ones go to a list of their own."""
        bits, self.bits = self.bits, []
        return bits

    def _renormalise(self) -> None:
        """Clause 9.3.4.3."""
        while self._range < _QUARTER:
            if self._low < _QUARTER:
                self._put(0)
            elif self._low >= _HALF:
                self._low -= _HALF
                self._put(1)
            else:
                self._low -= _QUARTER
                self._outstanding += 1
            self._range, self._low = self._range * 2, self._low * 2

    def _put(self, bit: int) -> None:
        """Clause 9.3.4.4."""
        if self._first:
            self._first = False
        else:
            self.bits.append(bit)
        self.bits += [1 - bit] * self._outstanding
        self._outstanding = 0


def _start(m: int, n: int, qp: int) -> tuple[int, int]:
    """`pStateIdx` and `valMPS` at the start of a slice, clause 9.3.1.1."""
    before = min(126, max(1, (m * min(_HIGHEST_QP, max(0, qp)) >> 4) + n))
    return (63 - before, 0) if before < 64 else (before - 64, 1)  # noqa: PLR2004
