"""Does calibration recover what it should? 100 cases of simulated data, by hand: it takes some minutes.

    python -m tests.studies.calibration 100 2

Each case draws four parameters from their ranges, simulates eight days of one world (300 people, two brands, an
incident), and fits them to the hourly counts of complaints and praise, the public rating and the first-response times,
with a quarter held back. Recovered: the truth lies in the stated 90 % interval.

Measured, 100 cases, three waves of 100 runs each, nominal 90 %:

    brands.A.failures.late.chance     held the truth in 88 cases   .58 of its width before
    crowd.voice.complaint                               87         .77
    brands.A.desk.handling_time                         91         .25
    crowd.reply.reexposure                              89        1.00 (not told by such data)
    all together                                        88.8 %

Of real data (three waves of 60 runs; mean absolute error of the last quarter of the hours, held back):

    mentions of AMZN, 14 days (NAB)   simulator 152, seasonal 203, mean 227, last value 229; 96 % lay in the band
    complaints about United, 9 days   simulator 6.9, seasonal 7.0, last value 7.9, mean 9.8; 94 %
    praise of United                  simulator 1.69, mean 1.74, last value 1.76, seasonal 2.18; 98 %

The first with 1,500 people, the level free (`--scale auto`) and `--shift -6`; the second with 2,000 people and
`--scale 4`. Shift and scale were chosen after a first try had failed, so these errors flatter a little: in UTC, whose
nights are not the customers', the simulator foretold worse than the seasonal rule (351 against 182), and with
`--scale 1` the level of United's complaints could not be reached, which was told (12.9 against 7.0).
In both the model misses the persistence of the talk, which is greater than its own. Not told: of AMZN how readily
posts are shared; of United the chance of a failure, and how often people fly apart from how readily they praise.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from worlds import world_of

from sim.scenario.schema import Scenario
from sim.study.calibrate import Runs, calibrate, freshly
from sim.study.observed import Observed
from sim.study.workers import Here, ordered, workers

NAMES = ("complaint_posts", "praise_posts", "ttfr_minutes", "rating")
BINS = 8 * 24


def scenario() -> Scenario:
    """A busy crowd with four unknowns; the last of them hardly shows."""
    return world_of(
        [
            {"name": "A", "policy": "human", "failures": {"late": 0.2}, "desk": {"agents": 2, "hours": "24/7"}},
            {"name": "B"},
        ],
        n=300,
        days=8,
        incidents=[{"at": "day 3 12:00", "brand": "A", "cause": "late", "affects": 0.4, "severity": 0.6}],
        uncertain={
            "brands.A.failures.late.chance": {"uniform": [0.05, 0.5]},
            "crowd.voice.complaint": {"uniform": [0.2, 1.0]},
            "brands.A.desk.handling_time": {"uniform": ["5 min", "60 min"]},
            "crowd.reply.reexposure": {"uniform": [0.0, 0.5]},
        },
    )


def case(k: int, points: int = 100) -> tuple[list[bool], list[float]]:
    """One case: by parameter, whether the interval held the truth, and how wide it was (of its width before)."""
    whole = scenario()
    empty = Observed(None, "hour", BINS, {name: np.ones(BINS) for name in NAMES})
    runs = Runs.of(whole, empty, None, 1.0, 100_000 + k, Here(), lambda: None)
    truth = np.random.default_rng([77, k]).random(len(runs.priors))
    observed = freshly(empty, runs.at(truth[None, :], 50_000)[0])
    found = calibrate(whole, observed, seed=k, points=points)
    values = [float(prior.at(u)) for prior, u in zip(runs.priors, truth, strict=True)]
    held = [one.low <= value <= one.high for one, value in zip(found.fitted, values, strict=True)]
    return held, [one.width for one in found.fitted]


def study(cases: int, jobs: int) -> tuple[np.ndarray, np.ndarray]:
    """Over cases: the share in which each interval held the truth, and the mean widths: float64 [4] each."""
    with workers(jobs) as executor:
        found = list(ordered(executor, case, [(k,) for k in range(cases)]))
    return np.array([held for held, _ in found]).mean(axis=0), np.array([width for _, width in found]).mean(axis=0)


if __name__ == "__main__":
    n, jobs = (int(word) for word in (*sys.argv[1:], "100", "2")[:2])
    shares, widths = study(n, jobs)
    for path, share, width in zip(scenario().uncertain, shares, widths, strict=True):
        print(f"{path}: held the truth in {share:.0%} of {n} cases; {width:.2f} of its width before")
    print(f"all together: {shares.mean():.1%}")
