"""Renew what the documents quote from the program: the parameter table, the README's table and picture, all verdicts.

    python docs/renew.py              # all but the verdicts
    python docs/renew.py verdicts     # runs every claim: some minutes
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from sim.app.model_page import with_table

ROOT = Path(__file__).resolve().parent.parent
SCENARIO = "scenarios/flight_cancelled.yaml"
UNITS = {"0-100": "points of 100", "points": "points of 100"}


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
    put(ROOT / "README.md", "compare", block)


def renew_verdicts() -> None:
    """Run every claim and put the verdicts into the page on evidence."""
    found = json.loads(sim("evidence", "--json"))["data"]
    claims = found["claims"]
    counts = Counter(claim["verdict"] for claim in claims.values())
    zero = all(claim["control"]["is_zero"] for claim in claims.values())
    verdicts = ", ".join(f"{number} {verdict}" for verdict, number in counts.most_common())
    controls = "every control exactly zero" if zero else "not every control zero"
    lines = [
        f"Seed {found['seed']} and the defaults, {len(claims)} claims in {found['seconds']:.0f} s on two cores:",
        f"{verdicts}, {controls}. The effect is that of the inequality that",
        "decides: a claim's first, or the one that is undecided.",
        "",
        "| claim | what is claimed | this model | effect [95 %] | runs | sign | literature |",
        "|---|---|---|---|---|---|---|",
        *(row(name, claim) for name, claim in claims.items()),
    ]
    put(ROOT / "docs" / "EVIDENCE.md", "verdicts", "\n".join(lines))


def row(name: str, claim: dict[str, Any]) -> str:
    """One claim as a line of the table."""
    verdict = f"**{claim['verdict']}**" if claim["verdict"] == "shown" else claim["verdict"]
    effect, low, high = (f"{claim[what]:+.3g}".replace("-", "−") for what in ("effect", "low", "high"))
    cells = (
        name, claim["title"], verdict, f"{effect} [{low}, {high}] {UNITS.get(claim['unit'], claim['unit'])}",
        str(claim["runs"]), claim["sign"]["kind"], claim["literature"]["status"],
    )
    return f"| {' | '.join(cells)} |"


def put(page: Path, name: str, text: str) -> None:
    """Put a text between the marks of a name in a page."""
    marked = re.compile(rf"(<!-- {name}: begin -->\n).*?(<!-- {name}: end -->)", flags=re.DOTALL)
    changed = marked.sub(lambda found: f"{found[1]}{text}\n{found[2]}", page.read_text(encoding="utf-8"))
    page.write_text(changed, encoding="utf-8")


def sim(*arguments: str) -> str:
    """What a command prints on standard output."""
    command = [sys.executable, "-m", "sim", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    renew_verdicts() if "verdicts" in sys.argv[1:] else main()
