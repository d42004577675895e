"""The page of a debrief: one file, for the talk and for the file."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from sim.app.behind import Table
from sim.app.debrief_words import (
    SPLIT,
    achieved,
    advice,
    again_of,
    cascade_of,
    evidence_of,
    guesses_of,
    headline_of,
    honesty,
    left_of,
    luck_of,
    parts_of,
    said,
    statements_of,
    talk_guide,
    threads_table,
    waited,
    waiting_of,
)
from sim.app.plots import svg_text
from sim.app.plots.look import NARROW
from sim.app.plots.rehearsal import alt_of, draw
from sim.app.report import page
from sim.rehearsal.debrief import Debrief
from sim.rehearsal.view import wall_clock


def debrief_page(found: Debrief, links: Sequence[tuple[str, str]] = ()) -> str:
    """The debrief of a session as a page, as text. links: text and address of what belongs to it, if it is served."""
    session = found.session
    rows = threads_table(found)
    return page(
        "debrief.html", title=session.script.moment.moment, trainee=session.header["trainee"],
        setting=f"{session.script.moment.role.name}, {session.script.brand_name}, seed {session.header['seed']}",
        headline=headline_of(found), achieved=achieved(found), luck=luck_of(found), left=left_of(found),
        parts=Table("The parts of the score", ("part", "points", "what it says"), parts_of(found)),
        large=Markup(svg_text(draw(found), "wide-")), small=Markup(svg_text(draw(found, NARROW), "narrow-")),
        alt=alt_of(found),
        threads=Table("Each thread, in points among those it reached", rows[0], rows[1:]),
        details=[
            {
                "name": f"{each.name} {each.handle}", "at": wall_clock(session, each.appeared), "text": each.text,
                "said": each.said, "waited": waited(each), "advice": advice(each), "evidence": evidence_of(each),
                "author": said(each.value_author), "alternatives": [(name, said(e)) for name, e in each.alternatives],
            }
            for each in found.reviews
        ],
        statements=statements_of(found), split=SPLIT, links=links, language=session.script.moment.language,
        futures=found.futures, waiting=waiting_of(found), cascade=cascade_of(session, found.cascade),
        passed=[
            f"{wall_clock(session, each.second)} {each.handle}, from {each.source}, to {each.followers:,} followers"
            for each in (found.cascade.passed if found.cascade else ())
        ],
        guesses=guesses_of(found), guide=talk_guide(found), again="" if links else again_of(found),
        honesty=honesty(found),
    )
