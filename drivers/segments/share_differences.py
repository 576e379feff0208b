"""Do importance shares differ between segments? Shares of each group, tested driver by driver and all together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from scipy import special

from drivers.errors import ModelError
from drivers.importance.orders.parts import one_blas_thread
from drivers.importance.verdict import CLAIM_LEVEL, FEWEST_RESPONDENTS, RESPONDENTS_PER_DRIVER, chance_of_gain, judge
from drivers.models.interactions.group_fits import GroupFit
from drivers.models.multiplicity import holm
from drivers.models.predictors import check_conf_level
from drivers.models.resamples import check_resamples
from drivers.replication import draws as normal_draws
from drivers.resampling import percentile_interval
from drivers.results import Code, Verdict, read_only
from drivers.segments.models_by_segment import SegmentModel, only_fitted, segment_models, several_groups
from drivers.segments.share_draws import ShareDraws, share_draws
from drivers.segments.shares_result import SegmentShares, SharesTest, WithoutShares
from drivers.survey.data import Survey
from drivers.survey.design.replicate_weights import ReplicateWeights

SHARES_EACH_TERM = 5
"""Respondents that a group needs for each term of its regression, for its shares to vary as they seem to."""

MOST_DRIVERS = 20
"""Beyond this number of drivers the resamples of every group would take too long."""


def segment_shares(
    survey: Survey,
    *,
    segment: str | Sequence[str] | None = None,
    outcome: str | None = None,
    drivers: Sequence[str] | None = None,
    always: Sequence[str] | None = None,
    n_boot: int = 1000,
    conf_level: float = 0.95,
    seed: int = 1,
) -> SegmentShares:
    """Whether the drivers' importance shares (LMG) differ between the groups of a segment, and in which drivers.

    Parameters
    ----------
    survey, segment, outcome, drivers, always, conf_level, seed
        As in `segment_effects`.
    n_boot
        Resamples.

    Returns
    -------
    SegmentShares
        `glance()` has one row per segment with its joint test, `tidy()` one per number.

    Raises
    ------
    ModelError
        As `segment_effects`; with more than 20 drivers.

    Notes
    -----
    This is not whether effects differ: `segment_effects` asks that. A share also depends on how much ratings vary and
    how they go together in a group.

    The distance of a driver's shares is Σ_g (s_g − e_g − s̄)² / v_g, v_g the variance and e_g the mean that the share
    has in resamples of the group made without a difference: it has the correlations and the proportions of slopes that
    all groups have on average, but its own size, design, noise and explained part. Shares of few respondents lean to
    equal parts, the more the less is explained, so that without e_g groups of unequal noise would seem to differ. The
    largest distance of any driver is held to what it is in those resamples; that corrects over drivers. Segments are
    corrected by Holm.

    Groups are left out, by name, that have fewer than five respondents for each term of their regression, or whose
    drivers explain no more than chance might: shares of nothing are no shares.

    Weights: weighted moments. Sampling units are drawn within strata (Rao and Wu), all groups at once; respondents
    within their group where there is no design. With replicate weights variances come from them, and draws from the t
    distribution that they imply.
    Missing answers: complete cases; who is in no group is left out.

    References
    ----------
    Grömping (2007), doi:10.1198/000313007X188252.
    Rao and Wu (1988), Resampling inference with complex survey data, doi:10.1080/01621459.1988.10478591.
    Westfall and Young (1993), Resampling-Based Multiple Testing, ISBN 978-0-471-55761-6.

    Examples
    --------
    >>> import drivers as kda
    >>> survey = kda.example_survey("service_center")
    >>> found = kda.segment_shares(survey, segment="customer", n_boot=199)
    >>> found.tests[0].differs, found.tests[0].first["new"]
    (True, 'information')
    """
    check_conf_level(conf_level)
    check_resamples(n_boot=n_boot, seed=seed)
    models = segment_models(survey, segment, outcome=outcome, drivers=drivers, always=always)
    several_groups(models)
    if len(models[0].data.drivers) > MOST_DRIVERS:
        raise ModelError(
            f"Expected at most {MOST_DRIVERS} drivers, found {len(models[0].data.drivers)}, whose resamples in every "
            "group would take too long; name fewer in drivers=.",
            code="many_drivers",
            values={"drivers": len(models[0].data.drivers), "most": MOST_DRIVERS},
        )
    with one_blas_thread():
        tests = [
            _test(model, n_boot=n_boot, conf_level=conf_level, seed=seed + position)
            for position, model in enumerate(models)
        ]
    together = holm(np.array([test.p_value for test in tests]))
    data = models[0].data
    return SegmentShares(
        outcome=data.outcome,
        drivers=data.drivers,
        controls=data.controls,
        tests=tuple(replace(test, p_adjusted=float(p)) for test, p in zip(tests, together, strict=True)),
        n_boot=n_boot,
        seed=seed,
        sample=data.sample,
        conf_level=conf_level,
    )


def _test(model: SegmentModel, *, n_boot: int, conf_level: float, seed: int) -> SharesTest:
    """The test of one segment; nothing is yet corrected over segments."""
    data = model.data
    without: dict[str, WithoutShares] = dict(model.without)
    for key, fit in model.fits.items():
        if len(fit.rows) < SHARES_EACH_TERM * fit.terms:
            without[key] = "few"
        elif _chance(fit) > 1 - CLAIM_LEVEL:
            without[key] = "weak"
    chosen = only_fitted(model, [key for key in model.fits if key not in without])
    fits = list(chosen.fits.values())
    g, k = len(fits) if len(fits) > 1 else 0, len(data.drivers)
    share = low = high = np.full((g, k), np.nan)
    explained, statistic, p_value, driver_p = np.full(g, np.nan), np.nan, np.nan, np.full(k, np.nan)
    verdicts: tuple[Verdict, ...] = ()
    if g:
        found = share_draws(data.rows, fits, model.units, model.replicates, n_boot=n_boot, seed=seed)
        share, explained = found.share, found.explained
        if n_boot:
            own, observed, drawn = _distances(found, model.replicates, n_boot, seed)
            driver_p = (1 + (drawn[:, None] >= observed).sum(axis=0)) / (len(drawn) + 1)
            statistic, p_value = float(observed.max()), float(driver_p.min())
            low, high = _intervals(found, own, model.replicates, conf_level)
            verdicts = tuple(judge(data.drivers, share[i], own[:, i], _reasons(fit, k)) for i, fit in enumerate(fits))
        else:
            verdicts = tuple(judge(data.drivers, part, None, (Code("no_uncertainty"),)) for part in share)
    return SharesTest(
        segment=model.parts.segment,
        label_kind=model.parts.label_kind,
        groups=tuple(chosen.fits) if g else (),
        drivers=data.drivers,
        hidden=model.parts.hidden,
        without=MappingProxyType(without),
        n=read_only([len(fit.rows) for fit in fits[:g]], np.int64),
        share=read_only(share),
        low=read_only(low),
        high=read_only(high),
        explained=read_only(explained),
        statistic=statistic,
        p_value=p_value,
        p_adjusted=float("nan"),
        driver_p_adjusted=read_only(driver_p),
        verdicts=verdicts,
        alpha=1 - conf_level,
    )


def _distance(away: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """How far the shares of groups lie apart, driver by driver; float (…, k)."""
    precision = 1 / variance
    centre = (precision * away).sum(axis=-2) / precision.sum(axis=-2)
    return np.asarray(((away - centre[..., None, :]) ** 2 * precision).sum(axis=-2))


def _distances(
    found: ShareDraws, replicates: ReplicateWeights | None, n_boot: int, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draws of own shares; distances found, driver by driver; the largest of each draw without a difference.

    Mean and variance that a distance is measured by come from the draws. A draw is measured by those of all others, as
    what was found is by those of all: measured by what it is part of, it would seem nearer, and too much would be
    flagged.
    """
    if replicates is None:
        b, alike = len(found.alike), found.alike
        away, variance = alike - alike.mean(axis=0), alike.var(axis=0, ddof=1)
        observed = _distance(found.share - alike.mean(axis=0), variance)
        others = ((b - 1) * variance - away**2 * b / (b - 1)) / (b - 2)
        return found.own, observed, _distance(away * b / (b - 1), others).max(axis=1)
    g, k = found.share.shape
    mean = found.alike.mean(axis=0)
    drawn = []
    for part, centre, start in ((found.own, found.share, 0), (found.alike, mean, 1)):
        covariance = replicates.covariance(part.reshape(len(part), -1), centre.ravel())
        normal = normal_draws(np.zeros(g * k), covariance, count=n_boot, seed=seed + start)
        chance = np.random.default_rng([seed, start]).chisquare(replicates.df, size=(n_boot, 1)) / replicates.df
        drawn.append(centre + (normal / np.sqrt(chance)).reshape(n_boot, g, k))
        variance = np.diag(covariance).reshape(g, k)
    return drawn[0], _distance(found.share - mean, variance), _distance(drawn[1] - mean, variance).max(axis=1)


