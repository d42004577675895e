"""Rehearsal files on the command line: what `sim validate`, `list`, `schema` and `new` say and do about moments."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.app.output import count
from sim.errors import Problem

if TYPE_CHECKING:
    from sim.rehearsal.load import Script

TEMPLATE = "moment"
WORLD = "flight_cancelled"
"""The template of the scenario that the template of a moment extends."""
SCHEMA_FILE = "rehearsal.schema.json"


def template_text() -> str:
    """The moment to start from."""
    import sim.rehearsal

    folder = Path(sim.rehearsal.__file__).parent
    return (folder / "templates" / f"{TEMPLATE}.yaml").read_text(encoding="utf-8")


def checked(file: Path) -> tuple[Script, list[Problem]]:
    """The moment in a file, and what is odd about it. Raises FileError, ScenarioError."""
    from sim.rehearsal.lint import cautions
    from sim.rehearsal.load import load
    from sim.scenario.tree import compose

    script = load(file)
    tree, _ = compose(script.text, str(file))
    assert tree is not None
    return script, cautions(script.moment, tree)


def facts(script: Script) -> dict[str, Any]:
    """What `--json` says of a moment that is fine."""
    moment = script.moment
    return {
        "file": script.file, "moment": moment.moment, "extends": script.scenario_file, "brand": script.brand_name,
        "minutes": 60 * moment.clock.length, "crowd": moment.crowd.size, "personas": list(moment.personas),
        "injects": [inject.id for inject in moment.injects],
    }


def summary(script: Script) -> str:
    """What `sim validate` says of a moment that is fine."""
    moment = script.moment
    conditional = sum(inject.when is not None for inject in moment.injects)
    parts = [
        f"{60 * moment.clock.length:g} min at {script.brand_name}'s desk", f"a crowd of {moment.crowd.size:,}",
        count(len(moment.personas), "persona"),
        f"{count(len(moment.injects), 'inject')} ({conditional} on a condition)",
    ]
    return f"{script.file}: fine. {', '.join(parts)}."


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 7) of a moment."""
    from sim.rehearsal.moment import Moment
    from sim.scenario.editor import schema_of

    return schema_of(Moment, "A moment to rehearse with sim")
