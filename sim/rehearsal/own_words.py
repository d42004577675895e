"""The door between a session and the appraisal of own words.

`appraised` has the signature every appraiser of a session has. The reading itself is `sim.rehearsal.appraisal`.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass

from sim.errors import UserError
from sim.rehearsal.moment import QUALITIES, Rubric


@dataclass(frozen=True)
class Appraised:
    """What own words are worth. point: the five qualities 0..1 in the order of `QUALITIES`; None: cannot be judged.

    verdict: in a few words. reasons: which words earned or cost what, a line each. penalty: points of craft lost to
    what a rubric forbids.
    """

    point: tuple[float, ...] | None
    verdict: str = ""
    reasons: tuple[str, ...] = ()
    penalty: float = 0.0


def appraised(complaint: str, reply: str, rubric: Rubric | None, channel: str, language: str) -> Appraised:
    """The reply as `sim.rehearsal.appraisal` reads it. Raises UserError where that is not installed."""
    try:
        reader = importlib.import_module("sim.rehearsal.appraisal")
    except ImportError:
        raise UserError("own words cannot be read in this version: answer with an option") from None
    read = reader.appraise(complaint, reply, rubric=rubric, public=channel != "private", language=language)
    values = [getattr(read, name) for name in QUALITIES]
    point = None if any(value is None for value in values) else tuple(float(value) for value in values)
    return Appraised(point, read.verdict, tuple(str(reason) for reason in read.reasons), getattr(read, "penalty", 0.0))
