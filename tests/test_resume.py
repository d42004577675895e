"""A study that is stopped goes on: nothing completed is repeated, and the result is that of an undisturbed one."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from test_cli_run import PLAIN, SCENARIO, Sim, sim  # noqa: F401  (a fixture)
from test_compare import as_bytes
from worlds import storm

from sim.errors import EXIT_INCOMPLETE
from sim.scenario.load import load
from sim.study.archive import MANIFEST, TIMINGS
from sim.study.kept import ENDING, STUDY, Kept, worlds_kept
from sim.study.replicate import Here, run_arms
from sim.study.task import Subject, Task

RUNS = 8
STUDY_OF = ("compare", "late.yaml", "--runs", str(RUNS), "--set", "customers.number=2000", *PLAIN)


def task_of(path: Path, change: dict[str, object] | None = None) -> Task:
    scenario = load(path)
    arms = {"baseline": scenario, "silence": scenario.arm("silence").changed(change or {})}
    return Task("compare", {arm: Subject.of(each) for arm, each in arms.items()}, 1, 3)


def test_a_kept_world_is_the_world(tmp_path: Path) -> None:
    scenario = storm(n=120)
    arms = {"human": scenario, "silence": scenario.changed({"brands.Skyline.policy": "silence"})}
    kept = Kept(tmp_path, "a study")
    for seed in (1, 2):
        kept.write(run_arms(arms, seed))
        again = kept.read(seed)
        assert again is not None and again.people == run_arms(arms, seed).people
        assert as_bytes([again]) == as_bytes([run_arms(arms, seed)])
    assert kept.read(3) is None


def test_only_what_is_missing_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = storm(n=60)
    arms = {"human": scenario, "silence": scenario.changed({"brands.Skyline.policy": "silence"})}
    ran: list[int] = []
    monkeypatch.setattr("sim.study.kept.run_arms", lambda arms, seed: ran.append(seed) or run_arms(arms, seed))
    kept = Kept(tmp_path, "a study")
    whole = list(worlds_kept(arms, [5, 6, 7, 8], Here(), kept))
    assert ran == [5, 6, 7, 8]
    kept.file(6).unlink()
    kept.file(8).write_text(kept.file(8).read_text()[:-40])
    again = list(worlds_kept(arms, [5, 6, 7, 8], Here(), kept, resume=True))
    assert ran[4:] == [6, 8], "the missing one and the damaged one"
    assert as_bytes(again) == as_bytes(whole)
    list(worlds_kept(arms, [5], Here(), kept))
    assert ran[6:] == [5], "without --resume everything is run"


def test_a_changed_study_takes_up_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "late.yaml"
    ties = tmp_path / "ties.txt"
    ties.write_text("1 2\n2 3\n")
    path.write_text(SCENARIO.replace("graph: {mean_degree: 8}", "graph: {file: ties.txt}"))
    first = Kept.of(task_of(path), tmp_path)
    assert Kept.of(task_of(path), tmp_path) == first
    others = {Kept.of(task_of(path, {"brands.Acme.desk.agents": 3}), tmp_path).study}
    ties.write_text("1 2\n2 4\n")
    others.add(Kept.of(task_of(path), tmp_path).study)
    monkeypatch.setattr("sim.study.kept.fingerprint", lambda: "another simulator")
    others.add(Kept.of(task_of(path), tmp_path).study)
    assert len(others) == 3 and first.study not in others


def whole(folder: Path) -> dict[str, bytes]:
    """The files of the one result below a folder, timings aside."""
    (manifest,) = folder.glob(f"*/*/{MANIFEST}")
    place = manifest.parent
    return {file.name: file.read_bytes() for file in place.rglob("*") if file.is_file() and file.name != TIMINGS}


def started(folder: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "sim", *STUDY_OF, *more]
    return subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True, start_new_session=True)


def stopped_after(folder: Path, worlds: int, how: signal.Signals, *more: str) -> tuple[int, str]:
    """Start the study, stop it once so many worlds are kept; its exit code and last words."""
    process = started(folder, *more)
    try:
        until = time.monotonic() + 120
        while len(list(folder.rglob(f"*{ENDING}"))) < worlds and time.monotonic() < until and process.poll() is None:
            time.sleep(0.01)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        _, err = process.communicate(timeout=60)
    return process.returncode, err


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("undisturbed")
    (folder / "late.yaml").write_text(SCENARIO)
    process = started(folder)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert not list(folder.rglob("*-partial")), "nothing is left of a study that is done"
    return whole(folder / "outputs")


@pytest.mark.parametrize(("worlds", "jobs"), [(0, "1"), (1, "1"), (3, "2"), (6, "1")])
def test_a_killed_study_goes_on(tmp_path: Path, worlds: int, jobs: str, undisturbed: dict[str, bytes]) -> None:
    (tmp_path / "late.yaml").write_text(SCENARIO)
    code, err = stopped_after(tmp_path, worlds, signal.SIGKILL, "--jobs", jobs)
    assert code == -signal.SIGKILL, err
    before = {file: file.stat().st_mtime_ns for file in tmp_path.rglob(f"*{ENDING}")}
    assert len(before) >= worlds
    code, err = stopped_after(tmp_path, worlds + 1, signal.SIGKILL, "--resume", "--jobs", jobs)
    after = {file: file.stat().st_mtime_ns for file in tmp_path.rglob(f"*{ENDING}")}
    assert code == 0 or before.items() <= after.items(), "a completed world was run again"
    process = started(tmp_path, "--resume")
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert whole(tmp_path / "outputs") == undisturbed


def test_ctrl_c_keeps_completed_worlds_and_shows_them_as_a_part(tmp_path: Path, sim: Sim) -> None:  # noqa: F811
    code, err = stopped_after(tmp_path, 2, signal.SIGINT, "--jobs", "1")
    assert code == EXIT_INCOMPLETE, err
    assert "--resume" in err and "Traceback" not in err
    (about,) = tmp_path.rglob(STUDY)
    n = len(list(tmp_path.rglob(f"*{ENDING}")))
    told = sim("show", str(about.parent))
    assert told.code == 0 and told.out.startswith(f"PARTIAL, {n} of {RUNS} worlds")
    data = sim("show", str(about.parent), "--json").data
    assert data["partial"] is True and data["worlds"] == n
    assert json.loads(about.read_text())["most"] == RUNS
