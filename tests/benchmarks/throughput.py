"""The command: `python -m tests.benchmarks.throughput`. A study of 1,000 runs of 5,000 customers x 30 days.

Three things are measured in turn, round by round, since a shared machine drifts: every arm run alone (graph, building,
running, measuring), the same worlds as a study in one process, and as a study in two. A study does more than its runs
(effects on groups of people, who was saved or lost, keeping completed worlds on disk), and shares what its arms have in
common. What is wanted: a run of a study costs at most 1.3 times a run alone, and two processes do at least 1.45 times
the work of one. Starting processes is told apart. Exit code 1 if either is missed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from statistics import median
from time import perf_counter

from sim.core.compiled import mark_cache_warm
from sim.scenario.load import load
from sim.scenario.schema import Scenario
from sim.study.kept import Keeping, Kept
from sim.study.metrics import measure
from sim.study.replicate import live, run_arms
from sim.study.seeds import seed_of_run
from sim.study.workers import Here, ordered, workers

SCENARIO = Path(__file__).parents[2] / "scenarios" / "flight_cancelled.yaml"
MOST_COST, LEAST_SPEED_UP = 1.3, 1.45


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 if a study costs too much or two processes gain too little."""
    asked = parse(arguments)
    scenario = load(SCENARIO, [f"customers.number={asked.customers}"])
    arms = {"baseline": scenario, **scenario.arms()}
    rounds = max(2, asked.runs // (len(arms) * asked.worlds))
    run_arms(arms, 1)
    mark_cache_warm()
    load_before = os.getloadavg()[0]
    costs, speed_ups, rates = [], [], []
    began = perf_counter()
    with tempfile.TemporaryDirectory() as folder, workers(2) as pool:
        warm_up(pool, arms)
        print(f"{perf_counter() - began:.1f} s to start two processes; load {load_before:.2f} before", flush=True)
        for k in range(rounds):
            seeds = [seed_of_run(1, 1 + k * asked.worlds + j) for j in range(asked.worlds)]
            alone = seconds_alone(arms, seeds)
            one = seconds_of_study(arms, seeds, Here(), Path(folder))
            two = seconds_of_study(arms, seeds, pool, Path(folder))
            costs.append(one / alone)
            speed_ups.append(one / two)
            rates.append(len(arms) * len(seeds) / one)
            print(
                f"round {k + 1}: alone {1000 * alone / len(arms) / len(seeds):.1f} ms a run, in a study "
                f"{costs[-1]:.2f} times that, two processes {speed_ups[-1]:.2f} times one",
                flush=True,
            )
    print(
        f"\n{rounds * asked.worlds * len(arms):,} runs of {asked.customers:,} customers x {scenario.clock.days} days: "
        f"{median(rates):.1f} runs per second and core; cost {median(costs):.2f} of a run alone (at most {MOST_COST}); "
        f"two processes {median(speed_ups):.2f} times one (at least {LEAST_SPEED_UP}); medians of {rounds} rounds, "
        f"load {os.getloadavg()[0]:.2f} after"
    )
    return 0 if median(costs) <= MOST_COST and median(speed_ups) >= LEAST_SPEED_UP else 1


def seconds_alone(arms: Mapping[str, Scenario], seeds: Sequence[int]) -> float:
    """Each arm in each world, one after the other and sharing nothing: no two runs in a row have the same seed."""
    began = perf_counter()
    for scenario in arms.values():
        for seed in seeds:
            measure(live(scenario, seed).record)
    return perf_counter() - began


def seconds_of_study(arms: Mapping[str, Scenario], seeds: Sequence[int], executor: Executor, folder: Path) -> float:
    """The same worlds as a study, kept on disk as they are done."""
    began = perf_counter()
    keeping = Keeping(executor, Kept(folder), resume=False)
    n = sum(1 for _ in ordered(keeping, run_arms, [(dict(arms), seed) for seed in seeds]))
    seconds = perf_counter() - began
    if n != len(seeds):
        raise RuntimeError("the study lost worlds")
    return seconds


def warm_up(pool: Executor, arms: Mapping[str, Scenario]) -> None:
    """See that both processes have loaded the simulator."""
    for _ in ordered(pool, run_arms, [(dict(arms), seed) for seed in range(1, 9)]):
        pass


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1000, help="runs of each kind in all")
    parser.add_argument("--worlds", type=int, default=20, help="worlds a round, with every arm in each")
    parser.add_argument("--customers", type=int, default=5000)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
