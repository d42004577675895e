"""What every verb says and how it fails: data to stdout, all else to stderr, one line an error, or JSON.

A verb returns nothing and raises `UserError` for what its caller got wrong; `answer_for` turns whatever a
verb raises into words (or JSON) and an exit code. Only the standard library and Typer are imported here.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer._click.exceptions import ClickException

from sim.errors import (
    EXIT_FAULT,
    EXIT_FILE,
    EXIT_INTERRUPTED,
    EXIT_USAGE,
    FileError,
    Problem,
    ScenarioError,
    StoppedError,
    UserError,
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object, also for errors.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print results only.")]


def _written_out(overrides: list[str] | None) -> list[str] | None:
    """The overrides, each of them path=value. Raises BadParameter for another."""
    for override in overrides or ():
        path, equals, _ = override.partition("=")
        if not equals or not path.strip():
            raise typer.BadParameter(f"{override!r}: write path=value, like brands.0.desk.agents=6")
    return overrides


def somewhere(text: str | Path) -> Path:
    """A path that was named; an empty one would silently be the current folder. Raises BadParameter."""
    if not str(text).strip():
        raise typer.BadParameter("is empty: name a folder, or . for the current one")
    return Path(text)


Overrides = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        callback=_written_out,
        metavar="PATH=VALUE",
        help="Put another value into the scenario, like brands.0.desk.agents=6; repeatable.",
    ),
]


def envelope(verb: str, data: Any, warnings: Sequence[Problem] = ()) -> dict[str, Any]:
    """What a verb prints under `--json` when it succeeds."""
    return {
        "schema": f"sim.{verb}/1",
        "ok": True,
        "data": data,
        "warnings": [as_json(found) for found in warnings],
    }


def envelope_of_failure(verb: str, errors: Sequence[Problem]) -> dict[str, Any]:
    """What a verb prints under `--json` when it fails."""
    return {
        "schema": f"sim.{verb}/1",
        "ok": False,
        "errors": [as_json(error) for error in errors],
        "warnings": [],
    }


def as_json(problem: Problem) -> dict[str, Any]:
    """A problem as plain values."""
    return {
        "file": problem.file,
        "line": problem.line or None,
        "column": problem.column or None,
        "path": problem.path,
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
    }


def print_json(values: Any) -> None:
    """Print one JSON value on stdout: not a number (nan) is null, text stays readable."""
    print(json.dumps(_defined(values), ensure_ascii=False, indent=2))


def _defined(values: Any) -> Any:
    """The same values with null for what JSON cannot say."""
    if isinstance(values, dict):
        return {str(key): _defined(value) for key, value in values.items()}
    if isinstance(values, (list, tuple)):
        return [_defined(value) for value in values]
    if isinstance(values, float) and (values != values or values in (float("inf"), float("-inf"))):
        return None
    return values


def say(line: str) -> None:
    """A line for people: on stderr, so that stdout stays data."""
    print(line, file=sys.stderr)


def warn(warnings: Sequence[Problem]) -> None:
    """Print warnings, one a line."""
    for found in warnings:
        say(f"warning: {found}")


def count(number: int, noun: str) -> str:
    """`1 brand`, `2 brands`, `20,000 customers`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def answer_for(verb: str, call: Callable[[], Any], *, as_json: bool, debug: bool) -> int:
    """Run `call`; the exit code. Whatever it raises is told here, once, in one line (or as JSON)."""
    try:
        code = call()
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except (BrokenPipeError, SystemExit) as end:
        if isinstance(end, SystemExit) and not isinstance(end.__context__, BrokenPipeError):
            raise
        _discard_output()  # the reader left: nothing more to say
        return 0
    except (KeyboardInterrupt, typer.Abort):
        return _stopped(verb, "interrupted", EXIT_INTERRUPTED, as_json=as_json)
    except StoppedError as stopped:
        return _stopped(verb, str(stopped), stopped.exit_code, as_json=as_json)
    except Exception as error:
        if debug:
            traceback.print_exc()
        code, problems = _judged(error, debug)
    _tell(verb, problems, as_json=as_json)
    return code


def _stopped(verb: str, why: str, code: int, *, as_json: bool) -> int:
    """Say on stderr that a verb was stopped, and as JSON too if that is awaited; the exit code."""
    say(why)
    if as_json:
        _tell(verb, [Problem("sim", 0, 0, "", why, code=StoppedError.code)], as_json=True)
    return code


def _discard_output() -> None:
    """Let nothing more be written to stdout, which cannot take it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _judged(error: Exception, debug: bool) -> tuple[int, list[Problem]]:
    """The exit code of what a verb raised, and what to say about it."""
    if isinstance(error, ScenarioError):
        return error.exit_code, error.problems
    if isinstance(error, FileError):
        return error.exit_code, [problem_of(error)]
    if isinstance(error, UserError):
        return error.exit_code, [Problem("sim", 0, 0, "", str(error), code=error.code)]
    if isinstance(error, ClickException):
        return EXIT_USAGE, [_usage(error)]
    if isinstance(error, OSError):
        reason = (error.strerror or str(error)).lower()
        name = str(error.filename) if error.filename else "output"
        return EXIT_FILE, [Problem(name, 0, 0, "", f"cannot be used: {reason}", code="file")]
    hint = "" if debug else "run again with --debug and send us what it prints"
    message = f"this is our fault: {type(error).__name__}: {error}"
    return EXIT_FAULT, [Problem("sim", 0, 0, "", message, hint, "fault")]


def problem_of(error: FileError, asked: str = "") -> Problem:
    """What a `FileError` says (`FILE: message` or `FILE:LINE: message`), with file and line apart.

    asked: the file that was asked for, whose name may have a colon in it.
    """
    text = str(error)
    if asked and text.startswith(f"{asked}: "):
        return Problem(asked, 0, 0, "", text.removeprefix(f"{asked}: "), code=error.code)
    name, _, message = text.partition(": ")
    file, colon, line = name.rpartition(":")
    if not colon or not line.isdecimal():
        file, line = name, "0"
    return Problem(file, int(line), 0, "", message, code=error.code)


def _tell(verb: str, errors: Sequence[Problem], *, as_json: bool) -> None:
    try:
        if as_json:
            print_json(envelope_of_failure(verb, errors))
        sys.stdout.flush()
    except OSError:
        _discard_output()
        as_json = False
    if as_json:
        return
    for error in errors:
        say(str(error))
    if len(errors) > 1:
        say(f"{len(errors)} problems.")


def _usage(error: ClickException) -> Problem:
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "sim"
    message = " ".join(error.format_message().split()).rstrip(".")
    return Problem(command, 0, 0, "", message, f"see {command} --help", "usage")
