"""The rounding that is still honest.

- A plain number is the measured number.
- A percentage, and a number shortened with k or M, is the measured number rounded to the last digit shown.
- "about" allows 5 per cent to either side; "nearly" only a number above the measured one; "over" only below.
"""

from __future__ import annotations

from decimal import Decimal

from shared.truth.numbers import Number

TOLERANCE = Decimal("0.05")


def agrees(number: Number, measured: Decimal) -> bool:
    """Whether any reading of `number` may stand for `measured`."""
    return any(_may_stand(reading, number, measured) for reading in number.readings)


def _may_stand(reading: Decimal, number: Number, measured: Decimal) -> bool:
    distance = reading - measured
    within = abs(distance) <= TOLERANCE * abs(measured)
    match number.hedge:
        case "about":
            return within
        case "nearly":
            return within and distance > 0
        case "over":
            return within and distance < 0
        case "exact" if number.percent or number.shortened:
            return abs(distance) <= number.places / 2
        case _:
            return distance == 0
