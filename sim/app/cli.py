"""The command `sim`: which verbs there are, and nothing of what they do.

`sim --help` must answer at once, so that only the standard library and Typer are imported here. To add a
verb: write a function in a file of `sim/app/` (heavy imports inside the function; options as Typer
annotations; its docstring is its help), and give it a line in `VERBS`.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple

import typer
from typer._click import Command, Context, HelpFormatter
from typer.core import TyperGroup, TyperOption

from sim.app.output import answer_for
from sim.errors import EXIT_INTERRUPTED, EXIT_USAGE, UserError


class Verb(NamedTuple):
    """Where a verb's function lives (as module:function), and what it is for, in one line."""

    target: str
    summary: str


VERBS: dict[str, Verb] = {
    "new": Verb("sim.app.files:new", "Write a scenario to start from."),
    "validate": Verb("sim.app.files:validate", "Check scenario files: every problem, with its line."),
    "run": Verb("sim.app.run:run", "Run a scenario: tables, figures, a page, and a sentence."),
    "compare": Verb("sim.app.compare:compare", "Compare what-ifs in the same worlds, with intervals."),
    "sweep": Verb("sim.app.sweep:sweep", "Vary values and see what each setting does, in the same worlds."),
    "sensitivity": Verb("sim.app.sensitivity:sensitivity", "Say which input decides, and how much is luck."),
    "optimise": Verb("sim.app.optimise:optimise", "Find the best setting of the levers, and test it again."),
    "calibrate": Verb("sim.app.calibrate:calibrate", "Fit what is uncertain to observed data."),
    "evidence": Verb("sim.app.evidence:evidence", "Try what is claimed of customers: shown, or not."),
    "drill": Verb("sim.app.drill:drill", "Practise weak skills, 90 seconds each, when due."),
    "sessions": Verb("sim.app.sessions:sessions", "List, export or delete what is kept of trainees."),
    "appraise": Verb("sim.app.appraise:appraise", "Judge a written reply to a complaint, with reasons."),
    "rehearse": Verb("sim.app.rehearse:rehearse", "Play a moment at the desk, against a crowd that reacts."),
    "playtest": Verb("sim.app.playtest:playtest", "Let bots play a moment: is it reached, fair, decided?"),
    "debrief": Verb("sim.app.debrief:debrief", "Score a session, and say what each reply was worth."),
    "show": Verb("sim.app.show:show", "Show a result again."),
    "explain": Verb("sim.app.reference:explain", "Say what a key of a scenario means."),
    "list": Verb(
        "sim.app.reference:list_", "List scenarios, moments, parameters, metrics, series, ..."
    ),
    "schema": Verb("sim.app.reference:schema", "Print the JSON Schema of scenario or rehearsal files."),
}
"""Every verb, in the order `sim --help` shows them: write, check, understand; run; compare."""

EPILOGUE = """Exit codes: 0 done; 1 a fault of ours; 2 wrong usage; 3 a wrong file; 4 incomplete
(can be resumed); 5 a gate failed (--strict, --fail-if); 6 a result that does not repeat; 130 interrupted.

Anywhere: --json prints one JSON object, also for errors; --debug shows where a fault happened; --no-color (or
NO_COLOR) leaves colours out."""


class UnknownVerbError(UserError):
    """A verb that does not exist."""


class VerbGroup(TyperGroup):
    """The verbs, each imported when it is called and not before."""

    def list_commands(self, ctx: Context) -> list[str]:
        """The names of all verbs."""
        return list(VERBS)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """The command of a verb, with its module imported now."""
        if cmd_name not in VERBS:
            return None
        return command_of(cmd_name)

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        """The verb named by the first argument. Raises UnknownVerbError with the nearest one."""
        if args[0] not in VERBS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], VERBS, n=1)
            cure = f"did you mean {near[0]!r}?" if near else f"there is: {', '.join(VERBS)}"
            raise UnknownVerbError(f"there is no verb {args[0]!r} ({cure})")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        """The verbs and their summaries, without importing any."""
        with formatter.section("Verbs"):
            formatter.write_dl([(name, verb.summary) for name, verb in VERBS.items()])


def command_of(name: str) -> Command:
    """The Typer command of a verb."""
    module, _, function = VERBS[name].target.partition(":")
    single = typer.Typer(add_completion=False, rich_markup_mode=None)
    single.command(name)(getattr(importlib.import_module(module), function))
    command = typer.main.get_command(single)
    command.params.extend(_anywhere())
    return command


def _anywhere() -> list[TyperOption]:
    """Options of every verb; `main` itself acts on them."""
    return [
        TyperOption(
            param_decls=["--debug"], is_flag=True, expose_value=False, help="Show where a fault happened."
        ),
        TyperOption(param_decls=["--no-color"], is_flag=True, expose_value=False, help="Leave colours out."),
    ]


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"sim {version('micro-moments')}")
        raise typer.Exit


app = typer.Typer(
    cls=VerbGroup,
    rich_markup_mode=None,
    epilog=EPILOGUE,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _sim(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version."
    ),
) -> None:
    """What answering customers faster, better or later does to reputation and loyalty: simulate it."""


def answer(arguments: Sequence[str]) -> int:
    """Run the command with these arguments; the exit code."""
    import os

    words = list(arguments)
    verb = next((word for word in words if word in VERBS), "sim")
    if not words:
        words = ["--help"]
    options = words[: words.index("--")] if "--" in words else words
    if "--no-color" in options:
        os.environ["NO_COLOR"] = "1"
    command = typer.main.get_command(app)

    def call() -> Any:
        code = command.main(words, prog_name="sim", standalone_mode=False)
        if code == EXIT_INTERRUPTED:
            raise KeyboardInterrupt  # Typer makes an exit code of it, and says nothing
        return code

    code = answer_for(verb, call, as_json="--json" in options, debug="--debug" in options)
    return code if arguments else EXIT_USAGE


def main() -> None:
    """The entry point `sim`."""
    sys.exit(answer(sys.argv[1:]))


if __name__ == "__main__":
    main()
