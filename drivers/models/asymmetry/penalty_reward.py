"""What a driver costs where it is rated low and brings where it is rated high: penalty-reward analysis."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import special

from drivers.errors import ModelError
from drivers.models.asymmetry.bends import FEWEST_ON_A_SIDE, METHODS, Bends, Method, bends
from drivers.models.asymmetry.penalty_reward_result import AsymmetryResult
from drivers.models.asymmetry.shapes import asymmetry_interval, shapes
from drivers.models.predictors import check_conf_level, predictors
from drivers.models.robust_errors import robust_fit
from drivers.results import FEWEST_SHOWN, read_only
from drivers.survey.data import Survey


def asymmetry(
    survey: Survey,
    *,
    outcome: str | None = None,
    drivers: Sequence[str] | None = None,
    always: Sequence[str] | None = None,
    method: Method = "spline",
    conf_level: float = 0.95,
) -> AsymmetryResult:
    """What each driver costs where it is rated low and brings where it is rated high, given the others.

    Parameters
    ----------
    survey, outcome, drivers, always
        As in `relative_importance`.
    method
        ``spline``: two straight lines that meet in the middle of the driver's scale. ``contrast``: low, middle and
        high answers as three groups, as in classical penalty-reward contrast analysis.
    conf_level
        Level of the intervals and claims, between 0.5 and 1.

    Returns
    -------
    AsymmetryResult
        `tidy()` has four rows per driver (``term``: penalty, reward, range, asymmetry) with estimate, std_error,
        conf_low, conf_high, the driver's ``conclusion`` (its shape), its p_adjusted, and the respondents that each
        rests on.

    Raises
    ------
    ModelError
        As `fit_regression`; with the code ``no_middle`` where no driver has answers on both sides of a middle, and
        ``few_on_a_side`` where none has answers enough on either.

    Notes
    -----
    **Spline** (the default). The middle is 50 of 100 points, on every scale. ``penalty`` is what the outcome loses
    from the middle to the worst rating, ``reward`` what it gains from the middle to the best, both with all other
    drivers held. A driver that goes with the outcome by a straight line has the same of both, whatever its answers.

    **Contrast.** Low answers are those more than 10 points below the middle, high ones those as far above it (1, 2
    and 4, 5 of 1–5); each group's mean outcome against the middle one's, groups of all drivers together. It is the
    classical analysis (Brandt 1987), but its index leans to a side where answers pile up at one end: "high" then means
    mostly the best answer and "low" mostly the second worst, so that a straight line has more reward than penalty; and
    what differs within a group is left to whatever goes with it. It is here to be compared with published figures.

    **Range** is penalty + reward. **Index** (Mikulić and Prebežac 2011): (reward − penalty) / (reward + penalty), with
    Fieller's limits; none where the range's interval holds 0.

    **Shapes**: ``must_have`` where the penalty is more than twice the reward, ``bonus`` where the reward is more than
    twice the penalty, ``proportional`` where neither is, each beyond chance by the rule of
    `drivers.models.asymmetry.shapes.shapes`, corrected over the drivers by Holm: in at most 1 − ``conf_level`` of
    samples any driver is given a shape that it does not have. Otherwise ``undecided``, as of a driver without effect.
    Intervals are of each driver alone.

    **Few answers.** A side of fewer than 10 respondents counts as the middle; one of an effective number below 20 is
    estimated but not given. Neither is a penalty or reward of 0: it is not known. A driver of two answers enters as it
    is and has neither, as does a segment among the drivers.

    Weights: weighted least squares, errors as in `fit_regression` (linearised, replicates or HC3).
    Missing answers: complete cases.

    References
    ----------
    Brandt (1987), A procedure for identifying value-enhancing service components using customer satisfaction survey
    data, in Surprenant (ed.), Add Value to Your Service, 61–65.
    Anderson and Mittal (2000), Strengthening the satisfaction-profit chain, doi:10.1177/109467050032001.
    Mikulić and Prebežac (2011), A critical review of techniques for classifying quality attributes in the Kano model,
    doi:10.1108/09604521111100243.

    Examples
    --------
    >>> import drivers as kda
    >>> result = kda.asymmetry(kda.example_survey("service_center"))
    >>> result.of_shape("must_have"), result.of_shape("bonus")
    (('presence',), ('alternatives',))
    """
    check_conf_level(conf_level)
    if method not in METHODS:
        raise ModelError(f"Expected method to be 'spline' or 'contrast', found {method!r}; choose one of these.")
    data = predictors(survey, outcome=outcome, drivers=drivers, always=always)
    bent = bends(survey, data, method)
    if not bent.drivers:
        raise ModelError(
            f"Expected a driver with answers below, in and above the middle of its scale, found none among "
            f"{', '.join(data.drivers)}; ask on a scale of at least three answers.",
            code="no_middle",
        )
    if set(bent.bases) == {"few_both"}:
        raise ModelError(
            f"Expected a driver with at least {FEWEST_ON_A_SIDE:g} answers (effective number) below or above the "
            f"middle of its scale, found fewer for each of {len(bent.drivers)}; widen the selection.",
            code="few_on_a_side",
            values={"needed": int(FEWEST_ON_A_SIDE)},
        )
    _check_rank(bent)
    fit = robust_fit(survey, bent.columns.values, bent.columns.rows)
    reach = float(special.stdtrit(fit.df, (1 + conf_level) / 2))
    estimate, covariance = _both_sides(bent, fit.params, fit.covariance)
    both = np.array([basis == "estimated" for basis in bent.bases])
    found, adjusted = shapes(np.where(both, estimate[:, 0], np.nan), estimate[:, 1], covariance, fit.df, conf_level)
    limits = [
        asymmetry_interval(penalty, reward, spread, reach) if yes else (np.nan,) * 3
        for (penalty, reward), spread, yes in zip(estimate, covariance, both, strict=True)
    ]
    total, variance = estimate.sum(axis=1), covariance.sum(axis=(1, 2))
    return AsymmetryResult(
        outcome=data.outcome,
        drivers=bent.drivers,
        penalty=_with_limits(estimate[:, 0], covariance[:, 0, 0], reach),
        reward=_with_limits(estimate[:, 1], covariance[:, 1, 1], reach),
        impact_range=_with_limits(total, variance, reach),
        index=read_only(np.array(limits).T),
        p_adjusted=read_only(adjusted),
        shapes=found,
        bases=bent.bases,
        n_low=read_only(np.where(bent.n_low < FEWEST_SHOWN, np.nan, bent.n_low)),
        n_high=read_only(np.where(bent.n_high < FEWEST_SHOWN, np.nan, bent.n_high)),
        straight=bent.straight,
        method=method,
        errors=fit.errors,
        r2=fit.r2,
        df_resid=fit.df,
        terms=len(fit.params) - 1,
        not_applicable=data.notes,
        sample=data.sample,
        conf_level=conf_level,
    )


def _check_rank(bent: Bends) -> None:
    values = bent.columns.values[bent.columns.rows, :-1]
    design = np.column_stack([np.ones(len(values)), values])
    m = design.shape[1]
    if len(values) <= m:
        raise ModelError(
            f"Expected more than {m} complete answers for {m - 1} sides of ratings, found {len(values)}; use fewer "
            "drivers or widen the selection.",
            code="few_answers",
            values={"n": len(values), "needed": m + 1},
        )
    if np.linalg.matrix_rank(design) < m:
        raise ModelError(
            f"Expected ratings of which none is a sum of others on one side of the middle, found some among "
            f"{', '.join(bent.columns.terms)}; remove a driver.",
            code="not_separable",
        )


def _both_sides(bent: Bends, params: np.ndarray, covariance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Penalty and reward of each driver and their covariance, NaN where a side is not known; (k, 2), (k, 2, 2)."""
    places = np.column_stack([bent.low, bent.high])
    unknown = {"estimated": (), "few_low": (0,), "few_high": (1,), "few_both": (0, 1)}
    known = np.ones(places.shape, dtype=bool)
    for row, basis in zip(known, bent.bases, strict=True):
        row[list(unknown[basis])] = False
    # The constant stands before the columns; a side without one is read there and not given.
    at = np.where(known, places + 1, 0)
    estimate = np.where(known, params[at], np.nan)
    both = known[:, :, None] & known[:, None, :]
    return estimate, np.where(both, covariance[at[:, :, None], at[:, None, :]], np.nan)


def _with_limits(estimate: np.ndarray, variance: np.ndarray, reach: float) -> np.ndarray:
    """Estimate, standard error and limits; float (4, k)."""
    error = np.sqrt(variance)
    return read_only([estimate, error, estimate - reach * error, estimate + reach * error])
