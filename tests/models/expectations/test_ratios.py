"""Ratios under a design: as means are elsewhere, with Newcombe's published intervals and their p-values."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import drivers as kda
from drivers.indicators.estimates import mean_level, share_level
from drivers.linearization import mean_covariance
from drivers.models.expectations.ratios import Ratios, ratios
from drivers.survey.data import Survey
from tests.reference_numbers import service_survey
from tests.simulated import make_survey

ROUNDING = 1e-12
PRINTED = 5e-5
"""Newcombe (1998) prints four decimals."""


def two_shares(one: tuple[int, int], other: tuple[int, int], related: float = 0.0) -> Ratios:
    """Two shares of simple random samples so large that nothing but their own size counts."""
    share = np.array([one[0] / one[1], other[0] / other[1]])
    n = np.array([one[1], other[1]])
    error = np.sqrt(share * (1 - share) / n)
    covariance = np.diag(error**2)
    covariance[0, 1] = covariance[1, 0] = related * error.prod()
    # Where all or none count, the size is that by weights alone.
    kish = np.where((share > 0) & (share < 1), 1e12, n)
    return Ratios(estimate=share, covariance=covariance, df=10**9, n=n, kish=kish.astype(float))


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090)],
)
def test_intervals_of_differences_are_those_that_newcombe_prints(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    found = two_shares(one, other).difference(0, 1, 0.95)
    assert found == pytest.approx((low, high), abs=PRINTED)


def test_intervals_of_differences_are_those_of_statsmodels() -> None:
    from statsmodels.stats.proportion import confint_proportions_2indep

    for one, other in [((5, 56), (1, 29)), ((30, 100), (31, 90)), ((1, 40), (3, 300))]:
        found = two_shares(one, other)
        expected = confint_proportions_2indep(*one, *other, method="newcomb", compare="diff", alpha=0.05)
        assert found.difference(0, 1, 0.95) == pytest.approx(expected, abs=1e-8)


@given(
    x=st.integers(1, 59),
    y=st.integers(1, 79),
    related=st.floats(-0.9, 0.9),
    null=st.sampled_from([0.0, 0.05, 0.2]),
    level=st.sampled_from([0.8, 0.95, 0.99]),
)
@settings(deadline=None)
def test_a_p_value_is_below_alpha_exactly_where_the_interval_leaves_out_the_null(
    x: int, y: int, related: float, null: float, level: float
) -> None:
    found = two_shares((x, 60), (y, 80), related)
    low, high = found.difference(0, 1, level)
    p_value = found.p_value(0, 1, null)
    assert -1 <= low <= found.estimate[0] - found.estimate[1] <= high <= 1
    if abs(p_value - (1 - level)) > 1e-6:
        assert (p_value < 1 - level) == (not low <= null <= high)


def test_a_share_less_itself_is_nothing_for_sure() -> None:
    found = two_shares((30, 60), (30, 60), related=1.0)
    assert found.difference(0, 1, 0.95) == pytest.approx((0.0, 0.0), abs=ROUNDING)
    assert found.p_value(0, 1, 0.0) == 1.0


def columns(survey: Survey) -> tuple[np.ndarray, list[np.ndarray]]:
    values = survey.scores[survey.codebook.main_outcome].to_numpy()
    known = ~np.isnan(values) & (survey.weights > 0)
    return np.where(known, values, 0.0), [known & (values >= 50), known & (values < 70)]


@pytest.mark.parametrize("how", [{}, {"design": True}, {"replicates": "JKn"}])
def test_means_in_domains_have_the_covariance_of_the_design(tmp_path: Path, how: dict[str, object]) -> None:
    survey = service_survey(tmp_path, **how)  # type: ignore[arg-type]
    values, domains = columns(survey)
    bottoms = np.column_stack(domains).astype(float)
    found = ratios(survey, bottoms * values[:, None], bottoms)
    expected = mean_covariance(survey, values, *domains)
    assert found.covariance == pytest.approx(expected.covariance, rel=1e-9)
    assert found.df == expected.df
    for domain, bottom in zip(domains, bottoms.T, strict=True):
        level = mean_level(survey, values, domain, 0.95)
        one = ratios(survey, (bottom * values)[:, None], bottom[:, None]).mean(0, 0.95)
        assert (one.estimate, one.std_error, one.conf_low, one.conf_high, one.n) == pytest.approx(
            (level.estimate, level.std_error, level.conf_low, level.conf_high, level.n), rel=1e-9
        )


def test_shares_have_wilsons_interval(tmp_path: Path) -> None:
    survey = service_survey(tmp_path)
    values, _ = columns(survey)
    rows = survey.domain & (survey.weights > 0)
    yes = (values >= 70).astype(float)
    found = ratios(survey, (yes * rows)[:, None], rows.astype(float)[:, None])
    level = share_level(survey, yes, rows, 0.95)
    one = found.share(0, 0.95)
    # Degrees of freedom and the variance from n − 1 in place of n widen it in the fourth digit.
    assert (one.conf_low, one.conf_high) == pytest.approx((level.conf_low, level.conf_high), abs=1e-3)
    assert one.conf_low <= level.conf_low and one.conf_high >= level.conf_high


def test_a_ratio_in_which_respondents_count_several_times_is_brute_force(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    n = 200
    yes, times = rng.integers(0, 2, n).astype(float), rng.integers(0, 4, n).astype(float)
    weights = rng.uniform(0.5, 2, n)
    survey = make_survey(tmp_path, drivers={"a": 50 * yes}, outcomes={"y": 50 * yes}, weights=weights)
    found = ratios(survey, (yes * times)[:, None], times[:, None])
    wt = survey.weights * times
    share = float(wt @ yes / wt.sum())
    influence = wt * (yes - share) / wt.sum()
    used = times > 0
    assert found.estimate[0] == pytest.approx(share, rel=ROUNDING)
    expected = used.sum() / (used.sum() - 1) * (influence[used] ** 2).sum()
    assert found.covariance[0, 0] == pytest.approx(expected, rel=1e-9)
    assert found.n[0] == used.sum()


def test_weights_that_vary_by_chance_leave_no_more_than_they_would_alone(tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    n = 60
    yes = np.zeros(n)
    yes[:3] = 1
    weights = np.exp(rng.normal(size=n))
    weights[:3] = weights.min() / 5
    survey = make_survey(tmp_path, drivers={"a": 50 * yes}, outcomes={"y": 50 * yes}, weights=weights)
    found = ratios(survey, yes[:, None], np.ones((n, 1)))
    by_variance = found.estimate[0] * (1 - found.estimate[0]) / found.covariance[0, 0]
    assert by_variance > found.kish[0] == pytest.approx(weights.sum() ** 2 / (weights**2).sum())
    assert found.effective(0) == found.kish[0]


def test_units_that_are_alike_by_luck_are_not_certain(tmp_path: Path) -> None:
    clusters = np.repeat(np.arange(4), 10)
    yes = np.tile(np.repeat([1.0, 0.0], 5), 4)
    survey = make_survey(tmp_path, drivers={"a": 50 * yes}, outcomes={"y": 50 * yes}, clusters=clusters)
    found = ratios(survey, yes[:, None], np.ones((40, 1)))
    assert found.covariance[0, 0] == pytest.approx(0.0, abs=1e-20)
    assert found.effective(0) == pytest.approx(40)
    share = found.share(0, 0.95)
    assert share.conf_high - share.conf_low > 0.2


@pytest.mark.parametrize("part", [0.5, 1.0])
def test_a_good_part_of_a_finite_population_tells_more(tmp_path: Path, part: float) -> None:
    rng = np.random.default_rng(4)
    yes = (rng.random(200) < 0.3).astype(float)
    survey = make_survey(tmp_path, drivers={"a": 50 * yes}, outcomes={"y": 50 * yes}, fpc=np.full(200, part))
    tops, bottoms = np.column_stack([yes, np.zeros(200)]), np.ones((200, 2))
    found = ratios(survey, tops, bottoms)
    level = share_level(survey, yes, np.ones(200, dtype=bool), 0.95)
    one = found.share(0, 0.95)
    assert (one.conf_low, one.conf_high) == pytest.approx((level.conf_low, level.conf_high), abs=2e-3)
    none = found.share(1, 0.95)
    assert (none.conf_high > 0) == (part < 1), "of a population that was asked whole a share of 0 is 0"


def test_public_names_lead_here() -> None:
    assert kda.expectation_gaps.__module__ == "drivers.models.expectations.gap_analysis"
    assert kda.expectation_equations.__module__ == "drivers.models.expectations.equation_analysis"
