"""Whole analyses, from a survey to the result: seconds, memory, and another program in the same run where there is one.

    python benchmarks/analyses.py

Each case runs in a process of its own: the median of five runs after one warm-up, and the peak memory of the process.
The other programs are given the same rows. Where they would take minutes a part of their models is timed, in which
every model size has its part, and the time is scaled up to all of them.
"""

from __future__ import annotations

import os
import platform
import resource
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from multiprocessing import get_context

import numpy as np
import pandas as pd
from simulation import respondents

import drivers as kda
from drivers.survey.data import Survey

RUNS = 5
PEER_MODELS = 64
"""Models of another program that are timed, of 1,024."""


def rows(n: int, k: int, levels: int | None = None, seed: int = 1) -> pd.DataFrame:
    """Ratings that correlate by .4 and an outcome, of so many levels where they are given; n rows, k + 1 columns."""
    rng = np.random.default_rng(seed)
    common = rng.standard_normal((n, 1))
    ratings = np.sqrt(0.4) * common + np.sqrt(0.6) * rng.standard_normal((n, k))
    outcome = ratings @ np.linspace(1.0, 0.1, k) + 2.0 * rng.standard_normal(n)
    if levels is not None:
        cuts = np.quantile(outcome, np.arange(1, levels) / levels)
        outcome = np.searchsorted(cuts, outcome).astype(float)
    names = [f"driver{j + 1}" for j in range(k)] + ["satisfaction"]
    return pd.DataFrame(np.column_stack([50 + 10 * ratings, outcome]), columns=names)


def survey(n: int, k: int, levels: int | None = None) -> Survey:
    """The same as a survey."""
    scores = rows(n, k, levels)
    return replace(respondents(tuple(scores.columns), n), scores=scores)


def bootstrap() -> Callable[[], object]:
    """2,000 resamples of 15 drivers and 5,000 respondents, with ranks, letters and all differences."""
    asked = survey(5000, 15)

    def run() -> object:
        found = kda.relative_importance(asked, n_boot=2000)
        return found.tidy(), found.letters, found.differences()

    return run


def exact() -> Callable[[], object]:
    """All 2**30 models of 30 drivers."""
    asked = survey(1000, 30)
    return lambda: kda.relative_importance(asked, n_boot=0, progress=silent)


def many() -> Callable[[], object]:
    """50 drivers over sampled orders of entry, with 1,000 resamples."""
    asked = survey(1000, 50)
    return lambda: kda.relative_importance(asked, progress=silent)


def family(name: str, levels: int, **arguments: object) -> Callable[[], object]:
    """All 1,024 models of ten drivers and 1,000 respondents."""
    asked = survey(1000, 10, levels)
    return lambda: kda.relative_importance(asked, family=name, progress=silent, **arguments)  # type: ignore[arg-type]


def silent(done: float, left: float) -> None:
    """Nothing is told."""


CASES: dict[str, Callable[[], Callable[[], object]]] = {
    "LMG, 15 drivers, 5,000 respondents, 2,000 resamples": bootstrap,
    "LMG, 30 drivers, all orders": exact,
    "LMG, 50 drivers, sampled orders, 1,000 resamples": many,
    "logit, 10 drivers, 1,000 respondents": lambda: family("logit", 2, n_boot=0),
    "  with linearised intervals": lambda: family("logit", 2, intervals="linearised"),
    "  with 1,000 resamples": lambda: family("logit", 2),
    "ordered logit of 5 answers, 10 drivers, 1,000 respondents": lambda: family("ordered_logit", 5, n_boot=0),
    "  with linearised intervals ": lambda: family("ordered_logit", 5, intervals="linearised"),
    "  with 1,000 resamples ": lambda: family("ordered_logit", 5),
}
"""Name of a case → what makes it ready to run."""

PEERS = {"logit, 10 drivers, 1,000 respondents": 2, "ordered logit of 5 answers, 10 drivers, 1,000 respondents": 5}
"""Cases that statsmodels has too, and the answers of the outcome."""


def measured(case: str) -> tuple[float, float]:
    """Median seconds of a case, and the peak memory of its process in MB."""
    run = CASES[case]()
    run()
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        run()
        times.append(time.perf_counter() - started)
    return statistics.median(times), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def peer(levels: int) -> tuple[float, float]:
    """Seconds that statsmodels takes for all models, scaled up from some of them, and the memory in MB."""
    from statsmodels.discrete.discrete_model import Logit
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    warnings.simplefilter("ignore")
    data = rows(1000, 10, levels)
    # Answers are fitted on the scale of the ratings' standard deviations, which is kinder to the optimiser.
    x, y = (data.to_numpy()[:, :-1] - 50) / 10, data["satisfaction"].astype(int).to_numpy()
    chosen = range(0, 1024, 1024 // PEER_MODELS)

    def fit(mask: int) -> None:
        columns = x[:, [unit for unit in range(10) if mask >> unit & 1] or [0]]
        if levels == 2:
            Logit(y, np.column_stack([np.ones(len(y)), columns])).fit(disp=0)
        else:
            OrderedModel(y, columns, distr="logit").fit(method="bfgs", disp=0)

    fit(1023)
    started = time.perf_counter()
    for number, mask in enumerate(chosen):
        # Masks a whole number of steps apart lack the same units; turned, they have every size.
        fit((mask * 5 + number) % 1024)
    seconds = (time.perf_counter() - started) * 1024 / len(chosen)
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print a line per case."""
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, numpy {np.__version__}")
    print(f"{'case':<60} {'seconds':>9} {'MB':>6} {'statsmodels, s':>15} {'ratio':>7}")
    for case in CASES:
        with get_context("spawn").Pool(1) as alone:
            seconds, memory = alone.apply(measured, (case,))
        line = f"{case:<60} {seconds:>9.3f} {memory:>6.0f}"
        if case in PEERS:
            with get_context("spawn").Pool(1) as alone:
                other, _ = alone.apply(peer, (PEERS[case],))
            line += f" {other:>15.1f} {other / seconds:>7.0f}"
        print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
