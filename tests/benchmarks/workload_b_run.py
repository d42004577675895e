"""The command: `python -m tests.benchmarks.workload_b_run --sizes 10000 100000 --rounds 5`.

Prints, for each size, the seconds of each contestant and how many times the yardstick's seconds of the same
round they are. A contestant too slow for rounds runs once, one too slow for the size runs once at a smaller
one; both are marked with a dagger, with the size they ran at. What could not be measured is said, with why.

To add a contestant, put `CONTESTANTS = (contestant("name", run), ...)` into a module named in `MODULES`,
where `run(n, graph, seed)` returns a `Result`; or a `Contestant`, if building is to be kept apart. Our own
engine has its place there: `ours.py`.
"""

from __future__ import annotations

import argparse
import importlib
import json
import platform
import subprocess
import sys
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from os import cpu_count
from pathlib import Path
from statistics import median
from typing import Any

from .measure import Alone, Contestant, Row, measure, run_alone, warm_up
from .workload_b import TIES_PER_NEWCOMER

MODULES = (".peers.bare_numba", ".peers.bare_rules", ".ours", ".peers.simpy_model", ".peers.mesa_model")
YARDSTICK = "bare loop"
PACKAGES = ("numba", "numpy", "simpy", "mesa")

COLUMNS = "{:<22} {:>11} {:>10} {:>10} {:>9} {:>9} {:>8} {:>8} {:>8}"
HEADINGS = ("contestant", "n run", "median s", "least s", "x", "ns/event", "events", "peak MiB", "added")
LEGEND = """
† a single run, at the size shown; its x is against the yardstick at that size, before and after it.
Building is not in the seconds. events: a customer. peak MiB: of a process of its own, imports and graph
included; added: what building and running added to those, right to a few MiB."""


def load(modules: Sequence[str] = MODULES) -> tuple[dict[str, tuple[Contestant, str]], list[str]]:
    """Contestants by name with the module each comes from, and a line for each module that cannot be had."""
    found: dict[str, tuple[Contestant, str]] = {}
    missing = []
    for module in modules:
        try:
            contestants = importlib.import_module(module, __package__).CONTESTANTS
        except ImportError as error:
            missing.append(f"{module.rpartition('.')[2]}: not measured: {error}")
            continue
        found |= {each.name: (each, f"{__package__}{module}") for each in contestants}
    return found, missing


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 0, or 1 if a result was wrong, or 2 for wrong usage."""
    options = parse(arguments)
    found, missing = load()
    unknown = [name for name in (*(options.only or ()), options.against) if name not in found]
    if unknown:
        print(f"no contestant {quoted(unknown)}; there are {quoted(found)}", file=sys.stderr)
        return 2
    chosen = [found[name][0] for name in found if not options.only or name in options.only]
    yardstick = found[options.against][0]

    def alone(contestant: Contestant, n: int) -> Alone:
        return run_alone(found[contestant.name][1], contestant.name, n)

    warm_up([yardstick, *chosen])
    rows = []
    for n in options.sizes:
        rows += measure(chosen, yardstick, n, options.rounds, None if options.no_memory else alone, progress)
        print_size([row for row in rows if row.n_asked == n], yardstick.name, options.rounds)
    print_notes(chosen, missing)
    if options.json:
        options.json.write_text(json.dumps(as_record(rows, missing, yardstick.name), indent=2) + "\n")
    return 1 if any(row.fault for row in rows) else 0


def quoted(names: Iterable[str]) -> str:
    """Names that may hold spaces, as a list to read."""
    return ", ".join(repr(name) for name in names)


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    command = "python -m tests.benchmarks.workload_b_run"
    parser = argparse.ArgumentParser(prog=command, description="Workload B, timed side by side")
    parser.add_argument("--sizes", type=customers, nargs="+", default=[1_000, 10_000], help="customers")
    parser.add_argument("--rounds", type=positive, default=5, help="rounds in which each runs once")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="measure these contestants only")
    parser.add_argument("--against", default=YARDSTICK, metavar="NAME", help="the yardstick of the ratios")
    parser.add_argument("--no-memory", action="store_true", help="no runs in processes of their own")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures to a file")
    return parser.parse_args(arguments)


def positive(text: str) -> int:
    """A whole number of at least 1."""
    if int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not at least 1")
    return int(text)


def customers(text: str) -> int:
    """A population that the graph can be grown for."""
    if positive(text) <= TIES_PER_NEWCOMER:
        raise argparse.ArgumentTypeError(f"{text} customers; the graph needs more than {TIES_PER_NEWCOMER}")
    return int(text)


def progress(line: str) -> None:
    """What is being measured, apart from the figures."""
    print(line, file=sys.stderr, flush=True)


def print_size(rows: Sequence[Row], yardstick: str, rounds: int) -> None:
    """The table of one size."""
    print(f"\nn = {rows[0].n_asked:,}: seconds of {rounds} rounds; x = times {yardstick!r} in the same round")
    print(COLUMNS.format(*HEADINGS))
    for row in rows:
        print(COLUMNS.format(*cells(row)))
        if row.fault:
            print(f"  WRONG: {row.fault}")


def cells(row: Row) -> tuple[str, ...]:
    """One line of the table."""
    seconds, result = median(row.seconds), row.runs[-1].result
    return (
        row.contestant.name,
        f"{row.n_run:,}" + (" †" if row.is_single else ""),
        f"{seconds:.4g}",
        f"{min(row.seconds):.4g}",
        f"{median(row.ratios):.3g}" if median(row.ratios) < 100 else f"{median(row.ratios):,.0f}",
        f"{1e9 * seconds / result.events:,.0f}",
        f"{result.events_per_customer:.2f}",
        "-" if row.peak_mib is None else f"{row.peak_mib:,.0f}",
        "-" if row.added_mib is None else f"{row.added_mib:,.1f}",
    )


def print_notes(contestants: Sequence[Contestant], missing: Sequence[str]) -> None:
    """What the columns mean, what each contestant is, and what was not measured."""
    print(LEGEND)
    for each in contestants:
        same = "" if each.is_same_work else " (not the same work: its result is not checked)"
        print(f"- {each.name}: {each.note or 'no note'}{same}")
    for line in missing:
        print(f"- {line}")


def as_record(rows: Sequence[Row], missing: Sequence[str], yardstick: str) -> dict[str, Any]:
    """All figures with what they were measured on."""
    return {
        "workload": "B",
        "yardstick": yardstick,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": cpu_count(),
        "packages": {name: installed(name) for name in PACKAGES},
        "not_measured": list(missing),
        "rows": [row.as_record() for row in rows],
    }


def installed(package: str) -> str | None:
    """The version of a package, `None` if it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as failure:
        sys.exit(f"a contestant failed in a process of its own: {' '.join(failure.cmd[-3:])}")
