"""Fits of all subsets by maximum likelihood: identities, brute force, other programs, and a truth that is known."""

from collections.abc import Callable
from dataclasses import dataclass
from math import comb

import numpy as np
import pytest
from scipy import optimize, stats

from drivers.importance.likelihood import reweighted
from drivers.importance.likelihood.fits import CONVERGED, NOT_TRIED, SEPARATED
from drivers.importance.likelihood.kernels import CUMULATIVE, NEGATIVE_BINOMIAL, POISSON, evaluate, parameters
from drivers.importance.likelihood.reweighted import null_rows, replicate_fits, row_sums
from drivers.importance.likelihood.subsets import SubsetFits, fit_subsets
from drivers.importance.likelihood.tiles import (
    DOWN,
    ETA,
    INSIDE,
    LANES,
    LOG,
    TILES,
    UP,
    Rows,
    _exponentials,
    logarithms,
)
from drivers.importance.orders import parts

FAMILIES = ("logit", "ordered_logit", "poisson", "negative_binomial")

MAXIMUM = 1e-9
"""Relative: two ways to one maximum end where the last step gains 5e-9 of some hundreds or less."""

CLIMBED = 1e-6
"""Of a log-likelihood: what a general optimiser leaves below the maximum."""

SLOPES = 1e-3
"""Of parameters, in their own units: at a maximum that is known to 1e-6, they are known to its square root."""

DIFFERENCES = 1e-6
"""Relative: derivatives by central differences."""

UNITS_OF_MEASUREMENT = 1e-9
"""Relative: what a driver is measured in must not matter, up to rounding of the answers themselves."""

LAST_PLACES = 4 * np.finfo(float).eps
"""Relative: an elementary function to the last two bits."""

HUNDREDTH = 0.01
"""Of a standard error: what shortcuts may do to an interval. Measured 0.001 and less."""

FOUR_STANDARD_ERRORS = 4.0
"""Of a simulated estimate: passed by chance in all but 6 of 100,000 runs, and seeds are fixed."""


@dataclass(frozen=True)
class Answers:
    x: np.ndarray
    y: np.ndarray
    weights: np.ndarray
    starts: np.ndarray

    def fits(self, family: str) -> SubsetFits:
        return fit_subsets(self.x, self.y, self.weights, self.starts, family=family)


def simulated(
    family: str, n: int, k: int, *, seed: int, weighted: bool = True, starts: tuple[int, ...] | None = None
) -> Answers:
    """Ratings of 1 to 5 that correlate, and an outcome that depends on them unequally."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(n, 1))
    x = np.clip(np.round(3.5 + 0.8 * common + 0.9 * rng.normal(size=(n, k))), 1, 5)
    eta = (x - 3.5) @ (0.8 / np.arange(1, k + 1))
    if family == "logit":
        y = (rng.logistic(size=n) < eta).astype(float)
    elif family == "ordered_logit":
        y = np.searchsorted([-2.0, -0.8, 1.0], eta + rng.logistic(size=n)).astype(float)
    else:
        dispersion = rng.gamma(1.5, 1 / 1.5, n) if family == "negative_binomial" else 1.0
        y = rng.poisson(np.exp(0.2 - 0.4 * eta) * dispersion).astype(float)
    weights = rng.lognormal(0, 0.6, n) if weighted else np.ones(n)
    return Answers(x, y, weights, np.arange(k + 1) if starts is None else np.array(starts))


def members(starts: np.ndarray, subset: int) -> list[int]:
    units = [u for u in range(len(starts) - 1) if subset >> u & 1]
    return [*range(starts[0]), *(c for u in units for c in range(starts[u], starts[u + 1]))]


def row_likelihoods(family: str, at: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Written differently: the textbook's probabilities, as scipy has them. Parameters as `SubsetFits.parameters`."""
    q = x.shape[1]
    if family == "logit":
        return stats.bernoulli.logpmf(y, stats.logistic.cdf(at[0] + x @ at[1 : q + 1]))
    if family == "ordered_logit":
        edges = np.concatenate([[-np.inf], at[: len(at) - q], [np.inf]])
        eta = x @ at[len(at) - q :]
        code = y.astype(int)
        inside = stats.logistic.cdf(edges[code + 1] - eta) - stats.logistic.cdf(edges[code] - eta)
        # An optimiser may try what rounds to impossible.
        return np.log(np.maximum(inside, 1e-300))
    mean = np.exp(at[0] + x @ at[1 : q + 1])
    if family == "poisson" or at[-1] == 0:
        return stats.poisson.logpmf(y, mean)
    return stats.nbinom.logpmf(y, 1 / at[-1], 1 / (1 + at[-1] * mean))


