"""How often the test of a partial effect flags a driver that has none.

    python benchmarks/partial_effects.py           # 4,000 samples a cell, about five minutes on two cores
    python benchmarks/partial_effects.py --keep    # writes benchmarks/tables/partial_effects.csv

Beside it stands what must not be done: a test of "importance = 0", here whether the interval of the share leaves
out 0. Drivers correlate, so a driver without any effect has a share above 0, and such a test flags it almost always.
"""

from __future__ import annotations

import numpy as np
from simulation import SERVICE_CENTER, arguments, draw, error_of_rate, in_parallel, table, truth

import drivers as kda

CELLS = tuple((name, n) for name in ("two_tied", "spread", SERVICE_CENTER) for n in (300, 1000))
LEVEL = 0.05
FEW = 200
"""Samples in which the wrong test is looked at as well; it needs a bootstrap, and its rate is near 1."""


def one(job: tuple[str, int, int, bool]) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Of each driver without an effect: flagged alone, flagged after Holm, and by its share; bool each."""
    name, n, seed, also_share = job
    survey = draw(name, n, seed)
    effects = kda.fit_regression(survey).tidy().set_index("term")
    none = [driver for driver, effect in zip(truth(name).drivers, truth(name).effect, strict=True) if effect == 0]
    shares = None
    if also_share:
        importance = kda.relative_importance(survey, seed=seed)
        shares = np.array([importance.share_low[importance.drivers.index(driver)] > 0 for driver in none])
    rows = effects.loc[none]
    return (rows["p_value"] < LEVEL).to_numpy(), (rows["p_adjusted"] < LEVEL).to_numpy(), shares


def main() -> None:
    """One line for each truth and size."""
    chosen = arguments(__doc__, 4000)
    rows = []
    for name, n in CELLS:
        jobs = [(name, n, chosen.seed + number, number < FEW) for number in range(chosen.samples)]
        alone, holm, shares = zip(*in_parallel(one, jobs), strict=True)
        size = float(np.mean(alone))
        family = float(np.mean([flags.any() for flags in holm]))
        rows.append(
            {
                "truth": name,
                "n": n,
                "samples": chosen.samples,
                "flagged": size,
                "error": error_of_rate(size, chosen.samples),
                "flagged_after_holm": family,
                "error_after_holm": error_of_rate(family, chosen.samples),
                "share_interval_above_0": float(np.mean([flags for flags in shares if flags is not None])),
            }
        )
    table("partial_effects", rows, keep=chosen.keep, settings="tests at 5 %, robust standard errors")


if __name__ == "__main__":
    main()
