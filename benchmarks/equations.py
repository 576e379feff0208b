"""How often the three equations of expectation get a verdict that is wrong.

    python benchmarks/equations.py           # 2,000 samples a cell, about a quarter of an hour on two cores
    python benchmarks/equations.py --keep    # writes benchmarks/tables/equations.csv

Every contrast is exactly the margin, so that "supported" and "contradicted" are both wrong. Promised are at most 5 %
of all surveys with any wrong verdict, in the family of the three equations of all drivers together, and in that of the
single drivers' nine. Three drivers, whose places below, inside and above the zone go together in one person; moods that
depend on the place by the margin and by nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats
from study import arguments, error_of_rate, in_parallel, table

import drivers as kda
from drivers.survey.codebook.model import Codebook
from drivers.survey.data import Survey, survey_of
from drivers.survey.raw_table import table_of

DRIVERS = ("a", "b", "c")
ALIKE = 0.5
"""Correlation of a person's places on two drivers, before they are cut."""

SPREAD_OF_WEIGHTS = 0.7
"""Standard deviation of the logarithm of weights."""

UNIT = 20
"""Respondents of a sampling unit."""

WITHIN = 0.2
"""Part of the variance behind places and moods that lies between sampling units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What is true of a population.

    Parameters
    ----------
    parts
        Shares below, inside and above.
    dissatisfied, loyal
        Shares of those inside.
    margin
        What is added to the dissatisfied below and to the loyal above; inside, the satisfied are so many more than the
        dissatisfied.
    """

    parts: tuple[float, float, float]
    dissatisfied: float
    loyal: float
    margin: float = 0.0


WORLDS = {
    "common": World(parts=(0.14, 0.68, 0.18), dissatisfied=0.10, loyal=0.25),
    "rare": World(parts=(0.06, 0.86, 0.08), dissatisfied=0.04, loyal=0.15),
    "margin of 10 points": World(parts=(0.14, 0.68, 0.18), dissatisfied=0.10, loyal=0.25, margin=0.10),
}


class Draw(NamedTuple):
    """How many respondents are drawn from which world, and how."""

    world: str
    n: int
    design: str = "simple"


SIZES = (300, 1000)
DRAWS = (
    *(Draw(world, n) for world in WORLDS for n in SIZES),
    *(Draw(world, n, "weights") for world in ("common", "rare") for n in SIZES),
    Draw("common", 1000, "50 units"),
)
SETTINGS = "three drivers, every contrast equal to the margin; family: any equation called supported or contradicted"


class Sample(NamedTuple):
    """Whether any verdict is wrong in one survey, by what was claimed, and how many intervals hold the truth."""

    supported: bool
    contradicted: bool
    supported_by_driver: bool
    contradicted_by_driver: bool
    covered: float


