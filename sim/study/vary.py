"""What a sweep varies, as a person asks for it, and the settings that come of it: a grid, or points well spread.

`path=lo:hi:n` is a range of n values (`:log` spaces them by ratio), `path=a,b,c` a list. Ends may have units.
Lists vary, scalars hold: what holds is put into the scenario with `--set` and is no part of a sweep.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from sim.errors import Problem, ScenarioError, UserError
from sim.scenario.catalogue import as_written
from sim.scenario.paths import by_name
from sim.scenario.schema import Scenario
from sim.scenario.tree import compose, plain
from sim.study.points import Settings, number_at, unit_of

Design = Literal["grid", "lhs", "sobol"]
MOST_POINTS = 10_000

_END = r"\s*[-+]?[\d_]*\.?\d+(?:[eE][-+]?\d+)?\s*[A-Za-z%]*\s*"
_RANGE = re.compile(rf"(?P<low>{_END}):(?P<high>{_END})(?::\s*(?P<n>\d+)\s*)?(?P<log>:\s*log\s*)?")


@dataclass(frozen=True)
class Vary:
    """One path and what it takes: a list of values as a scenario writes them, or a range between two of them.

    n: how many values of the range a grid takes (None: the range is for designs of random points). log: whether
    they are spaced by ratio.
    """

    path: str
    values: tuple[Any, ...]
    is_range: bool = False
    n: int | None = None
    log: bool = False

    def __str__(self) -> str:
        if not self.is_range:
            return f"{self.path}={', '.join(str(value) for value in self.values)}"
        n = "" if self.n is None else f":{self.n}"
        return f"{self.path}={self.values[0]}:{self.values[1]}{n}{':log' if self.log else ''}"


def vary(text: str) -> Vary:
    """`path=lo:hi:n`, `path=lo:hi:n:log`, `path=lo:hi` or `path=a,b,c`. Raises UserError for anything else."""
    path, equals, wanted = text.partition("=")
    path, wanted = path.strip(), wanted.strip()
    if not equals or not path or not wanted:
        raise UserError(f"--vary {text}: write path=lo:hi:n or path=a,b,c, like brands.0.desk.agents=1:12:4")
    found = _RANGE.fullmatch(wanted)
    if found:
        ends = (plain(found["low"].strip()), plain(found["high"].strip()))
        return Vary(path, ends, True, None if found["n"] is None else int(found["n"]), found["log"] is not None)
    if ":" in wanted and not set(wanted) & set(",[{"):
        raise UserError(f"--vary {text}: {wanted} is no range: write lo:hi:n, like 1:12:4 or 5 min:24 h:6:log")
    tree, problems = compose(f"[{wanted}]", f"--vary {text}")
    if tree is None or problems:
        raise UserError(f"--vary {text}: {problems[0].message if problems else 'nothing to vary'}")
    values = tuple(tree.plain())
    if len(values) < 2:
        raise UserError(f"--vary {text}: one value does not vary (write lo:hi:n or a,b,c); hold it with --set")
    return Vary(path, values)


def settings_of(
    scenario: Scenario, asked: Sequence[Vary], design: Design = "grid", points: int | None = None, seed: int = 1
) -> tuple[Settings, ...]:
    """The settings of a sweep, each a value for every path, in order.

    points: how many, for `lhs` and `sobol` (a power of two for the latter); a grid has what its values give. seed:
    of the random points. Raises UserError for what does not fit together, ScenarioError with all problems for
    values that the scenario cannot take. Values of a whole number are rounded, and repeats left out.
    """
    _check(asked, design, points)
    _once(scenario, asked)
    scales = _scales(scenario, asked)
    if design == "grid":
        chosen = [scale.all() for scale in scales]
        if math.prod(map(len, chosen)) > MOST_POINTS:
            raise UserError(f"{math.prod(map(len, chosen)):,} points are too many: vary less, or use --design lhs")
        rows: list[tuple[Any, ...]] = list(itertools.product(*chosen))
    else:
        shares = _spread(design, len(asked), points or 0, seed)
        rows = [tuple(scale.at(u) for scale, u in zip(scales, row, strict=True)) for row in shares.tolist()]
    paths = [each.path for each in asked]
    unique = {repr(row): row for row in rows}
    return tuple(dict(zip(paths, row, strict=True)) for row in unique.values())


def _check(asked: Sequence[Vary], design: str, points: int | None) -> None:
    """Raise UserError where the parts of the question do not fit together."""
    paths = [each.path for each in asked]
    if not asked:
        raise UserError("a sweep varies something: --vary brands.0.desk.agents=1:12:4")
    if "seed" in paths:
        raise UserError("--vary seed: all points live in the same worlds; ask for more of them with --runs")
    if design not in get_args(Design):
        raise UserError(f"there is no design {design!r} (there is: {', '.join(get_args(Design))})")
    if design == "grid":
        if points is not None:
            raise UserError("--points is for --design lhs and sobol; a grid has what path=lo:hi:n gives")
        for each in asked:
            if each.is_range and (each.n is None or each.n < 2):
                raise UserError(f"--vary {each}: a grid needs to know how many, at least 2: {each.path}=lo:hi:5")
            if each.is_range and each.n is not None and each.n > MOST_POINTS:
                raise UserError(f"--vary {each.path}: {each.n:,} points are too many: at most {MOST_POINTS:,}")
        return
    if points is None or not 2 <= points <= MOST_POINTS:
        raise UserError(f"--design {design} needs --points N, from 2 to {MOST_POINTS:,}")
    if design == "sobol" and points & (points - 1):
        raise UserError(f"--points {points}: sobol needs a power of two, like {power_of_two(points)}")


def _once(scenario: Scenario, asked: Sequence[Vary]) -> None:
    """Raise UserError for a path that is varied twice, be it in another spelling (`brands.0` and `brands.Skyline`)."""
    seen: dict[str, str] = {}
    for each in asked:
        name = by_name(scenario, each.path)
        if name in seen:
            also = "" if seen[name] == each.path else f" (it is {seen[name]} too)"
            raise UserError(f"{each.path}: is varied twice{also}")
        seen[name] = each.path


def power_of_two(number: int) -> int:
    """The nearest power of two that is at least 2."""
    return max(2, 1 << round(math.log2(number)))


def _spread(design: str, dimensions: int, points: int, seed: int) -> np.ndarray:
    """Points in the unit cube, well spread: float64 [points, dimensions]."""
    from scipy.stats import qmc

    drawn = qmc.LatinHypercube(dimensions, rng=seed) if design == "lhs" else qmc.Sobol(dimensions, rng=seed)
    return np.asarray(drawn.random(points), dtype=np.float64)


# ---------------------------------------------------------------------------------------------- scales


@dataclass(frozen=True)
class Scale:
    """Turns a number of the unit interval into a value of what is varied."""

    asked: Vary
    low: float = 0.0
    high: float = 0.0

    def at(self, u: float) -> Any:
        """The value at u of 0..1, as a scenario writes it."""
        if not self.asked.is_range:
            return self.asked.values[min(int(u * len(self.asked.values)), len(self.asked.values) - 1)]
        if u in (0.0, 1.0):
            end = self.asked.values[int(u)]
            return end if isinstance(end, str) else as_written(self.asked.path, (self.low, self.high)[int(u)])
        if self.asked.log:
            return _written(self.asked.path, self.low * (self.high / self.low) ** u)
        return _written(self.asked.path, self.low + u * (self.high - self.low))

    def all(self) -> list[Any]:
        """The values of a grid."""
        if not self.asked.is_range or self.asked.n is None:
            return list(self.asked.values)
        return [self.at(k / (self.asked.n - 1)) for k in range(self.asked.n)]


def _written(path: str, number: float) -> Any:
    """A number of the engine in four digits, a short time in minutes: what lies between the ends need not be exact, and
    is read by people.
    """
    if unit_of(path) == "h":
        return f"{60 * number:.4g} min" if number < 1 else f"{number:.4g} h"
    return as_written(path, float(f"{number:.4g}"))


def _scales(scenario: Scenario, asked: Sequence[Vary]) -> list[Scale]:
    """A scale for everything varied. Raises ScenarioError with all that is wrong with the ends of ranges."""
    problems: list[Problem] = []
    scales = []
    for each in asked:
        try:
            scales.append(_scale(scenario, each))
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(list(dict.fromkeys([*problems, *_refused(scenario, asked)])))
    return scales


def _refused(scenario: Scenario, asked: Sequence[Vary]) -> list[Problem]:
    """What is wrong with the values of lists, each tried alone."""
    problems: list[Problem] = []
    for each in asked:
        for value in () if each.is_range else each.values:
            try:
                scenario.changed({each.path: value})
            except ScenarioError as error:
                problems += error.problems
    return problems


def _scale(scenario: Scenario, asked: Vary) -> Scale:
    if not asked.is_range:
        return Scale(asked)
    ends = []
    problems: list[Problem] = []
    for value in asked.values:
        try:
            ends.append(number_at(scenario, asked.path, value))
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    low, high = ends
    if low == high:
        raise UserError(f"--vary {asked}: both ends are the same: nothing to vary")
    if asked.log and min(ends) <= 0:
        raise UserError(f"--vary {asked}: with :log both ends are above 0")
    return Scale(asked, low, high)


def asked_of(varied: Mapping[str, Any]) -> tuple[Vary, ...]:
    """What a mapping asks for: `{path: "lo:hi:n"}` a range, `{path: [a, b]}` a list. Raises UserError."""
    return tuple(
        vary(f"{path}={wanted}") if isinstance(wanted, str) else Vary(path, tuple(wanted))
        for path, wanted in varied.items()
    )
