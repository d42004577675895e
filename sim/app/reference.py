"""Verbs that look things up: `sim explain`, `sim list`, `sim schema`."""

from __future__ import annotations

import datetime as dt
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.app.output import Json, envelope, print_json, say
from sim.errors import FileError, UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.scenario.catalogue import Entry
    from sim.scenario.kind import Kind as ScenarioKind
    from sim.scenario.tree import Node


class What(Enum):
    """What can be listed."""

    SCENARIOS = "scenarios"
    MOMENTS = "moments"
    TEMPLATES = "templates"
    PARAMETERS = "parameters"
    POLICIES = "policies"
    TRIAGE = "triage"
    METRICS = "metrics"
    SERIES = "series"


class Kind(Enum):
    """What kind of file a schema describes."""

    SCENARIO = "scenario"
    REHEARSAL = "rehearsal"


def schema(
    kind: Annotated[Kind, typer.Argument(help="The kind of file.")] = Kind.SCENARIO,
) -> None:
    """Print the JSON Schema (draft 7) of scenario or rehearsal files. `sim new` writes it beside the file."""
    from sim.app import moments
    from sim.scenario import editor

    print_json(editor.json_schema() if kind is Kind.SCENARIO else moments.json_schema())


def explain(
    path: Annotated[str, typer.Argument(help="A key like brands.*.desk.agents, or a section like crowd.voice.")],
    json: Json = False,
) -> None:
    """Say what a key of a scenario means: its unit, range, default, and where the default comes from.

    A name may stand where the key has a star: brands.Skyline.desk.agents. A section lists the keys below it.
    """
    from sim.scenario.catalogue import children, entries, find
    from sim.scenario.names import nearest

    entry = find(path.strip("."))
    if entry is None:
        if path.strip(".").partition(".")[0] in _keys_of_moments() - set(entries()):
            raise UserError(f"{path!r} is a key of a moment: docs/TRAINERS.md and `sim schema rehearsal` tell of it")
        last = path.strip(".").rpartition(".")[2]
        alike = [known for known in entries() if known.rpartition(".")[2] == last]
        cure = f"did you mean {alike[0]!r}?" if alike else nearest(path, entries())
        raise UserError(f"there is no key {path!r} ({cure})")
    below = children(entry.pattern)
    if json:
        print_json(envelope("explain", {**facts(entry), "children": [facts(child) for child in below]}))
        return
    print("\n".join(_page(entry)))
    if below:
        print()
        rows = [(child.pattern, child.meaning, _default(child)) for child in below]
        _print_table([(name, f"{meaning} [{default}]" if default else meaning) for name, meaning, default in rows])


def _keys_of_moments() -> set[str]:
    """What a moment to rehearse is made of."""
    from sim.rehearsal.moment import Moment

    return set(Moment.model_fields)


def facts(entry: Entry) -> dict[str, Any]:
    """An entry as plain values."""
    return {
        "path": entry.pattern,
        "meaning": entry.meaning,
        "unit": entry.unit,
        "low": entry.low,
        "high": entry.high,
        "default": entry.default,
        "required": entry.required,
        "source": entry.source,
        "sweep": entry.sweep,
        "choices": list(entry.choices),
        "section": entry.section,
    }


def _page(entry: Entry) -> list[str]:
    """A key in full, a line a fact."""
    import textwrap

    lines = [entry.pattern, *textwrap.wrap(entry.meaning, 100, initial_indent="  ", subsequent_indent="  ")]
    rows = [
        ("unit", entry.unit),
        ("allowed", allowed(entry)),
        ("default", _default(entry)),
        ("source", entry.source),
        ("sweep", "" if entry.sweep is None else " to ".join(_in_unit(entry, end) for end in entry.sweep)),
    ]
    return [*lines, *(f"  {label:<9}{text}" for label, text in rows if text)]


def _default(entry: Entry) -> str:
    if entry.required:
        return "none: must be given"
    return "" if entry.section and entry.default is None else written(entry.default)


def allowed(entry: Entry) -> str:
    """What values a key takes, in words."""
    if entry.choices:
        return ", ".join(entry.choices)
    if entry.low is None and entry.high is None:
        return ""
    low, high = _in_unit(entry, entry.low), _in_unit(entry, entry.high)
    if low and high:
        return f"{low} to {high}"
    return f"at least {low}" if low else f"at most {high}"


def _in_unit(entry: Entry, number: float | None) -> str:
    """A number as a scenario may write it: a length of time is refused without its unit. Nothing for none."""
    if number is None:
        return ""
    return f"{number:.10g} h" if entry.unit == "h" else f"{number:,g}"


