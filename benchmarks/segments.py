"""How often effects or shares are said to differ between segments where they do not.

    python benchmarks/segments.py           # 500 samples a cell, three quarters of an hour on two idle cores
    python benchmarks/segments.py --keep    # writes benchmarks/tables/segments.csv

Drawn are 2, 12 and 24 groups of 30, 100 and 300 respondents, and of 30 to 300 in one survey, whose effects and whose
shares are all the same. Their levels differ; the noise is the same in all groups (``equal``), or four times as large in
every other one, and larger where the first driver is (``unequal``). Two cells have weights and sampling units that hold
people of all groups. Promised are at most 5 % of the surveys for each of the two tests. Beyond that lie two cells
with ``skewed`` noise, exponential and unequal besides, which no scale of ratings brings about.

Beside it stands what must not be done: the asymptotic Wald test with HC3, held to the chi-squared distribution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import special
from simulation import OUTCOME, respondents
from study import arguments, error_of_rate, in_parallel, table

import drivers as kda
from drivers.survey.data import Survey

LEVEL = 0.05
DRAWS = 199
ALONG = 0.4
"""Correlation of any two drivers."""

SEGMENT = "group"
MIXED = (30, 60, 120, 300)

SETTINGS = f"tests at 5 %, {DRAWS} draws each, drivers correlate .4, standardised slopes from .40 to .10"


class Cell(NamedTuple):
    """Surveys that are drawn in one way."""

    groups: int
    size: str
    drivers: int
    noise: str
    design: str = "simple"

    @property
    def sizes(self) -> np.ndarray:
        """Respondents of each group; mixed ones are in turn of 30, 60, 120 and 300, two of 30 and 300."""
        if self.size != "30 to 300":
            return np.full(self.groups, int(self.size))
        return np.array(MIXED if self.groups > 2 else (MIXED[0], MIXED[-1]))[np.arange(self.groups) % len(MIXED)]


CELLS = (
    *(
        Cell(groups, size, drivers, "unequal")
        for groups in (2, 12, 24)
        for size in ("30", "100", "300", "30 to 300")
        for drivers in (3, 9)
    ),
    *(Cell(groups, size, 6, "equal") for groups in (2, 12, 24) for size in ("30", "30 to 300")),
    *(Cell(groups, "300", 6, "unequal", "weights, 60 units") for groups in (2, 12)),
    *(Cell(groups, "300", 9, "skewed") for groups in (2, 12)),
)


class Flags(NamedTuple):
    """What is flagged in one sample, and whether there were two groups to test; nothing is where nothing is tested."""

    effects: bool
    effect_of_any: bool
    effects_tested: bool
    shares: bool
    shares_tested: bool
    asymptotic: bool


def drawn(cell: Cell, seed: int) -> Survey:
    """A survey without a difference."""
    rng = np.random.default_rng([seed, *map(ord, repr(cell))])
    group = np.repeat(np.arange(cell.groups), cell.sizes)
    n = len(group)
    weights, clusters, between = np.ones(n), None, np.zeros((n, cell.drivers + 1))
    if cell.design != "simple":
        # Whoever comes on one day shares something, whatever the group.
        group = rng.permutation(group)
        units = 60
        clusters = rng.integers(0, units, size=n)
        between = np.sqrt(0.1) * rng.standard_normal((units, cell.drivers + 1))[clusters]
        weights = np.exp(0.5 * rng.standard_normal(n))
    chance = between[:, :-1] + np.sqrt(0.9 if clusters is not None else 1.0) * rng.standard_normal((n, cell.drivers))
    x = np.sqrt(1 - ALONG) * chance + np.sqrt(ALONG) * rng.standard_normal((n, 1))
    noise = rng.standard_normal(n)
    if cell.noise == "skewed":
        noise = rng.exponential(size=n) - 1
    if cell.noise != "equal":
        noise *= np.exp(0.3 * x[:, 0] - 0.09) * np.where(group % 2, 2.0, 0.5)
    y = 0.3 * group / cell.groups + x @ np.linspace(0.4, 0.1, cell.drivers) + noise + between[:, -1]
    names = (*(f"d{position + 1}" for position in range(cell.drivers)), OUTCOME)
    survey = respondents(names, n)
    return replace(
        survey,
        scores=pd.DataFrame(50 + 6 * np.column_stack([x, y]), columns=list(names)),
        raw=survey.raw.assign(**{SEGMENT: [f"g{number:02}" for number in group]}),
        weights=weights,
        clusters=clusters,
    )


def one(job: tuple[Cell, int]) -> Flags:
    """What is flagged in the sample with this seed."""
    cell, seed = job
    survey = drawn(cell, seed)
    effects = kda.segment_effects(survey, segment=SEGMENT, n_boot=DRAWS, seed=seed).tests[0]
    shares = kda.segment_shares(survey, segment=SEGMENT, n_boot=DRAWS, seed=seed).tests[0]
    return Flags(
        effects=effects.differs,
        effect_of_any=bool(np.nanmin(effects.driver_p_adjusted, initial=1.0) <= LEVEL),
        effects_tested=effects.tested,
        shares=shares.differs,
        shares_tested=shares.tested,
        asymptotic=bool(special.chdtrc(effects.df, effects.statistic) <= LEVEL),
    )


def row(cell: Cell, found: Sequence[Flags]) -> dict[str, object]:
    """The line of one cell."""
    rates = {name: float(np.mean([getattr(flags, name) for flags in found])) for name in Flags._fields}
    return {
        "groups": cell.groups,
        "size": cell.size,
        "drivers": cell.drivers,
        "noise": cell.noise,
        "design": cell.design,
        "samples": len(found),
        "effects": rates["effects"],
        "error": error_of_rate(rates["effects"], len(found)),
        "effect_of_any": rates["effect_of_any"],
        "effects_tested": rates["effects_tested"],
        "shares": rates["shares"],
        "shares_error": error_of_rate(rates["shares"], len(found)),
        "shares_tested": rates["shares_tested"],
        "asymptotic": rates["asymptotic"],
    }


def main() -> None:
    """One line for each cell."""
    chosen = arguments(__doc__, 500)
    jobs = [(cell, chosen.seed + number) for cell in CELLS for number in range(chosen.samples)]
    flags = list(in_parallel(one, jobs))
    rows = [row(cell, flags[place * chosen.samples :][: chosen.samples]) for place, cell in enumerate(CELLS)]
    table("segments", rows, keep=chosen.keep, settings=f"{SETTINGS}; first seed {chosen.seed}")


if __name__ == "__main__":
    main()
