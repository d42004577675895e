"""The manifest of a result: all that it depends on and the hash of every file; and a result read again from
it.
"""

from __future__ import annotations

import json
import math
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from sim import __version__
from sim.errors import FileError
from sim.scenario.load import from_values
from sim.scenario.schema import Scenario
from sim.study.task import Origin, Subject, Task, sha256_of

MANIFEST = "manifest.json"
TIMINGS = "timings.json"
INPUTS = "inputs"
SCHEMA = "sim.manifest/1"
LIBRARIES = ("numpy", "numba", "llvmlite", "simpy", "scipy", "networkx", "matplotlib", "pydantic")


def manifest_of(task: Task, folder: Path) -> dict[str, Any]:
    """All that the result depends on, and the hash of every file in its folder."""
    return {
        "schema": SCHEMA,
        "kind": task.kind,
        "title": task.title,
        "identity": task.identity,
        "seed": task.seed,
        "runs": task.runs,
        **({"asked": list(task.asked)} if task.asked else {}),
        "made_by": {
            "tool": "micro-moments",
            "version": __version__,
            "python": platform.python_version(),
            **{name: _version(name) for name in LIBRARIES},
            "platform": platform.platform(),
        },
        "arms": {
            arm: {"origin": subject.origin.as_json(), "scenario": _kept(subject.scenario)}
            for arm, subject in task.subjects.items()
        },
        "files": {
            file.relative_to(folder).as_posix(): sha256_of(file)
            for file in sorted(folder.rglob("*"))
            if file.is_file() and file.name not in (MANIFEST, TIMINGS)
        },
    }


def _version(library: str) -> str | None:
    try:
        return version(library)
    except PackageNotFoundError:
        return None


def _kept(scenario: Scenario) -> dict[str, Any]:
    """A scenario with all defaults filled in; its graph file is the copy in the folder."""
    values = scenario.resolved()
    if scenario.graph.file is not None:
        values["graph"] = {**values["graph"], "file": f"{INPUTS}/{kept_name(Path(scenario.graph.file))}"}
    return values


def kept_name(file: Path) -> str:
    """The name of a copied input: a piece of its hash, then its own name (once, for the copy of a copy)."""
    piece = sha256_of(file)[:8]
    return file.name if file.name.startswith(f"{piece}-") else f"{piece}-{file.name}"


def as_json_text(values: Any) -> str:
    """Plain values as JSON text, the same for the same values."""
    return json.dumps(_defined(values), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _defined(values: Any) -> Any:
    """The same values with null for what JSON cannot say."""
    if isinstance(values, Mapping):
        return {str(key): _defined(value) for key, value in values.items()}
    if isinstance(values, (list, tuple)):
        return [_defined(value) for value in values]
    return None if isinstance(values, float) and not math.isfinite(values) else values


# ---------------------------------------------------------------------------------------------- reading


def is_result(path: Path) -> bool:
    """Whether a path is a result's folder, or the manifest in it."""
    return path.name == MANIFEST or (path / MANIFEST).is_file()


def reopen(path: Path) -> tuple[Task, dict[str, Any]]:
    """The task whose result a folder holds (or the folder of a manifest), and its manifest.

    Raises FileError if it is no result of ours, or its inputs are not those it was made from.
    """
    folder = path.parent if path.name == MANIFEST else path
    manifest = read_manifest(folder)
    try:
        subjects = {
            arm: Subject(_scenario(folder, manifest, held["scenario"]), Origin.of(held["origin"]))
            for arm, held in manifest["arms"].items()
        }
        asked = tuple(manifest.get("asked", ()))
        return Task(manifest["kind"], subjects, manifest["seed"], manifest["runs"], asked), manifest
    except (KeyError, TypeError, AttributeError) as error:
        raise FileError(f"{folder / MANIFEST}: is no manifest of a result ({error!r})") from error


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a result's folder. Raises FileError if there is none that can be read."""
    file = folder / MANIFEST
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise FileError(f"{folder}: is no result of a run: it has no {MANIFEST}") from error
    except ValueError as error:
        raise FileError(f"{file}: is no JSON ({error})") from error
    if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA:
        raise FileError(f"{file}: is no manifest of a result this version reads ({SCHEMA})")
    return manifest


def _scenario(folder: Path, manifest: Mapping[str, Any], values: dict[str, Any]) -> Scenario:
    name = values["graph"]["file"]
    if name is not None:
        if sha256_of(folder / name) != manifest["files"][name]:
            raise FileError(f"{folder / name}: is not the graph this result was made from")
        values = {**values, "graph": {**values["graph"], "file": str(folder / name)}}
    return from_values(values, file=str(folder / MANIFEST))


def differences(folder: Path, other: Path) -> list[str]:
    """The files that two folders both have and that are not the same, timings aside."""
    return [
        file.relative_to(folder).as_posix()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        and file.name not in (MANIFEST, TIMINGS)
        and (other / file.relative_to(folder)).is_file()
        and sha256_of(file) != sha256_of(other / file.relative_to(folder))
    ]


def damaged(folder: Path) -> list[str]:
    """The files of a result that are missing or not as its manifest says."""
    files: Mapping[str, str] = read_manifest(folder)["files"]
    return [name for name, known in files.items() if not (folder / name).is_file() or sha256_of(folder / name) != known]


def latest(out: Path) -> Path:
    """The folder of the newest result below a folder. Raises FileError if there is none."""
    found = [file.parent for file in out.glob(f"*/*/{MANIFEST}") if not file.parent.name.startswith(".")]
    if not found:
        raise FileError(f"{out}: holds no results yet; make one with `sim run`")
    return max(found, key=lambda folder: ((folder / TIMINGS).stat().st_mtime_ns, folder.name))