def climbed(family: str, x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> tuple[float, np.ndarray]:
    """The maximum by a general optimiser, which is told neither score nor information."""
    q = x.shape[1]
    thresholds = int(y.max()) if family == "ordered_logit" else 0

    def natural(free: np.ndarray) -> np.ndarray:
        at = free.copy()
        if thresholds:
            at[:thresholds] = free[0] + np.concatenate([[0.0], np.cumsum(np.exp(free[1:thresholds]))])
        if family == "negative_binomial":
            at[-1] = np.exp(free[-1])
        return at

    start = np.zeros((thresholds or 1) + q + (family == "negative_binomial"))
    found = optimize.minimize(
        lambda free: -(weights @ row_likelihoods(family, natural(free), x, y)),
        start,
        method="BFGS",
        options={"gtol": 1e-6},
    )
    return -found.fun, natural(found.x)


# Brute force


@pytest.mark.parametrize("family", FAMILIES)
def test_every_subset_against_a_general_optimiser(family: str) -> None:
    # A control, then units of one, two and one columns.
    data = simulated(family, 240, 5, seed=1, starts=(1, 2, 4, 5))
    fits = data.fits(family)
    assert fits.converged and (fits.status == CONVERGED).all()
    assert fits.weight_total == pytest.approx(data.weights.sum())
    for subset in (0, 1, 2, 5, 7):
        columns = members(data.starts, subset)
        assert list(fits.columns(subset)) == columns
        value, at = climbed(family, data.x[:, columns], data.y, data.weights)
        assert fits.log_likelihood[subset] == pytest.approx(value, abs=CLIMBED)
        np.testing.assert_allclose(fits.parameters(subset), at, atol=SLOPES)
        exact = data.weights @ row_likelihoods(family, fits.parameters(subset), data.x[:, columns], data.y)
        assert fits.log_likelihood[subset] == pytest.approx(exact, rel=MAXIMUM)
    value, at = climbed(family, data.x[:, []], data.y, data.weights)
    assert fits.null == pytest.approx(value, abs=CLIMBED)


@pytest.mark.parametrize("family", FAMILIES[:3])
def test_the_model_without_columns_in_closed_form(family: str) -> None:
    data = simulated(family, 200, 3, seed=2)
    w, y = data.weights, data.y
    if family == "poisson":
        expected = w @ stats.poisson.logpmf(y, w @ y / w.sum())
    else:
        totals = np.bincount(y.astype(int), w)
        expected = totals @ np.log(totals / w.sum())
    fits = data.fits(family)
    assert fits.null == pytest.approx(expected, rel=MAXIMUM)
    assert fits.log_likelihood[0] == fits.null


# Other programs


@pytest.mark.parametrize("family", FAMILIES)
def test_statsmodels(family: str) -> None:
    import statsmodels.api as sm
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    data = simulated(family, 400, 4, seed=3, weighted=False)
    fits = data.fits(family)
    for subset in (1, 6, 15):
        x = data.x[:, members(data.starts, subset)]
        if family == "ordered_logit":
            model = OrderedModel(data.y.astype(int), x, distr="logit").fit(method="newton", disp=0)
            q = x.shape[1]
            at = np.concatenate([model.model.transform_threshold_params(model.params)[1:-1], model.params[:q]])
        else:
            kind = {"logit": sm.Logit, "poisson": sm.Poisson, "negative_binomial": sm.NegativeBinomial}[family]
            model = kind(data.y, sm.add_constant(x)).fit(disp=0, maxiter=500)
            at = model.params
        assert fits.log_likelihood[subset] == pytest.approx(model.llf, abs=CLIMBED)
        assert fits.null == pytest.approx(model.llnull, abs=CLIMBED)
        np.testing.assert_allclose(fits.parameters(subset), at, atol=SLOPES)


# Identities


@pytest.mark.parametrize("family", FAMILIES)
def test_integer_weights_are_repeated_rows(family: str) -> None:
    data = simulated(family, 200, 3, seed=4)
    times = np.random.default_rng(5).integers(0, 4, 200)
    weighted = fit_subsets(data.x, data.y, times.astype(float), data.starts, family=family)
    again = np.repeat(np.arange(200), times)
    repeated = fit_subsets(data.x[again], data.y[again], np.ones(len(again)), data.starts, family=family)
    np.testing.assert_allclose(weighted.log_likelihood, repeated.log_likelihood, rtol=MAXIMUM)
    assert weighted.null == pytest.approx(repeated.null, rel=MAXIMUM)
    assert weighted.weight_total == len(again)


@pytest.mark.parametrize("family", FAMILIES)
def test_scale_of_weights_scales_the_likelihood(family: str) -> None:
    data = simulated(family, 200, 3, seed=6)
    fits, scaled = data.fits(family), Answers(data.x, data.y, 250 * data.weights, data.starts).fits(family)
    np.testing.assert_allclose(scaled.log_likelihood, 250 * fits.log_likelihood, rtol=MAXIMUM)
    assert scaled.null / scaled.weight_total == pytest.approx(fits.null / fits.weight_total, rel=MAXIMUM)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("factor", [1e-8, 1e8])
def test_what_a_driver_is_measured_in_does_not_matter(family: str, factor: float) -> None:
    data = simulated(family, 200, 3, seed=7)
    fits = data.fits(family)
    for column in range(3):
        x = data.x.copy()
        x[:, column] = factor * x[:, column]
        found = Answers(x, data.y, data.weights, data.starts).fits(family)
        np.testing.assert_allclose(found.log_likelihood, fits.log_likelihood, rtol=UNITS_OF_MEASUREMENT)
    turned = Answers(100 - data.x, data.y, data.weights, data.starts).fits(family)
    np.testing.assert_allclose(turned.log_likelihood, fits.log_likelihood, rtol=UNITS_OF_MEASUREMENT)


@pytest.mark.parametrize("family", FAMILIES)
def test_order_of_units_and_rows_does_not_matter(family: str) -> None:
    data = simulated(family, 200, 6, seed=8)
    fits = data.fits(family)
    rng = np.random.default_rng(9)
    order, rows = rng.permutation(6), rng.permutation(200)
    shuffled = fit_subsets(data.x[rows][:, order], data.y[rows], data.weights[rows], data.starts, family=family)
    where = [sum(1 << int(np.flatnonzero(order == u)[0]) for u in range(6) if s >> u & 1) for s in range(64)]
    np.testing.assert_allclose(shuffled.log_likelihood[where], fits.log_likelihood, rtol=MAXIMUM)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_larger_model_fits_no_worse(family: str) -> None:
    fits = simulated(family, 150, 6, seed=10).fits(family)
    for unit in range(6):
        without = np.array([s for s in range(64) if not s >> unit & 1])
        assert (fits.log_likelihood[without | 1 << unit] >= fits.log_likelihood[without] - 1e-8).all()


@pytest.mark.parametrize("family", FAMILIES)
def test_a_column_that_others_tell_adds_nothing(family: str) -> None:
    data = simulated(family, 200, 2, seed=11)
    rng = np.random.default_rng(12)
    columns = np.column_stack(
        [data.x, 2 * data.x[:, 0] - 1, np.full(200, 0.1), data.x[:, 1] + 1e-9 * rng.normal(size=200)]
    )
    plain, more = data.fits(family), Answers(columns, data.y, data.weights, np.arange(6)).fits(family)
    assert more.converged
    for extra in range(8):
        for subset in range(4):
            told = subset | (1 if extra & 1 else 0) | (2 if extra & 4 else 0)
            found = more.log_likelihood[subset | extra << 2]
            assert found == pytest.approx(plain.log_likelihood[told], rel=MAXIMUM)


def test_counts_that_are_not_overdispersed_are_poissons() -> None:
    data = simulated("poisson", 300, 3, seed=13)
    narrow = Answers(data.x, np.minimum(data.y, 2), data.weights, data.starts)
    poisson, dispersed = narrow.fits("poisson"), narrow.fits("negative_binomial")
    np.testing.assert_allclose(dispersed.log_likelihood, poisson.log_likelihood, rtol=MAXIMUM)
    assert dispersed.null == pytest.approx(poisson.null, rel=MAXIMUM)
    assert all(dispersed.parameters(subset)[-1] == 0 for subset in range(8))
    wide = simulated("negative_binomial", 300, 3, seed=13)
    assert (wide.fits("negative_binomial").log_likelihood > wide.fits("poisson").log_likelihood + 1).all()


def test_large_counts() -> None:
    rng = np.random.default_rng(14)
    x = rng.normal(size=(150, 2))
    y = rng.poisson(np.exp(6 + 0.5 * x[:, 0]) * rng.gamma(2, 1 / 2, 150)).astype(float)
    data = Answers(x, y, np.ones(150), np.arange(3))
    for family in ("poisson", "negative_binomial"):
        fits = data.fits(family)
        assert fits.converged
        exact = row_likelihoods(family, fits.parameters(3), x, y).sum()
        assert fits.log_likelihood[3] == pytest.approx(exact, rel=MAXIMUM)
    value, _ = climbed("negative_binomial", x, y, np.ones(150))
    assert fits.log_likelihood[3] == pytest.approx(value, abs=CLIMBED)


# Outcomes that are told with certainty


def test_a_driver_that_tells_every_answer() -> None:
    data = simulated("logit", 100, 3, seed=15)
    fits = Answers(data.x, (data.x[:, 1] > 3).astype(float), data.weights, data.starts).fits("logit")
    assert not fits.converged
    assert list(fits.status) == [CONVERGED, CONVERGED, SEPARATED, NOT_TRIED, CONVERGED, NOT_TRIED, NOT_TRIED, SEPARATED]
    assert fits.log_likelihood[2] == pytest.approx(0, abs=CLIMBED)
    assert np.isnan(fits.log_likelihood[3])


@pytest.mark.parametrize("family", FAMILIES)
def test_a_group_whose_answers_are_all_alike(family: str) -> None:
    data = simulated(family, 200, 2, seed=16)
    group = (np.arange(200) % 10 == 0).astype(float)
    y = np.where(group == 1, 0.0, data.y)
    x = np.column_stack([data.x, group])
    fits = Answers(x, y, data.weights, np.arange(4)).fits(family)
    assert [fits.status[s] for s in (1, 2, 4, 7)] == [CONVERGED, CONVERGED, SEPARATED, SEPARATED]
    # One respondent who answers otherwise makes the effect finite.
    y[0] = 1.0
    fits = Answers(x, y, data.weights, np.arange(4)).fits(family)
    assert fits.converged
    value, _ = climbed(family, x, y, data.weights)
    assert fits.log_likelihood[7] == pytest.approx(value, abs=CLIMBED)


def test_controls_that_tell_every_answer() -> None:
    data = simulated("logit", 100, 3, seed=17, starts=(1, 2, 3))
    fits = Answers(data.x, (data.x[:, 0] > 3).astype(float), data.weights, data.starts).fits("logit")
    assert list(fits.status) == [SEPARATED] * 4


def test_drivers_that_tell_every_answer_only_together() -> None:
    data = simulated("logit", 100, 2, seed=18)
    fits = Answers(data.x, (data.x.sum(axis=1) > 6.5).astype(float), data.weights, data.starts).fits("logit")
    assert list(fits.status) == [CONVERGED, CONVERGED, CONVERGED, SEPARATED]


@pytest.mark.parametrize("family", FAMILIES)
def test_an_answer_nearly_told_has_a_finite_effect(family: str) -> None:
    data = simulated(family, 300, 2, seed=19)
    x = data.x.copy()
    x[0] = 100.0
    fits = Answers(x, data.y, data.weights, data.starts).fits(family)
    assert fits.converged
    value, _ = climbed(family, (x - x.mean(axis=0)) / x.std(axis=0), data.y, data.weights)
    assert fits.log_likelihood[3] == pytest.approx(value, abs=CLIMBED)


# Row by row


@pytest.mark.parametrize("family", FAMILIES)
def test_rows_against_the_textbook_and_their_sum(family: str) -> None:
    data = simulated(family, 150, 3, seed=20)
    data.weights[:5] = 0.0
    fits = data.fits(family)
    rows = row_sums(fits, data.x, data.y, np.eye(8))
    assert rows.shape == (150, 8)
    for subset in range(8):
        expected = row_likelihoods(family, fits.parameters(subset), data.x[:, members(data.starts, subset)], data.y)
        np.testing.assert_allclose(rows[:, subset], expected, rtol=MAXIMUM, atol=MAXIMUM)
    np.testing.assert_allclose(data.weights @ rows, fits.log_likelihood, rtol=MAXIMUM)
    assert data.weights @ null_rows(fits, data.y) == pytest.approx(fits.null, rel=MAXIMUM)
    np.testing.assert_allclose(null_rows(fits, data.y), rows[:, 0], rtol=MAXIMUM, atol=MAXIMUM)
    combination = np.random.default_rng(21).normal(size=(8, 2))
    np.testing.assert_allclose(row_sums(fits, data.x, data.y, combination), rows @ combination, rtol=MAXIMUM)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_row_is_the_slope_of_the_fit_in_its_weight(family: str) -> None:
    data = simulated(family, 120, 3, seed=22, starts=(1, 2, 3))
    fits = data.fits(family)
    rows, nothing, step = row_sums(fits, data.x, data.y, np.eye(4)), null_rows(fits, data.y), 1e-3
    for i in (0, 50, 119):
        ahead, behind = data.weights.copy(), data.weights.copy()
        ahead[i], behind[i] = ahead[i] + step, behind[i] - step
        after = fit_subsets(data.x, data.y, ahead, data.starts, family=family)
        before = fit_subsets(data.x, data.y, behind, data.starts, family=family)
        slope = (after.log_likelihood - before.log_likelihood) / (2 * step)
        np.testing.assert_allclose(rows[i], slope, rtol=10 * DIFFERENCES, atol=10 * DIFFERENCES)
        assert nothing[i] == pytest.approx((after.null - before.null) / (2 * step), rel=10 * DIFFERENCES)


def test_more_rows_than_a_chunk() -> None:
    data = simulated("ordered_logit", 1200, 2, seed=23)
    fits = data.fits("ordered_logit")
    rows = row_sums(fits, data.x, data.y, np.eye(4))
    np.testing.assert_allclose(data.weights @ rows, fits.log_likelihood, rtol=MAXIMUM)


# Resampled weights


def multiples(n: int, b: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), b).astype(float)


