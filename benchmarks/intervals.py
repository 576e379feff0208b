"""How often the default intervals of shares hold the true share.

    python benchmarks/intervals.py                  # 3,000 samples a cell, about a quarter of an hour on two cores
    python benchmarks/intervals.py --samples 200    # a first look
    python benchmarks/intervals.py --keep           # writes benchmarks/tables/intervals.csv

Percentile intervals at 95 % from 1,000 bootstrap replicates, for each driver of five truths, at 300 and
1,000 respondents. Shares below 5 % are printed and not promised: an importance cannot be negative, so
near 0 a percentile interval lies too high.
"""

from __future__ import annotations

import numpy as np
from simulation import TRUTHS, arguments, draw, error_of_rate, in_parallel, table, truth

import drivers as kda

SIZES = (300, 1000)


def one(job: tuple[str, int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Whether each driver's true share lies within its interval, and how wide that is; bool (k,), float (k,)."""
    name, n, seed = job
    result = kda.relative_importance(draw(name, n, seed), seed=seed)
    true = truth(name).share
    return (result.share_low <= true) & (true <= result.share_high), result.share_high - result.share_low


def main() -> None:
    """One line for each driver of each truth and size."""
    chosen = arguments(__doc__, 3000)
    rows = []
    for name in TRUTHS:
        for n in SIZES:
            jobs = [(name, n, chosen.seed + number) for number in range(chosen.samples)]
            held, width = (np.array(part) for part in zip(*in_parallel(one, jobs), strict=True))
            for j, driver in enumerate(truth(name).drivers):
                covered = float(held[:, j].mean())
                rows.append(
                    {
                        "truth": name,
                        "n": n,
                        "driver": driver,
                        "share": truth(name).share[j],
                        "samples": chosen.samples,
                        "coverage": covered,
                        "error": error_of_rate(covered, chosen.samples),
                        "mean_width": float(width[:, j].mean()),
                    }
                )
    table("intervals", rows, keep=chosen.keep, settings="percentile intervals at 95 %, 1,000 bootstrap replicates")


if __name__ == "__main__":
    main()
