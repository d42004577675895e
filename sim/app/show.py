"""The verb `sim show`: a result once more, as it was told when it was made."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from sim.app.how import OUTPUTS, SUMMARY, Out
from sim.app.output import Json, Quiet, envelope, print_json, say
from sim.app.parts import partial_as_json, show_partial
from sim.app.resume import is_partial
from sim.errors import FileError

LATEST = "latest"
NUMBERS = {"run": "metrics.json", "compare": "comparison.json"}
"""Where the numbers of a result stand, if not in a file called after its verb."""


def show(
    result: Annotated[str, typer.Argument(metavar="FOLDER|latest", help="The folder of a result.")] = LATEST,
    out: Out = OUTPUTS,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show a result again: its table, its sentence, and what is in its folder; or the part that is there."""
    from sim.study.manifest import MANIFEST, damaged, read_manifest

    path = Path(result)
    newest = result == LATEST and not path.exists()
    folder = _latest(out) if newest else path
    folder = folder.parent if folder.name == MANIFEST else folder
    if is_partial(folder):
        print_json(envelope("show", partial_as_json(folder))) if json else show_partial(folder)
        return
    manifest = read_manifest(folder)
    broken = damaged(folder)
    if broken and not quiet:
        say(f"warning: {folder}: missing or changed since it was made: {', '.join(broken)}")
    if json:
        print_json(envelope("show", {"output": str(folder), "damaged": broken, **_held(folder, manifest)}))
        return
    print((folder / SUMMARY).read_text(encoding="utf-8"), end="")
    if not quiet:
        print(f"\n{folder}")
        for name in manifest["files"]:
            print(f"  {name}")
    undone = _undone(out, folder) if newest and not quiet else None
    if undone is not None:
        say(f"newer, and not done: {undone} (sim show {undone} tells what is there; --resume goes on)")


def _latest(out: Path) -> Path:
    """The newest whole result; without one the newest study that is not done. Raises FileError without both."""
    from sim.study.kept import newest
    from sim.study.manifest import latest

    try:
        return latest(out)
    except FileError:
        part = newest(out)
        if part is None:
            raise
        return part


def _undone(out: Path, whole: Path) -> Path | None:
    """A study that is not done and was worked on after a whole result was made."""
    from sim.study.kept import newest
    from sim.study.manifest import TIMINGS

    part = newest(out)
    return part if part is not None and part.stat().st_mtime_ns > (whole / TIMINGS).stat().st_mtime_ns else None


def _held(folder: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    """The manifest without the texts of the scenarios, and the numbers of the result."""
    import json

    numbers = folder / NUMBERS.get(manifest["kind"], f"{manifest['kind']}.json")
    arms = {arm: {**held["origin"], "text": None} for arm, held in manifest["arms"].items()}
    return {
        "manifest": {**manifest, "arms": arms},
        "result": json.loads(numbers.read_text(encoding="utf-8")),
    }
