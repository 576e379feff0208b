"""Polynomial regression on experience and expectation, and the surface that it draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from scipy import special

from drivers.errors import ModelError, remedy
from drivers.linearization import effective_size
from drivers.models.construct_items import Chance, ItemAnswers, Link, chance_of, check_asked, rests_on_design
from drivers.models.expectations.surface_answers import LevelScores, asked_levels, check_levels
from drivers.models.expectations.surface_geometry import (
    CONTRASTS,
    DIFFERENCE,
    EXPECTATION,
    SECOND_ORDER,
    STRAIGHT_DIFFERENCE,
    TERMS,
    axis_angle,
    axis_intercept,
    explained_by,
    quadratic_columns,
    slopes_at,
    slopes_of_covariance,
    stationary_point,
    turned,
)
from drivers.models.expectations.surface_region import observed_region
from drivers.models.expectations.surface_result import ResponseSurfaceResult
from drivers.models.expectations.surface_shape import ALL_DRIVERS, TESTS, Surface
from drivers.models.multiplicity import holm
from drivers.models.robust_errors import RobustFit, robust_fit, wald_test
from drivers.models.units import control_columns, known_name
from drivers.results import Code, Sample, read_only
from drivers.survey.data import Survey

LEVELS = ("desired", "adequate")

PLAIN: Link = (lambda value: value, lambda value: value)


def response_surface(
    survey: Survey,
    *,
    driver: str | None = None,
    level: str = "desired",
    outcome: str | None = None,
    always: Sequence[str] | None = None,
    conf_level: float = 0.95,
    n_boot: int = 1000,
    seed: int = 1,
) -> ResponseSurfaceResult:
    """How an outcome goes with experience and expectation together, and whether their difference would be enough.

    Parameters
    ----------
    survey
        Answers with weights and design.
    driver
        Name of a driver with expectations; unless given, all drivers that are not optional: each by itself, and first
        each person's means over all of them.
    level
        ``desired``, the level hoped for, or ``adequate``, the least acceptable one.
    outcome
        Name of an outcome; the codebook's first unless given.
    always
        Names of items, segments or drivers that are held at their means; the codebook's controls unless given. A driver
        is not held where its own surface is asked for.
    conf_level
        Level of the intervals and tests, between 0 and 1.
    n_boot
        Bootstrap resamples behind the intervals of axis, stationary point and R², at least 100; 0 for none. Not used
        with replicate weights.
    seed
        The same seed gives the same numbers.

    Returns
    -------
    ResponseSurfaceResult
        `tidy()` has one row per driver and term: the polynomial's coefficients, a1 to a5 along the lines of agreement
        and disagreement, mean slopes, first principal axis and stationary point; `tests()` one per joint test,
        `glance()` one per surface with what the difference keeps, `cells()` one per cell with answers enough.

    Raises
    ------
    ModelError
        Where no expectation of this level was asked; where too few answered, or too few gave any other answer than
        the commonest, as where everybody hopes for the best.

    Notes
    -----
    z = b0 + b1 x + b2 y + b3 x² + b4 xy + b5 y², x the experience and y the expectation less 50, in tens of points.
    A difference score says that z goes by x − y, straight or bent: then a1 = b1 + b2, a2 = b3 + b4 + b5 and
    a5 = b3 − b5 are all 0, which is b1 = −b2, b3 = b5, b4 = −2 b3. The adjusted Wald test of these decides that a
    difference *hides* something (Holm over the drivers). That it is *enough* is said only where it surely keeps nine
    tenths of the R² that experience and expectation have together: the whole interval, its square allowed.

    Nothing is causal here: who hopes for more may differ in much else from who hopes for less. What goes with both,
    such as the other drivers, can be held in ``always=``.

    Weights: weighted least squares; errors as in `fit_regression`; intervals of a bootstrap as in `reliability`.
    Missing answers: complete cases; an expectation of several items is scored as its driver is.

    References
    ----------
    Edwards and Parry (1993), On the use of polynomial regression equations as an alternative to difference scores in
    organizational research, doi:10.5465/256822. Edwards (2002), Alternatives to difference scores: polynomial
    regression analysis and response surface methodology. Shanock et al. (2010), doi:10.1007/s10869-010-9183-4.
    Humberg, Nestler and Back (2019), doi:10.1177/1948550618757600.

    Examples
    --------
    >>> import drivers as kda
    >>> survey = kda.example_survey("service_center")
    >>> kda.response_surface(survey, driver="speed", n_boot=200).main.verdict
    'difference_hides'
    """
    check_asked(survey, n_boot=n_boot, conf_level=conf_level, seed=seed)
    if level not in LEVELS:
        raise ModelError(f"Expected level to be one of 'desired', 'adequate', found {level!r}; {remedy(level, LEVELS)}")
    book = survey.codebook
    outcome = known_name("outcome", outcome or book.main_outcome, book.outcomes)
    controls = tuple(always if always is not None else book.controls)
    asked = asked_levels(survey, driver, level)
    found: list[Surface] = []
    left_out: dict[str, Code] = {}
    chances: list[Chance] = []
    last: ModelError | None = None
    for one in asked:
        held = tuple(name for name in controls if name not in one.members)
        try:
            surface, chance = _surface(survey, one, outcome, held, n_boot=n_boot, conf_level=conf_level, seed=seed)
        except ModelError as error:
            if not error.code or driver is not None:
                raise
            left_out[one.driver] = Code(error.code, error.values)
            # That of one driver says more than that of all together.
            last = error
            continue
        found.append(surface)
        chances.append(chance)
    if not found:
        assert last is not None  # each of those asked has a surface or an error
        raise last
    return ResponseSurfaceResult(
        outcome=outcome,
        level=level,
        surfaces=tuple(_corrected(found)),
        left_out=MappingProxyType(left_out),
        controls=controls,
        intervals=chances[0].how,
        design=rests_on_design(survey, survey.domain),
        conf_level=conf_level,
        n_boot=n_boot,
        seed=seed,
    )


def _surface(
    survey: Survey,
    asked: LevelScores,
    outcome: str,
    controls: Sequence[str],
    *,
    n_boot: int,
    conf_level: float,
    seed: int,
) -> tuple[Surface, Chance]:
    z = survey.scores[outcome].to_numpy()
    rows = survey.domain & (survey.weights > 0) & np.isfinite(asked.x) & np.isfinite(asked.y) & np.isfinite(z)
    columns = [column for name in controls for _, column in control_columns(survey, name, rows)]
    held = np.column_stack([*columns, z])[:, :-1]
    rows &= np.isfinite(held).all(axis=1)
    check_levels(survey, asked, outcome, z, held, controls, rows)
    # At the means of what is held, the constant is the height in the middle of both scales.
    held = held - np.average(held[rows], axis=0, weights=survey.weights[rows])
    values = np.column_stack([quadratic_columns(asked.x, asked.y), held, z])
    fit = robust_fit(survey, values, rows)
    if fit.df < len(TERMS):
        # The joint test of all terms has as many degrees of freedom as the design leaves beyond them.
        units, needed = fit.df + len(fit.params) - 1, len(TERMS) + len(fit.params) - 1
        raise ModelError(
            f"Expected at least {needed} sampling units beyond strata (or degrees of freedom of replicate weights) for "
            f"the surface of {asked.driver!r}, found {units}; widen the selection or merge strata.",
            code="few_units_left",
            values={"units": units, "needed": needed},
        )
    b, spread = fit.params[1:6], fit.covariance[1:6, 1:6]
    sample = Sample(
        n_asked=int(survey.domain.sum()),
        n=int(rows.sum()),
        n_effective=effective_size(survey, rows, z),
        weighted=survey.weighted_in(rows),
        missing="complete_cases",
        sampling=survey.codebook.design.sample,
    )
    weights = survey.weights[rows]
    means = slopes_at(*(float(np.average(part[rows], weights=weights)) for part in (asked.x, asked.y)))
    contrasts = (np.eye(5), SECOND_ORDER, EXPECTATION, DIFFERENCE, STRAIGHT_DIFFERENCE)
    tests = {name: wald_test(b, spread, rows_of, fit.df) for name, rows_of in zip(TESTS, contrasts, strict=True)}
    about = float(axis_angle(b))

    def shape(covariance: np.ndarray) -> np.ndarray:
        slopes = slopes_of_covariance(covariance)[..., : len(TERMS)]
        explained = explained_by(covariance, np.eye(len(TERMS)))
        with np.errstate(divide="ignore", invalid="ignore"):
            kept = [1 - explained_by(covariance, none) / explained for none in (DIFFERENCE, STRAIGHT_DIFFERENCE)]
        return np.column_stack(
            [turned(axis_angle(slopes), about), axis_intercept(slopes), stationary_point(slopes), explained, *kept]
        )

    answers = ItemAnswers(items=(*TERMS, *controls, outcome), values=values, rows=rows)
    estimate = shape(answers.covariance(survey)[None])[0]
    chance = chance_of(
        survey, answers, shape, estimate, [PLAIN] * len(estimate), n_boot=n_boot, conf_level=conf_level, seed=seed
    )
    limits = np.vstack([estimate, chance.low, chance.high])
    surface = Surface(
        driver=asked.driver,
        members=asked.members,
        coefficients=read_only(_with_limits(np.eye(6, len(fit.params)), fit.params, fit.covariance, fit, conf_level)),
        covariance=read_only(fit.covariance[:6, :6]),
        lines=read_only(_with_limits(CONTRASTS, b, spread, fit, conf_level)),
        slopes=read_only(_with_limits(means, b, spread, fit, conf_level)),
        turning=read_only(np.column_stack([_axis_slope(limits[:, 0]), limits[:, 1:4]])),
        tests=MappingProxyType(tests),
        p_adjusted=tests["difference"].p_value,
        r2=fit.r2,
        r2_adjusted=fit.r2_adjusted,
        explained=read_only(limits[:, 4]),
        kept=read_only(limits[:, 5]),
        straight_kept=read_only(limits[:, 6]),
        region=observed_region(asked.x[rows], asked.y[rows]),
        errors=fit.errors,
        df_resid=fit.df,
        sample=sample,
        conf_level=conf_level,
    )
    return surface, chance


def _with_limits(
    contrasts: np.ndarray, estimate: np.ndarray, covariance: np.ndarray, fit: RobustFit, conf_level: float
) -> np.ndarray:
    """Combinations of estimates: value, standard error, limits and p; float (5, q)."""
    value = contrasts @ estimate
    error = np.sqrt(np.einsum("ij,jk,ik->i", contrasts, covariance, contrasts))
    reach = special.stdtrit(fit.df, (1 + conf_level) / 2) * error
    with np.errstate(divide="ignore", invalid="ignore"):
        p_value = 2 * special.stdtr(fit.df, -np.abs(value / error))
    return np.vstack([value, error, value - reach, value + reach, p_value])


def _axis_slope(angles: np.ndarray) -> np.ndarray:
    """Slope of the axis and its limits, none where the directions between them hold the upright one; float (3,)."""
    angle, low, high = angles
    upright = np.pi / 2
    if not (-upright < low and high < upright):
        low = high = np.nan
    return np.tan(np.array([angle, low, high]))


def _corrected(surfaces: Sequence[Surface]) -> list[Surface]:
    """Surfaces with the test of the difference corrected over the drivers; that of all together is none of them."""
    each = [one for one in surfaces if one.driver != ALL_DRIVERS]
    adjusted = dict(zip((one.driver for one in each), holm(np.array([one.p_adjusted for one in each])), strict=True))
    return [replace(one, p_adjusted=float(adjusted.get(one.driver, one.p_adjusted))) for one in surfaces]
