"""`sim drill`: single posts of 90 seconds, when they are due."""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.app.output import Json, count, envelope, print_json, say, somewhere
from sim.errors import UserError

if TYPE_CHECKING:
    from sim.rehearsal.drill import Drill, Outcome
    from sim.rehearsal.store import Store

RATINGS = ("", "again soon", "hard", "good", "easy")


def drill(
    trainee: Annotated[str, typer.Option("--trainee", metavar="NAME", help="Who drills.")] = "",
    many: Annotated[int, typer.Option("--count", min=1, max=50, help="At most so many.")] = 5,
    ahead: Annotated[bool, typer.Option("--ahead", help="Also what is not due yet.")] = False,
    only_list: Annotated[bool, typer.Option("--list", help="Say what is due, and ask nothing.")] = False,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", parser=somewhere, help="The folder of all sessions.")
    ] = Path("sessions"),
    as_json: Json = False,
) -> None:
    """Practise what went badly: one post, one answer, 90 seconds; each skill comes back when it is due.

    Answer with the letter of an option or in your own words, a line for each. --list --json gives the dates.
    """
    from sim.rehearsal import drill as drills
    from sim.rehearsal.store import Store

    store, now = Store(out), dt.datetime.now(dt.UTC)
    for problem in store.index():
        say(f"warning: {problem}")
    drills.plan(store, trainee, now)
    cards = list(drills.as_rows(store.cards(trainee), now))
    if only_list:
        if as_json:
            print_json(envelope("drill", {"trainee": trainee, "skills": cards}))
            return
        for card in cards:
            print(f"{card['skill']:20} {'due' if card['is_due'] else 'due ' + card['due'][:10]}")
        return
    if as_json:
        raise UserError("--json goes with --list: a drill asks and waits")
    skills = drills.due(store, trainee, now, ahead=ahead)[:many]
    if not skills:
        print(_nothing(cards))
        return
    for number, skill in enumerate(skills, 1):
        if not _asked(store, trainee, drills.drill_for(store, trainee, skill), f"{number} of {len(skills)}"):
            return


def _nothing(cards: Sequence[object]) -> str:
    if not cards:
        return "Nothing to drill: no weak skill in your sessions (or no session yet: sim rehearse --trainee NAME)."
    return f"Nothing is due now; {count(len(cards), 'skill')} later (--list says when, --ahead drills anyway)."


def _asked(store: Store, trainee: str, drill: Drill, place: str) -> bool:
    """Show a post, take the answer, tell how it was; False if there are no more answers."""
    from sim.rehearsal import drill as drills

    moment, inject = drill.script.moment, drill.inject
    persona = moment.personas[inject.sender]
    print(f"\n{place}: {drill.skill}. {drills.SECONDS} seconds. {moment.moment}, {inject.channel}.")
    print(f"{persona.handle} ({persona.followers:,} followers): {inject.text}")
    for option in moment.options(inject.id).values():
        print(f"  {option.id}) {option.text or option.move}")
    print("> ", end="", flush=True)
    began = time.monotonic()
    line = sys.stdin.readline()
    if not line:
        print()
        return False
    now = dt.datetime.now(dt.UTC)
    try:
        outcome = drills.answered(store, trainee, drill, line, time.monotonic() - began, now)
    except UserError as error:
        print(f"? {error}")
        return True
    _tell(outcome, time.monotonic() - began, now)
    return True


def _tell(outcome: Outcome, seconds: float, now: dt.datetime) -> None:
    from sim.rehearsal.drill import SECONDS

    late = f", {seconds - SECONDS:.0f} s over" if seconds > SECONDS else ""
    days = max(0, round((outcome.due - now).total_seconds() / 86_400))
    again = "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"
    print(f"{outcome.score:.2f} ({RATINGS[outcome.rating]}{late}). Again {again}.")
    for reason in outcome.reasons:
        print(f"  {reason}")
