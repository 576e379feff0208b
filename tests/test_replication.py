"""Variances by replicate weights: moments, covariances and draws, written differently and by another program."""

import numpy as np
import pytest

import drivers as kda
from drivers.moments import weighted_moments
from drivers.replication import CHUNK_ROWS, draws, replicate_covariance, replicate_moments
from drivers.survey.design.replicate_weights import ReplicateWeights
from tests.reference_numbers import AGREEMENT, RATINGS, replicate_weights, table

ROUNDING = 1e-12
"""Relative: sums of some hundred numbers in another order."""

FOUR_STANDARD_ERRORS = 4.0
"""Of a simulated mean or variance: passed by chance in all but 6 of 100,000 runs, and seeds are fixed."""


def replicates_of(weights: np.ndarray, scales: np.ndarray | float = 1.0, **options: object) -> ReplicateWeights:
    count = weights.shape[1]
    given = {"center": "estimate", "method": "bootstrap", "base": np.ones(len(weights)), **options}
    return ReplicateWeights(
        columns=tuple(f"rw_{r + 1}" for r in range(count)),
        weights=weights,
        scales=np.broadcast_to(scales, (count,)).astype(float),
        **given,  # type: ignore[arg-type]
    )


def jackknife(n: int) -> ReplicateWeights:
    return replicates_of(n / (n - 1) * (1 - np.eye(n)), (n - 1) / n)


# Moments


def test_moments_are_those_of_each_replicate_alone() -> None:
    rng = np.random.default_rng(31)
    n = CHUNK_ROWS + 300  # more than one chunk
    values = rng.normal(size=(n, 3)) @ np.array([[1, 0.4, 0], [0, 1, 0.3], [0, 0, 2]]) + [1000.0, -3.0, 0.0]
    weights = rng.gamma(1, size=(n, 4)) * (rng.random((n, 4)) < 0.8)
    found = replicate_moments(replicates_of(weights, base=rng.gamma(2, size=n)), values)
    for r in range(4):
        alone = weighted_moments(values, weights[:, r])
        assert found.sum_weights[r] == pytest.approx(alone.sum_weights, rel=ROUNDING)
        np.testing.assert_allclose(found.mean[r], alone.mean, rtol=1e-11)
        np.testing.assert_allclose(found.scatter[r], alone.scatter, rtol=1e-9, atol=1e-9)
    assert not found.mean.flags.writeable


def test_a_replicate_without_weight_has_no_moments() -> None:
    weights = np.column_stack([np.ones(5), np.zeros(5)])
    found = replicate_moments(replicates_of(weights), np.arange(10.0).reshape(5, 2))
    assert np.isfinite(found.mean[0]).all() and np.isfinite(found.scatter[0]).all()
    assert np.isnan(found.mean[1]).all() and np.isnan(found.scatter[1]).all()


# Covariances


def test_the_jackknife_of_a_mean_is_the_textbook_variance() -> None:
    values = np.random.default_rng(32).normal(5, 2, (25, 2))
    replicates = jackknife(25)
    means = replicate_moments(replicates, values).mean
    found = replicate_covariance(means, values.mean(axis=0), replicates)
    np.testing.assert_allclose(found.covariance, np.cov(values, rowvar=False) / 25, rtol=ROUNDING)
    assert found.df == 24


def test_deviations_are_taken_from_the_estimate_or_from_the_mean_of_the_replicates_that_count() -> None:
    rng = np.random.default_rng(33)
    estimates, estimate, scales = rng.normal(size=(6, 2)), np.array([3.0, -1.0]), np.array([0.1, 0.2, 0.0, 0.5, 1, 2])
    weights = np.eye(4, 6) + 1
    expected = sum(s * np.outer(row - estimate, row - estimate) for s, row in zip(scales, estimates, strict=True))
    found = replicate_covariance(estimates, estimate, replicates_of(weights, scales))
    np.testing.assert_allclose(found.covariance, expected, rtol=ROUNDING)
    assert found.df == 4 - 1
    middle = estimates[[0, 1, 3, 4, 5]].mean(axis=0)
    expected = sum(s * np.outer(row - middle, row - middle) for s, row in zip(scales, estimates, strict=True))
    found = replicate_covariance(estimates, estimate, replicates_of(weights, scales, center="mean"))
    np.testing.assert_allclose(found.covariance, expected, rtol=ROUNDING)


