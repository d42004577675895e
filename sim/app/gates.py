"""The option `--fail-if`: which gates are asked for, and how a failed one is told (a line each, exit code 5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.app.output import count, say
from sim.errors import EXIT_GATE

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.study.compare import Comparison
    from sim.study.gates import Gate, Verdict
    from sim.study.task import Task

FailIf = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-if",
        metavar="'B.retention < A.retention'",
        help="Exit with code 5 if this holds of the means: arm.metric or arm.brand.metric or a number on either side, "
        "with < <= > >= == !=; repeatable.",
    ),
]


def gates_of(texts: Sequence[str], task: Task) -> list[Gate]:
    """The gates asked for. Raises UserError for one that cannot be read, before anything is run."""
    if not texts:
        return []
    from sim.study.gates import gate

    scenarios = [subject.scenario for subject in task.subjects.values()]
    shared = [brand.name for brand in scenarios[0].brands if all(brand.name in names_in(each) for each in scenarios)]
    return [gate(text, list(task.subjects), shared) for text in texts]


def names_in(scenario: Scenario) -> list[str]:
    """The names of a scenario's brands."""
    return [brand.name for brand in scenario.brands]


def judged(gates: Sequence[Gate], comparison: Comparison) -> list[Verdict]:
    """What came of each gate."""
    return [gate.judge(comparison.worlds) for gate in gates]


def verdicts_as_json(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """What `--json` says of the gates; nothing where none were asked for."""
    told = [
        {
            "gate": verdict.gate.text,
            "failed": verdict.failed,
            "left": verdict.left,
            "right": verdict.right,
            "low": verdict.low,
            "high": verdict.high,
            "runs": verdict.runs,
        }
        for verdict in verdicts
    ]
    return {"gates": told} if told else {}


def heed(verdicts: Sequence[Verdict]) -> None:
    """Tell each failed gate in a line, and leave with exit code 5 if there is one."""
    failed = [verdict for verdict in verdicts if verdict.failed]
    for verdict in failed:
        say(f"gate failed: {sentence(verdict)}")
    if failed:
        raise typer.Exit(EXIT_GATE)


def sentence(verdict: Verdict) -> str:
    """A verdict in a line: the condition, both sides, and how far they are apart."""
    if verdict.left is None or verdict.right is None:
        return f"{verdict.gate.text}: cannot be judged, as no world defines both sides"
    unit = verdict.gate.unit
    apart = f"difference {_said(verdict.left - verdict.right, unit, sign='+')}"
    if verdict.low is not None and verdict.high is not None:
        apart += f", 95 % interval {_said(verdict.low, unit, sign='+')} to {_said(verdict.high, unit, sign='+')}"
    sides = f"{_said(verdict.left, unit)} {verdict.gate.sign} {_said(verdict.right, unit)}"
    return f"{verdict.gate.text}: {sides} ({apart}; {count(verdict.runs, 'world')})"


def _said(value: float, unit: str, sign: str = "") -> str:
    """A value in digits enough to see a small difference; shares in %, their differences in points (pt)."""
    if unit == "share":
        return f"{100 * value:{sign},.4g} {'pt' if sign else '%'}"
    return f"{value:{sign},.5g}"