@pytest.mark.parametrize("family", FAMILIES)
def test_replicates_are_fits_with_multiplied_weights(family: str) -> None:
    data = simulated(family, 300, 5, seed=24, starts=(1, 2, 4, 5))
    data.weights[7] = 0.0
    fits, factors = data.fits(family), multiples(300, 6, seed=25)
    full, null = replicate_fits(fits, data.x, data.y, data.weights, factors, full=True)
    quick, again = replicate_fits(fits, data.x, data.y, data.weights, factors)
    for replicate, factor in enumerate(factors):
        own = fit_subsets(data.x, data.y, data.weights * factor, data.starts, family=family)
        np.testing.assert_allclose(full[replicate], own.log_likelihood, rtol=MAXIMUM)
        assert null[replicate] == pytest.approx(own.null, rel=MAXIMUM)
    np.testing.assert_allclose(again, null, rtol=MAXIMUM)
    # What a quick fit leaves out is a small part of the 0.25 that a step may add.
    np.testing.assert_allclose(quick, full, atol=0.1)
    assert (quick[:, 1:] != full[:, 1:]).any()


@pytest.mark.parametrize("family", FAMILIES)
def test_factors_of_one_give_the_sample_again(family: str) -> None:
    data = simulated(family, 200, 4, seed=26)
    fits = data.fits(family)
    for full in (False, True):
        values, null = replicate_fits(fits, data.x, data.y, data.weights, np.ones((2, 200)), full=full)
        np.testing.assert_allclose(values, np.tile(fits.log_likelihood, (2, 1)), rtol=MAXIMUM)
        np.testing.assert_allclose(null, fits.null, rtol=MAXIMUM)


