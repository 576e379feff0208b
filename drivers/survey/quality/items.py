"""Each question's answers: how many, which are missing and why, piled up at an end, at odds with the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from drivers.survey.answers.codes import MISSING_KINDS
from drivers.survey.codebook.scales import Scale
from drivers.survey.data import Survey
from drivers.survey.quality.same_answers import meant_answer

NOT_CONCERNED = ("not_applicable", "not_asked")
"""Kinds of missing answers of people who had none to give: they are no refusal."""

FEWEST_ANSWERS = 10
"""Fewer answers tell nothing of a question, and could be recognised."""

AGAINST_LEVEL = 0.05
"""Chance of calling any question of a survey contrary to the others where none is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemHealth:
    """The answers to one question.

    Parameters
    ----------
    item
        Name of the item.
    construct
        Driver or outcome that it belongs to; "" where none.
    scored
        Whether it belongs to an outcome or a driver that is not optional.
    n_asked
        Respondents of the domain.
    counts
        Kind of missing answer → respondents.
    shares
        The same as weighted parts of all respondents.
    answered, answered_share
        Respondents with an answer, and their weighted part.
    distinct
        How many different answers were given.
    ceiling, floor
        Weighted parts of the answers that are the best and the worst the scale has; NaN with fewer than ten answers.
    has_steps
        Whether the scale has three steps or more, so that answers may pile up at an end.
    performance, skewness
        Weighted mean, 0–100, and skewness of the answers.
    correlation
        Weighted, with the mean of the other scored items; NaN where the item is none of them.
    against
        Whether this correlation is clearly below 0.
    """

    item: str
    construct: str
    scored: bool
    n_asked: int
    counts: Mapping[str, int]
    shares: Mapping[str, float]
    answered: int
    answered_share: float
    distinct: int
    ceiling: float
    floor: float
    has_steps: bool
    performance: float
    skewness: float
    correlation: float
    against: bool

    @property
    def concerned(self) -> int:
        """Respondents who had an answer to give: neither not asked nor not concerned."""
        return self.n_asked - sum(self.counts[kind] for kind in NOT_CONCERNED)

    @property
    def withheld_share(self) -> float:
        """Weighted part of those concerned who gave no answer; NaN with fewer than ten of them."""
        if self.concerned < FEWEST_ANSWERS:
            return float("nan")
        lost = sum(share for kind, share in self.shares.items() if kind not in NOT_CONCERNED)
        return lost / (lost + self.answered_share) if lost + self.answered_share > 0 else float("nan")


def item_health(survey: Survey) -> tuple[ItemHealth, ...]:
    """Each item of the codebook among the respondents of the domain.

    Notes
    -----
    Weights: shares, means, skewness and correlations are weighted; counts are not. Missing answers: the correlation
    takes whoever answered the item and at least one other.
    """
    book = survey.codebook
    constructs = {item: name for name in (*book.outcomes, *book.drivers)[::-1] for item in book.construct(name).items}
    scored = [
        item
        for item in book.items
        if any(item in book.construct(name).items for name in (*book.default_drivers, *book.said_outcomes))
    ]
    rows = survey.domain
    weights = survey.weights[rows]
    correlations = _with_the_others(survey, scored)
    return tuple(
        _health(survey, item, constructs.get(item, ""), rows, weights, correlations.get(item)) for item in book.items
    )


def _health(
    survey: Survey,
    item: str,
    construct: str,
    rows: np.ndarray,
    weights: np.ndarray,
    correlation: tuple[float, bool] | None,
) -> ItemHealth:
    scale = survey.codebook.scales[survey.codebook.items[item].scale]
    missing = survey.missing[item].to_numpy()[rows]
    counts = np.bincount(missing, minlength=1 + len(MISSING_KINDS))
    sums = np.bincount(missing, weights=weights, minlength=1 + len(MISSING_KINDS))
    total = sums.sum()
    shares = sums / total if total > 0 else np.full(len(sums), np.nan)
    points, parts = _distribution(meant_answer(survey, item)[rows], weights)
    enough = counts[0] >= FEWEST_ANSWERS and len(points) > 0
    mean = float(parts @ points) if enough else np.nan
    spread = float(np.sqrt(parts @ (points - mean) ** 2)) if enough else np.nan
    return ItemHealth(
        item=item,
        construct=construct,
        scored=correlation is not None,
        n_asked=len(missing),
        counts=dict(zip(MISSING_KINDS, counts[1:].tolist(), strict=True)),
        shares=dict(zip(MISSING_KINDS, shares[1:].tolist(), strict=True)),
        answered=int(counts[0]),
        answered_share=float(shares[0]),
        distinct=len(points),
        ceiling=float(parts[points >= 100 - 1e-7].sum()) if enough else np.nan,
        floor=float(parts[points <= 1e-7].sum()) if enough else np.nan,
        has_steps=_has_steps(scale),
        performance=mean,
        skewness=float(parts @ ((points - mean) / spread) ** 3) if enough and spread > 0 else np.nan,
        correlation=np.nan if correlation is None else correlation[0],
        against=correlation is not None and correlation[1],
    )


def _distribution(points: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The different answers, and the weighted part of each; float (k,), (k,)."""
    codes, known = pd.factorize(points)
    answered = codes >= 0
    sums = np.bincount(codes[answered], weights=weights[answered], minlength=len(known))
    return np.asarray(known), sums / sums.sum() if sums.sum() > 0 else np.full(len(known), np.nan)


def _has_steps(scale: Scale) -> bool:
    """Whether answers may pile up at an end, which two answers always do."""
    return scale.best_two is not None


def _with_the_others(survey: Survey, items: Sequence[str]) -> dict[str, tuple[float, bool]]:
    """Item → its correlation with the mean of the others, and whether it is clearly below 0."""
    rows = survey.domain & (survey.weights > 0)
    weights = survey.weights[rows]
    total, count = np.zeros(len(weights)), np.zeros(len(weights))
    for item in items:
        points = meant_answer(survey, item)[rows]
        total += np.nan_to_num(points)
        count += ~np.isnan(points)
    # Limits by Fisher's transformation, with Kish's effective number of respondents, for all items at once.
    limit = float(ndtri(1 - AGAINST_LEVEL / max(1, len(items))))
    found = {}
    for item in items:
        points = meant_answer(survey, item)[rows]
        both = ~np.isnan(points) & (count > 1)
        r, n_effective = np.nan, 0.0
        if both.sum() >= FEWEST_ANSWERS:
            rest = (total[both] - points[both]) / (count[both] - 1)
            r = _correlation(points[both], rest, weights[both])
            n_effective = weights[both].sum() ** 2 / (weights[both] ** 2).sum()
        clear = n_effective > 3 and bool(
            np.arctanh(np.clip(r, -1 + 1e-12, 1 - 1e-12)) * np.sqrt(n_effective - 3) < -limit
        )
        found[item] = float(r), clear
    return found


def _correlation(one: np.ndarray, other: np.ndarray, weights: np.ndarray) -> float:
    one, other = (values - np.average(values, weights=weights) for values in (one, other))
    scale = np.sqrt((weights @ one**2) * (weights @ other**2))
    # A constant question is off 0 by rounding only.
    return float((weights @ (one * other)) / scale) if scale > 1e-9 * weights.sum() else float("nan")
