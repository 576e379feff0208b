"""How often the intervals of shares hold the true share.

    python benchmarks/intervals.py                  # 2,000 samples a cell, about half an hour on two cores
    python benchmarks/intervals.py --samples 200    # a first look
    python benchmarks/intervals.py --keep           # writes benchmarks/tables/intervals.csv

Intervals at 95 %, of each driver. Promised are the default intervals, from 1,000 bootstrap replicates, of shares of
5 % or more, with 300 respondents drawn one by one or 500 effective ones with weights, or 50 sampling units. Shown
beside them, and not promised: fewer units, shares near 0 (an importance cannot be negative, so a percentile
interval lies too high there), and intervals that are asked for (BCa, linearised).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from simulation import Draw
from study import Cell, Study, error_of_rate, run
from truths import TRUTHS, Truth, truth

from drivers.importance.result import ImportanceResult

SIZES = (300, 1000)

SIMPLE = tuple(Cell(Draw(truth=name, n=n)) for name in TRUTHS for n in SIZES)
"""Respondents drawn one by one, from each of the five truths."""

WEIGHTED = (
    Cell(Draw(truth="two_tied", n=1000, weights="related")),
    *(Cell(Draw(truth="spread", n=1000, weights=weights)) for weights in ("related", "unrelated")),
)
CLUSTERED = tuple(Cell(Draw(truth=name, n=1000, units=50)) for name in ("two_tied", "spread"))
SHOWN = (
    *(Cell(Draw(truth="spread", n=20 * units, units=units)) for units in (30, 15)),
    *(Cell(Draw(truth="small", n=300), kind) for kind in (None, "linearised", "bca")),
)
"""What is not promised."""


class Interval(NamedTuple):
    """The intervals of one sample."""

    held: np.ndarray
    """Whether the true share is within; bool (k,)."""
    width: np.ndarray
    n_effective: float


def seen(result: ImportanceResult, true: Truth) -> Interval:
    """Whether the intervals hold the true shares."""
    held = (result.share_low <= true.share) & (true.share <= result.share_high)
    return Interval(held, result.share_high - result.share_low, result.sample.n_effective)


def rows(cell: Cell, samples: Sequence[Interval]) -> list[dict[str, Any]]:
    """One line for each driver."""
    held, width, n_effective = (np.array(part) for part in zip(*samples, strict=True))
    true, coverage = truth(cell.draw.truth), held.mean(axis=0)
    return [
        {
            "truth": true.name,
            "design": cell.draw.design,
            "intervals": cell.intervals or "default",
            "n": cell.draw.n,
            "n_effective": round(float(n_effective.mean())),
            "driver": driver,
            "share": true.share[j],
            "samples": len(samples),
            "coverage": coverage[j],
            "error": error_of_rate(float(coverage[j]), len(samples)),
            "mean_width": width[:, j].mean(),
        }
        for j, driver in enumerate(true.drivers)
    ]


STUDY = Study(
    name="intervals",
    cells=(*SIMPLE, *WEIGHTED, *CLUSTERED, *SHOWN),
    seen=seen,
    rows=rows,
    settings="intervals at 95 %, 1,000 bootstrap replicates, sampling units of 20 respondents",
)

if __name__ == "__main__":
    run(__doc__, STUDY, samples=2000)
