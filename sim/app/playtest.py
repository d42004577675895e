"""The verb `sim playtest`: bots play a moment, so that its author learns what it is like before anybody plays it."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.app.asking import MOST_RUNS
from sim.app.how import Jobs
from sim.app.output import Json, Quiet, envelope, print_json
from sim.app.progress import announce_compilation, interruptible, progress

if TYPE_CHECKING:
    from sim.rehearsal.playtest import Playtest


def playtest(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A moment.")],
    worlds: Annotated[
        int, typer.Option("--worlds", "-n", min=1, max=MOST_RUNS, metavar="N", help="Worlds each bot plays.")
    ] = 20,
    jobs: Jobs = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit code 5 if an inject never comes, or the best score is not best.")
    ] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Let bots play a moment: what is reached, what is never chosen, how scores spread, and whether they are fair."""
    from sim.core.compiled import mark_cache_warm
    from sim.errors import EXIT_GATE
    from sim.rehearsal.bots import BOTS
    from sim.rehearsal.load import load
    from sim.rehearsal.playtest import playtest as played
    from sim.study.workers import jobs_for, workers

    script = load(file)
    announce_compilation()
    mark_cache_warm()
    silent = quiet or json
    with (
        interruptible(),
        progress(f"Playtest, {worlds} worlds", 1.0, quiet=silent) if not silent else nullcontext(None) as bar,
        workers(jobs_for(jobs, worlds * (len(BOTS) + 1), 0.05)) as executor,
    ):
        found = played(script, worlds, executor, lambda done: None if bar is None else bar.reached(done))
    if json:
        print_json(envelope("playtest", as_values(found)))
    else:
        print(text_of(found))
    if strict and (found.never_came or found.best_scored != found.best_for_crowd):
        raise typer.Exit(EXIT_GATE)


def as_values(found: Playtest) -> dict[str, Any]:
    """What was found as plain values."""
    return {
        "moment": found.script.moment.moment, "file": found.script.file, "worlds": found.worlds,
        "bots": [
            {
                "name": bot.name, "about": bot.about, "score": float(bot.score.mean()),
                "score_spread": float(bot.score.std()), "reputation": float(bot.reputation.mean()),
                "injects": bot.injects, "answered": bot.answered,
            }
            for bot in found.bots
        ],
        "never_came": list(found.never_came), "sometimes": dict(found.sometimes),
        "never_chosen": list(found.never_chosen), "options": found.n_options,
        "dominated": [list(pair) for pair in found.dominated], "best_scored": found.best_scored,
        "best_for_crowd": found.best_for_crowd, "spread": found.spread, "difficulty": found.difficulty,
    }


def text_of(found: Playtest) -> str:
    """What was found, as a table and sentences."""
    from sim.app.columns import columns
    from sim.app.words import UNKNOWN, number, percent
    from sim.rehearsal.bots import HOUSE

    moment = found.script.moment
    rows = [["bot", "score", "spread", "reputation", "injects seen", "answered", ""]]
    for bot in found.bots:
        scored = bot.name != HOUSE  # the house is not at the trainee's desk: only what the crowd thinks compares
        rows.append([
            bot.name, number(float(bot.score.mean())) if scored else UNKNOWN,
            f"±{number(float(bot.score.std()))}" if scored else "",
            number(float(bot.reputation.mean()), 2), f"{number(bot.injects, 1)}/{len(moment.injects)}",
            number(bot.answered, 1) if scored else UNKNOWN, bot.about,
        ])
    chosen = found.n_options - len(found.never_chosen)
    lines = [f"{moment.moment}: {found.worlds} worlds a bot.", columns(rows), ""]
    lines.append(
        f"Coverage: injects {len(moment.injects) - len(found.never_came)}/{len(moment.injects)}, "
        f"options {chosen}/{found.n_options}."
    )
    if found.never_came:
        lines.append(f"warning: never came, whatever a bot did: {', '.join(found.never_came)}")
    if found.sometimes:
        seen = ", ".join(f"{name} in {percent(share)}" for name, share in found.sometimes)
        lines.append(f"On a condition: {seen} of all plays.")
    if found.never_chosen:
        lines.append(f"Never chosen by any bot: {', '.join(found.never_chosen)}.")
    for worse, better in found.dominated:
        lines.append(f"warning: {worse} never does more than {better}, for its author or the crowd, at no lower price")
    lines.append(f"Difficulty: {found.difficulty} (best {number(_score(found, found.best_scored))}, "
                 f"random {number(_score(found, 'random'))}).")
    lines.append(
        f"Best scored: {found.best_scored}; best for the crowd: {found.best_for_crowd}."
        + ("" if found.best_scored == found.best_for_crowd else " warning: the score rewards something else")
    )
    return "\n".join(lines)


def _score(found: Playtest, name: str) -> float:
    return next(float(bot.score.mean()) for bot in found.bots if bot.name == name)
