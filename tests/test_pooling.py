"""Rubin's rules: identities, written differently, two other programs, and what a truth that is known says of them."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import drivers as kda
from drivers.importance.orders.subsets import lmg_values
from drivers.linearization import linearised_covariance
from drivers.moments import weighted_moments
from drivers.pooling import Pooled, pool
from tests.reference_numbers import AGREEMENT, RATINGS, table

ROUNDING = 1e-12
"""Relative: sums of some ten numbers in another order."""

COLUMNS = ("sat", *RATINGS)


@pytest.fixture
def copies() -> tuple[np.ndarray, np.ndarray]:
    """Six copies of three estimates that differ from copy to copy, with their covariances."""
    rng = np.random.default_rng(301)
    roots = rng.normal(size=(6, 3, 3))
    return rng.normal(size=(6, 3)) * [0.2, 1.0, 3.0], roots @ roots.transpose(0, 2, 1)


def by_copy(name: str) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Names, estimates (m, q) and covariances with the squared standard errors only (m, q, q)."""
    rows = table(name)
    names = list(rows["name"][rows["imp"] == 1])
    estimates = np.array([part.set_index("name")["est"][names] for _, part in rows.groupby("imp")])
    errors = np.array([part.set_index("name")["se"][names] for _, part in rows.groupby("imp")])
    return names, estimates, errors[:, :, None] ** 2 * np.eye(len(names))


def completed_service() -> list[pd.DataFrame]:
    """The ten completed copies that R's mice made of service_holes."""
    return [part.reset_index(drop=True) for _, part in table("missing_service_m10.csv.gz").groupby("imp")]


# Identities


def test_total_is_within_and_between(copies: tuple[np.ndarray, np.ndarray]) -> None:
    estimates, covariances = copies
    found = pool(estimates, covariances)
    np.testing.assert_allclose(found.estimate, estimates.mean(axis=0), rtol=ROUNDING)
    np.testing.assert_allclose(found.between, np.cov(estimates, rowvar=False), rtol=ROUNDING)
    np.testing.assert_allclose(found.within, sum(covariances) / 6, rtol=ROUNDING)
    np.testing.assert_allclose(found.covariance, found.within + 7 / 6 * found.between, rtol=ROUNDING)
    np.testing.assert_allclose(found.std_error, np.sqrt(np.diag(found.covariance)), rtol=ROUNDING)


@pytest.mark.parametrize("df_complete", [None, 40.0])
def test_a_contrast_of_what_is_pooled_is_the_pooled_contrast(
    copies: tuple[np.ndarray, np.ndarray], df_complete: float | None
) -> None:
    estimates, covariances = copies
    contrast = np.array([1.0, -1.0, 0.5])
    whole = pool(estimates, covariances)
    alone = pool(
        (estimates @ contrast)[:, None], (contrast @ covariances @ contrast)[:, None, None], df_complete=df_complete
    )
    assert alone.estimate[0] == pytest.approx(whole.estimate @ contrast, rel=ROUNDING)
    assert alone.covariance[0, 0] == pytest.approx(contrast @ whole.covariance @ contrast, rel=ROUNDING)


@pytest.mark.parametrize("df_complete", [None, 40.0])
def test_order_of_copies_and_units_of_measurement_do_not_matter(
    copies: tuple[np.ndarray, np.ndarray], df_complete: float | None
) -> None:
    estimates, covariances = copies
    scale = np.array([1e-6, 1.0, 1e6])
    one = pool(estimates, covariances, df_complete=df_complete)
    other = pool(estimates[::-1] * scale, covariances[::-1] * np.outer(scale, scale), df_complete=df_complete)
    np.testing.assert_allclose(other.covariance, one.covariance * np.outer(scale, scale), rtol=ROUNDING)
    for name in ("df", "riv", "lambda_", "fmi"):
        np.testing.assert_allclose(getattr(other, name), getattr(one, name), rtol=ROUNDING)


def test_copies_that_agree_lose_nothing() -> None:
    found = pool(np.ones((4, 2)), np.stack([np.eye(2)] * 4))
    assert found.riv.tolist() == found.lambda_.tolist() == found.fmi.tolist() == [0.0, 0.0]
    assert np.isinf(found.df).all()
    np.testing.assert_allclose(found.interval(0.95), [[1 - 1.959963984540054] * 2, [1 + 1.959963984540054] * 2])
    # With few units there is still their own limit: 20 · 21/23.
    np.testing.assert_allclose(pool(np.ones((4, 2)), np.stack([np.eye(2)] * 4), df_complete=20.0).df, 420 / 23)


