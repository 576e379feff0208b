"""Whether what a plan for a budget promises is what it brings.

    python benchmarks/plans.py                  # 2,000 samples a cell, half an hour on two cores
    python benchmarks/plans.py --samples 200    # a first look
    python benchmarks/plans.py --keep           # writes benchmarks/tables/plans.csv

Surveys are drawn whose true effects are known, so that the true gain of the plan that was chosen is known too. The raw
gain is too high, the more so the fewer answered and the more alike the drivers are. The corrected one is to be right on
average within a tenth of the best gain there is, and its interval at 95 % to hold the true gain of the chosen plan in
at least nine of ten surveys. Where all drivers are alike nothing but chance picks among them, which is the worst case:
where so few answered that it is chance as well whether an effect is clear, the correction takes back three quarters of
the excess, elsewhere all of it. Where no driver has an effect a plan is hardly ever made, and what is then promised is
shown, and not held to anything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from simulation import ALIKE, SPREAD_OF_WEIGHTS, UNIT
from study import arguments, error_of_mean, error_of_rate, in_parallel, table

from drivers.decisions.spending.best_points import Prices, best_points, solved_points
from drivers.decisions.spending.clear_effects import clear_effects, limits_by_step
from drivers.decisions.spending.corrected_gain import chance, corrected_gain
from drivers.models.robust_errors import robust_fit
from drivers.survey.codebook.model import Codebook
from drivers.survey.data import Survey, survey_of
from drivers.survey.raw_table import table_of

LEVEL = 0.95

N_BOOT = 200

TRUTHS = {
    "alike": np.full(8, 0.16),
    "spread": np.array([0.32, 0.24, 0.17, 0.11, 0.07, 0.04, 0.0, 0.0]),
    "none": np.zeros(8),
}
"""Points of satisfaction with one point of each driver, all others held."""

TOGETHER = 0.3
"""Correlation of any two drivers."""

POINTS, NOISE = 10.0, 10.0
"""Standard deviations of each driver, and of what they leave of satisfaction, in points."""

COSTS = (6.0, 4.0, 4.0, 3.0, 2.0, 1.0, 3.0, 2.0)

CEILING, BUDGET = 5.0, 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """A truth and how its respondents are drawn.

    Parameters
    ----------
    truth
        Of `TRUTHS`.
    n
        Respondents.
    returns
        Of all drivers.
    weighted
        Whether respondents have unequal weights.
    units
        Sampling units, of `UNIT` respondents each; 0 where respondents are drawn one by one.
    """

    truth: str
    n: int
    returns: Literal["linear", "diminishing"] = "linear"
    weighted: bool = False
    units: int = 0

    @property
    def design(self) -> str:
        """Weights and sampling units, in words."""
        return "weights" if self.weighted else f"{self.units} units" if self.units else "simple"


DRAWS = (
    *(Draw(truth=truth, n=n) for truth in TRUTHS for n in (150, 500)),
    *(Draw(truth="alike", n=n, returns="diminishing") for n in (150, 500)),
    Draw(truth="alike", n=500, weighted=True),
    Draw(truth="alike", n=1000, units=50),
)


class Sample(NamedTuple):
    """What one survey promises of the plan that it chooses, and what that plan truly brings."""

    planned: bool
    raw: float
    corrected: float
    low: float
    high: float
    true: float


def names() -> tuple[str, ...]:
    """The drivers' names."""
    return tuple(f"driver{number + 1}" for number in range(len(COSTS)))


def answers(draw: Draw, rng: np.random.Generator) -> np.ndarray:
    """Drivers and satisfaction; float (n, 9)."""
    k = len(COSTS)
    root = np.linalg.cholesky(np.eye(k) + TOGETHER * (1 - np.eye(k)))

    def people(rows: int) -> np.ndarray:
        values = rng.standard_normal((rows, k + 1))
        values[:, :k] = POINTS * values[:, :k] @ root.T
        values[:, k] = values[:, :k] @ TRUTHS[draw.truth] + NOISE * values[:, k]
        return values

    if not draw.units:
        return people(draw.n)
    # The same effects hold between units and within them, so that they are the population's.
    between = np.repeat(people(draw.units), UNIT, axis=0)
    return np.sqrt(ALIKE) * between + np.sqrt(1 - ALIKE) * people(draw.n)


