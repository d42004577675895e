"""Print how often the appraisal orders replies as people did, in all four sets, and every pair it gets wrong.

    python -m tests.studies.appraisal          # totals of both parts, and all failures
    python -m tests.studies.appraisal tune     # those of one part, so that the other stays unseen
    python -m tests.studies.appraisal totals   # no failures

The third set (strangers, by author) is development material and is printed with `tune`, as is the first part of the
fourth; the second part of the fourth is printed with `held`.
"""

from __future__ import annotations

import sys

from tests import test_appraisal, test_appraisal_fresh, test_appraisal_levels, test_appraisal_strangers


def main() -> None:
    """Totals first, then the failures."""
    asked = sys.argv[1:]
    for part in [name for name in asked if name != "totals"] or ("tune", "held"):
        found = [("first set", test_appraisal.pairs(part)), ("second set", test_appraisal_levels.pairs(part))]
        fresh = "first" if part == "tune" else "second"
        found.append(("fourth set", test_appraisal_fresh.pairs(fresh)))
        if part == "tune":
            authors = test_appraisal_strangers.AUTHORS
            found.extend((f"strangers, author {each}", test_appraisal_strangers.pairs(each)) for each in authors)
        for name, (wrong, n) in found:
            print(f"{name}, {part}: {n - len(wrong)} of {n} pairs in order ({1 - len(wrong) / n:.1%})")
            for line in wrong if "totals" not in asked else ():
                print(f"  {line}")
        worth = test_appraisal_levels.means(part)
        up, steps = test_appraisal_levels.steps_up(part)
        print(f"  worth by level: {', '.join(f'{level} {value:.2f}' for level, value in worth.items())}")
        print(f"  {up} of {steps} steps from a level to the next lower one go up in a complaint's own table")
        alarms, n_good = test_appraisal_levels.false_alarms(part)
        print(f"  traps that fell on {n_good} good replies: {dict(alarms) or 'none'}")


if __name__ == "__main__":
    main()