def test_estimates_without_any_variance_are_no_fault() -> None:
    # The share of a single driver is 1 in every copy.
    found = pool(np.ones((4, 1)), np.zeros((4, 1, 1)), df_complete=20.0)
    assert (found.std_error[0], found.riv[0], found.fmi[0]) == (0.0, 0.0, pytest.approx(2 / (420 / 23 + 3)))


def test_all_variance_between_copies_is_all_missing_information() -> None:
    found = pool(np.array([[1.0], [2.0], [4.0]]), np.zeros((3, 1, 1)))
    assert (found.lambda_[0], found.fmi[0], found.df[0]) == (1.0, 1.0, 2.0)


def test_arrays_cannot_be_written_to(copies: tuple[np.ndarray, np.ndarray]) -> None:
    found = pool(*copies)
    assert not any(getattr(found, name).flags.writeable for name in Pooled.__slots__)
    assert not found.std_error.flags.writeable


# Written differently: by the letter of the papers, one estimate at a time


@pytest.mark.parametrize("df_complete", [None, 7.0, 593.0])
def test_degrees_of_freedom_and_fractions(copies: tuple[np.ndarray, np.ndarray], df_complete: float | None) -> None:
    estimates, covariances = copies
    found = pool(estimates, covariances, df_complete=df_complete)
    for j in range(3):
        m = 6
        u, b = covariances[:, j, j].mean(), estimates[:, j].var(ddof=1)
        t = u + b + b / m
        gamma = (b + b / m) / t
        df = (m - 1) * (1 + u / (b + b / m)) ** 2
        if df_complete is not None:
            observed = (df_complete + 1) / (df_complete + 3) * df_complete * (1 - gamma)
            df = df * observed / (df + observed)
        r = (b + b / m) / u
        assert found.df[j] == pytest.approx(df, rel=ROUNDING)
        assert found.riv[j] == pytest.approx(r, rel=ROUNDING)
        assert found.lambda_[j] == pytest.approx(gamma, rel=ROUNDING)
        assert found.fmi[j] == pytest.approx((r + 2 / (df + 3)) / (1 + r), rel=ROUNDING)
        low, high = stats.t.interval(0.9, df, loc=estimates[:, j].mean(), scale=np.sqrt(t))
        np.testing.assert_allclose([limit[j] for limit in found.interval(0.9)], [low, high], rtol=ROUNDING)


# Other programs


def expected_lm(tool: str, names: list[str]) -> pd.DataFrame:
    return table("missing_lm_pooled.csv").query("tool == @tool").set_index("name").loc[names]


def assert_pooled_as(found: Pooled, expected: pd.DataFrame) -> None:
    np.testing.assert_allclose(found.estimate, expected["est"], rtol=AGREEMENT, atol=AGREEMENT)
    np.testing.assert_allclose(found.std_error, expected["se"], rtol=AGREEMENT)
    np.testing.assert_allclose(found.df, expected["df"], rtol=AGREEMENT)
    low, high = found.interval(0.95)
    np.testing.assert_allclose(low, expected["lower95"], rtol=AGREEMENT)
    np.testing.assert_allclose(high, expected["upper95"], rtol=AGREEMENT)


def with_df_of_mitools(found: Pooled, df_complete: float) -> np.ndarray:
    """mitools takes W / (W + B) for the part that is seen, where Barnard and Rubin have W / (W + (1 + 1/m) B)."""
    inside, between = np.diag(found.within), np.diag(found.between)
    seen = (df_complete + 1) / (df_complete + 3) * df_complete * inside / (inside + between)
    return 1 / (1 / ((10 - 1) / found.lambda_**2) + 1 / seen)


def test_a_regression_pooled_by_mitools() -> None:
    names, estimates, covariances = by_copy("missing_lm_copies.csv")
    found, expected = pool(estimates, covariances), expected_lm("mitools", names)
    assert_pooled_as(found, expected)
    np.testing.assert_allclose(found.fmi, expected["missinfo"], rtol=AGREEMENT)


def test_a_regression_pooled_by_mice() -> None:
    names, estimates, covariances = by_copy("missing_lm_copies.csv")
    found, expected = pool(estimates, covariances, df_complete=593), expected_lm("mice_pool", names)
    assert_pooled_as(found, expected)
    for ours, theirs in (("riv", "riv"), ("lambda_", "lambda"), ("fmi", "fmi")):
        np.testing.assert_allclose(getattr(found, ours), expected[theirs], rtol=AGREEMENT)


