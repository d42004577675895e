"""Print how often the appraisal orders pairs of replies as people did, and every pair it gets wrong.

    python -m tests.studies.appraisal          # totals of both parts, and all failures
    python -m tests.studies.appraisal tune     # those of one part, so that the other stays unseen
"""

from __future__ import annotations

import sys

from tests.test_appraisal import pairs


def main() -> None:
    """Totals first, then the failures."""
    for part in sys.argv[1:] or ("tune", "held"):
        wrong, n = pairs(part)
        print(f"{part}: {n - len(wrong)} of {n} pairs in order ({1 - len(wrong) / n:.1%})")
        for line in wrong:
            print(f"  {line}")


if __name__ == "__main__":
    main()
