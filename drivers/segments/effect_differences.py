"""Do effects differ between segments? Slopes of each group, tested together, driver by driver, and against the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from scipy import special

from drivers.importance.orders.parts import one_blas_thread
from drivers.models.interactions.wild_bootstrap import common_slopes, departures, observed, wild_draws
from drivers.models.multiplicity import holm
from drivers.models.predictors import check_conf_level
from drivers.models.resamples import check_resamples
from drivers.results import read_only
from drivers.segments.against_rest import corrected, effects_against_rest, freedom, levels_against_rest
from drivers.segments.effects_result import EffectsTest, SegmentEffects
from drivers.segments.models_by_segment import SegmentModel, segment_models, several_groups
from drivers.segments.replicated_slopes import replicated_slopes
from drivers.survey.data import Survey


def segment_effects(
    survey: Survey,
    *,
    segment: str | Sequence[str] | None = None,
    outcome: str | None = None,
    drivers: Sequence[str] | None = None,
    always: Sequence[str] | None = None,
    n_boot: int = 1000,
    conf_level: float = 0.95,
    seed: int = 1,
) -> SegmentEffects:
    """Whether the drivers' effects differ between the groups of a segment, in which drivers, and where they stand out.

    Parameters
    ----------
    survey, outcome, drivers, always
        As in `relative_importance`; drivers that are rated.
    segment
        One or several segments, as in `by_segment`; all of the codebook and, where it is known what each customer is
        worth, ``value``, unless given.
    n_boot
        Draws without a difference that a test is held to.
    conf_level
        Level of the intervals, between 0 and 1; one less it is the chance of a false alarm.
    seed
        The same seed gives the same result.

    Returns
    -------
    SegmentEffects
        `glance()` has one row per segment with its joint test, `tidy()` one per number: effects, levels, and both less
        those of the rest.

    Raises
    ------
    ModelError
        As `fit_regression`; where the codebook has no segment, none has two groups with enough respondents, or a
        segment is made from the outcome, in whose groups what goes with the outcome is another thing.

    Notes
    -----
    This is not whether importance differs: `segment_shares` asks that. Effects may differ where shares do not, as when
    all are twice as large in one group.

    Every group has its own level and its own effects of controls. The Wald statistic of equal slopes, with HC3 in each
    group, is held to its values in outcomes drawn without any difference (the wild bootstrap, with residuals of the
    restricted model): its asymptotic distribution would flag small groups far too often. P-values are corrected over
    segments by Holm, and within a segment over drivers, which are looked at only where the segment's effects differ.

    Each group against all others together, in its effects and its level, is corrected over everything that is so
    tested (levels apart) by Benjamini and Yekutieli: these tests depend on each other, having the rest in common, and
    the plain rule of Benjamini and Hochberg is not proven for such. An effect counts as told apart only where the
    segment's effects differ.

    A group needs three respondents for each term of its regression; else it is named as left out. Values of fewer than
    10 respondents are hidden, and so is the smallest other where those that are shown would tell how many.

    Weights: weighted least squares. Sampling units get their signs as a whole and make CR3 of HC3; strata and finite
    populations count (without sampling units, strata do not, which errs to the safe side). With replicate weights the
    slopes are fitted anew in each replicate and tested by an adjusted Wald test with the replicates' degrees of freedom
    less terms; where there are fewer than three for each contrast, by the drivers' own tests after Holm.
    Missing answers: complete cases; who is in no group is left out.

    References
    ----------
    Davidson and Flachaire (2008), The wild bootstrap, tamed at last, doi:10.1016/j.jeconom.2008.08.003.
    MacKinnon and White (1985), doi:10.1016/0304-4076(85)90158-7.
    Benjamini and Yekutieli (2001), doi:10.1214/aos/1013699998.
    Holm (1979), A simple sequentially rejective multiple test procedure.

    Examples
    --------
    >>> import drivers as kda
    >>> survey = kda.example_survey("service_center")
    >>> found = kda.segment_effects(survey, segment="customer", n_boot=199)
    >>> found.tests[0].differs, found.tests[0].differing
    (True, ('respect', 'information'))
    """
    check_conf_level(conf_level)
    check_resamples(n_boot=n_boot, seed=seed)
    models = segment_models(survey, segment, outcome=outcome, drivers=drivers, always=always)
    several_groups(models)
    with one_blas_thread():
        tests = [
            _test(survey, model, n_boot=n_boot, conf_level=conf_level, seed=seed + position)
            for position, model in enumerate(models)
        ]
    together = holm(np.array([test.p_value for test in tests]))
    effects, levels = corrected(tests)
    data = models[0].data
    return SegmentEffects(
        outcome=data.outcome,
        drivers=data.drivers,
        controls=data.controls,
        tests=tuple(
            replace(
                test,
                p_adjusted=float(p),
                difference_p_adjusted=read_only(effect),
                levels=replace(test.levels, p_adjusted=read_only(level)),
            )
            for test, p, effect, level in zip(tests, together, effects, levels, strict=True)
        ),
        method="wild_bootstrap" if models[0].replicates is None else "adjusted_wald",
        n_boot=n_boot,
        seed=seed,
        sample=data.sample,
        conf_level=conf_level,
    )


def _test(survey: Survey, model: SegmentModel, *, n_boot: int, conf_level: float, seed: int) -> EffectsTest:
    """The test of one segment; nothing is yet corrected over segments."""
    data, fits = model.data, list(model.fits.values())
    levels = levels_against_rest(survey, data.outcome, model.parts, conf_level)
    g, k = len(fits), len(data.drivers)
    if g < 2:
        fits, g = [], 0
    nothing = np.full((g, k), np.nan)
    effect = np.array([fit.slopes for fit in fits]).reshape(g, k)
    error = difference = difference_p = nothing
    driver_p, statistic, p_value, df = np.full(k, np.nan), np.nan, np.nan, np.full(g, np.nan)
    if g and model.replicates is not None:
        found = replicated_slopes(data, fits, model.replicates)
        error, difference, difference_p = found.std_error, found.difference, found.difference_p_value
        driver_p, statistic, p_value = found.driver_p_value, found.statistic, found.p_value
        df = np.full(g, float(found.df))
    elif g:
        slopes, spread = observed(fits, model.units)
        error = np.sqrt(np.diagonal(spread[0], axis1=1, axis2=2))
        contrast = effects_against_rest(fits, spread[0], model.units)
        difference, difference_p = contrast.difference, contrast.p_value
        df = np.array([freedom(fit) for fit in fits])
        (statistic,), (alone,) = departures(slopes, spread)
        if n_boot:
            drawn = [departures(*part) for part in wild_draws(fits, model.units, n_boot=n_boot, seed=seed)]
            above = np.concatenate([part for part, _ in drawn]) >= statistic
            above_alone = np.concatenate([part for _, part in drawn]) >= alone
            p_value = (1 + int(above.sum())) / (n_boot + 1)
            driver_p = (1 + above_alone.sum(axis=0)) / (n_boot + 1)
    reach = special.stdtrit(df, (1 + conf_level) / 2)[:, None] * error
    return EffectsTest(
        segment=model.parts.segment,
        label_kind=model.parts.label_kind,
        groups=tuple(model.fits) if g else (),
        drivers=data.drivers,
        hidden=model.parts.hidden,
        without=MappingProxyType(dict(model.without)),
        n=read_only([len(fit.rows) for fit in fits], np.int64),
        effect=read_only(effect),
        std_error=read_only(error),
        low=read_only(effect - reach),
        high=read_only(effect + reach),
        common=read_only(common_slopes(fits) if g else np.full(k, np.nan)),
        statistic=float(statistic),
        df=max(g - 1, 0) * k,
        p_value=float(p_value),
        p_adjusted=float("nan"),
        driver_p_value=read_only(driver_p),
        driver_p_adjusted=read_only(holm(driver_p)),
        difference=read_only(difference),
        difference_p_value=read_only(difference_p),
        difference_p_adjusted=read_only(nothing),
        levels=levels,
        alpha=1 - conf_level,
    )