@cache
def respondents(n: int) -> Survey:
    """A survey of n respondents with eight drivers and satisfaction, who all gave the same answer."""
    parts = {name: {"items": [name], "label": {"en": name}} for name in (*names(), "satisfaction")}
    costs = {name: {"per_point": price, "ceiling": CEILING} for name, price in zip(names(), COSTS, strict=True)}
    book = Codebook.model_validate(
        {
            "survey": {"id": "plans", "title": {"en": "Plans"}},
            "data": {"file": "none"},
            "scales": {"any": {"type": "numeric", "min": 0, "max": 100, "step": "any"}},
            "items": {name: {"column": name, "scale": "any"} for name in parts},
            "drivers": {name: parts[name] for name in names()},
            "outcomes": {"satisfaction": parts["satisfaction"]},
            "budget": {"amount": BUDGET, "costs": costs},
        }
    )
    rows = pd.DataFrame({name: ["50"] * n for name in parts}, dtype="str")
    return survey_of(book, table_of("plans", rows))


def drawn(draw: Draw, seed: int) -> Survey:
    """The survey with this seed."""
    rng = np.random.default_rng([seed, DRAWS.index(draw)])
    survey, spread = respondents(draw.n), SPREAD_OF_WEIGHTS if draw.weighted else 0.0
    return replace(
        survey,
        scores=pd.DataFrame(50 + answers(draw, rng), columns=list(survey.scores.columns)),
        weights=np.exp(spread * rng.standard_normal(draw.n)),
        clusters=np.repeat(np.arange(draw.units), UNIT) if draw.units else None,
    )


def prices(draw: Draw) -> Prices:
    """What points cost; nobody is near the end of the scale."""
    k = len(COSTS)
    return Prices(
        per_point=np.array(COSTS),
        ceiling=np.full(k, CEILING),
        room=np.full(k, 50.0),
        diminishing=np.full(k, draw.returns == "diminishing"),
    )


def best_gain(draw: Draw) -> float:
    """What the plan that is best by the true effects brings."""
    return float(best_points(TRUTHS[draw.truth], prices(draw), BUDGET) @ TRUTHS[draw.truth])


def one(job: tuple[Draw, int]) -> Sample:
    """What the survey with this seed says of its plan.

    What `kda.plan_budget` does with a survey, by the same kernels on its numbers: thousands of surveys would take as
    long to check as to plan by. A test compares the two.
    """
    draw, seed = job
    survey, cost, k = drawn(draw, seed), prices(draw), len(COSTS)
    fit = robust_fit(survey, survey.scores.to_numpy(), np.ones(draw.n, dtype=bool))
    effect, covariance = fit.params[1:], fit.covariance[1:, 1:]
    error = np.sqrt(np.diag(covariance))
    limits = limits_by_step(k, k, fit.df, 1 - LEVEL)

    def offered(effects: np.ndarray) -> np.ndarray:
        return np.where(clear_effects(effects, error, limits), effects, 0.0)

    gain = corrected_gain(
        lambda effects: best_points(offered(effects), cost, BUDGET),
        chance(effect, covariance, n_boot=N_BOOT, seed=seed),
        LEVEL,
    )
    points = solved_points(offered(effect), cost, BUDGET)
    true = float(points @ TRUTHS[draw.truth])
    return Sample(bool(points.any()), gain.raw, gain.corrected, gain.conf_low, gain.conf_high, true)


def row(draw: Draw, samples: list[Sample]) -> dict[str, object]:
    """The line of a cell: mean promises and mean truth, and how often intervals of plans that were made hold it."""
    made = [sample for sample in samples if sample.planned]
    held = [sample.low <= sample.true <= sample.high for sample in made]
    raw, corrected = ([getattr(s, name) - s.true for s in samples] for name in ("raw", "corrected"))
    coverage = float(np.mean(held)) if held else float("nan")
    return {
        "truth": draw.truth,
        "n": draw.n,
        "returns": draw.returns,
        "design": draw.design,
        "samples": len(samples),
        "planned": len(made) / len(samples),
        "best_gain": best_gain(draw),
        "true_gain": float(np.mean([sample.true for sample in samples])),
        "raw_excess": float(np.mean(raw)),
        "corrected_excess": float(np.mean(corrected)),
        "error": error_of_mean(corrected),
        "coverage": coverage,
        "coverage_error": error_of_rate(coverage, len(made)) if made else float("nan"),
    }


def main() -> None:
    """Draw all cells and print the table."""
    chosen = arguments(__doc__, 2_000)
    jobs = [(draw, chosen.seed + number) for draw in DRAWS for number in range(chosen.samples)]
    found = in_parallel(one, jobs)
    rows = [row(draw, list(islice(found, chosen.samples))) for draw in DRAWS]
    settings = f"{N_BOOT} resamples, {LEVEL:.0%} intervals, budget {BUDGET:g}, first seed {chosen.seed}"
    table("plans", rows, keep=chosen.keep, settings=settings)


if __name__ == "__main__":
    main()
