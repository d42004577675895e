"""Renew what the documents quote from the program: the parameter table, the README's table and picture.

    python docs/renew.py
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from sim.app.model_page import with_table

ROOT = Path(__file__).resolve().parent.parent
SCENARIO = "scenarios/flight_cancelled.yaml"


def main() -> None:
    """Run the README's example and put what it printed and drew into the pages."""
    model = ROOT / "docs" / "MODEL.md"
    model.write_text(with_table(model.read_text(encoding="utf-8")), encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        compared = sim("compare", SCENARIO, "--runs", "10", "--out", folder)
        sim("run", SCENARIO, "--out", folder)
        picture = next(Path(folder).glob("*/baseline-*/figures/reputation.png"))
        shutil.copyfile(picture, ROOT / "docs" / "reputation.png")
    kept = [line for line in compared.splitlines() if not line.startswith("Everything is in")]
    block = "```text\n" + "\n".join(kept).strip() + "\n```"
    readme = ROOT / "README.md"
    text = re.sub(
        r"(<!-- compare: begin -->\n).*?(<!-- compare: end -->)",
        lambda found: f"{found[1]}{block}\n{found[2]}",
        readme.read_text(encoding="utf-8"),
        flags=re.DOTALL,
    )
    readme.write_text(text, encoding="utf-8")


def sim(*arguments: str) -> str:
    """What a command prints on standard output."""
    command = [sys.executable, "-m", "sim", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()
