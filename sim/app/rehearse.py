"""The verb `sim rehearse`: sit down at the desk of a moment."""

from __future__ import annotations

import datetime as dt
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.app.how import Seed
from sim.app.output import Json, Quiet, envelope, print_json, say, somewhere
from sim.app.progress import announce_compilation
from sim.app.subjects import seed_from
from sim.errors import UserError

if TYPE_CHECKING:
    from sim.rehearsal.load import Script
    from sim.rehearsal.session import Session

SESSIONS = Path("sessions")


def rehearse(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="A moment: see sim list moments.")] = None,
    plain: Annotated[bool, typer.Option("--plain", help="Line by line: for screen readers and scripts.")] = False,
    web: Annotated[bool, typer.Option("--web", help="In the browser, with a page for a facilitator.")] = False,
    group: Annotated[bool, typer.Option("--class", help="With --web: trainees join by link.")] = False,
    host: Annotated[str, typer.Option("--host", help="With --web: the address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="With --web: the port.")] = 8765,
    trainee: Annotated[str, typer.Option("--trainee", metavar="NAME", help="Who plays.")] = "",
    seed: Seed = None,
    speed: Annotated[
        str | None, typer.Option("--speed", metavar="10x", help="Simulated seconds in one at the screen.")
    ] = None,
    turns: Annotated[
        bool | None, typer.Option("--turns/--clock", help="Turn by turn: the clock stops at each new inject.")
    ] = None,
    assist: Annotated[
        str, typer.Option("--assist", metavar="LEVEL", help="coach (reasons after each reply), exam or ghost.")
    ] = "coach",
    resume: Annotated[
        Path | None,
        typer.Option(
            "--resume", metavar="LOG",
            help="Go on with this session; with --class, a folder: who joins goes on with their own.",
        ),
    ] = None,
    at: Annotated[
        str | None, typer.Option("--at", metavar="18:44", help="With --resume: take over from then, in a new session.")
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", parser=somewhere, help="The folder of all sessions.")
    ] = SESSIONS,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Play a moment at the brand's desk, against a crowd that reacts. Each session is kept as a log.

    With --plain and a script on standard input, time passes only by `wait`; typed by hand, it also passes while you
    think, if --speed is given.
    """
    from sim.core.compiled import mark_cache_warm

    announce_compilation()
    if web or group:
        taken = None if at is None else _taken_over(resume, at, out)
        _serve(file, resume, trainee, seed, speed, turns, assist, out, taken, group=group, host=host, port=port)
        return
    if at is not None:
        session = _taken_over(resume, at, out)
    else:
        session = _session(file, resume, trainee, seed, speed, turns, assist, out)
    mark_cache_warm()
    if not (plain or json) and not sys.stdin.isatty():
        plain = True
    if plain or json or not _full_screen(session):
        _play(session, live=speed is not None and sys.stdin.isatty(), silent=json)
    log = session.log.path
    session.log.close()
    if json:
        print_json(envelope("rehearse", {"log": str(log), "over": session.over, "view": session.view().as_json()}))
    elif not quiet:
        say(f"Kept in {log}. Next: sim debrief {log}" if session.over else f"To go on: sim rehearse --resume {log}")


def _full_screen(session: Session) -> bool:
    """Play on the whole screen, where the extra for it is installed; whether it is."""
    try:
        from sim.app.rehearse_terminal import Desk
    except ImportError:
        say("For the full screen: pip install 'micro-moments[terminal]'. Line by line, then (as with --plain):")
        return False
    Desk(session).run()
    return True


def _play(session: Session, *, live: bool, silent: bool) -> None:
    from sim.app.rehearse_plain import Plain, lines_of_input

    Plain(session, (lambda line: None) if silent else print, live=live).run(lines_of_input())


def _serve(
    file: Path | None, resume: Path | None, trainee: str, seed: str | None, speed: str | None, turns: bool | None,
    assist: str, out: Path, taken: Session | None, *, group: bool, host: str, port: int,
) -> None:
    """In the browser: one desk, or a class whose desks are made as trainees join. taken: a session taken over."""
    from sim.app.rehearse_web import serve
    from sim.core.compiled import mark_cache_warm
    from sim.rehearsal.session import Session

    if group and file is None:
        raise UserError("which moment is the class to play? sim list moments names those there are")
    if group and resume is not None and not resume.is_dir():
        raise UserError(f"a class goes on from the folder of its sessions: --resume {SESSIONS}")
    session = None if group else taken or _session(file, resume, trainee, seed, speed, turns, assist, out)
    script = session.script if session else _script(file)
    if session is None:
        Session.begin(script)  # compiles before anybody waits for it
    mark_cache_warm()

    def begin(name: str) -> Session:
        going_on = _left_open(resume, script, name) if resume is not None and group else None
        return going_on or _begun(script, Path(script.file).stem, name, seed, speed, turns, assist, out)

    serve(script, begin, session=session, trainee=trainee, group=group, host=host, port=port)


def _left_open(folder: Path, script: Script, trainee: str) -> Session | None:
    """The latest session of a trainee in this moment that was not ended, to go on with."""
    from sim.rehearsal.log import read_log
    from sim.rehearsal.session import Session
    from sim.rehearsal.store import Store

    store = Store(folder)
    store.index()
    for row in reversed(store.sessions(trainee)):
        log = folder / row["log"]
        if not row["ended"] and read_log(log)[0]["moment"] == script.text:
            session = Session.resume(log)
            if not session.over:
                return session
            session.log.close()
    return None


def _session(
    file: Path | None, resume: Path | None, trainee: str, seed: str | None, speed: str | None, turns: bool | None,
    assist: str, out: Path,
) -> Session:
    """The session asked for: a new one of a file, or one that goes on."""
    from sim.rehearsal.session import Session

    if resume is not None:
        if file is not None:
            raise UserError("give a moment to begin, or --resume LOG to go on, not both")
        return Session.resume(resume)
    script = _script(file)
    return _begun(script, Path(script.file).stem, trainee, seed, speed, turns, assist, out)


def _taken_over(resume: Path | None, at: str, out: Path) -> Session:
    """A new session that is another one up to a time of day. Raises UserError."""
    from sim.rehearsal.log import read_log
    from sim.rehearsal.session import Session, script_of

    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", at)
    if resume is None or not found:
        raise UserError("write --resume LOG --at 18:44: the session to take over, and from which time of day")
    began = round(script_of(read_log(resume)[0]).begins * 60)
    minutes = (int(found[1]) * 60 + int(found[2]) - began) % (24 * 60)
    log = log_place(out, f"{resume.stem}-from-{found[1]}{found[2]}", "")
    return Session.take_over(resume, 60 * minutes, log)


def _script(file: Path | None) -> Script:
    """The moment in the file. Raises UserError if none is named."""
    from sim.rehearsal.load import load

    if file is None:
        raise UserError("which moment? sim list moments names those there are")
    return load(file)


def _begun(
    script: Script, stem: str, trainee: str, seed: str | None, speed: str | None, turns: bool | None, assist: str,
    out: Path,
) -> Session:
    """A new session of a moment, with a log of its own."""
    from sim.rehearsal.session import ASSIST, Session
    from sim.scenario.names import nearest

    if assist not in ASSIST:
        raise UserError(f"there is no assist level {assist!r} ({nearest(assist, ASSIST)})")
    return Session.begin(
        script, trainee=trainee, seed=seed_from(seed, script.moment.crowd.seed), assist=assist, speed=pace(speed),
        turns=turns, log=log_place(out, stem, trainee), when=dt.datetime.now().astimezone(),
    )


def pace(text: str | None) -> float | None:
    """`10x` or `10` as a number. Raises UserError."""
    if text is None:
        return None
    try:
        speed = float(text.strip().removesuffix("x"))
    except ValueError:
        raise UserError(f"a speed like 10x is needed; got {text!r}") from None
    if not 0.1 <= speed <= 3600:
        raise UserError(f"the speed lies between 0.1x and 3600x; got {text!r}")
    return speed


def log_place(folder: Path, moment: str, trainee: str) -> Path:
    """Where the next session of a moment is kept: the first number that is free."""
    from sim.study.task import slug

    name = f"{moment}-{slug(trainee)}" if trainee else moment
    number = 1
    while (folder / f"{name}-{number}.jsonl").exists():
        number += 1
    return folder / f"{name}-{number}.jsonl"