def _intervals(
    found: ShareDraws, own: np.ndarray, replicates: ReplicateWeights | None, conf_level: float
) -> tuple[np.ndarray, np.ndarray]:
    """Percentiles of resamples; with replicate weights t intervals, within 0 and 1."""
    g, k = found.share.shape
    if replicates is None:
        low, high = percentile_interval(own.reshape(len(own), -1), conf_level)
        return low.reshape(g, k), high.reshape(g, k)
    covariance = replicates.covariance(found.own.reshape(len(found.own), -1), found.share.ravel())
    reach = special.stdtrit(replicates.df, (1 + conf_level) / 2) * np.sqrt(np.diag(covariance)).reshape(g, k)
    return np.maximum(found.share - reach, 0.0), np.minimum(found.share + reach, 1.0)


def _chance(fit: GroupFit) -> float:
    """Probability of as much explained if no driver had any effect."""
    r2 = 1 - float(fit.residual @ fit.residual) / float(fit.y @ fit.y)
    k = fit.x.shape[1]
    return chance_of_gain(
        r2=r2, r2_controls=0.0, columns=k, controls=fit.terms - k - 1, n_effective=float(len(fit.rows))
    )


def _reasons(fit: GroupFit, k: int) -> tuple[Code, ...]:
    """Why the drivers of a group are not put in an order."""
    needed = max(FEWEST_RESPONDENTS, RESPONDENTS_PER_DRIVER * k)
    n = len(fit.rows)
    return (Code("few_respondents", {"n_effective": n, "needed": needed}),) if n < needed else ()
