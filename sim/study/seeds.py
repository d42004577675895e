"""Where the seeds of a study come from: the scenario's own, and others derived from it."""

from __future__ import annotations

from sim.core.chance import keyed, stream

SEED_BITS = 53
"""Derived seeds are whole numbers that every reader of JSON can hold."""


def seed_of_run(seed: int, k: int) -> int:
    """The seed of run k of a study: the study's own for run 0, else one derived from it (53 bits)."""
    return seed if k == 0 else keyed(stream(seed, "run"), k) >> (64 - SEED_BITS)