def drawn(draw: Draw, seed: int) -> Survey:
    """A survey of a world."""
    world, n = WORLDS[draw.world], draw.n
    rng = np.random.default_rng([seed, list(WORLDS).index(draw.world), n, len(draw.design)])
    clustered = draw.design.endswith("units")

    def latent(columns: int) -> np.ndarray:
        own = rng.standard_normal((n, columns))
        if not clustered:
            return own
        between = np.repeat(rng.standard_normal((n // UNIT, columns)), UNIT, axis=0)
        return np.sqrt(WITHIN) * between + np.sqrt(1 - WITHIN) * own

    person = latent(1)
    place = np.searchsorted(
        stats.norm.ppf(np.cumsum(world.parts)[:2]), np.sqrt(ALIKE) * person + np.sqrt(1 - ALIKE) * latent(3)
    )
    # One place for the mood of a person who has three: with a margin, that of all drivers is the same.
    if world.margin:
        place = np.repeat(place[:, :1], len(DRIVERS), axis=1)
    mood, feels = (stats.norm.cdf(latent(1)[:, 0]) for _ in range(2))
    low = world.dissatisfied + world.margin * (place[:, 0] == 0)
    high = np.minimum(world.dissatisfied + world.margin, 1 - low)
    satisfaction = np.where(mood < low, 0.0, np.where(mood > 1 - high, 100.0, 50.0))
    loyal = world.loyal + world.margin * (place[:, 0] == 2)
    scores = pd.DataFrame(
        {**dict(zip(DRIVERS, (25.0 + 25.0 * place).T, strict=True)), "satisfaction": satisfaction}
        | {"loyalty": np.where(feels < loyal, 100.0, 0.0)}
    )
    codes = scores.assign(desired=60.0, adequate=40.0)
    codes = pd.DataFrame({name: codes[name.split("_")[-1]] for name in _blank(n).codes.columns})
    weights = np.exp(SPREAD_OF_WEIGHTS * rng.standard_normal(n)) if draw.design == "weights" else np.ones(n)
    units = np.repeat(np.arange(n // UNIT), UNIT) if clustered else None
    return replace(_blank(n), scores=scores, codes=codes, weights=weights, clusters=units)


@cache
def _blank(n: int) -> Survey:
    """A survey of n respondents who all gave the same answer, with the expectations of three drivers."""
    levels = [f"{name}_{level}" for name in DRIVERS for level in ("desired", "adequate")]
    items = [*DRIVERS, *levels, "satisfaction", "loyalty"]

    def construct(name: str) -> dict[str, object]:
        return {"items": [name], "label": {"en": name}}

    book = Codebook.model_validate(
        {
            "survey": {"id": "equations", "title": {"en": "Equations"}},
            "data": {"file": "none"},
            "scales": {"any": {"type": "numeric", "min": 0, "max": 100, "step": "any"}},
            "items": {name: {"column": name, "scale": "any"} for name in items},
            "drivers": {name: construct(name) for name in DRIVERS},
            "outcomes": {name: construct(name) for name in ("satisfaction", "loyalty")},
            "expectations": {name: {level: f"{name}_{level}" for level in ("desired", "adequate")} for name in DRIVERS},
        }
    )
    rows = pd.DataFrame({name: ["50"] * n for name in items}, dtype="str")
    return survey_of(book, table_of("equations", rows))


def one(job: tuple[Draw, int]) -> Sample:
    """The verdicts of one survey."""
    draw, seed = job
    margin = WORLDS[draw.world].margin
    found = kda.expectation_equations(drawn(draw, seed), margin=margin)
    overall, single = ([part.finding for part in family] for family in (found.overall, found.by_driver))
    covered = [part.conf_low <= margin <= part.conf_high for part in found.overall if part.finding != "untested"]
    return Sample(
        supported="supported" in overall,
        contradicted="contradicted" in overall,
        supported_by_driver="supported" in single,
        contradicted_by_driver="contradicted" in single,
        covered=float(np.mean(covered)),
    )


def row(draw: Draw, samples: Sequence[Sample]) -> dict[str, object]:
    """The line of one way of drawing."""

    def rate(*names: str) -> float:
        return float(np.mean([any(getattr(sample, name) for name in names) for sample in samples]))

    wrong = rate("supported", "contradicted")
    by_driver = rate("supported_by_driver", "contradicted_by_driver")
    return {
        "world": draw.world,
        "design": draw.design,
        "n": draw.n,
        "samples": len(samples),
        "wrong": wrong,
        "error": error_of_rate(wrong, len(samples)),
        "supported": rate("supported"),
        "contradicted": rate("contradicted"),
        "wrong_by_driver": by_driver,
        "error_by_driver": error_of_rate(by_driver, len(samples)),
        "coverage": float(np.mean([sample.covered for sample in samples])),
    }


def main() -> None:
    """One line for each way of drawing."""
    chosen = arguments(__doc__, 2000)
    jobs = [(draw, chosen.seed + number) for draw in DRAWS for number in range(chosen.samples)]
    found = in_parallel(one, jobs)
    rows = [row(draw, list(islice(found, chosen.samples))) for draw in DRAWS]
    table("equations", rows, keep=chosen.keep, settings=f"{SETTINGS}; first seed {chosen.seed}")


if __name__ == "__main__":
    main()
