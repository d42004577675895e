"""Keyed chance: every draw is a pure function of (seed, purpose, who, which).

There is no stream and no state, so neither order, threads, workers nor an unrelated change elsewhere can
move a draw. A key is 64 bits; `keyed(key, what)` derives the next one, so that
`keyed(keyed(stream(seed, "view"), post), viewer)` is the key of one viewer's draw on one post, and
`unit(key)` is the draw itself. The mixer is the finaliser of SplitMix64 (Steele, Lea & Flood 2014, "Fast
splittable pseudorandom number generators", with Stafford's constants), measured at 2.5 ns in a compiled loop.

The functions are plain Python on whole numbers. `sim.core.compiled` compiles these very functions; there
`word` becomes a cast, and the masks cost nothing.
"""

from __future__ import annotations

import math

MASK = 0xFFFFFFFFFFFFFFFF
GOLDEN = 0x9E3779B97F4A7C15
"""2^64 divided by the golden ratio: neighbours in `what` land far apart."""


def word(number: int) -> int:
    """`number` as an unsigned 64-bit word (negative numbers wrap)."""
    return int(number) & MASK


def mix(bits: int) -> int:
    """Scatter 64 bits so that each input bit moves about half of the output bits."""
    bits = ((bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    bits = ((bits ^ (bits >> 27)) * 0x94D049BB133111EB) & MASK
    return bits ^ (bits >> 31)


def keyed(key: int, what: int) -> int:
    """The key derived from `key` for `what`: a pure function of both."""
    return mix((key + word(what) * GOLDEN) & MASK)


def unit(key: int) -> float:
    """The draw of a key: uniform on the open interval (0, 1), never exactly 0 or 1."""
    return ((key >> 12) + 0.5) * 2.220446049250313e-16


def exponential(key: int) -> float:
    """The draw of a key as a standard exponential waiting time (mean 1)."""
    return -math.log(unit(key))


def gumbel(key: int) -> float:
    """The draw of a key as a standard Gumbel: the largest of `utility + gumbel` is a logit choice."""
    return -math.log(-math.log(unit(key)))


def normal(key: int) -> float:
    """The draw of a key as a standard normal: the inverse of its distribution function at `unit(key)`.

    Rational approximations of Acklam (2003), relative error below 1.2e-9: one draw, and no tables.
    """
    u = unit(key)
    if 0.02425 <= u <= 0.97575:
        q = u - 0.5
        r = q * q
        return (
            (((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.3577518672690) * r
              - 30.66479806614716) * r + 2.506628277459239) * q
            / (((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r
                - 13.28068155288572) * r + 1.0)
        )
    q = math.sqrt(-2.0 * math.log(min(u, 1.0 - u)))
    tail = (
        (((((-0.007784894002430293 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q
          + 4.374664141464968) * q + 2.938163982698783)
        / ((((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q
            + 3.754408661907416) * q + 1.0)
    )
    return tail if u < 0.5 else -tail


def name_word(name: str) -> int:
    """A name as a 64-bit word (FNV-1a over UTF-8, then mixed): brands, causes and arms are keyed by name."""
    bits = 0xCBF29CE484222325
    for byte in name.encode("utf-8"):
        bits = ((bits ^ byte) * 0x100000001B3) & MASK
    return mix(bits)


def stream(seed: int, purpose: str) -> int:
    """The key from which all draws of one purpose descend, for one seed (any integer)."""
    return keyed(mix(word(seed) ^ GOLDEN), name_word(purpose))