def shapley(fits: np.ndarray, k: int) -> np.ndarray:
    """Mean gain over all orders of entry, summed subset by subset; float (b, k)."""
    values = np.zeros((len(fits), k))
    for subset in range(2**k):
        size = subset.bit_count()
        for unit in range(k):
            if not subset >> unit & 1:
                values[:, unit] += (fits[:, subset | 1 << unit] - fits[:, subset]) / (k * comb(k - 1, size))
    return values


@pytest.mark.parametrize("family", FAMILIES)
def test_quick_replicates_have_the_spread_and_limits_of_full_ones(family: str) -> None:
    data = simulated(family, 250, 5, seed=27)
    fits, factors = data.fits(family), multiples(250, 200, seed=28)
    found = []
    for full in (True, False):
        values, null = replicate_fits(fits, data.x, data.y, data.weights, factors, full=full)
        parts_of = shapley(1 - values / null[:, None], 5)
        found.append(parts_of / parts_of.sum(axis=1, keepdims=True))
    exact, quick = found
    error = exact.std(axis=0)
    assert (np.abs(quick.std(axis=0) / error - 1) < HUNDREDTH).all()
    assert (np.abs(quick.mean(axis=0) - exact.mean(axis=0)) < HUNDREDTH * error).all()
    for level in (0.025, 0.975):
        limits = np.quantile(quick, level, axis=0), np.quantile(exact, level, axis=0)
        assert (np.abs(limits[0] - limits[1]) < 3 * HUNDREDTH * error).all()


