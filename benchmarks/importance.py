"""LMG beside other programs, in one run: exact beside pingouin, sampled beside LS-SPA; seconds and their ratio.

    python benchmarks/importance.py                    # up to 28 drivers
    python benchmarks/importance.py --most 30
    python benchmarks/importance.py --ls-spa /tmp/ls-spa/bin/python

All get the same complete rows. Times are medians of five runs after one warm-up (three from 26
drivers on, one for what takes more than ten seconds); pingouin is left out where it would take minutes.

LS-SPA (Bell, Devanathan and Boyd 2024) wants an older pandas, so it lives in an environment of its own:

    python -m venv /tmp/ls-spa && /tmp/ls-spa/bin/pip install ls-spa

Its error is the 95 % point of the length of the error of all values together, as it estimates it; `sampled_lmg`
states the same of its own. Both stop at the first estimate that is no larger than what is asked for. LS-SPA is
given the same rows to train and to test on, which makes its values LMG.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pingouin

from drivers.importance.orders.gradient import lmg_gradient
from drivers.importance.orders.sampled import sampled_lmg
from drivers.importance.orders.subsets import expected_seconds, lmg_values
from drivers.moments import weighted_moments

ROWS = 1000
PEER_UP_TO = 16
SLOW = 10.0
ERRORS = (0.004, 0.001)
MANY, FEWER = 50, 24
SAMPLERS = ("random", "argsort")
PEER_CODE = """
import json, statistics, sys, time
import numpy as np
from ls_spa import ls_spa
data = np.load(sys.argv[1])
x, y = data["rows"][:, :-1], data["rows"][:, -1]
asked = json.loads(sys.argv[2])
def run(seed):
    return ls_spa(x, x, y, y, tolerance=asked["error"], perms=asked["perms"], max_samples=2**17, seed=seed)
found = run(0)
times, errors, samples = [], [], []
for seed in range(1, 6):
    started = time.perf_counter()
    found = run(seed)
    times.append(time.perf_counter() - started)
    samples.append(256 * len(found.error_history))
    errors.append(float(np.linalg.norm(found.attribution - data["exact"])) if len(data["exact"]) else float("nan"))
    if times[-1] > 10:
        break
print(json.dumps({"seconds": statistics.median(times), "orderings": 2 * statistics.median(samples),
                  "stated": float(found.overall_error), "true": float(np.mean(errors))}))
