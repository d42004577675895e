"""`sim sessions`: list the sessions of trainees, export what is kept of one, delete it for good."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from sim.app.output import Json, count, envelope, print_json, say, somewhere
from sim.app.whole import write_whole
from sim.errors import FileError, UserError


def sessions(
    trainee: Annotated[str | None, typer.Option("--trainee", metavar="NAME", help="Only of this one.")] = None,
    export: Annotated[
        Path | None, typer.Option("--export", metavar="FILE", help="Write all that is kept of the trainee.")
    ] = None,
    delete: Annotated[bool, typer.Option("--delete", help="Delete all of the trainee's data, logs too.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Delete without asking.")] = False,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", parser=somewhere, help="The folder of all sessions.")
    ] = Path("sessions"),
    as_json: Json = False,
) -> None:
    """List who played what, when, with what score; a trainee's data can be taken along or deleted for good."""
    from sim.rehearsal.store import Store
    from sim.scenario.names import nearest

    if (export or delete) and trainee is None:
        raise UserError("whose data? name the trainee: --trainee NAME")
    if not out.is_dir():
        raise FileError(f"{out}: there is no such folder; sim rehearse makes it, --out names another")
    store = Store(out)
    for problem in store.index():
        say(f"warning: {problem}")
    if (export or delete) and trainee not in store.trainees():
        raise UserError(f"nothing is kept of {trainee!r} ({nearest(str(trainee), store.trainees())})")
    if export is not None:
        _export(store.export(str(trainee)), export)
    if delete:
        _delete(store.forget, str(trainee), len(store.sessions(trainee)), yes)
        return
    rows = store.sessions(trainee)
    if as_json:
        print_json(envelope("sessions", {"folder": str(out), "sessions": rows}))
        return
    for row in rows:
        score = "     -" if row["score"] is None else f"{row['score']:6.1f}"
        state = "done" if row["ended"] else "open"
        began = row["began"][:16].replace("T", " ")
        actions = count(row["actions"], "action")
        print(f"{began:16}  {row['trainee'] or '-':16} {score}  {state}  {actions:>11}  {row['log']}")
    if not rows:
        say("no sessions" + (f" of {trainee}" if trainee else ""))


def _export(values: dict[str, object], file: Path) -> None:
    text = json.dumps(values, ensure_ascii=False, indent=2) + "\n"
    write_whole(file, text)
    say(f"Written: {file}")


def _delete(forget: object, trainee: str, many: int, yes: bool) -> None:
    if not yes:
        if not sys.stdin.isatty():
            raise UserError(f"this deletes {count(many, 'session')} of {trainee} for good: say --yes")
        typer.confirm(f"Delete {count(many, 'session')} of {trainee}, and all drills, for good?", abort=True)
    assert callable(forget)
    say(f"Deleted: {count(forget(trainee), 'session')} of {trainee}, with logs, scores and drills.")
