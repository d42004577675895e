"""An author's rubric beside the built-in reading: cues, anti-cues, exemplars, and what must not be written.

A rubric is anything with the five qualities as attributes, each with `cues`, `anti` (patterns), `good` and `bad`
(exemplar sentences), and with `forbidden` (`pattern`, `why`, `penalty`): the rubrics of moment files are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sim.rehearsal.appraisal.signs import Sign
from sim.rehearsal.appraisal.text import content, words_of

QUALITIES = ("action", "ease", "empathy", "honesty", "personal")

CUE = 0.35
"""What a cue earns, and an anti-cue costs."""
LIKENESS = 0.5
"""What being just like a good exemplar earns, and like a bad one costs."""


def rubric_signs(rubric: Any, reply: str) -> Iterator[Sign]:
    """What the rubric sees in the reply."""
    for quality in QUALITIES:
        side = getattr(rubric, quality)
        for pattern in side.cues:
            if found := re.search(pattern, reply, re.IGNORECASE):
                yield Sign(quality, CUE, "a cue of the rubric", found.group())
        for pattern in side.anti:
            if found := re.search(pattern, reply, re.IGNORECASE):
                yield Sign(quality, -CUE, "an anti-cue of the rubric", found.group())
        good, bad = nearest(side.good, reply), nearest(side.bad, reply)
        if good[0] > bad[0] + 0.15:
            yield Sign(quality, LIKENESS * (good[0] - bad[0]), "like a good exemplar", good[1])
        elif bad[0] > good[0] + 0.15:
            yield Sign(quality, -LIKENESS * (bad[0] - good[0]), "like a bad exemplar", bad[1])


def nearest(exemplars: tuple[str, ...], reply: str) -> tuple[float, str]:
    """The exemplar with most content words in common with the reply: how alike they are, 0..1, and which."""
    ours = set(content(words_of(reply)))
    best = (0.0, "")
    for exemplar in exemplars:
        theirs = set(content(words_of(exemplar)))
        if ours and theirs:
            best = max(best, (len(ours & theirs) / len(ours | theirs), exemplar))
    return best


def forbidden_in(rubric: Any, reply: str) -> list[tuple[str, str, float]]:
    """What the reply holds that the rubric forbids: why, the words, and the points of craft it costs."""
    found = []
    for each in rubric.forbidden:
        if match := re.search(each.pattern, reply):
            found.append((each.why, match.group(), float(each.penalty)))
    return found
