"""What people stated against what they did: a line, bands beside it, and how well it tells people apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy import special

from drivers.linearization import survey_covariance
from drivers.models.loyalty.simultaneous import simultaneous
from drivers.models.loyalty.steps import Steps
from drivers.results import FEWEST_SHOWN
from drivers.survey.data import Survey

Straight = Literal["straight", "bent", "not_decided"]
STRAIGHTS: tuple[Straight, ...] = get_args(Straight)
"""Whether all bands lie within `STRAIGHT_WITHIN` of the line for certain, one lies off it for certain, or neither."""

STRAIGHT_WITHIN = 0.05
"""Five percentage points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """An estimate with its standard error and limits; all NaN where there is none."""

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Link:
    """How an event goes with a score.

    Parameters
    ----------
    constant, slope
        Of the line: part to whom it happened, per point of the score.
    auc
        Chance that of two people the one to whom it happened scored higher, ties counting half; NaN where fewer than
        10 did, or did not.
    gaps
        Part of each band less what the line has at its mean score; float (bands,).
    """

    constant: float
    slope: Limits
    auc: Limits
    gaps: np.ndarray
    gaps_low: np.ndarray
    gaps_high: np.ndarray
    straight: Straight


def link(
    survey: Survey,
    x: np.ndarray,
    event: np.ndarray,
    rows: np.ndarray,
    bands: Steps,
    *,
    conf_level: float,
    seed: int,
) -> Link:
    """The line of an event over a score, its distance from the bands, and the discrimination of the score.

    Parameters
    ----------
    x
        Score; float (n,).
    event
        1 or 0; float (n,).
    rows
        Respondents used; bool (n,).

    Notes
    -----
    Weights: weighted least squares and weighted shares of pairs; all errors are linearised together under the design,
    or to first order in replicate weights. The interval of the AUC is symmetric on the logit scale.

    References
    ----------
    Binder (1983), doi:10.2307/1402588; DeLong, DeLong and Clarke-Pearson (1988), doi:10.2307/2531595;
    Qin and Hotilovac (2008), doi:10.1177/0962280207087173.
    """
    score, happened, weights = x[rows], event[rows], survey.weights[rows] / survey.weights[rows].sum()
    mean = float(weights @ score)
    centred = score - mean
    spread = float(weights @ centred**2)
    slope = float(weights @ (centred * happened)) / spread if spread > 0 else float("nan")
    constant = float(weights @ happened) - slope * mean
    residual = weights * (happened - constant - slope * score)
    auc, auc_influence = discrimination(score, happened > 0.5, weights)
    share, columns = [], []
    for k in range(len(bands)):
        inside = bands.of[rows] == k
        total = weights[inside].sum()
        part = float(weights[inside] @ happened[inside] / total)
        share.append(part)
        at_band = residual * (1 + centred * (bands.position[k] - mean) / spread) if spread > 0 else residual
        columns.append(np.where(inside, weights * (happened - part) / total, 0.0) - at_band)
    influence = np.zeros((len(x), 2 + len(bands)))
    influence[rows, 0] = residual * centred / spread if spread > 0 else np.nan
    influence[rows, 1] = auc_influence
    influence[rows, 2:] = np.column_stack(columns)
    found = survey_covariance(survey, influence, rows)
    t = float(special.stdtrit(max(found.df, 1), (1 + conf_level) / 2))
    slope_error, auc_error = np.sqrt(np.maximum(np.diag(found.covariance)[:2], 0.0))
    gaps = simultaneous(
        np.array(share) - constant - slope * bands.position,
        found.covariance[2:, 2:],
        found.df,
        conf_level=conf_level,
        seed=seed,
    )
    return Link(
        constant=constant,
        slope=Limits(
            estimate=slope,
            std_error=float(slope_error),
            conf_low=slope - t * float(slope_error),
            conf_high=slope + t * float(slope_error),
        ),
        auc=_on_logit(auc, float(auc_error), t, enough=_enough(happened)),
        gaps=gaps.estimate,
        gaps_low=gaps.conf_low,
        gaps_high=gaps.conf_high,
        straight=_straight(gaps.conf_low, gaps.conf_high),
    )


def discrimination(score: np.ndarray, happened: np.ndarray, weights: np.ndarray) -> tuple[float, np.ndarray]:
    """The chance that whoever it happened to scored higher, ties halved, and each row's influence on it; float (n,).

    Notes
    -----
    One sort: each row is set against the weighted part of the others below its score and half of those at it.
    """
    values, code = np.unique(score, return_inverse=True)
    parts = []
    for of in (happened, ~happened):
        total = weights[of].sum()
        at = (
            np.bincount(code[of], weights[of], minlength=len(values)) / total
            if total > 0
            else np.full(len(values), np.nan)
        )
        parts.append(at)
    with_it, without = parts
    below = (np.cumsum(without) - without / 2)[code]
    above = (1 - np.cumsum(with_it) + with_it / 2)[code]
    # Parts that add up to a whole may do so to its last digit only.
    auc = min(float(with_it @ (np.cumsum(without) - without / 2)), 1.0)
    total_with, total_without = weights[happened].sum(), weights[~happened].sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        influence = np.where(happened, weights * (below - auc) / total_with, weights * (above - auc) / total_without)
    return auc, np.nan_to_num(influence)


def _enough(happened: np.ndarray) -> bool:
    yes = int((happened > 0.5).sum())
    return min(yes, len(happened) - yes) >= FEWEST_SHOWN


def _on_logit(estimate: float, error: float, t: float, *, enough: bool) -> Limits:
    if not enough:
        return Limits(estimate=float("nan"), std_error=float("nan"), conf_low=float("nan"), conf_high=float("nan"))
    if not 0 < estimate < 1:
        return Limits(estimate=estimate, std_error=error, conf_low=estimate, conf_high=estimate)
    place, reach = float(special.logit(estimate)), t * error / (estimate * (1 - estimate))
    return Limits(
        estimate=estimate,
        std_error=error,
        conf_low=float(special.expit(place - reach)),
        conf_high=float(special.expit(place + reach)),
    )


def _straight(low: np.ndarray, high: np.ndarray) -> Straight:
    if ((low > 0) | (high < 0)).any():
        return "bent"
    return "straight" if (low > -STRAIGHT_WITHIN).all() and (high < STRAIGHT_WITHIN).all() else "not_decided"
