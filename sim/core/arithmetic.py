"""Arithmetic that plain Python and compiled loops write differently, to the same bits."""

from __future__ import annotations

import math


def whole(number: float) -> float:
    """The largest whole number not above `number`, as a float: in compiled code one instruction."""
    return float(math.floor(number))
