"""The verb `sim evidence`: what people say the world is like, and what this model shows of it."""

from __future__ import annotations

import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.app.asking import MOST_RUNS
from sim.app.how import OUTPUTS, Cluster, Jobs, Out, Seed, where_of
from sim.app.output import Json, Quiet, count, envelope, print_json, say
from sim.app.progress import announce_compilation, heeded, interruptible, progress
from sim.app.subjects import seed_from
from sim.app.whole import write_whole
from sim.errors import EXIT_GATE, UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.study.claims import Loaded
    from sim.study.evidence import Finding
    from sim.study.where import Where


def evidence(
    asked: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID|FILE]...", help="Claims like A19, or files of your own (default: all)."),
    ] = None,
    runs: Annotated[
        int | None,
        typer.Option(
            "--runs", "-n", min=10, max=MOST_RUNS, metavar="N",
            help="Worlds of a claim at most (default: 60, or what its file says)."
        ),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Run the full size of those claims that have one, and only it.")
    ] = False,
    reduced: Annotated[
        bool, typer.Option("--reduced", help="A reduced set of quick claims, for automatic tests.")
    ] = False,
    seed: Seed = None,
    jobs: Jobs = None,
    cluster: Cluster = None,
    report: Annotated[
        bool, typer.Option("--report", help="Write a page (one HTML file) with a figure a claim.")
    ] = False,
    out: Out = OUTPUTS,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Try claims: paired runs until each is shown or not shown, with controls, and what the literature says.

    Leaves with exit code 5 if a claim's test is at fault: if an effect is left with its mechanism switched off.
    """
    from sim.study.claims import find, in_full, load_all

    claims = load_all(find(asked or []))
    if reduced:
        claims = [each for each in claims if each.claim.quick]
    if full:
        claims = [in_full(each) for each in claims if each.claim.full is not None]
    if not claims:
        raise UserError("none of these claims has a full size" if full else "there is no claim in the reduced set")
    where = where_of(jobs, cluster)
    chosen = seed_from(seed, 1)
    began = time.perf_counter()
    with interruptible():
        announce_compilation()
        findings = tried(claims, chosen, runs, where, quiet=quiet or json)
        place = written(findings, chosen, runs, asked or [], out, full=full) if report else None
        heeded()
    if json:
        print_json(envelope("evidence", about(findings, chosen, runs, began, place)))
    else:
        from sim.app.evidence_words import summary

        print(summary(findings), end="")
        if place is not None and not quiet:
            say(f"The page is {place}")
    if any(each.verdict == "fault" for each in findings):
        raise typer.Exit(EXIT_GATE)


def tried(claims: Sequence[Loaded], seed: int, most: int | None, where: Where, *, quiet: bool) -> list[Finding]:
    """What the model shows of some claims."""
    from sim.scenario.names import BASELINE
    from sim.study.evidence import try_claims, worlds_at_most

    worlds = sum(worlds_at_most(each, most) for each in claims)
    scenarios = [each.variants[BASELINE, ""] for each in claims if each.variants]
    with progress(f"{count(len(claims), 'claim')}", worlds, quiet=quiet) as bar:
        small = min(scenarios, key=lambda each: each.customers.number * each.clock.days, default=None)
        seconds = where.seconds_of_run(small, seed) if small is not None else 0.0
        with where.opened(worlds, seconds) as executor:
            return try_claims(claims, executor, seed=seed, most=most, told=bar.reached)


def about(findings: Sequence[Finding], seed: int, most: int | None, began: float, place: Path | None) -> dict[str, Any]:
    """What `--json` says."""
    from collections import Counter

    from sim.app.evidence_words import data_of

    return {
        "claims": data_of(findings),
        "verdicts": dict(Counter(each.verdict for each in findings)),
        "seed": seed,
        "runs": most,
        "seconds": time.perf_counter() - began,
        "report": None if place is None else str(place),
    }


def written(
    findings: Sequence[Finding], seed: int, most: int | None, asked: Sequence[str], out: Path, *, full: bool
) -> Path:
    """Write the page, whole or not at all; where it is."""
    from sim.app.evidence_page import evidence_page
    from sim.study.archive import told
    from sim.study.evidence import identity

    words = [
        "sim",
        "evidence",
        *asked,
        *(["--full"] if full else []),
        *([] if most is None else ["--runs", str(most)]),
        "--seed",
        str(seed),
        "--report",
    ]
    text = evidence_page(findings, shlex.join(words))
    name = f"evidence-{seed}-{identity([each.loaded for each in findings], seed, most)[:8]}.html"
    place = out / name
    with told(place):
        out.mkdir(parents=True, exist_ok=True)
    write_whole(place, text)
    return place
