"""The debrief of a long session: how soon the headline is there, and how soon the whole.

    python -m tests.benchmarks.debrief [--jobs 2] [--profile]

A moment of 60 minutes in a crowd of 2,000, answered 20 times, one answer each three minutes; 200 worlds for each
reference, 50 futures for each alternative of a reply. It runs `sim debrief` as its users do, in a process of its own,
and reads off its standard error when the headline came. Prints one JSON object (times in seconds of wall and of
processor time); exit code 1 if the headline took 5 s or more, or the whole 90 s or more.

With --profile nothing is timed against the clock: the same work is done in this process under cProfile, with fewer
futures, and the costliest functions are listed.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import pstats
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO

from sim.rehearsal.load import load
from sim.rehearsal.session import Session

MOMENT = Path(__file__).resolve().parents[2] / "scenarios" / "moments" / "cancelled_at_the_gate.yaml"
REPLIES, EVERY = 20, 175
"""How many answers, and the seconds between two."""
HEADLINE_WITHIN, WHOLE_WITHIN = 5.0, 90.0


def played(log: Path | None) -> Session:
    """A session of 60 minutes in which somebody answers 20 threads, those of the author first."""
    session = Session.begin(load(MOMENT), trainee="benchmark", log=log)
    while not session.over:
        session.wait(EVERY)
        waiting = sorted(session.view().inbox, key=lambda item: (not item.inject, item.name))
        if waiting and not session.over and len(session.answers) < REPLIES:
            said = [option for option in waiting[0].options if option.move == "reply"]
            session.choose(waiting[0].name, said[len(session.answers) % len(said)].id)
    session.end()
    assert len(session.answers) == REPLIES, f"only {len(session.answers)} answers were given"
    return session


def timed(log: Path, jobs: int | None) -> dict[str, float]:
    """Wall and processor seconds of `sim debrief` on a log, and when its headline was told."""
    command = [sys.executable, "-m", "sim", "debrief", str(log), *(["--jobs", str(jobs)] if jobs else [])]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None and process.stdout is not None
    headline: list[float] = []
    reader = threading.Thread(target=_until_headline, args=(process.stderr, headline, began))
    reader.start()
    told = process.stdout.read()
    process.wait()
    reader.join()
    whole = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert process.returncode == 0 and headline, told
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"headline": round(headline[0], 2), "whole": round(whole, 1), "processor": round(used, 1)}


def _until_headline(stream: IO[str], headline: list[float], began: float) -> None:
    for line in stream:
        if "At first sight" in line and not headline:
            headline.append(time.perf_counter() - began)


def profiled(session: Session) -> None:
    """List what a debrief of few futures spends its time on."""
    from sim.rehearsal.debrief import debrief
    from sim.study.workers import Here

    debrief(session, Here(), lambda done: None, worlds=2, futures=2)  # compiled code is loaded before it counts
    profile = cProfile.Profile()
    profile.enable()
    debrief(session, Here(), lambda done: None, worlds=20, futures=6)
    profile.disable()
    pstats.Stats(profile).sort_stats("tottime").print_stats(40)


def main() -> int:
    """Play, debrief, and say what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=None)
    parser.add_argument("--profile", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "long.jsonl"
        session = played(log)
        if asked.profile:
            profiled(session)
            return 0
        found = timed(log, asked.jobs)
    moment = session.script.moment
    outcome = moment.scoring.outcome
    print(json.dumps({
        "minutes": round(60 * moment.clock.length), "replies": len(session.answers), "crowd": moment.crowd.size,
        "worlds": outcome.worlds, "futures": outcome.futures, "cores": os.cpu_count(), "seconds": found,
    }, indent=2))
    return int(found["headline"] >= HEADLINE_WITHIN or found["whole"] >= WHOLE_WITHIN)


if __name__ == "__main__":
    sys.exit(main())
