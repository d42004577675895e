"""Verbs about scenario and rehearsal files: `sim new` and `sim validate`."""

from __future__ import annotations

import json as json_
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.app import moments
from sim.app.output import Json, Overrides, Quiet, count, envelope, print_json, problem_of, say, somewhere, warn
from sim.app.whole import write_whole
from sim.errors import EXIT_GATE, FileError, Problem, ScenarioError, UserError

if TYPE_CHECKING:
    from sim.rehearsal.load import Script
    from sim.scenario.schema import Scenario

SCHEMA_FILE = "scenario.schema.json"


def validate(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Scenarios or moments.")],
    set_: Overrides = None,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail too (exit code 5).")] = False,
    resolved: Annotated[
        bool,
        typer.Option(
            "--resolved", help="Print the scenario with every default filled in; it can be loaded again."
        ),
    ] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Check scenario and rehearsal files: every problem at once, each with its place, and what would be right."""
    from sim.rehearsal.load import Script

    found, warnings, problems = _all_of(files, set_ or ())
    if problems:
        raise ScenarioError(problems)
    if json:
        told = [moments.facts(each) if isinstance(each, Script) else _facts(each, resolved) for each in found]
        print_json(envelope("validate", {"files": told}, warnings))
    else:
        warn(warnings)
        for each in found:
            if isinstance(each, Script):
                if not quiet:
                    print(moments.summary(each))
            elif resolved:
                print_json(each.resolved())
            elif not quiet:
                print(_summary(each))
    if strict and warnings:
        raise typer.Exit(EXIT_GATE)


def _all_of(
    files: list[Path], overrides: Sequence[str]
) -> tuple[list[Scenario | Script], list[Problem], list[Problem]]:
    """The scenarios and moments in some files, the warnings about them, and all that is wrong with any of them."""
    from sim.scenario.cautions import cautions
    from sim.scenario.kind import Kind, kind_in
    from sim.scenario.load import load

    found: list[Scenario | Script] = []
    warnings, problems = [], []
    for file in files:
        try:
            if kind_in(file) is Kind.MOMENT:
                script, odd = moments.checked(file)
                found.append(script)
                warnings += odd
                continue
            scenario = load(file, overrides)
        except ScenarioError as error:
            problems += error.problems
        except FileError as error:
            problems.append(problem_of(error, str(file)))
        else:
            found.append(scenario)
            warnings += cautions(scenario)
    return found, warnings, problems


def _facts(scenario: Scenario, resolved: bool) -> dict[str, Any]:
    """What `--json` says of a scenario that is fine."""
    facts: dict[str, Any] = {
        "file": scenario.source.file,
        "scenario": scenario.scenario,
        "customers": None if scenario.graph.file else scenario.customers.number,
        "days": scenario.clock.days,
        "brands": [brand.name for brand in scenario.brands],
        "arms": list(scenario.what_if),
        "levers": list(scenario.levers),
        "uncertain": list(scenario.uncertain),
        "digest": scenario.digest,
    }
    return {**facts, "resolved": scenario.resolved()} if resolved else facts


def _summary(scenario: Scenario) -> str:
    people = f"customers from {scenario.graph.file}"
    if scenario.graph.file is None:
        people = count(scenario.customers.number, "customer")
    parts = [people, count(len(scenario.brands), "brand"), count(scenario.clock.days, "day")]
    if scenario.what_if:
        parts.append(f"{count(len(scenario.what_if), 'what-if')} ({', '.join(scenario.what_if)})")
    return f"{scenario.source.file}: fine. {', '.join(parts)}."


def new(
    name: Annotated[str, typer.Argument(help="The title of the scenario; or the file to write, like storm.yaml.")],
    template: Annotated[
        str, typer.Option("--template", "-t", help="What to start from: see sim list templates.")
    ] = "minimal",
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", parser=somewhere, help="The folder to write to.")
    ] = Path(),
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file of that name.")] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write a commented scenario (or moment) to start from, and beside it the schema that lets an editor check it.

    With --template moment, the scenario it happens in is written beside it too, where there is none.
    """
    from sim.scenario.editor import json_schema
    from sim.scenario.templates import template_text

    as_file = Path(name) if Path(name).suffix in (".yaml", ".yml") else None
    title = as_file.stem.replace("_", " ").capitalize() if as_file else name
    stem = re.sub(r"[^\w]+", "_", title.casefold()).strip("_")
    if not stem or not name.isprintable():
        raise UserError(f"{name!r} is no title: give it some letters")
    file = out / (as_file or f"{stem}.yaml")
    if template == moments.TEMPLATE:
        text, kind, schema = moments.template_text(), moments.SCHEMA_FILE, moments.json_schema()
    else:
        text, kind, schema = template_text(template), SCHEMA_FILE, json_schema()
    if file.exists() and not force:
        raise FileError(f"{file}: exists already; choose another name, or overwrite it with --force")
    _make(file.parent)
    beside, world = file.parent / kind, file.parent / f"{moments.WORLD}.yaml"
    write_whole(beside, json_.dumps(schema, indent=1, ensure_ascii=False) + "\n")
    if template == moments.TEMPLATE and not world.exists():
        write_whole(world, template_text(moments.WORLD))
    write_whole(file, f"# yaml-language-server: $schema={kind}\n{_titled(text, title)}")
    if json:
        print_json(envelope("new", {"scenario": str(file), "schema": str(beside), "template": template}))
    elif not quiet:
        print(file)
        say(f"Next: sim validate {file}")


def _titled(text: str, title: str) -> str:
    """A template under another title."""
    from sim.scenario.tree import plain

    simple = re.fullmatch(r"[^\W\d_][\w ,.-]*", title) and plain(title) == title and title == title.strip()
    written = title if simple else json_.dumps(title, ensure_ascii=False)
    return re.sub(r"^(scenario|moment):.*$", lambda key: f"{key[1]}: {written}", text, count=1, flags=re.MULTILINE)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = "is a file" if folder.exists() else (error.strerror or str(error)).lower()
        raise FileError(f"{folder}: cannot be made: {reason}") from error
