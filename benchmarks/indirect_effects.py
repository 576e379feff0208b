"""How often the intervals of indirect effects hold the true effect.

    python benchmarks/indirect_effects.py                  # 2,000 samples a cell, half an hour on two cores
    python benchmarks/indirect_effects.py --samples 200    # a first look
    python benchmarks/indirect_effects.py --keep           # writes benchmarks/tables/indirect_effects.csv

Intervals at 95 %, percentile and BCa, of effects through satisfaction, and through satisfaction and then loyalty.
Promised are the percentile intervals of effects all of whose paths are at least 0.25 standard deviations long: four
standard errors with 300 respondents. Shown beside them, and not promised: effects of which a path is short or 0. There
an indirect effect has no normal distribution; where two paths are 0, its interval holds 0 nearly always.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from itertools import islice

import numpy as np
import pandas as pd
from simulation import ALIKE, SPREAD_OF_WEIGHTS, UNIT
from study import arguments, error_of_rate, in_parallel, table

from drivers.models.chain.path_chance import PATH_INTERVALS
from drivers.models.chain.path_effects import Chain, gradient, influence, statistics
from drivers.resampling import bca_interval, percentile_interval
from drivers.survey.codebook.model import Codebook
from drivers.survey.data import Survey, survey_of
from drivers.survey.raw_table import table_of

SIZES = (300, 1000)

LEVEL = 0.95

N_BOOT = 1000

CLEAR = 0.25
"""Standardised length from which a path is clearly there."""

DRIVERS = ("driver1", "driver2", "driver3", "driver4", "driver5")

TOGETHER = 0.3
"""Correlation of any two drivers."""

TO_SATISFACTION = np.array([0.35, 0.25, 0.1, 0.05, 0.0])
"""Standardised slopes of satisfaction on the drivers."""

BESIDE = np.array([0.2, 0.0, 0.1, 0.0, 0.0])
"""Standardised slopes of what is next on the drivers, with satisfaction in the model."""

TO_LOYALTY = {"carried": 0.45, "not carried": 0.0}
"""Truth → standardised slope of loyalty on satisfaction."""

ONWARD = 0.4
"""Standardised slope of coming back on loyalty, in a chain of two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """A chain and how its respondents are drawn.

    Parameters
    ----------
    truth
        Of `TO_LOYALTY`.
    n
        Respondents.
    serial
        Whether loyalty lies between too, before coming back.
    weighted
        Whether respondents have unequal weights.
    units
        Sampling units, of `UNIT` respondents each; 0 where respondents are drawn one by one.
    """

    truth: str
    n: int
    serial: bool = False
    weighted: bool = False
    units: int = 0

    @property
    def design(self) -> str:
        """Weights and sampling units, in words."""
        return "weights" if self.weighted else f"{self.units} units" if self.units else "simple"

    @property
    def through(self) -> tuple[str, ...]:
        """What lies between."""
        return ("satisfaction", "loyalty") if self.serial else ("satisfaction",)


DRAWS = (
    *(Draw(truth=truth, n=n) for truth in TO_LOYALTY for n in SIZES),
    *(Draw(truth="carried", n=n, serial=True) for n in SIZES),
    Draw(truth="carried", n=1000, weighted=True),
    Draw(truth="carried", n=1000, units=50),
)


@cache
def population(truth: str) -> tuple[np.ndarray, np.ndarray]:
    """Slopes of each variable on those before it, float (8, 8), and what they leave of variances of 1, float (8,)."""
    k = len(DRIVERS)
    p = k + 3
    slopes = np.zeros((p, p))
    slopes[k, :k] = TO_SATISFACTION
    slopes[k + 1, :k], slopes[k + 1, k] = BESIDE, TO_LOYALTY[truth]
    slopes[k + 2, k + 1] = ONWARD
    covariance = np.eye(p)
    covariance[:k, :k] += TOGETHER * (1 - np.eye(k))
    left = np.ones(p)
    for target in range(k, p):
        covariance[target, :target] = covariance[:target, target] = (
            slopes[target, :target] @ covariance[:target, :target]
        )
        left[target] = 1 - slopes[target, :target] @ covariance[:target, target]
    return slopes, left


