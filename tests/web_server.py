"""A server of a moment as its users start it, for tests that need a real one."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MOMENT = Path(__file__).resolve().parent.parent / "scenarios" / "moments" / "cancelled_at_the_gate.yaml"


def quick_moment(folder: Path) -> Path:
    """The moment with few futures, so that its debrief is soon done."""
    text = MOMENT.read_text(encoding="utf-8").replace("extends: ..", f"extends: {MOMENT.parent.parent}")
    file = folder / "quick.yaml"
    file.write_text(text.replace("\nscoring:\n", "\nscoring:\n  outcome: {worlds: 8, futures: 4}\n"), encoding="utf-8")
    return file


@contextmanager
def served(folder: Path, *options: str, moment: Path = MOMENT) -> Iterator[dict[str, str]]:
    """The links a server of the moment prints, by what they are for; it is stopped at the end."""
    command = [sys.executable, "-m", "sim", "rehearse", str(moment), "--web", "--port", "0", *options]
    command += ["--out", str(folder)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    links, told = {}, ""
    for line in process.stderr:
        told += line
        if found := re.match(r"(\w+)\s+(http://\S+)", line):
            links[found.group(1)] = found.group(2)
        if "Ctrl-C" in line:
            break
    try:
        assert links, told
        yield links
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
        process.stderr.close()