@pytest.mark.parametrize("family", FAMILIES)
def test_resamples_far_from_the_sample_are_fitted_exactly(family: str) -> None:
    data = simulated(family, 200, 4, seed=29)
    fits = data.fits(family)
    # Few clusters, whole ones drawn or not: solutions move far.
    factors = np.repeat(np.random.default_rng(30).multinomial(8, np.full(8, 1 / 8), 12), 25, axis=1).astype(float)
    quick, _ = replicate_fits(fits, data.x, data.y, data.weights, factors)
    full, _ = replicate_fits(fits, data.x, data.y, data.weights, factors, full=True)
    np.testing.assert_allclose(quick, full, atol=0.2)


@pytest.mark.parametrize("category", [0, 1, 3])
def test_a_category_that_was_not_drawn_is_left_out(category: int) -> None:
    data = simulated("ordered_logit", 300, 3, seed=31)
    fits = data.fits("ordered_logit")
    factors = np.ones((2, 300))
    factors[0, data.y == category] = 0.0
    for full in (False, True):
        values, null = replicate_fits(fits, data.x, data.y, data.weights, factors, full=full)
        kept = data.y != category
        y = np.unique(data.y[kept], return_inverse=True)[1].astype(float)
        own = fit_subsets(data.x[kept], y, data.weights[kept], data.starts, family="ordered_logit")
        np.testing.assert_allclose(values[0], own.log_likelihood, rtol=MAXIMUM)
        assert null[0] == pytest.approx(own.null, rel=MAXIMUM)
        np.testing.assert_allclose(values[1], fits.log_likelihood, rtol=MAXIMUM)