def test_mitools_differs_in_degrees_of_freedom_by_one_factor() -> None:
    names, estimates, covariances = by_copy("missing_lm_copies.csv")
    found, expected = pool(estimates, covariances, df_complete=593), expected_lm("mitools_df.complete_593", names)
    np.testing.assert_allclose(found.std_error, expected["se"], rtol=AGREEMENT)
    np.testing.assert_allclose(with_df_of_mitools(found, 593), expected["df"], rtol=AGREEMENT)
    # Ours are fewer, by less than the fraction 1/m of the part that is between copies.
    assert (found.df < expected["df"]).all()
    assert (found.df > expected["df"] * (1 - found.lambda_ / 10)).all()


def test_a_regression_under_a_design_pooled_by_mitools() -> None:
    data = table("service.csv")
    weights = data["w"].to_numpy()
    estimates, covariances = [], []
    for copy in completed_service():
        x = np.column_stack([np.ones(600), copy[list(RATINGS)]])
        bread = np.linalg.inv(x.T @ (weights[:, None] * x))
        beta = bread @ (x.T @ (weights * copy["sat"]))
        influence = (weights * (copy["sat"] - x @ beta)).to_numpy()[:, None] * x @ bread
        estimates.append(beta)
        strata, clusters = data["stratum"].to_numpy(), data["branch"].to_numpy()
        covariances.append(linearised_covariance(influence, strata=strata, clusters=clusters).covariance)
    found = pool(np.array(estimates), np.array(covariances), df_complete=44)
    expected = expected_lm("mitools_svyglm_df.complete_44", ["(Intercept)", *RATINGS])
    np.testing.assert_allclose(found.estimate, expected["est"], rtol=AGREEMENT, atol=AGREEMENT)
    np.testing.assert_allclose(found.std_error, expected["se"], rtol=AGREEMENT)
    np.testing.assert_allclose(with_df_of_mitools(found, 44), expected["df"], rtol=AGREEMENT)


def test_importance_pooled_by_relaimpo() -> None:
    names, estimates, covariances = by_copy("missing_mianalyze_copies.csv.gz")
    found, expected = pool(estimates, covariances), table("missing_mianalyze.csv").set_index("name").loc[names]
    assert len(names) == 1 + 6 + 15
    assert_pooled_as(found, expected)
    np.testing.assert_allclose(found.fmi, expected["missinfo"], rtol=AGREEMENT)


def test_importance_of_each_copy_as_relaimpo_has_it() -> None:
    expected = table("missing_lmg_copies.csv")
    for (_, rows), copy in zip(expected.groupby("imp"), completed_service(), strict=True):
        moments = weighted_moments(copy[[*RATINGS, "sat"]].to_numpy())
        (values,), ((_, r2),) = lmg_values(moments.scatter[None], np.arange(7))
        np.testing.assert_allclose(values, rows.set_index("name")["value"][list(RATINGS)], rtol=AGREEMENT)
        np.testing.assert_allclose(r2, rows["R2"].iloc[0], rtol=AGREEMENT)


# A truth that is known

FOUR_STANDARD_ERRORS = 4.0
"""Of a simulated proportion: passed by chance in all but 6 of 100,000 runs, and seeds are fixed."""


def test_intervals_cover_the_mean_of_a_normal_sample_with_holes() -> None:
    # Bayes' own imputations: of 30 answers, 18 are seen, mean and variance are drawn from their posterior.
    samples, m, n, seen = 1000, 5, 30, 18
    rng = np.random.default_rng(302)
    answers = rng.normal(size=(samples, 1, seen))
    variance = (seen - 1) * answers.var(axis=2, ddof=1) / rng.chisquare(seen - 1, (samples, m))
    mean = answers.mean(axis=2) + np.sqrt(variance / seen) * rng.standard_normal((samples, m))
    drawn = mean[..., None] + np.sqrt(variance)[..., None] * rng.standard_normal((samples, m, n - seen))
    whole = np.concatenate([np.broadcast_to(answers, (samples, m, seen)), drawn], axis=2)
    # One estimate for each sample: pooled side by side they do not see one another.
    within = np.stack([np.diag(column) for column in (whole.var(axis=2, ddof=1) / n).T])
    low, high = pool(whole.mean(axis=2).T, within, df_complete=n - 1.0).interval(0.9)
    covered = ((low <= 0) & (high >= 0)).mean()
    assert covered == pytest.approx(0.9, abs=FOUR_STANDARD_ERRORS * np.sqrt(0.9 * 0.1 / samples))


# Errors


def test_one_copy_is_refused() -> None:
    with pytest.raises(kda.ModelError) as caught:
        pool(np.ones((1, 2)), np.ones((1, 2, 2)))
    assert str(caught.value) == "Expected at least two completed copies to pool, found 1; impute more."
