"""Help: it names everything, and loads nothing heavy to do so."""

# ruff: noqa: F811 (fixtures are imported, and named as arguments)

from __future__ import annotations

import subprocess
import sys

import pytest
from test_cli_files import ROOT, Run, run  # noqa: F401  (fixtures among them)

from sim.app.cli import VERBS, command_of

HEAVY = ("numpy", "numba", "scipy", "networkx", "matplotlib", "simpy", "pydantic", "yaml", "rich.progress")


def in_a_new_process(script: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys\nfrom sim.app.cli import answer\nanswer(['--help'])\n"
        f"print('heavy:', [name for name in {HEAVY} if name in sys.modules])\n"
        "print('ours:', sorted(name for name in sys.modules if name.startswith('sim')))\n"
    )
    out = in_a_new_process(script)
    assert "heavy: []" in out
    assert "ours: ['sim', 'sim.app', 'sim.app.cli', 'sim.app.output', 'sim.errors']" in out


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_and_loads_nothing_heavy_for_it(verb: str) -> None:
    script = (
        f"import sys\nfrom sim.app.cli import answer\nanswer([{verb!r}, '--help'])\n"
        f"print('heavy:', [name for name in {HEAVY} if name in sys.modules])\n"
    )
    out = in_a_new_process(script)
    assert "heavy: []" in out
    assert out.startswith(f"Usage: sim {verb}")
    assert (command_of(verb).help or "").strip()


def test_help_names_every_verb_and_every_exit_code(run: Run) -> None:
    said = run("--help")
    assert said.code == 0
    for verb, (_, summary) in VERBS.items():
        assert f"{verb} " in said.out and " ".join(summary.split()[:4]) in said.out
    for code in (
        "0 done",
        "1 a fault",
        "2 wrong usage",
        "3 a wrong file",
        "4 incomplete",
        "5 a gate",
        "6 ",
        "130 ",
    ):
        assert code in " ".join(said.out.split())


def test_nothing_at_all_shows_help_and_is_wrong_usage(run: Run) -> None:
    said = run()
    assert said.code == 2
    assert "Usage: sim" in said.out


def test_python_m_sim_is_sim() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sim", "--version"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.startswith("sim 0.")