@pytest.mark.parametrize("family", FAMILIES)
def test_resampled_answers_that_are_all_alike(family: str) -> None:
    data = simulated(family, 200, 3, seed=32)
    factors = np.vstack([data.y == 0, np.zeros(200), np.ones(200)]).astype(float)
    values, null = replicate_fits(data.fits(family), data.x, data.y, data.weights, factors)
    assert (values[:2] == 0).all() and (null[:2] == 0).all()
    assert (values[2] < 0).all() and null[2] < 0


def test_a_separated_resample_has_its_limit() -> None:
    data = simulated("logit", 150, 3, seed=33)
    fits = data.fits("logit")
    factors = (data.y == (data.x[:, 0] > 3)).astype(float)[None]
    for full in (False, True):
        values, null = replicate_fits(fits, data.x, data.y, data.weights, factors, full=full)
        assert values[0, 1] == pytest.approx(0, abs=CLIMBED)
        assert values[0, 7] == pytest.approx(0, abs=CLIMBED)
        assert null[0] < values[0, 2] < -1


# How it is done


@pytest.mark.parametrize("family", FAMILIES)
def test_the_number_of_cores_changes_no_bit(family: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = simulated(family, 600, 7, seed=34)
    factors, combination = multiples(600, 70, seed=35), np.random.default_rng(36).normal(size=(128, 3))
    found = []
    for cores in (1, 2, 5):
        monkeypatch.setattr(parts, "workers", lambda cores=cores: cores)
        fits = data.fits(family)
        values, null = replicate_fits(fits, data.x, data.y, data.weights, factors)
        found.append(
            (fits.log_likelihood, fits.coefficients, values, null, row_sums(fits, data.x, data.y, combination))
        )
    for other in found[1:]:
        for one, two in zip(found[0], other, strict=True):
            assert np.array_equal(one, two)


@pytest.mark.parametrize("units", [1, 4, 9])
def test_every_subset_is_fitted_in_some_part(units: int) -> None:
    data = simulated("logit", 300, units, seed=37)
    fits = data.fits("logit")
    assert fits.converged and np.isfinite(fits.log_likelihood).all()
    for subset in {0, 1, 2**units - 2, 2**units - 1}:
        x = data.x[:, members(data.starts, subset)]
        exact = data.weights @ row_likelihoods("logit", fits.parameters(subset), x, data.y)
        assert fits.log_likelihood[subset] == pytest.approx(exact, rel=MAXIMUM)


def test_progress_is_told_and_may_stop() -> None:
    data = simulated("logit", 100, 5, seed=38)
    told: list[float] = []
    fits = fit_subsets(
        data.x, data.y, data.weights, data.starts, family="logit", progress=lambda done, _: told.append(done)
    )
    assert told[-1] == 1.0

    def stop(done: float, seconds: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replicate_fits(fits, data.x, data.y, data.weights, multiples(100, 40, seed=39), progress=stop)


def test_a_long_calculation_is_cut_into_short_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    data = simulated("logit", 100, 3, seed=40)
    fits, factors = data.fits("logit"), multiples(100, 20, seed=41)
    expected, _ = replicate_fits(fits, data.x, data.y, data.weights, factors)
    sizes: list[int] = []
    real = reweighted.in_parts

    def counted(job: Callable[[int], None], begins: range, progress: object = None) -> None:
        sizes.append(begins.step)
        real(job, begins)

    monkeypatch.setattr(reweighted, "in_parts", counted)
    monkeypatch.setattr(reweighted, "CHUNK_WORK", 100 * 8 * 3)
    found, _ = replicate_fits(fits, data.x, data.y, data.weights, factors)
    assert sizes == [3]
    assert np.array_equal(found, expected)


def test_results_cannot_be_written_to() -> None:
    fits = simulated("logit", 80, 2, seed=42).fits("logit")
    with pytest.raises(ValueError, match="read-only"):
        fits.log_likelihood[0] = 0.0


# Kernels


def test_exponentials_and_logarithms() -> None:
    tiles = np.zeros(TILES)
    numbers = np.concatenate([np.linspace(-299, 299, 200), [-1e-9, 0.0, 1e-300, 1e-5, 0.5 * np.log(2), -20.1]])
    tiles[ETA : ETA + len(numbers)] = numbers
    _exponentials(tiles, len(numbers))
    np.testing.assert_allclose(tiles[UP : UP + len(numbers)], np.exp(numbers), rtol=LAST_PLACES)
    np.testing.assert_allclose(tiles[DOWN : DOWN + len(numbers)], np.exp(-numbers), rtol=LAST_PLACES)
    positive = np.concatenate([np.exp(np.linspace(0, 600, 150)), 1 + np.geomspace(1e-15, 1, 100)])
    tiles[INSIDE : INSIDE + len(positive)] = positive
    logarithms(tiles, len(positive))
    np.testing.assert_allclose(tiles[LOG : LOG + len(positive)], np.log(positive), rtol=LAST_PLACES)
    tiles[ETA : ETA + 2] = [-1e6, 1e6]
    _exponentials(tiles, 2)
    np.testing.assert_allclose(tiles[UP : UP + 2], np.exp([-300.0, 300.0]), rtol=LAST_PLACES)


@pytest.mark.parametrize(
    ("kind", "at"),
    [
        (CUMULATIVE, [-1.0, 0.2, 1.5, 0.3, -0.4]),
        (POISSON, [0.3, 0.2, -0.3]),
        (NEGATIVE_BINOMIAL, [0.3, 0.2, -0.3, 0.7]),
        (NEGATIVE_BINOMIAL, [0.3, 0.2, -0.3, 0.03]),
        (NEGATIVE_BINOMIAL, [0.3, 0.2, -0.3, 1e-4]),
    ],
)
def test_score_and_information_against_differences(kind: int, at: list[float]) -> None:
    rng = np.random.default_rng(43)
    n = 20 * LANES
    y = rng.poisson(2.0, n).astype(float) if kind else np.sort(rng.integers(0, 4, n)).astype(float)
    weights = rng.uniform(0.5, 2, n)
    bounds = np.array([0, n]) if kind else np.searchsorted(y, np.arange(5)).astype(np.int64)
    totals = np.bincount(y.astype(int), weights)
    totals = totals[::-1].cumsum()[::-1][1:].copy() if kind else totals
    rows = Rows(rng.normal(size=(3, n)), y, weights, bounds, totals)
    columns, p = np.array([0, 2]), parameters(kind, len(bounds) - 1, 2)
    assert p == len(at)

    def model(place: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        g, H = np.zeros(p), np.zeros((p, p))
        value = evaluate(kind, rows, columns, 2, place, True, g, H, np.zeros(TILES))
        return value, g, H

    place = np.array(at)
    _, score, information = model(place)
    step = 1e-5
    for i in range(p):
        ahead, behind = place.copy(), place.copy()
        ahead[i], behind[i] = ahead[i] + step, behind[i] - step
        (above, g_above, _), (below, g_below, _) = model(ahead), model(behind)
        size = np.abs(information).max()
        assert score[i] == pytest.approx((above - below) / (2 * step), rel=DIFFERENCES, abs=DIFFERENCES * size)
        slopes = (g_above - g_below) / (2 * step)
        np.testing.assert_allclose(information[i], -slopes, rtol=10 * DIFFERENCES, atol=DIFFERENCES * size)


def test_thresholds_that_do_not_increase_are_impossible() -> None:
    y = np.repeat([0.0, 1.0, 2.0], LANES)
    bounds = np.array([0, LANES, 2 * LANES, 3 * LANES])
    rows = Rows(np.zeros((1, len(y))), y, np.ones(len(y)), bounds, np.full(3, float(LANES)))
    g, H = np.zeros(2), np.zeros((2, 2))
    for at in ([0.5, 0.5], [0.5, 0.1]):
        value = evaluate(CUMULATIVE, rows, np.zeros(1, np.int64), 0, np.array(at), True, g, H, np.zeros(TILES))
        assert value == -np.inf


# A truth that is known


@pytest.mark.parametrize("family", FAMILIES)
def test_many_answers_recover_the_truth(family: str) -> None:
    rng = np.random.default_rng(44)
    n, slopes = 40_000, np.array([0.5, 0.0, -0.3])
    x = rng.normal(size=(n, 3)) + rng.normal(size=(n, 1))
    eta = x @ slopes
    if family == "logit":
        truth, y = np.array([0.4, *slopes]), (rng.logistic(size=n) < 0.4 + eta).astype(float)
    elif family == "ordered_logit":
        truth = np.array([-1.0, 0.5, 2.0, *slopes])
        y = np.searchsorted(truth[:3], eta + rng.logistic(size=n)).astype(float)
    elif family == "poisson":
        truth, y = np.array([0.2, *slopes]), rng.poisson(np.exp(0.2 + eta)).astype(float)
    else:
        truth = np.array([0.2, *slopes, 0.8])
        y = rng.poisson(np.exp(0.2 + eta) * rng.gamma(1 / 0.8, 0.8, n)).astype(float)
    found = np.array(
        [fit_subsets(a, b, np.ones(len(b)), np.arange(4), family=family).parameters(7)
         for a, b in zip(np.split(x, 20), np.split(y, 20), strict=True)]
    )  # fmt: skip
    error = found.std(axis=0, ddof=1) / np.sqrt(20)
    together = fit_subsets(x, y, np.ones(n), np.arange(4), family=family).parameters(7)
    assert (np.abs(together - truth) < FOUR_STANDARD_ERRORS * error).all()
