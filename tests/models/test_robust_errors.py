"""Least squares with robust errors, and joint tests: by another program's covariances and F tests."""

from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from drivers.models.regression import fit_regression
from drivers.models.robust_errors import robust_fit, wald_test
from tests.reference_numbers import RATINGS, service_survey

ROUNDING = 1e-9


def test_the_fit_is_that_of_the_regression(tmp_path: Path) -> None:
    survey = service_survey(tmp_path, design=True)
    values = np.column_stack([survey.scores[list(RATINGS)].to_numpy(), survey.scores["sat"].to_numpy()])
    rows = np.isfinite(values).all(axis=1)
    fit, regression = robust_fit(survey, values, rows), fit_regression(survey)
    np.testing.assert_allclose(fit.params, regression.estimate, rtol=ROUNDING)
    np.testing.assert_allclose(fit.covariance, regression.covariance, rtol=ROUNDING)
    assert (fit.df, fit.errors) == (regression.df_resid, "linearised")
    assert fit.r2 == regression.r2


def test_the_joint_test_is_that_of_statsmodels_adjusted() -> None:
    rng = np.random.default_rng(3)
    x = sm.add_constant(rng.normal(size=(80, 3)))
    y = x @ [1, 0.4, 0.0, 0.2] + rng.normal(size=80) * (1 + np.abs(x[:, 1]))
    fit = sm.OLS(y, x).fit().get_robustcov_results("HC3")
    contrasts = np.array([[0.0, 1, 0, -1], [0, 0, 1, 0]])
    expected = fit.f_test(contrasts)
    found = wald_test(fit.params, fit.cov_params(), contrasts, int(fit.df_resid))
    # By Korn and Graubard: (d − q + 1) / d of F, on as many degrees of freedom.
    adjusted = float(np.squeeze(expected.fvalue)) * 75 / 76
    assert found.statistic == pytest.approx(adjusted, rel=ROUNDING)
    assert found.p_value == pytest.approx(stats.f.sf(adjusted, 2, 75), rel=ROUNDING)
    assert (found.df, found.df_resid) == (2, 75)


def test_one_contrast_is_a_t_test_squared() -> None:
    covariance = np.array([[2.0, 0.3], [0.3, 1.0]])
    found = wald_test(np.array([3.0, 1.0]), covariance, np.array([[1.0, -1.0]]), 12)
    t = 2.0 / np.sqrt(2.0 + 1.0 - 0.6)
    assert found.statistic == pytest.approx(t**2, rel=ROUNDING)
    assert found.p_value == pytest.approx(2 * stats.t.sf(t, 12), rel=ROUNDING)


@pytest.mark.parametrize(("covariance", "df"), [(np.full((2, 2), np.nan), 9), (np.eye(2), 1)])
def test_of_an_unknown_covariance_nothing_is_tested(covariance: np.ndarray, df: int) -> None:
    found = wald_test(np.ones(2), covariance, np.eye(2), df)
    assert np.isnan(found.statistic) and np.isnan(found.p_value)


def test_the_joint_test_of_many_means_is_hotelling_s() -> None:
    rng = np.random.default_rng(8)
    values = rng.normal(size=(14, 3)) @ rng.normal(size=(3, 3)) + 0.3
    mean, covariance = values.mean(axis=0), np.cov(values, rowvar=False) / 14
    found = wald_test(mean, covariance, np.eye(3), 13)
    squared = float(mean @ np.linalg.solve(covariance, mean))
    assert found.statistic == pytest.approx(squared * (14 - 3) / (13 * 3), rel=ROUNDING)
    assert found.p_value == pytest.approx(stats.f.sf(found.statistic, 3, 11), rel=ROUNDING)
