"""Exact LMG beside pingouin, in one run: seconds and their ratio.

    python benchmarks/importance.py            # up to 28 drivers
    python benchmarks/importance.py --most 30

Both get the same complete rows. Times are medians of five runs after one warm-up (three from 26
drivers on, one for a peer that takes more than ten seconds); the peer is left out where it would take minutes.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import pingouin

from drivers.importance.subsets import lmg_values
from drivers.moments import weighted_moments

ROWS = 1000
PEER_UP_TO = 16
SLOW = 10.0


def autoregressive(drivers: int, seed: int = 1) -> np.ndarray:
    """Correlated drivers (AR(1), 0.5) and an outcome in the last column; float (ROWS, drivers + 1)."""
    rng = np.random.default_rng(seed)
    values = rng.standard_normal((ROWS, drivers))
    for column in range(1, drivers):
        values[:, column] += 0.5 * values[:, column - 1]
    outcome = values @ np.linspace(1.0, 0.2, drivers) + 2.0 * rng.standard_normal(ROWS)
    return np.column_stack([values, outcome])


def ours(values: np.ndarray) -> np.ndarray:
    """LMG from rows: moments and kernel."""
    starts = np.arange(values.shape[1])
    return lmg_values(weighted_moments(values).scatter[None], starts)[0][0]


def peer(values: np.ndarray) -> np.ndarray:
    """LMG by pingouin's linear_regression(relimp=True)."""
    frame = pd.DataFrame(values[:, :-1]).add_prefix("x")
    table = pingouin.linear_regression(frame, values[:, -1], relimp=True)
    return table["relimp"].to_numpy()[1:].astype(float)


def median_seconds(run: Callable[[], object], runs: int) -> float:
    """The median of so many runs after one that is not counted."""
    started = time.perf_counter()
    run()
    if time.perf_counter() - started > SLOW:
        runs = 1
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        run()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def main() -> None:
    """Print one line per number of drivers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=28)
    most = parser.parse_args().most
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, numpy {np.__version__}, "
        f"pingouin {pingouin.__version__}, {ROWS} rows"
    )
    print(f"{'drivers':>7} {'drivers, s':>12} {'pingouin, s':>12} {'ratio':>9} {'largest difference':>19}")
    for k in (k for k in (4, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30) if k <= most):
        values = autoregressive(k)
        own = median_seconds(lambda v=values: ours(v), 3 if k >= 26 else 5)
        if k <= PEER_UP_TO:
            other = median_seconds(lambda v=values: peer(v), 5)
            gap = np.abs(ours(values) - peer(values)).max()
            print(f"{k:>7} {own:>12.5f} {other:>12.4f} {other / own:>9.0f} {gap:>19.1e}", flush=True)
        else:
            print(f"{k:>7} {own:>12.5f} {'':>12} {'':>9} {'':>19}", flush=True)
    replicates = 2000
    scatter = np.repeat(weighted_moments(autoregressive(15)).scatter[None], replicates, axis=0)
    seconds = median_seconds(lambda: lmg_values(scatter, np.arange(16)), 3)
    print(f"LMG of {replicates} resamples of 15 drivers, from their moments: {seconds:.3f} s")
    print(f"peak memory of the whole process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
