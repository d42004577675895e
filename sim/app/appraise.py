"""`sim appraise`: judge replies to complaints, one on the command line or many on standard input."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer

from sim.app.output import Json, envelope, print_json
from sim.errors import EXIT_FILE, UserError


def appraise(
    complaint: Annotated[str | None, typer.Option(help="What the customer wrote.")] = None,
    reply: Annotated[str | None, typer.Option(help="What the brand answers.")] = None,
    private: Annotated[bool, typer.Option("--private", help="The reply is not shown to others.")] = False,
    as_json: Json = False,
) -> None:
    """Judge a reply to a complaint: five qualities 0..1, what they are worth to a reader, a verdict, and why.

    With neither text, --json reads lines of {"complaint": ..., "reply": ...} on standard input and prints a line for
    each; a line that cannot be read gives {"line": its number, "error": why}, and the rest goes on.
    """
    from sim.rehearsal.appraisal import QUALITIES
    from sim.rehearsal.appraisal import appraise as judge

    if complaint is None and reply is None:
        if not as_json:
            raise UserError("what shall be judged? give --complaint and --reply, or --json and lines on standard input")
        raise typer.Exit(EXIT_FILE if _judge_lines(judge) else 0)
    if complaint is None or reply is None:
        raise UserError("give both --complaint and --reply")
    found = judge(complaint, reply, public=not private)
    if as_json:
        print_json(envelope("appraise", found.as_values()))
        return
    for name in (*QUALITIES, "overall"):
        print(f"{name:9} {getattr(found, name):.2f}")
    print(f"verdict   {found.verdict}")
    for reason in found.reasons:
        print(f"  {reason}")


def _judge_lines(judge: Any) -> int:
    """Judge each line of standard input; the number of lines that could not be read."""
    bad = 0
    for number, raw in enumerate(sys.stdin.buffer, start=1):
        line = raw.decode("utf-8", errors="replace").strip()
        if not line:
            continue
        try:
            answer = _judged(judge, json.loads(line))
        except (ValueError, RecursionError) as error:
            bad += 1
            answer = {"line": number, "error": _told(error)}
        print(json.dumps(answer, ensure_ascii=False), flush=True)
    return bad


def _judged(judge: Any, asked: Any) -> dict[str, Any]:
    """The appraisal of one parsed line. Raises ValueError for one that is not as it must be."""
    if not isinstance(asked, dict):
        raise ValueError('must be an object: {"complaint": ..., "reply": ...}')
    for name in ("complaint", "reply"):
        if not isinstance(asked.get(name), str):
            raise ValueError(f"{name!r} must be a text" if name in asked else f"has no {name!r}")
    if not isinstance(asked.get("private", False), bool):
        raise ValueError("'private' must be true or false")
    public = not asked.get("private", False)
    values: dict[str, Any] = judge(asked["complaint"], asked["reply"], public=public).as_values()
    return values


def _told(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"is not JSON: {error.msg} at column {error.colno}"
    return str(error) if isinstance(error, ValueError) else "is nested too deeply"
