"""What a run leaves behind: the raw tables of what happened, cut to what was used, with the names to read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.scenario.schema import Scenario
from sim.world import state as s

if TYPE_CHECKING:
    from sim.world.world import Note, World


@dataclass(frozen=True)
class Record:
    """Everything a measure of a run is computed from. Times are hours from day 0; the warm-up lies before 0.

    hourly: float64 [hours, brands, len(HOURLY)], of which row i is the hour that begins at `start` + i.
    daily: float64 [days + 1, brands, len(DAILY)], surveys at the midnights from day 0 on.
    posts, replies, issues, broadcasts, people, opinions: structured arrays as in `sim.world.state`.
    transitions: int64 [brands, 5, 5], moves from stage to stage. view_ages: int64, views by minutes since the post.
    """

    scenario: Scenario
    seed: int
    brands: tuple[str, ...]
    issues: tuple[str, ...]
    segments: tuple[str, ...]
    start: float
    now: float
    hourly: np.ndarray
    daily: np.ndarray
    posts: np.ndarray
    replies: np.ndarray
    issue_rows: np.ndarray
    broadcasts: np.ndarray
    people: np.ndarray
    opinions: np.ndarray
    transitions: np.ndarray
    view_ages: np.ndarray
    followers: np.ndarray
    trace: np.ndarray
    notes: tuple[Note, ...]
    moments: int
    events: int

    def attitudes(self) -> np.ndarray:
        """Everyone's attitude to each brand now, hearsay faded up to the present hour: float64 [people, brands]."""
        passed = np.floor(self.now) - self.opinions["heard_hour"]
        left = np.exp2(-passed / self.scenario.crowd.attitude.hearsay_half_life)
        attitudes: np.ndarray = self.opinions["own"].astype(np.float64) + self.opinions["heard"] * left
        return attitudes

    def series(self, name: str, brand: int) -> np.ndarray:
        """One hourly series of one brand from day 0 on: float64 [hours]."""
        first = round(-self.start)
        column: np.ndarray = self.hourly[first:, brand, s.HOURLY.index(name)]
        return column

    def survey(self, name: str, brand: int) -> np.ndarray:
        """One daily series of one brand: float64 [days + 1], at the midnights from day 0 on."""
        column: np.ndarray = self.daily[:, brand, s.DAILY.index(name)]
        return column


def recorded(world: World) -> Record:
    """The record of a world as it stands (copies of its tables, cut to what is filled)."""
    tables = world.tables
    counts = tables.counts
    return Record(
        scenario=world.scenario,
        seed=world.seed,
        brands=world.brand_names,
        issues=world.issue_names,
        segments=world.segment_names,
        start=float(tables.start[0]),
        now=world.now,
        hourly=tables.hourly[: counts[s.HOUR_NOW]].copy(),
        daily=tables.daily[: counts[s.DAY_NOW]].copy(),
        posts=tables.posts[: counts[s.N_POSTS]].copy(),
        replies=tables.replies[: counts[s.N_REPLIES]].copy(),
        issue_rows=tables.issues.copy(),
        broadcasts=tables.broadcasts[: counts[s.N_BROADCASTS]].copy(),
        people=tables.people.copy(),
        opinions=tables.opinions.copy(),
        transitions=tables.transitions.copy(),
        view_ages=tables.view_ages.copy(),
        followers=np.diff(tables.offsets),
        trace=tables.trace[: counts[s.N_TRACED]].copy(),
        notes=tuple(world.notes),
        moments=int(counts[s.N_MOMENTS]),
        events=int(counts[s.N_EVENTS]),
    )
