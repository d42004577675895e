"""Killed with `kill -9` at random points, 20 times, and resumed: the bytes of an undisturbed study, nothing run twice.

    python -m tests.studies.kills 20

Each kill strikes a study (two processes) at a random moment of the time it has left; then it goes on with --resume, and
may be killed again. Exit code 1 if a completed world was run again, or a result differs.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from test_cli_run import PLAIN, SCENARIO, contents

from sim.study.kept import ENDING

STUDY = ("compare", "late.yaml", "--runs", "24", "--set", "customers.number=2000", "--jobs", "2", *PLAIN)


def main(kills: int) -> int:
    """Kill and resume so many times; 1 if anything was lost, repeated or changed."""
    random.seed(1)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "late.yaml").write_text(SCENARIO)
        began = time.monotonic()
        finished(place, "undisturbed")
        seconds = time.monotonic() - began
        truth, struck, wrong, studies = contents(place / "undisturbed"), 0, 0, 0
        while struck < kills:
            studies += 1
            out = f"disturbed-{studies}"
            done: dict[Path, int] = {}
            while struck < kills:
                killed = struck_after(place, out, random.uniform(0.2, 1.0) * seconds)
                there = {file: file.stat().st_mtime_ns for file in (place / out).rglob(f"*{ENDING}")}
                ended = contents(place / out) == truth  # it was killed with its result whole: what it kept may go
                wrong += killed and not ended and not done.items() <= there.items()
                done = there
                struck += killed
                if not killed:
                    break
            finished(place, out)
            wrong += contents(place / out) != truth
        print(f"{struck} kills in {studies} studies of {STUDY[3]} worlds: {wrong} wrong")
        return 1 if wrong else 0


def finished(place: Path, out: str) -> None:
    """Let a study go on to its end."""
    subprocess.run(command(out), cwd=place, check=True, capture_output=True)


def struck_after(place: Path, out: str, seconds: float) -> bool:
    """Start a study or go on with it, and kill it and its workers after some seconds; whether it was still at work."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command(out), cwd=place, stdout=quiet, stderr=quiet, start_new_session=True)
    try:
        process.wait(seconds)
        return False
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True


def command(out: str) -> list[str]:
    """The study, resumed if there is anything of it."""
    return [sys.executable, "-m", "sim", *STUDY, "--out", out, "--resume", "--quiet"]


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
