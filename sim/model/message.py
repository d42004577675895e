"""What a message was meant to say, what people take from it, and how well the two match.

A message is weights over a few themes. It matches as far as two such vectors point the same way, whatever their length.
"""

from __future__ import annotations

import math
from collections.abc import Mapping


def match(intended: Mapping[str, float], perceived: Mapping[str, float]) -> float:
    """How well what was taken matches what was meant: the cosine of two vectors of weights (0 or more), 0..1."""
    shared = math.fsum(weight * perceived.get(theme, 0.0) for theme, weight in intended.items())
    lengths = math.sqrt(
        math.fsum(weight * weight for weight in intended.values())
        * math.fsum(weight * weight for weight in perceived.values())
    )
    return shared / lengths if lengths > 0.0 else 0.0


def theme_taken(perceived: Mapping[str, float], draw: float) -> str:
    """The theme that one person takes from a message, by weight, from a draw on (0, 1)."""
    left = draw * math.fsum(perceived.values())
    for theme, weight in perceived.items():
        left -= weight
        if left < 0.0:
            return theme
    return list(perceived)[-1]
