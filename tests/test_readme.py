"""Every command of the README runs, in the order in which a reader meets them (with fewer people and worlds)."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FEWER = ["--set", "customers.number=1000"]


def commands() -> list[str]:
    """The lines of the README's shell blocks that call `sim`, without their comments."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL)
    lines = [line.split("  #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith("sim ")]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the shipped scenarios, as a reader has it."""
    folder = tmp_path_factory.mktemp("reader")
    shutil.copytree(ROOT / "scenarios", folder / "scenarios")
    return folder


def test_there_are_commands_to_run() -> None:
    assert len(commands()) >= 8, commands()


def test_the_commands_of_the_readme_run(desk: Path) -> None:
    for line in commands():
        arguments = shlex.split(line)[1:]
        if arguments[0] in ("run", "compare", "sweep", "sensitivity", "optimise"):
            arguments += FEWER
        if "--runs" in arguments:
            arguments[arguments.index("--runs") + 1] = "2"
        command = [sys.executable, "-m", "sim", *arguments]
        done = subprocess.run(command, cwd=desk, capture_output=True, text=True, timeout=280, check=False)
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
