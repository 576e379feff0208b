"""How often the test of a partial effect flags a driver that has none.

    python benchmarks/partial_effects.py           # 2,000 samples a cell, about a quarter of an hour on two cores
    python benchmarks/partial_effects.py --keep    # writes benchmarks/tables/partial_effects.csv

Promised are 5 %, and at most 5 % for the family after Holm, where ratings hold no error of measurement. Shown beside
it is what happens where they do: drivers correlate, so what the error of one hides of its effect falls to the others,
and a driver without any effect of its own seems to have one, the more surely the more respondents there are. With the
right reliability, `kda.measurement_sensitivity` takes that back. For five ratings with a ceiling, whose error is no
chance error, it is given the squared correlation with the opinions that they round.

Beside it stands what must not be done: a test of "importance = 0", here whether the interval of the share leaves
out 0. A driver without any effect has a share above 0, and such a test flags it almost always.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
from simulation import Draw, drawn, reliability_of_five_points
from study import arguments, error_of_mean, error_of_rate, in_parallel, table
from truths import SERVICE_CENTER, truth

import drivers as kda

SIZES = (300, 1000)
DRAWS = (
    *(Draw(truth=name, n=n) for name in ("two_tied", "spread", "one_counts", SERVICE_CENTER) for n in SIZES),
    *(Draw(truth="spread", n=n, reliability=part) for part in (0.8, 0.65) for n in SIZES),
    *(Draw(truth="spread", n=n, five_points=True) for n in SIZES),
)
LEVEL = 0.05
FEW = 200
"""Samples in which the wrong test is looked at as well; it needs a bootstrap, and its rate is near 1."""


SETTINGS = "tests at 5 %, robust standard errors; family: any driver without effect, after Holm"


class Flags(NamedTuple):
    """Of the drivers without an effect: the part that is flagged, and whether any is after Holm."""

    alone: float
    family: bool


class Sample(NamedTuple):
    """What is flagged in one sample: as it is; corrected, or None; and by the interval of the share, or None."""

    plain: Flags
    corrected: Flags | None
    by_share: float | None


def assumed(draw: Draw) -> float:
    """The reliability that ratings are taken to have."""
    return reliability_of_five_points() if draw.five_points else draw.reliability


def flags(p_value: np.ndarray, p_adjusted: np.ndarray) -> Flags:
    """What is flagged at 5 %; where there is no answer, nothing is."""
    return Flags(float((p_value < LEVEL).mean()), bool((p_adjusted < LEVEL).any()))


def one(job: tuple[Draw, int, bool]) -> Sample:
    """What is flagged in the sample with this seed."""
    draw, seed, also_share = job
    survey, none = drawn(draw, seed), truth(draw.truth).without_effect
    if assumed(draw) < 1:
        # The first scenario, without error of measurement, is the regression.
        effects = kda.measurement_sensitivity(survey, reliability=(assumed(draw),))
        tested = np.isin(effects.drivers, none)
        p_value, p_adjusted = effects.p_value[:, tested], effects.p_adjusted[:, tested]
        return Sample(flags(p_value[0], p_adjusted[0]), flags(p_value[1], p_adjusted[1]), None)
    regression = kda.fit_regression(survey)
    tested = np.isin(regression.terms, none)
    by_share = None
    if also_share:
        importance = kda.relative_importance(survey, seed=seed)
        by_share = float((importance.share_low[np.isin(importance.drivers, none)] > 0).mean())
    return Sample(flags(regression.p_value[tested], regression.p_adjusted[tested]), None, by_share)


def rates(found: Sequence[Flags | None], ending: str = "") -> dict[str, float]:
    """How often a driver is flagged, and any of the family, with their errors; nothing of no test."""
    made = [flags for flags in found if flags is not None]
    if not made:
        return dict.fromkeys((f"flagged{ending}", f"error{ending}", f"family{ending}", f"family_error{ending}"), np.nan)
    alone, family = [flags.alone for flags in made], float(np.mean([flags.family for flags in made]))
    return {
        f"flagged{ending}": float(np.mean(alone)),
        f"error{ending}": error_of_mean(alone),
        f"family{ending}": family,
        f"family_error{ending}": error_of_rate(family, len(made)),
    }


def row(
    draw: Draw, plain: Sequence[Flags], corrected: Sequence[Flags | None], by_share: Sequence[float | None]
) -> dict[str, object]:
    """The line of one way of drawing."""
    looked_at = [part for part in by_share if part is not None]
    return {
        "truth": draw.truth,
        "n": draw.n,
        "ratings": "five points" if draw.five_points else "exact",
        "reliability": assumed(draw),
        "samples": len(plain),
        **rates(plain),
        **rates(corrected, "_corrected"),
        "share_above_0": float(np.mean(looked_at)) if looked_at else np.nan,
    }


def main() -> None:
    """One line for each way of drawing."""
    chosen = arguments(__doc__, 2000)
    jobs = [(draw, chosen.seed + number, number < FEW) for draw in DRAWS for number in range(chosen.samples)]
    found = in_parallel(one, jobs)
    rows = [row(draw, *zip(*islice(found, chosen.samples), strict=True)) for draw in DRAWS]
    table("partial_effects", rows, keep=chosen.keep, settings=f"{SETTINGS}; first seed {chosen.seed}")


if __name__ == "__main__":
    main()
