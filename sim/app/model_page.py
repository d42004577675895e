"""The parameter table of docs/MODEL.md, from the declarations: `python -m sim.app.model_page docs/MODEL.md`."""

from __future__ import annotations

import sys
from pathlib import Path

from sim.scenario.catalogue import Entry, entries

BEGIN, END = "<!-- parameters: begin -->", "<!-- parameters: end -->"
SECTIONS = ("crowd.", "press.", "brands.*.desk.", "graph.")


def parameter_table() -> str:
    """Markdown: every number of the model with default, unit, meaning, source and the range to sweep."""
    rows = ["| parameter | default | unit | meaning | source | sweep |", "|---|---|---|---|---|---|"]
    rows += [_row(entry) for pattern, entry in entries().items() if pattern.startswith(SECTIONS) and entry.number]
    return "\n".join(rows)


def _row(entry: Entry) -> str:
    sweep = f"{entry.sweep[0]:.4g} - {entry.sweep[1]:.4g}" if entry.sweep else ""
    default = f"{entry.default:.4g}" if isinstance(entry.default, float) else str(entry.default)
    cells = (f"`{entry.pattern}`", default, entry.unit, entry.meaning, entry.source, sweep)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def with_table(page: str) -> str:
    """The page with the table between its two marks renewed."""
    before, rest = page.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    return f"{before}{BEGIN}\n{parameter_table()}\n{END}{after}"


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(with_table(path.read_text(encoding="utf-8")), encoding="utf-8")