@pytest.mark.parametrize("fpc", [False, True])
@pytest.mark.parametrize("kind", ["JKn", "bootstrap"])
def test_standard_errors_of_withreplicates(kind: str, fpc: bool) -> None:
    data, weights = table("service.csv"), replicate_weights(kind, fpc=fpc)
    scales = np.full(500, 12 / 11 / 499)
    if kind == "JKn":
        stratum = table("survey_repweights_JKn.csv.gz")["stratum"]  # replicate r leaves out branch r
        population = stratum.map(dict(zip(data["stratum"], data["fpc"], strict=True))).to_numpy()
        scales = 11 / 12 * (1 - 12 / population if fpc else np.ones(48))
    replicates = replicates_of(weights, scales, base=data["w"].to_numpy(), center="mean")
    columns = data[[*RATINGS, "sat"]].to_numpy(dtype=float)

    def slopes_and_r2(scatter: np.ndarray) -> np.ndarray:
        slopes = np.linalg.solve(scatter[:-1, :-1], scatter[:-1, -1])
        return np.append(slopes, slopes @ scatter[:-1, -1] / scatter[-1, -1])

    moments = replicate_moments(replicates, columns)
    drawn = np.array([slopes_and_r2(scatter) for scatter in moments.scatter])
    whole = slopes_and_r2(weighted_moments(columns, replicates.base).scatter)
    found = replicate_covariance(drawn, whole, replicates)
    file = "survey_replicates_fpc_se.csv" if fpc else "survey_replicates_se.csv"
    expected = table(file).query("type == @kind").set_index("name").loc[[*(f"coef_{name}" for name in RATINGS), "R2"]]
    np.testing.assert_allclose(whole, expected["est"], rtol=AGREEMENT)
    np.testing.assert_allclose(np.sqrt(np.diag(found.covariance)), expected["se"], rtol=AGREEMENT)
    assert found.df == expected["degf"].iloc[0] == 44
    if not fpc:
        saved = table(f"survey_replicates_{kind}.csv.gz")
        np.testing.assert_allclose(drawn[:, -1], saved["R2"], rtol=AGREEMENT)


@pytest.mark.parametrize(("missing", "named"), [([4], "'rw_5'"), ([0, 2, 3, 5], "'rw_1', 'rw_3', 'rw_4' and 1 more")])
def test_a_replicate_without_an_estimate_is_refused(missing: list[int], named: str) -> None:
    estimates = np.ones((6, 2))
    estimates[missing, 1] = np.nan
    with pytest.raises(kda.ModelError) as caught:
        replicate_covariance(estimates, np.ones(2), replicates_of(np.ones((4, 6))))
    assert str(caught.value) == (
        f"Expected an estimate from each of the 6 replicates, found none from {named}; widen the selection, or use "
        "fewer drivers and controls."
    )


# Draws


COVARIANCE = np.array([[4.0, 1.2, -0.4], [1.2, 1.0, 0.1], [-0.4, 0.1, 0.25]])


def test_draws_have_the_mean_and_the_covariance() -> None:
    found = draws(np.array([10.0, 0.0, -5.0]), COVARIANCE, count=20_000, seed=41)
    assert found.shape == (20_000, 3)
    error = np.sqrt(np.diag(COVARIANCE) / 20_000)
    assert (np.abs(found.mean(axis=0) - [10, 0, -5]) < FOUR_STANDARD_ERRORS * error).all()
    spread = np.sqrt((np.outer(np.diag(COVARIANCE), np.diag(COVARIANCE)) + COVARIANCE**2) / 20_000)
    assert (np.abs(np.cov(found, rowvar=False) - COVARIANCE) < FOUR_STANDARD_ERRORS * spread).all()


def test_same_seed_same_draws() -> None:
    one, again, other = (draws(np.zeros(3), COVARIANCE, count=5, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one, again) and not np.array_equal(one, other)


def test_draws_depend_on_no_turn_of_eigenvectors() -> None:
    # With one variance for all, any three directions are eigenvectors; the root is the same.
    plain = np.random.default_rng(3).standard_normal((6, 3))
    np.testing.assert_allclose(draws(np.zeros(3), 4 * np.eye(3), count=6, seed=3), 2 * plain, rtol=ROUNDING)
    turn = np.linalg.qr(np.random.default_rng(4).normal(size=(3, 3)))[0]
    found = draws(np.zeros(3), turn @ (4 * np.eye(3)) @ turn.T, count=6, seed=3)
    np.testing.assert_allclose(found, 2 * plain, rtol=1e-10)
    # And a root that is symmetric and gives the covariance is the only one without negative parts.
    root = np.linalg.lstsq(plain, draws(np.zeros(3), COVARIANCE, count=6, seed=3), rcond=None)[0]
    np.testing.assert_allclose(root, root.T, rtol=1e-10)
    np.testing.assert_allclose(root @ root, COVARIANCE, rtol=1e-10)
    assert (np.linalg.eigvalsh(root) > 0).all()


def test_draws_of_a_singular_covariance_keep_to_what_varies() -> None:
    # Shares that add up to 1 leave one direction in which nothing varies.
    along = np.array([[1.0, -1.0, 0.0], [0.0, 1.0, -1.0]])
    covariance = along.T @ np.diag([0.01, 0.04]) @ along
    found = draws(np.array([0.5, 0.3, 0.2]), covariance, count=200, seed=5)
    np.testing.assert_allclose(found.sum(axis=1), 1.0, atol=1e-8)
    still = draws(np.array([0.5, 0.5]), np.zeros((2, 2)), count=3, seed=5)
    assert np.array_equal(still, np.full((3, 2), 0.5))


@pytest.mark.parametrize(
    ("covariance", "sentence"),
    [
        ([[1.0, 0.5], [0.2, 1.0]], "one that is not symmetric and finite"),
        ([[1.0, np.nan], [np.nan, 1.0]], "one that is not symmetric and finite"),
        ([[1.0, 2.0], [2.0, 1.0]], "a variance of -1 in it"),
    ],
)
def test_what_is_no_covariance_is_refused(covariance: list[list[float]], sentence: str) -> None:
    with pytest.raises(kda.ModelError) as caught:
        draws(np.zeros(2), np.array(covariance), count=3, seed=1)
    assert str(caught.value) == f"Expected a covariance matrix, found {sentence}; compute it anew."
