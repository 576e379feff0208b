"""Surveys drawn from the truths: one by one, with unequal chances and their weights, in sampling units, with errors.

All analyses run through the package's public functions, on surveys, as a user runs them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

import numpy as np
import pandas as pd
from scipy import special, stats
from truths import NORMAL, SERVICE_CENTER, normal_covariance, truth

import drivers as kda
from drivers.survey.codebook.model import Codebook, Design, read_codebook
from drivers.survey.data import Survey, survey_of
from drivers.survey.examples import example_path
from drivers.survey.raw_table import table_of

OUTCOME = "satisfaction"

UNIT = 20
"""Respondents of a sampling unit."""

ALIKE = 0.2
"""Part of the variance of every driver, and of what they leave of the outcome, that lies between sampling units."""

SPREAD_OF_WEIGHTS = 0.7
"""Standard deviation of the logarithm of weights that have nothing to do with the answers."""

ASKED = 7
"""People asked for each respondent who is needed, where three in ten answer."""

CEILING = np.array([-1.9, -1.25, -0.65, 0.1])
"""Where an opinion, standard normal, turns to the next of five ratings: 46 % give the best."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """How respondents are drawn, and what they are asked.

    Parameters
    ----------
    truth
        Its name.
    n
        Respondents; of `service_center` n are asked, of whom six in seven answer all.
    weights
        ``unrelated`` to the answers; ``related``: the less satisfied, with the first driver and on the whole, the
        more likely to answer, so that without their weights the shares are not those of the population.
    units
        Sampling units, of `UNIT` respondents each; 0 where respondents are drawn one by one.
    reliability
        Part of the variance of each driver that is no error of measurement.
    five_points
        Whether drivers and outcome are asked as five ratings with a ceiling.
    """

    truth: str
    n: int
    weights: Literal["none", "unrelated", "related"] = "none"
    units: int = 0
    reliability: float = 1.0
    five_points: bool = False

    def __post_init__(self) -> None:
        if self.units and self.n != self.units * UNIT:
            raise ValueError(f"Sampling units have {UNIT} respondents each.")
        if self.units and self.weights == "related":
            raise ValueError("Those who answer more often are not of one sampling unit.")
        altered = (self.weights, self.units, self.reliability, self.five_points) != ("none", 0, 1.0, False)
        if self.truth == SERVICE_CENTER and altered:
            raise ValueError(f"{SERVICE_CENTER} has ratings and a design of its own.")

    @property
    def design(self) -> str:
        """Weights and sampling units, in words."""
        weights = [] if self.weights == "none" else [f"{self.weights} weights"]
        units = [f"{self.units} units"] if self.units else []
        return ", ".join([*weights, *units]) or "simple"


def drawn(draw: Draw, seed: int) -> Survey:
    """The survey with this seed."""
    if draw.truth == SERVICE_CENTER:
        book = _essential()
        # Nine ratings and satisfaction, of 75 columns: the others would only be read.
        cells = kda.simulate_service_center(draw.n, seed=seed, sampling="simple").table()
        return survey_of(book, table_of(SERVICE_CENTER, cells[[item.column for item in book.items.values()]]))
    rng = np.random.default_rng([seed, NORMAL.index(draw.truth), draw.n])
    values, weights = _people(draw, normal_covariance(draw.truth, seed), rng)
    if draw.reliability < 1:
        error = rng.standard_normal((draw.n, values.shape[1] - 1))
        values[:, :-1] = np.sqrt(draw.reliability) * values[:, :-1] + np.sqrt(1 - draw.reliability) * error
    if draw.five_points:
        values = np.searchsorted(CEILING, values) - 2.0
    names = (*truth(draw.truth).drivers, OUTCOME)
    # Only scores, weights and sampling units are looked at; the rest of the survey is that of any n respondents.
    return replace(
        respondents(names, draw.n),
        scores=pd.DataFrame(50 + 12 * values, columns=list(names)),
        weights=weights,
        clusters=np.repeat(np.arange(draw.units), UNIT) if draw.units else None,
    )


def reliability_of_five_points() -> float:
    """Squared correlation of a rating with the opinion that it rounds."""
    chance = np.diff(stats.norm.cdf(CEILING), prepend=0.0, append=1.0)
    rating = np.arange(len(chance))
    variance = rating**2 @ chance - (rating @ chance) ** 2
    return float(stats.norm.pdf(CEILING).sum() ** 2 / variance)


def _people(draw: Draw, covariance: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Drivers and, last, the outcome, float (n, k + 1), and weights, float (n,); the population has this covariance."""
    asked = draw.n * (ASKED if draw.weights == "related" else 1)
    chance = rng.standard_normal((asked, len(covariance)))
    if draw.units:
        between = rng.standard_normal((draw.units, len(covariance)))
        chance = np.sqrt(ALIKE) * np.repeat(between, UNIT, axis=0) + np.sqrt(1 - ALIKE) * chance
    values = chance @ np.linalg.cholesky(covariance).T
    if draw.weights == "related":
        content = (values[:, 0] + values[:, -1]) / np.sqrt(2 + 2 * covariance[0, -1])
        answering = special.expit(-1 - content)
        answered = np.flatnonzero(rng.random(asked) < answering)[: draw.n]
        return values[answered], 1 / answering[answered]
    spread = SPREAD_OF_WEIGHTS if draw.weights == "unrelated" else 0.0
    return values, np.exp(spread * rng.standard_normal(draw.n))


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
def respondents(names: tuple[str, ...], n: int) -> Survey:
    """A survey of n respondents with drivers of these names and, last, satisfaction, who all gave the same answer."""
    items = {name: {"column": name, "scale": "any"} for name in names}
    parts = {name: {"items": [name], "label": {"en": name}} for name in names}
    book = Codebook.model_validate(
        {
            "survey": {"id": "truth", "title": {"en": "Truth"}},
            "data": {"file": "none"},
            "scales": {"any": {"type": "numeric", "min": 0, "max": 100, "step": "any"}},
            "items": items,
            "drivers": {name: part for name, part in parts.items() if name != OUTCOME},
            "outcomes": {OUTCOME: parts[OUTCOME]},
        }
    )
    rows = pd.DataFrame({name: ["50"] * n for name in names}, dtype="str")
    return survey_of(book, table_of("truth", rows))