def true_effects(draw: Draw) -> np.ndarray:
    """Indirect effect of each driver along the whole chain, in standard deviations of variances of 1; float (k,)."""
    along = TO_SATISFACTION * TO_LOYALTY[draw.truth]
    return along * ONWARD if draw.serial else along


def shortest_paths(draw: Draw) -> np.ndarray:
    """The shortest path on the way from each driver; float (k,)."""
    onward = [TO_LOYALTY[draw.truth], *([ONWARD] if draw.serial else [])]
    return np.minimum(TO_SATISFACTION, min(onward))


def people(draw: Draw, rng: np.random.Generator) -> np.ndarray:
    """Drivers, satisfaction, loyalty and coming back, of variance 1; float (n, 8)."""
    slopes, left = population(draw.truth)
    k = len(DRIVERS)
    drivers = np.linalg.cholesky(np.eye(k) + TOGETHER * (1 - np.eye(k)))

    def answers(rows: int) -> np.ndarray:
        values = rng.standard_normal((rows, len(left)))
        values[:, :k] = values[:, :k] @ drivers.T
        for target in range(k, len(left)):
            values[:, target] = values[:, :target] @ slopes[target, :target] + np.sqrt(left[target]) * values[:, target]
        return values

    if not draw.units:
        return answers(draw.n)
    # The same chain holds between units and within them, so that it is the population's.
    between = np.repeat(answers(draw.units), UNIT, axis=0)
    return np.sqrt(ALIKE) * between + np.sqrt(1 - ALIKE) * answers(draw.n)


@cache
def respondents(n: int) -> Survey:
    """A survey of n respondents with drivers and three outcomes, who all gave the same answer."""
    outcomes = ("satisfaction", "loyalty", "back")
    parts = {name: {"items": [name], "label": {"en": name}} for name in (*DRIVERS, *outcomes)}
    book = Codebook.model_validate(
        {
            "survey": {"id": "chain", "title": {"en": "Chain"}},
            "data": {"file": "none"},
            "scales": {"any": {"type": "numeric", "min": 0, "max": 100, "step": "any"}},
            "items": {name: {"column": name, "scale": "any"} for name in parts},
            "drivers": {name: parts[name] for name in DRIVERS},
            "outcomes": {name: parts[name] for name in outcomes},
        }
    )
    rows = pd.DataFrame({name: ["50"] * n for name in parts}, dtype="str")
    return survey_of(book, table_of("chain", rows))


def drawn(draw: Draw, seed: int) -> Survey:
    """The survey with this seed."""
    rng = np.random.default_rng([seed, DRAWS.index(draw)])
    survey, spread = respondents(draw.n), SPREAD_OF_WEIGHTS if draw.weighted else 0.0
    return replace(
        survey,
        scores=pd.DataFrame(50 + 12 * people(draw, rng), columns=list(survey.scores.columns)),
        weights=np.exp(spread * rng.standard_normal(draw.n)),
        clusters=np.repeat(np.arange(draw.units), UNIT) if draw.units else None,
    )


def one(job: tuple[Draw, int]) -> np.ndarray:
    """Limits of the indirect effects along the whole chain in the sample with this seed; float (intervals, 2, k).

    What `kda.paths` does with a survey, by the same kernels on its numbers, both kinds of interval from the same
    resamples: thousands of surveys would take as long to check as to analyse. A test compares the two.
    """
    draw, seed = job
    survey = drawn(draw, seed)
    values, weights = survey.scores.to_numpy()[:, : len(DRIVERS) + len(draw.through) + 1], survey.weights
    chain = Chain(controls=0, drivers=len(DRIVERS), mediators=len(draw.through))
    i, j = np.triu_indices(chain.columns)
    mean = weights @ values / weights.sum()
    centred = values - mean
    products = weights[:, None] * np.column_stack([np.ones(draw.n), centred, centred[:, i] * centred[:, j]])
    if draw.units:
        # All respondents of a sampling unit are drawn together.
        products = products.reshape(draw.units, UNIT, -1).sum(axis=1)
    sums = drawn_again(products, rescaled=bool(draw.units), rng=np.random.default_rng([seed, 1]))
    estimate = along(covariances(products.sum(axis=0)[None], i, j), chain)[0]
    draws = along(covariances(sums, i, j), chain)
    covariance = covariances(products.sum(axis=0)[None], i, j)[0]
    derivative = gradient(lambda moved: along(moved, chain), covariance)
    moved = influence(values, weights, covariance, derivative)
    if draw.units:
        moved = moved.reshape(draw.units, UNIT, -1).sum(axis=1)
    moved -= moved.mean(axis=0)
    acceleration = (moved**3).sum(axis=0) / (6 * (moved**2).sum(axis=0) ** 1.5)
    return np.array([percentile_interval(draws, LEVEL), bca_interval(draws, estimate, acceleration, LEVEL)])


