"""Five truths, surveys drawn from them, and tables of what came out: shared by the studies of this folder.

A truth is a population whose shares are known: four are multivariate normal, with shares from their
covariance; the fifth is `service_center`, with shares from its planted service model. All analyses run through
the package's public functions, on surveys, as a user runs them.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import os
import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import drivers as kda
from drivers.survey.codebook import Codebook, Design, read_codebook
from drivers.survey.data import Survey, survey_of
from drivers.survey.examples import example_path
from drivers.survey.reading import table_of
from drivers.survey.synthetic.population import population, shapley_shares

CORRELATION = 0.4
EXPLAINED = 0.4
"""Correlation of any two drivers, and R², in the four normal truths."""

SLOPES = {
    "all_equal": (1.0, 1.0, 1.0, 1.0, 1.0, 1.0),
    "two_tied": (2.0, 2.0, 1.0, 1.0, 0.7, 0.0),
    "close": (1.3, 1.2, 1.1, 1.0, 0.9, 0.8),
    "spread": (3.0, 2.2, 1.5, 1.0, 0.5, 0.0),
}
SERVICE_CENTER = "service_center"
TRUTHS = (*SLOPES, SERVICE_CENTER)

TABLES = Path(__file__).parent / "tables"


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What is true of a population: its drivers, their shares and partial effects on the outcome."""

    name: str
    drivers: tuple[str, ...]
    share: np.ndarray
    effect: np.ndarray


@cache
def truth(name: str) -> Truth:
    """One of the five truths."""
    if name == SERVICE_CENTER:
        everybody = population()
        effects = np.array(list(everybody.partial_effects.values()))
        # What is planted as nothing is nothing, up to the rounding of a solved system.
        effects[np.abs(effects) < 1e-9] = 0.0
        shares = everybody.shares
        return Truth(name=name, drivers=tuple(shares), share=np.array(list(shares.values())), effect=effects)
    covariance = normal_covariance(name)
    k = len(covariance) - 1
    share = shapley_shares(covariance[:k, :k], covariance[:k, k])
    # Equal slopes among equally correlated drivers are equal shares; rounding must not make an order of them.
    share = np.array([share[np.array(SLOPES[name]) == slope].mean() for slope in SLOPES[name]])
    drivers = tuple(f"driver{j + 1}" for j in range(k))
    return Truth(name=name, drivers=drivers, share=share, effect=np.array(SLOPES[name]))


def normal_covariance(name: str) -> np.ndarray:
    """Covariance of the drivers and, last, the outcome of a normal truth; all variances are 1; float (k + 1, k + 1)."""
    slopes = np.array(SLOPES[name])
    k = len(slopes)
    covariance = np.full((k + 1, k + 1), CORRELATION)
    np.fill_diagonal(covariance, 1.0)
    drivers = covariance[:k, :k]
    slopes = slopes * np.sqrt(EXPLAINED / (slopes @ drivers @ slopes))
    covariance[:k, k] = covariance[k, :k] = drivers @ slopes
    return covariance


def draw(name: str, n: int, seed: int) -> Survey:
    """A survey of n respondents from a truth; n are asked of `service_center`, of whom six in seven answer all."""
    if name == SERVICE_CENTER:
        book = _essential()
        # Nine ratings and satisfaction, of 75 columns: the others would only be read.
        cells = kda.simulate_service_center(n, seed=seed, sampling="simple").table()
        return survey_of(book, table_of(SERVICE_CENTER, cells[[item.column for item in book.items.values()]]))
    rng = np.random.default_rng([seed, TRUTHS.index(name), n])
    covariance = normal_covariance(name)
    values = rng.standard_normal((n, len(covariance))) @ np.linalg.cholesky(covariance).T
    names = (*truth(name).drivers, "satisfaction")
    # Only scores are looked at; the rest of the survey is that of any n respondents.
    return replace(_respondents(names, n), scores=pd.DataFrame(50 + 12 * values, columns=list(names)))


@cache
def _essential() -> Codebook:
    """The codebook of `service_center` with nothing but its nine drivers and satisfaction, and no design."""
    book = read_codebook(example_path(SERVICE_CENTER))
    drivers = {name: book.drivers[name] for name in book.default_drivers}
    outcome = {book.main_outcome: book.outcomes[book.main_outcome]}
    used = [item for part in (*drivers.values(), *outcome.values()) for item in part.items]
    return Codebook(
        survey=book.survey,
        data=book.data,
        scales=book.scales,
        items={name: book.items[name] for name in used},
        drivers=drivers,
        outcomes=outcome,
        design=Design(sample="probability"),
    )


@cache
def _respondents(names: tuple[str, ...], n: int) -> Survey:
    items = {name: {"column": name, "scale": "any"} for name in names}
    parts = {name: {"items": [name], "label": {"en": name}} for name in names}
    book = Codebook.model_validate(
        {
            "survey": {"id": "truth", "title": {"en": "Truth"}},
            "data": {"file": "none"},
            "scales": {"any": {"type": "numeric", "min": 0, "max": 100, "step": "any"}},
            "items": items,
            "drivers": {name: part for name, part in parts.items() if name != "satisfaction"},
            "outcomes": {"satisfaction": parts["satisfaction"]},
        }
    )
    rows = pd.DataFrame({name: ["50"] * n for name in names}, dtype="str")
    return survey_of(book, table_of("truth", rows))


def in_parallel(task: Callable[[Any], Any], jobs: Sequence[Any]) -> list[Any]:
    """The task done for each job, in the order of the jobs, on all cores."""
    os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        return list(pool.map(task, jobs, chunksize=max(1, min(25, len(jobs) // 8))))


def error_of_rate(rate: float, n: int) -> float:
    """Monte-Carlo standard error of a rate from n samples; of one more and one less where none or all were counted."""
    rate = (rate * n + 1) / (n + 2) if rate in (0.0, 1.0) else rate
    return float(np.sqrt(rate * (1 - rate) / n))


def error_of_mean(values: Sequence[float]) -> float:
    """Monte-Carlo standard error of a mean."""
    return float(np.std(values, ddof=1) / np.sqrt(len(values)))


def arguments(description: str | None, samples: int) -> argparse.Namespace:
    """The command line that the studies share."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=samples, help=f"samples a cell (default {samples})")
    parser.add_argument("--seed", type=int, default=1001, help="seed of the first sample (default 1001)")
    parser.add_argument("--keep", action="store_true", help="write the table to benchmarks/tables")
    return parser.parse_args()


def table(name: str, rows: Iterable[Mapping[str, Any]], *, keep: bool, settings: str) -> None:
    """Print the rows; with ``keep``, write them to the table of this name with date, machine and settings."""
    rows = [{key: _short(value) for key, value in row.items()} for row in rows]
    head = (
        f"{datetime.date.today().isoformat()}, {platform.machine()}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}, numpy {np.__version__}; {settings}"
    )
    print(head)
    print(pd.DataFrame(rows).to_string(index=False))
    if keep:
        TABLES.mkdir(exist_ok=True)
        with (TABLES / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            file.write(f"# {head}\n")
            writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def _short(value: Any) -> Any:
    return round(float(value), 4) if isinstance(value, float | np.floating) else value
