"""What people say a brand's content is about, and how well that matches what it was meant to say.

What one post takes from content is a draw by the key of the post, among the themes of its author's segment: nothing of
it is stored in a run.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from sim.core.chance import keyed, unit
from sim.model.message import match, theme_taken
from sim.scenario.happenings import Content
from sim.world import state as s
from sim.world.purpose import THEME
from sim.world.record import Record


def themes_in_posts(record: Record, content: Content) -> Counter[str]:
    """How many posts about some content (comments from day 0 on) say each of its themes."""
    issue = next(
        number for number, name in enumerate(record.issues)
        if name == content.name and record.issue_rows[number]["kind"] == s.CONTENT
        and record.brands[record.issue_rows[number]["brand"]] == content.brand
    )
    posts = record.posts
    about = posts[(posts["issue"] == issue) & (posts["kind"] == s.COMMENT) & (posts["time"] < record.now)]
    said: Counter[str] = Counter()
    for post in about:
        segment = record.segments[record.people[post["author"]]["segment"]]
        said[theme_taken(content.themes_of(segment), unit(keyed(int(post["key"]), THEME)))] += 1
    return said


def message_match(record: Record, brand: str) -> float | None:
    """How well the posts about a brand's content say what it was meant to say, 0..1: the mean over its content with
    themes, by their posts. None where nobody posted about any.
    """
    scores, weights = [], []
    for content in record.scenario.content:
        if content.brand == brand and content.intended:
            said = themes_in_posts(record, content)
            if said:
                scores.append(match(content.intended, said))
                weights.append(said.total())
    return float(np.average(scores, weights=weights)) if scores else None