"""


def autoregressive(drivers: int, seed: int = 1) -> np.ndarray:
    """Correlated drivers (AR(1), 0.5) and an outcome in the last column; float (ROWS, drivers + 1)."""
    rng = np.random.default_rng(seed)
    values = rng.standard_normal((ROWS, drivers))
    for column in range(1, drivers):
        values[:, column] += 0.5 * values[:, column - 1]
    outcome = values @ np.linspace(1.0, 0.2, drivers) + 2.0 * rng.standard_normal(ROWS)
    return np.column_stack([values, outcome])


def factors(drivers: int, seed: int = 1) -> np.ndarray:
    """Strongly correlated drivers, a tenth with an effect, the kind LS-SPA is tried on; float (ROWS, drivers + 1)."""
    rng = np.random.default_rng(seed)
    loadings = rng.standard_normal((drivers, max(1, drivers // 20)))
    values = rng.standard_normal((ROWS, loadings.shape[1])) @ loadings.T + rng.standard_normal((ROWS, drivers))
    values /= np.sqrt((loadings**2).sum(axis=1) + 1)
    slopes = rng.permutation(np.where(np.arange(drivers) < (drivers + 1) // 10, 2.0, 0.0))
    noise = np.sqrt((slopes**2).sum() / 5) * rng.standard_normal(ROWS)
    return np.column_stack([values, values @ slopes + noise])


def halo(drivers: int, seed: int = 1) -> np.ndarray:
    """Ratings that all correlate by .5, as in a survey; float (ROWS, drivers + 1)."""
    rng = np.random.default_rng(seed)
    values = np.sqrt(0.5) * (rng.standard_normal((ROWS, drivers)) + rng.standard_normal((ROWS, 1)))
    outcome = values @ rng.exponential(1.0, drivers)
    return np.column_stack([values, outcome + outcome.std() * rng.standard_normal(ROWS)])


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


def ls_spa(python: str, rows: np.ndarray, exact: np.ndarray, error: float, perms: str) -> dict[str, float]:
    """LS-SPA in its own environment: seconds, orderings with reverses, the error it states, and the true one."""
    centred = rows - rows.mean(axis=0)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.npz"
        np.savez(file, rows=centred, exact=exact)
        asked = json.dumps({"error": error, "perms": perms})
        done = subprocess.run([python, "-c", PEER_CODE, str(file), asked], capture_output=True, text=True, check=True)
    answer: dict[str, float] = json.loads(done.stdout)
    return answer


def sampled(rows: np.ndarray, exact: np.ndarray, error: float) -> dict[str, float]:
    """The same of `sampled_lmg`, from the rows on."""
    starts = np.arange(rows.shape[1])
    found: list[Any] = []
    seeds = iter(range(1000))

    def run() -> None:
        found.append(sampled_lmg(weighted_moments(rows).scatter[None], starts, seed=next(seeds), error=error))

    seconds = median_seconds(run, 5)
    off = [np.linalg.norm(each.values[0] - exact) for each in found] if len(exact) else [float("nan")]
    return {
        "seconds": seconds,
        "orderings": statistics.median(each.count for each in found),
        "stated": found[-1].mc_norm,
        "true": float(np.mean(off)),
    }


def exact_beside_pingouin(most: int) -> None:
    """One line per number of drivers."""
    print(f"{'drivers':>7} {'drivers, s':>12} {'expected, s':>12} {'pingouin, s':>12} {'ratio':>9} {'difference':>11}")
    for k in (k for k in (4, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34) if k <= most):
        values = autoregressive(k)
        own = median_seconds(lambda v=values: ours(v), 3 if k >= 26 else 5)
        line = f"{k:>7} {own:>12.5f} {expected_seconds(k):>12.5f}"
        if k <= PEER_UP_TO:
            other = median_seconds(lambda v=values: peer(v), 5)
            gap = np.abs(ours(values) - peer(values)).max()
            line += f" {other:>12.4f} {other / own:>9.0f} {gap:>11.1e}"
        print(line, flush=True)
    replicates = 2000
    scatter = np.repeat(weighted_moments(autoregressive(15)).scatter[None], replicates, axis=0)
    seconds = median_seconds(lambda: lmg_values(scatter, np.arange(16)), 5)
    print(f"LMG of {replicates} resamples of 15 drivers, from their moments: {seconds:.3f} s")


def gradients() -> None:
    """The gradient of LMG, for linearised standard errors."""
    for k in (10, 15, 18, 20):
        matrix = weighted_moments(autoregressive(k)).scatter
        seconds = median_seconds(lambda m=matrix: lmg_gradient(m, np.arange(len(m))), 5)
        print(f"gradient of LMG, {k} drivers: {seconds:.4f} s", flush=True)


def sampled_beside_ls_spa(python: str | None) -> None:
    """One line per kind of data, number of drivers, error and sampler of LS-SPA."""
    print(
        f"{'data':>15} {'drivers':>7} {'error':>6} {'drivers, s':>11} {'orderings':>9} {'stated':>8} {'true':>8} "
        f"{'LS-SPA':>8} {'its s':>8} {'orderings':>9} {'stated':>8} {'true':>8} {'ratio':>6}"
    )
    for drivers in (MANY, FEWER):
        for make in (autoregressive, factors, halo):
            rows = make(drivers)
            exact = ours(rows) if drivers == FEWER else np.empty(0)
            for error in ERRORS:
                own = sampled(rows, exact, error)
                line = (
                    f"{make.__name__:>15} {drivers:>7} {error:>6} {own['seconds']:>11.4f} {own['orderings']:>9.0f} "
                    f"{own['stated']:>8.5f} {own['true']:>8.5f}"
                )
                for perms in SAMPLERS if python else ():
                    other = ls_spa(python or "", rows, exact, error, perms)
                    print(
                        f"{line} {perms:>8} {other['seconds']:>8.3f} {other['orderings']:>9.0f} "
                        f"{other['stated']:>8.5f} {other['true']:>8.5f} {other['seconds'] / own['seconds']:>6.0f}",
                        flush=True,
                    )
                if not python:
                    print(line, flush=True)


def has_ls_spa(python: str) -> bool:
    """Whether an interpreter knows LS-SPA."""
    return subprocess.run([python, "-c", "import ls_spa"], capture_output=True, check=False).returncode == 0


def main() -> None:
    """Print the three tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=28, help="most drivers of the exact walk")
    parser.add_argument("--ls-spa", default=sys.executable, help="a Python that has ls-spa")
    asked = parser.parse_args()
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, numpy {np.__version__}, "
        f"pingouin {pingouin.__version__}, {ROWS} rows"
    )
    exact_beside_pingouin(asked.most)
    gradients()
    known = has_ls_spa(asked.ls_spa)
    if not known:
        print(
            "LS-SPA is left out: make it an environment with 'python -m venv /tmp/ls-spa && /tmp/ls-spa/bin/pip "
            "install ls-spa' and say --ls-spa /tmp/ls-spa/bin/python."
        )
    sampled_beside_ls_spa(asked.ls_spa if known else None)
    print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