def along(covariance: np.ndarray, chain: Chain) -> np.ndarray:
    """The effects through all mediators of a chain; (b, k)."""
    # The last of the ways, behind the direct effect.
    return chain.split(statistics(covariance, chain))[0][:, len(chain.routes)]


def drawn_again(products: np.ndarray, *, rescaled: bool, rng: np.random.Generator) -> np.ndarray:
    """Sums of the rows in each resample, as `drivers.resampling` draws them; float (N_BOOT, columns)."""
    n = len(products)
    if rescaled:
        counts = rng.multinomial(n - 1, np.full(n, 1 / n), size=N_BOOT) * (n / (n - 1))
    else:
        places = rng.integers(0, n, (N_BOOT, n)) + n * np.arange(N_BOOT)[:, None]
        counts = np.bincount(places.ravel(), minlength=N_BOOT * n).reshape(N_BOOT, n)
    return np.asarray(counts.astype(float) @ products)


def covariances(sums: np.ndarray, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    """Covariances from sums of weights, of columns and of their products; float (b, p, p)."""
    p = int(i.max()) + 1
    mean = sums[:, 1 : p + 1] / sums[:, :1]
    found = np.empty((len(sums), p, p))
    found[:, i, j] = found[:, j, i] = sums[:, p + 1 :] / sums[:, :1] - mean[:, i] * mean[:, j]
    return found


def rows(draw: Draw, intervals: str, limits: np.ndarray) -> list[dict[str, object]]:
    """One line for each driver, from the limits in all samples; float (samples, 2, k)."""
    low, high = np.swapaxes(limits, 0, 1)
    true, short = true_effects(draw), shortest_paths(draw)
    # All variances are alike, so that effects in points are those in standard deviations.
    held = ((low <= true) & (true <= high)).mean(axis=0)
    beyond = ((low > 0) | (high < 0)).mean(axis=0)
    return [
        {
            "truth": draw.truth,
            "design": draw.design,
            "mediators": len(draw.through),
            "intervals": intervals,
            "n": draw.n,
            "driver": driver,
            "effect": true[j],
            "shortest_path": short[j],
            "clear": bool(short[j] >= CLEAR),
            "samples": len(limits),
            "coverage": held[j],
            "error": error_of_rate(float(held[j]), len(limits)),
            "leaves_out_0": beyond[j],
            "mean_width": (high - low)[:, j].mean(),
        }
        for j, driver in enumerate(DRIVERS)
    ]


def main() -> None:
    """One line for each driver, way of drawing and kind of interval."""
    chosen = arguments(__doc__, 2000)
    jobs = [(draw, chosen.seed + number) for draw in DRAWS for number in range(chosen.samples)]
    found = in_parallel(one, jobs)
    lines: list[dict[str, object]] = []
    for draw in DRAWS:
        limits = np.stack(list(islice(found, chosen.samples)))
        for place, intervals in enumerate(PATH_INTERVALS):
            lines += rows(draw, intervals, limits[:, place])
    settings = f"intervals at 95 %, 1,000 bootstrap replicates, sampling units of {UNIT} respondents"
    table("indirect_effects", lines, keep=chosen.keep, settings=f"{settings}; first seed {chosen.seed}")


if __name__ == "__main__":
    main()
