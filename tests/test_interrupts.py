"""Ctrl-C: what is left, what is told, and that it is never lost."""

# ruff: noqa: F811 (fixtures are imported, and named as arguments)

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from test_cli_run import PLAIN, SCENARIO, Sim, sim  # noqa: F401  (fixtures among them)

from sim.app import progress

SLOW = ("--set", "customers.number=3000", "--set", "clock.days=300", "--runs", "500")


@pytest.mark.parametrize(("verb", "what"), [("run", "2 of 2 further runs"), ("compare", "3 of 3 worlds")])
def test_a_study_that_is_interrupted_says_so_as_json_too(
    sim: Sim, monkeypatch: pytest.MonkeyPatch, verb: str, what: str
) -> None:
    def interrupted(*arguments: object, **named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.study.archive.Draft.write_tables", interrupted)
    said = sim(verb, "late.yaml", "--runs", "3", "--jobs", "1", "--json", *PLAIN)
    line = said.err.splitlines()[-1]
    assert said.code == 4 and line.startswith(f"interrupted: {what} are in ") and "--resume" in line
    (error,) = json.loads(said.out)["errors"]
    assert (error["code"], error["message"]) == ("interrupted", line)


def interrupted(verb: str, jobs: str, tmp_path: Path) -> tuple[int, str, str]:
    """Start a long study, interrupt it (and its workers) when worlds are being made; code, stdout and stderr."""
    (tmp_path / "late.yaml").write_text(SCENARIO)
    command = [sys.executable, "-m", "sim", verb, "late.yaml", *SLOW, "--jobs", jobs]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        until = time.monotonic() + 120
        while not list(tmp_path.glob("outputs/*/*")) and not list(tmp_path.glob("outputs/*/.*")):
            assert time.monotonic() < until, "no world was begun"
            time.sleep(0.05)
        time.sleep(2.0)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    return process.returncode, out, err


@pytest.mark.parametrize("verb", ["run", "compare"])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_leaves_whole_worlds(tmp_path: Path, verb: str, jobs: str) -> None:
    """What was completed is kept, labelled partial, to go on with --resume; nothing is half-written."""
    code, out, err = interrupted(verb, jobs, tmp_path)
    left = [path.name for path in tmp_path.glob("outputs/*/*")] + [path.name for path in tmp_path.glob("outputs/*/.*")]
    assert out == "" and "Traceback" not in err and "Fatal" not in err, err
    if code == 130:
        assert left == [], "interrupted before a world was whole"
    else:
        assert code == 4 and "--resume" in err and all(name.endswith("-partial") for name in left), (err, left)


@pytest.mark.parametrize("after", [0.0, 0.1, 0.2, 0.4])
def test_ctrl_c_while_processes_start_is_told_in_a_line(after: float) -> None:
    """It reaches all of a terminal's processes, and those that are just starting print nothing."""
    asks = (
        "from sim.study.workers import workers, ordered\nimport loky, time\ntry:\n    print('go', flush=True)\n"
        "    with workers(2) as pool:\n        list(ordered(pool, time.sleep, [(60,)] * 2))\n"
        "except KeyboardInterrupt:\n    print('interrupted', flush=True)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", asks], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None and process.stdout.readline() == "go\n"
    time.sleep(after)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (out, err) == ("interrupted\n", ""), f"after {after} s"


def test_an_interrupt_that_python_dropped_is_heeded() -> None:
    with pytest.raises(KeyboardInterrupt), progress.interruptible():
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        with progress.progress("a run", 2, quiet=True) as bar:
            bar.reached(1)
            pytest.fail("this must not be reached")
    with progress.interruptible():
        progress.heeded()


def test_an_interrupt_while_compiled_code_is_loaded_prints_nothing_and_is_heeded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """LLVM calls Python back through ctypes, where nothing can be raised: Python used to print the traceback."""
    printed: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda unraisable: printed.append(unraisable.exc_type))
    with pytest.raises(KeyboardInterrupt), progress.interruptible():
        ctypes.CFUNCTYPE(None)(lambda: signal.raise_signal(signal.SIGINT))()
        ctypes.CFUNCTYPE(None)(lambda: print(1 / 0))()
    assert printed == [ZeroDivisionError]
