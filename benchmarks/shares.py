"""Intervals, claims and first places of the same surveys: the tables of the three studies in half their time.

    python benchmarks/shares.py                  # 2,000 samples a cell, about 40 minutes on two cores
    python benchmarks/shares.py --samples 200    # a first look
    python benchmarks/shares.py --keep           # writes the three tables to benchmarks/tables

What each looks at, and what it promises, stands in its own file.
"""

from __future__ import annotations

import claims
import first_place
import intervals
from study import run

if __name__ == "__main__":
    run(__doc__, intervals.STUDY, claims.STUDY, first_place.STUDY, samples=2000)
