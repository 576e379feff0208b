"""One general impression in all ratings: who ticked the same answer throughout, and eigenvalues of unrelated items."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from drivers.errors import ModelError
from drivers.models.units import known_name
from drivers.results import read_only
from drivers.survey.data import Survey
from drivers.survey.quality.same_answers import FEWEST_ITEMS, most_on_one_scale, straight_answers


def driver_items(survey: Survey, drivers: Sequence[str] | None) -> tuple[tuple[str, str], ...]:
    """Driver and item of every item behind the drivers, those of the codebook that are not optional unless named.

    Raises
    ------
    ModelError
        Where a driver does not exist or is named twice.
    """
    book = survey.codebook
    names = tuple(drivers) if drivers is not None else tuple(book.default_drivers)
    for name in names:
        known_name("driver", name, book.drivers)
        if names.count(name) > 1:
            raise ModelError(f"Expected each driver once, found {name!r} twice; remove one.")
    return tuple((name, item) for name in names for item in book.drivers[name].items)


def straight_liners(
    survey: Survey, *, drivers: Sequence[str] | None = None, fewest_items: int = FEWEST_ITEMS
) -> np.ndarray:
    """Who ticked one and the same answer for all items of the drivers; read-only bool (n,), all rows of the survey.

    Parameters
    ----------
    survey
        Answers; what is selected does not matter.
    drivers
        Names of drivers; all of the codebook that are not optional unless given.
    fewest_items
        Items of one scale that a respondent must have answered, at least 2.

    Raises
    ------
    ModelError
        Where a driver does not exist, or no scale has so many items.

    Notes
    -----
    Answers are compared as they were given: an item that is worded the other way round counts with what
    was ticked, not with what it means. Of items on several scales, those on each scale must be the same.
    Equal answers alone make nobody careless: whoever found everything perfect ticks the best throughout.
    `halo` counts these apart.

    Weights: not used.
    Missing answers: left aside; enough others must be there.

    References
    ----------
    Curran (2016), Methods for the detection of carelessly invalid responses in survey data,
    doi:10.1016/j.jesp.2015.07.006.

    Examples
    --------
    >>> import drivers as kda
    >>> survey = kda.example_survey("service_center")
    >>> int(kda.straight_liners(survey).sum())
    405
    """
    if fewest_items < 2:
        raise ModelError(
            f"Expected fewest_items of at least 2, found {fewest_items}; a single answer is always the same."
        )
    items = [item for _, item in driver_items(survey, drivers)]
    most = most_on_one_scale(survey, items)
    if most < fewest_items:
        raise ModelError(
            f"Expected at least {fewest_items} items on one scale to see straight-lining, found {most}; "
            "name more drivers or lower fewest_items=."
        )
    return read_only(straight_answers(survey, items, fewest_items)[0] > 0, bool)


def independent_eigenvalues(columns: int, n_effective: float, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Eigenvalues of correlations between unrelated normal columns, the largest first; float (draws, columns).

    Parameters
    ----------
    columns
        More than 0 and fewer than ``n_effective``.
    n_effective
        Respondents whom a sample is worth, which need not be a whole number.

    Notes
    -----
    Scatter matrices are drawn as such (Bartlett's decomposition), so that cost does not grow with respondents.
    """
    freedom = n_effective - 1 - np.arange(columns)
    root = np.tril(rng.standard_normal((draws, columns, columns)), -1)
    root[:, np.arange(columns), np.arange(columns)] = np.sqrt(rng.chisquare(freedom, (draws, columns)))
    # Rows of unit length: their products are correlations.
    root /= np.sqrt((root**2).sum(axis=2, keepdims=True))
    return np.linalg.eigvalsh(root @ root.transpose(0, 2, 1))[:, ::-1]


def within_person_variance(values: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """Mean variance of a respondent's ratings around their own mean, and what unrelated items would have.

    Parameters
    ----------
    values
        float (n, k), no NaN, k of at least 2.
    weights
        float (n,).

    Notes
    -----
    The second is the mean of the items' variances plus the variance of their means; the first falls short of
    it by the mean covariance of two items.
    """
    found = np.average(values.var(axis=1, ddof=1), weights=weights)
    mean = np.average(values, axis=0, weights=weights)
    spread = np.average((values - mean) ** 2, axis=0, weights=weights)
    return float(found), float(spread.mean() + mean.var(ddof=1))