def written(value: Any) -> str:
    """A value as a scenario would write it; `left out` for none."""
    import json

    if value is None:
        return "left out"
    known = value if isinstance(value, (str, bool, int, float, list, tuple, dict)) else _plain(value)
    return known if isinstance(known, str) and known else json.dumps(known, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    """A value JSON has no word for (a date, a moment, a shift) in the words of a scenario."""
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    dump = getattr(value, "model_dump", None)
    return dump(mode="json") if dump is not None else str(value)


def list_(
    what: Annotated[What, typer.Argument(help="What to list.")],
    file: Annotated[Path | None, typer.Argument(help="A scenario (or a folder of them) to look in.")] = None,
    json: Json = False,
) -> None:
    """List scenarios, moments, templates, parameters, policies, triage rules, metrics, or series to fit.

    With a scenario, `parameters` shows its values instead of the defaults, and `policies` shows its policies.
    """
    rows = LISTS[what](file)
    if json:
        print_json(envelope("list", {what.value: [{"name": name, **more} for name, more in rows]}))
    else:
        _print_table(
            [(name, "; ".join(str(part) for part in more.values() if part not in ("", None))) for name, more in rows]
        )


Rows = list[tuple[str, dict[str, Any]]]


def _scenarios(place: Path | None) -> Rows:
    from sim.scenario.kind import Kind

    return _titles(place, Kind.SCENARIO, "`sim new` writes one, from `sim list templates`")


def _moments(place: Path | None) -> Rows:
    from sim.scenario.kind import Kind

    return _titles(place, Kind.MOMENT, "`sim new NAME --template moment` writes one")


def _titles(place: Path | None, kind: ScenarioKind, cure: str) -> Rows:
    """The files of a kind in a folder (or the one file), each with its title and what it is about.

    Without a place: in the folder `scenarios`, else in the current folder itself. Raises UserError if there is none.
    """
    from sim.scenario.kind import kind_of
    from sim.scenario.tree import compose, read

    rows: Rows = []
    for file in _files(place):
        try:
            tree, _ = compose(read(file), str(file))
        except FileError as error:
            if file == place:
                raise
            say(f"warning: {error}")
            continue
        if tree is not None and kind_of(tree) is kind:
            rows.append((str(file), {key: _text(tree.child(key)) for key in (kind.value, "about")}))
    if not rows:
        raise UserError(f"there is no {kind.value} in {str(place or Path.cwd())!r}; {cure}")
    return rows


def _files(place: Path | None) -> list[Path]:
    """The files to look through for what can be listed."""
    shipped = Path("scenarios")
    if place is None and not shipped.is_dir():
        return sorted(Path().glob("*.yaml"))
    place = place or shipped
    if place.is_file():
        return [place]
    if not place.is_dir():
        raise UserError(f"there is no file or folder {str(place)!r}")
    return sorted(place.rglob("*.yaml"))


def _text(node: Node | None) -> str:
    """What a node says, as text; of what is no single value, nothing."""
    return "" if node is None or node.value is None or isinstance(node.value, (dict, list)) else str(node.value)


def _templates(_: Path | None) -> Rows:
    from sim.app.moments import TEMPLATE
    from sim.scenario.templates import templates

    rows: Rows = [(name, {"about": about}) for name, about in templates().items()]
    return [*rows, (TEMPLATE, {"about": "A moment to rehearse, with the scenario it happens in."})]


def _parameters(file: Path | None) -> Rows:
    from sim.scenario.catalogue import entries

    if file is None:
        return [
            (
                pattern,
                {
                    "default": written(entry.default),
                    "unit": entry.unit,
                    "meaning": entry.meaning,
                    "source": entry.source,
                },
            )
            for pattern, entry in entries().items()
            if not entry.section and not entry.required
        ]
    from sim.scenario.catalogue import values
    from sim.scenario.load import QUESTIONS, load

    asked = (*QUESTIONS, "goals")
    return [
        (
            path,
            {
                "value": written(value),
                "unit": entry.unit,
                "meaning": entry.meaning,
                "note": ""
                if entry.required or written(value) == written(entry.seen)
                else f"default {written(entry.default)}",
            },
        )
        for path, entry, value in values(load(file))
        if path.partition(".")[0] not in asked
    ]


def _policies(file: Path | None) -> Rows:
    from sim.scenario.brand import BUILT_IN

    rows: Rows = [
        (
            name,
            {
                "replies": "replies" if policy.replies else "never replies",
                "listens": "listens" if policy.listens else "does not listen",
                "note": "built in",
            },
        )
        for name, policy in BUILT_IN.items()
    ]
    if file is not None:
        from sim.scenario.load import load

        for name, policy in load(file).policies.items():
            quality = ", ".join(f"{key} {value:g}" for key, value in policy.quality.model_dump().items())
            rows.append((name, {"triage": policy.triage, "channel": policy.channel, "quality": quality}))
    return rows


def _triage(_: Path | None) -> Rows:
    from sim.model.desk import TRIAGE

    return [(name, {"meaning": (rule.__doc__ or "").strip()}) for name, rule in TRIAGE.items()]


def _metrics(_: Path | None) -> Rows:
    from sim.study.catalogue import meanings
    from sim.study.metrics import BrandMetrics

    return [(name, {"meaning": said.definition, "unit": said.unit}) for name, said in meanings(BrandMetrics).items()]


def _series(file: Path | None) -> Rows:
    """What `sim calibrate` can fit."""
    from sim.study.observed import RANGES, SERIES

    kinds = {
        "count": "summed over each hour, day, ...",
        "share": "averaged over each hour, day, ...",
        "level": "averaged over each hour, day, ...",
        "sample": "a row each, in no order",
    }
    spans = {name: f"from {low:g} to {high:g}" for name, (low, high) in RANGES.items()}
    return [
        (name, {"meaning": meaning, "kind": kinds[kind], "range": spans.get(name, "from 0 on")})
        for name, (kind, meaning) in SERIES.items()
    ]


LISTS = {
    What.SCENARIOS: _scenarios,
    What.MOMENTS: _moments,
    What.TEMPLATES: _templates,
    What.PARAMETERS: _parameters,
    What.POLICIES: _policies,
    What.TRIAGE: _triage,
    What.METRICS: _metrics,
    What.SERIES: _series,
}


def _print_table(rows: Sequence[tuple[str, str]]) -> None:
    """Two columns: names, and what is said of them."""
    width = max((len(name) for name, _ in rows), default=0)
    for name, text in rows:
        print(f"{name:<{width}}  {text}".rstrip())
