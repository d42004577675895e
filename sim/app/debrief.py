"""The verb `sim debrief`: what a session was worth, and each reply in it."""

from __future__ import annotations

import json as json_
import re
import time
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.app.asking import MOST_RUNS
from sim.app.how import Jobs
from sim.app.output import Json, Quiet, envelope, print_json, say
from sim.app.progress import announce_compilation, interruptible, progress
from sim.app.whole import write_whole
from sim.errors import FileError, UserError

if TYPE_CHECKING:
    from sim.rehearsal.debrief import Debrief
    from sim.rehearsal.session import Session

_WHAT_IF = re.compile(r"([\w-]+)=([\w-]+)(?:@(\d+(?:\.\d+)?)\s*(?:min)?)?")
_OVERRIDE = re.compile(r"([\w-]+)\.(\w+)=(\d(?:\.\d+)?)")


def debrief(
    session: Annotated[Path, typer.Argument(metavar="SESSION", help="The log of a session (sessions/...jsonl).")],
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a page that is complete in itself.")
    ] = None,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write a row a thread.")] = None,
    xapi: Annotated[Path | None, typer.Option("--xapi", metavar="FILE", help="Write xAPI statements (JSON).")] = None,
    what_if: Annotated[
        list[str] | None,
        typer.Option("--what-if", metavar="m3=B@2min", help="One answer instead of yours (or m3=silence); repeatable."),
    ] = None,
    override: Annotated[
        list[str] | None,
        typer.Option("--override", metavar="m3.action=0.6", help="A trainer's reading instead; kept. Repeatable."),
    ] = None,
    note: Annotated[str, typer.Option("--note", help="Why, beside --override.")] = "",
    worlds: Annotated[
        int | None, typer.Option("--worlds", min=2, max=MOST_RUNS, metavar="N", help="Futures of each reference.")
    ] = None,
    futures: Annotated[
        int | None,
        typer.Option(
            "--futures", min=2, max=MOST_RUNS, metavar="N", help="Futures of each alternative of a reply."
        ),
    ] = None,
    jobs: Jobs = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Score a session, and say what each reply in it was worth, in speed and in words.

    The same moment is lived again and again with one thing changed. The headline comes first, from few futures; then
    the whole, from as many as the moment asks for.
    """
    from sim.app.debrief_words import headline_of, said, text_of
    from sim.rehearsal.debrief import headline
    from sim.rehearsal.session import Session

    announce_compilation()
    played = Session.read(session)
    noted(played, session, override or [], note)
    asked = [_asked(played, text) for text in what_if or []]
    if not json and not quiet:
        say(f"At first sight: {headline_of(headline(played))}")
    with interruptible():
        found = _whole(played, worlds, futures, jobs, quiet=quiet or json)
        answers = [(text, _tried(played, each, found.futures)) for text, each in zip(what_if or [], asked, strict=True)]
    keep_score(session, found)
    written = _written(found, html, csv, xapi)
    if json:
        from dataclasses import asdict

        from sim.app.debrief_exports import as_values

        values = as_values(found)
        values["what_if"] = {text: asdict(effect) for text, effect in answers}
        print_json(envelope("debrief", {**values, "written": written}))
        return
    print(headline_of(found))
    print(text_of(found))
    for text, effect in answers:
        print(f"What if {text}: {said(effect)} points among those reached, against what you did.")
    if written and not quiet:
        say(f"Written: {', '.join(written)}")


def _whole(session: Session, worlds: int | None, futures: int | None, jobs: int | None, *, quiet: bool) -> Debrief:
    """The whole debrief, on as many processes as pay."""
    from sim.core.compiled import mark_cache_warm
    from sim.rehearsal.debrief import debrief as whole
    from sim.study.workers import jobs_for, workers

    outcome = session.script.moment.scoring.outcome
    many = (outcome.worlds if worlds is None else worlds) * 4 + (outcome.futures if futures is None else futures) * 50
    mark_cache_warm()
    with (
        progress("Debrief", 1.0, quiet=quiet) if not quiet else nullcontext(None) as bar,
        workers(jobs_for(jobs, many, 0.01)) as executor,
    ):
        return whole(
            session, executor, lambda done: None if bar is None else bar.reached(done), worlds=worlds, futures=futures
        )


def keep_score(log: Path, found: Debrief) -> None:
    """Keep the score beside the log, for `sim sessions`; a folder that cannot be written does not stop a debrief."""
    from dataclasses import asdict

    from sim.rehearsal.store import Store

    try:
        Store(log.parent).scored(log, found.score, asdict(found.parts))
    except FileError as error:
        say(f"warning: the score is not kept: {error}")


def _written(found: Debrief, html: Path | None, csv: Path | None, xapi: Path | None) -> list[str]:
    """Write what was asked for; where."""
    from sim.app.debrief_exports import as_csv, as_xapi

    files: list[tuple[Path, str]] = []
    if html is not None:
        from sim.app.debrief_page import debrief_page

        files.append((html, debrief_page(found)))
    if csv is not None:
        files.append((csv, as_csv(found)))
    if xapi is not None:
        files.append((xapi, json_.dumps(as_xapi(found), indent=1, ensure_ascii=False) + "\n"))
    for file, text in files:
        write_whole(file, text)
    return [str(file) for file, _ in files]


# ---------------------------------------------------------------------------------------------- what if


def _post(session: Session, name: str) -> int:
    """The key of a thread. Raises UserError for an unknown one."""
    from sim.scenario.names import nearest

    found = {known: post for post, known in session.names.items()}
    if name not in found:
        raise UserError(f"there was no thread {name!r} ({nearest(name, found)})")
    return found[name]


def _asked(session: Session, text: str) -> tuple[int, int | None, str | None]:
    """`m3=B@2min` as thread, second and option; `m3=silence` has neither. Raises UserError."""
    from sim.scenario.names import nearest

    found = _WHAT_IF.fullmatch(text.strip())
    if not found:
        raise UserError(f"{text!r} is no what-if: write m3=b@2min (option b, 2 min after it appeared) or m3=silence")
    name, option, minutes = found.groups()
    post = _post(session, name)
    if option == "silence":
        return post, None, None
    inject = name if name in session.stage.arrived else ""
    options = session.script.moment.options(inject)
    chosen = next((known for known in options if known.casefold() == option.casefold()), None)
    if chosen is None:
        raise UserError(f"{name} has no option {option!r} ({nearest(option, options)})")
    row = session.stage.row(post)
    assert row is not None
    appeared = max(0, round(float(row["time"]) * 3600) - session.stage.began)
    return post, min(session.stage.length, appeared + round(60 * float(minutes or 1))), chosen


def _tried(session: Session, asked: tuple[int, int | None, str | None], futures: int) -> Any:
    from sim.rehearsal.action import of_option
    from sim.rehearsal.debrief import what_if

    post, second, option = asked
    name = session.names[post]
    inject = name if name in session.stage.arrived else ""
    if option is None:
        return what_if(session, post, None, None, futures)
    action = of_option(session.script.moment.options(inject)[option], name, 0 if inject else post)
    return what_if(session, post, second, action, futures)


# ---------------------------------------------------------------------------------------------- a trainer's reading


def noted(session: Session, log: Path, overrides: list[str], note: str) -> None:
    """Keep a trainer's readings beside the log, and let all that were kept count. Raises UserError, FileError."""
    from sim.rehearsal.moment import QUALITIES
    from sim.rehearsal.store import NOTED
    from sim.scenario.names import nearest

    book = log.with_name(log.name + NOTED)
    records = []
    for text in overrides:
        found = _OVERRIDE.fullmatch(text.strip())
        if not found or float(found[3]) > 1:
            raise UserError(f"{text!r} is no override: write m3.action=0.6 (a quality, 0 to 1)")
        if found[2] not in QUALITIES:
            raise UserError(f"there is no quality {found[2]!r} ({nearest(found[2], QUALITIES)})")
        post = _post(session, found[1])
        said = [done.action.text for done in session.stage.done if done.post == post and done.action.point is not None]
        if not said:
            raise UserError(f"nothing was said to {found[1]}, so there is nothing to read otherwise")
        records.append({
            "thread": found[1], "quality": found[2], "value": float(found[3]), "note": note, "text": said[-1],
            "date": time.strftime("%Y-%m-%d"),
        })
    if records:
        with book.open("a", encoding="utf-8", newline="\n") as stream:
            stream.writelines(json_.dumps(record, ensure_ascii=False) + "\n" for record in records)
        for record in records:
            side = "good" if float(str(record["value"])) >= 0.5 else "bad"
            say(f"Kept in {book}. As an exemplar: rubrics.NAME.{record['quality']}.{side}: [{record['text']!r}]")
    if not book.exists():
        return
    for line in book.read_text(encoding="utf-8").splitlines():
        _apply(session, json_.loads(line))


def _apply(session: Session, record: dict[str, Any]) -> None:
    """Let a trainer's reading count for the last thing that was said to a thread."""
    from sim.rehearsal.moment import QUALITIES

    post = _post(session, record["thread"])
    done = session.stage.done
    places = [place for place, each in enumerate(done) if each.post == post and each.action.point is not None]
    if places:
        each = done[places[-1]]
        point = list(each.action.point or ())
        point[QUALITIES.index(record["quality"])] = float(record["value"])
        why = f"{record['quality']} {record['value']:g}: a trainer's reading. {record['note']}"
        reasons = (*each.action.reasons, why.strip())
        done[places[-1]] = replace(each, action=replace(each.action, point=tuple(point), reasons=reasons))
