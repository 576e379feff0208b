"""Levels and their intervals: means, shares, Net Promoter Scores and changes against other programs."""

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from drivers.indicators.estimates import difference_level, mean_level, share_difference, share_level
from drivers.models.predictors import effective_size
from drivers.models.score_interval import wilson
from drivers.survey.data import Survey
from tests.reference_numbers import AGREEMENT, RATINGS, service_survey, table
from tests.simulated import make_survey

ROUNDING = 1e-12
"""Relative: sums of some hundred numbers in another order."""

EVERYBODY = np.ones(600, dtype=bool)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Survey]:
    folder = tmp_path_factory.mktemp("service")
    return {
        "plain": service_survey(folder / "plain"),
        "weights_only": service_survey(folder / "weighted", weighted=True),
        "design": service_survey(folder / "design", design=True),
        "design_fpc": service_survey(folder / "fpc", fpc=True),
        "JKn": service_survey(folder / "JKn", replicates="JKn"),
        "JKn_fpc": service_survey(folder / "JKn_fpc", replicates="JKn", fpc=True),
    }


def survey_of(folder: Path, y: np.ndarray, **options: object) -> Survey:
    return make_survey(folder, drivers={"a": np.arange(len(y)) % 7}, outcomes={"y": y}, **options)  # type: ignore[arg-type]


def row_values(name: str) -> np.ndarray:
    """What a row adds to a statistic of the reference."""
    data = table("service.csv")
    if name == "t2b_sat":
        return data["sat_top"].to_numpy()
    if name.startswith("t2b_"):
        return (data[name.removeprefix("t2b_")] >= 4).to_numpy(dtype=float)
    promoter, detractor = (data["nps"] >= 9).to_numpy(dtype=float), (data["nps"] <= 6).to_numpy(dtype=float)
    known = {"promoter": promoter, "detractor": detractor, "nps_score": 100 * (promoter - detractor)}
    return known[name] if name in known else data[name].to_numpy(dtype=float)


# Means


@pytest.mark.parametrize("design", ["weights_only", "design", "design_fpc"])
@pytest.mark.parametrize("name", ["sat", "loy", "nps", *RATINGS, "t2b_sat", "t2b_speed", "promoter", "nps_score"])
def test_means_errors_and_t_intervals_of_svymean(name: str, design: str, service: dict[str, Survey]) -> None:
    expected = table("survey_means.csv").query("design == @design and name == @name").iloc[0]
    found = mean_level(service[design], row_values(name), EVERYBODY, 0.95)
    np.testing.assert_allclose(found.estimate, expected["mean"], rtol=AGREEMENT)
    np.testing.assert_allclose(found.std_error, expected["se"], rtol=AGREEMENT)
    np.testing.assert_allclose(found.conf_low, expected["lower95_t"], rtol=AGREEMENT)
    np.testing.assert_allclose(found.conf_high, expected["upper95_t"], rtol=AGREEMENT)


def test_without_weights_it_is_the_textbook_mean(service: dict[str, Survey]) -> None:
    values = row_values("sat")
    found = mean_level(service["plain"], values, EVERYBODY, 0.9)
    error = values.std(ddof=1) / np.sqrt(600)
    expected = [values.mean(), error, *stats.t.interval(0.9, 599, values.mean(), error)]
    np.testing.assert_allclose(
        [found.estimate, found.std_error, found.conf_low, found.conf_high], expected, rtol=ROUNDING
    )
    assert (found.n, found.n_effective) == (600, 600.0)


def test_net_promoter_score_has_the_variance_of_its_shares(service: dict[str, Survey]) -> None:
    expected = table("nps.csv").set_index("case").loc["unweighted"]
    found = mean_level(service["plain"], row_values("nps_score"), EVERYBODY, 0.95)
    np.testing.assert_allclose(found.estimate, expected["nps"], rtol=AGREEMENT)
    # The reference's interval takes z and n; ours takes t and n − 1, as for every mean. So errors are compared
    # with its column for n − 1, and its interval after the quantile and the divisor are exchanged.
    np.testing.assert_allclose(found.std_error, expected["se_n_minus_1"], rtol=AGREEMENT)
    exchanged = stats.norm.ppf(0.975) / stats.t.ppf(0.975, 599) * np.sqrt(599 / 600)
    reach = (found.conf_high - found.estimate) * exchanged
    np.testing.assert_allclose(found.estimate + reach, expected["upper95"], rtol=AGREEMENT)
    np.testing.assert_allclose(found.estimate - reach, expected["lower95"], rtol=AGREEMENT)


def test_weighted_net_promoter_score(service: dict[str, Survey]) -> None:
    # The reference's weighted row puts Kish's n into the formula for equal weights; ours is linearised, as svymean
    # (tested above), so the estimate and Kish's n are what can be compared.
    expected = table("nps.csv").set_index("case").loc["weighted_kish"]
    found = mean_level(service["weights_only"], row_values("nps_score"), EVERYBODY, 0.95)
    np.testing.assert_allclose(found.estimate, expected["nps"], rtol=AGREEMENT)
    np.testing.assert_allclose(found.n_effective, expected["n"], rtol=AGREEMENT)


def test_missing_answers_rows_outside_and_weights_of_zero_are_left_out(tmp_path: Path) -> None:
    rng = np.random.default_rng(131)
    y, weights = rng.uniform(0, 100, 50), rng.uniform(0.5, 2, 50)
    y[:4], weights[4:9] = np.nan, 0.0
    rows = np.arange(50) < 40
    survey = survey_of(tmp_path, y, weights=weights)
    found = mean_level(survey, survey.scores["y"].to_numpy(), rows, 0.95)
    used = slice(9, 40)
    w = weights[used]
    mean = np.average(y[used], weights=w)
    assert found.n == 31
    assert found.estimate == pytest.approx(mean, rel=ROUNDING)
    assert found.n_effective == pytest.approx(w.sum() ** 2 / (w @ w), rel=ROUNDING)
    expected = np.sqrt(31 / 30 * np.sum((w * (y[used] - mean)) ** 2)) / w.sum()
    assert found.std_error == pytest.approx(expected, rel=ROUNDING)


def test_one_answer_and_none_have_no_error(tmp_path: Path) -> None:
    survey = survey_of(tmp_path, np.array([np.nan, 30.0, np.nan]))
    values = survey.scores["y"].to_numpy()
    one = mean_level(survey, values, np.ones(3, dtype=bool), 0.95)
    assert (one.estimate, one.n) == (30.0, 1)
    assert np.isnan([one.std_error, one.conf_low, one.conf_high]).all()
    none = mean_level(survey, values, np.array([True, False, True]), 0.95)
    assert (none.n, none.n_effective) == (0, 0.0)
    assert np.isnan([none.estimate, none.std_error, none.conf_low, none.conf_high]).all()


def test_scale_of_weights_does_not_matter(tmp_path: Path) -> None:
    rng = np.random.default_rng(132)
    y, weights, clusters = rng.uniform(0, 100, 60), rng.uniform(0.5, 2, 60), np.arange(60) // 5
    one = survey_of(tmp_path / "1", y, weights=weights, clusters=clusters)
    other = survey_of(tmp_path / "2", y, weights=1000 * weights, clusters=clusters)
    for level in (mean_level, share_level):
        values = (y > 40).astype(float)
        found, again = (level(survey, values, np.ones(60, dtype=bool), 0.95) for survey in (one, other))
        for name in ("estimate", "std_error", "conf_low", "conf_high", "n_effective"):
            assert getattr(again, name) == pytest.approx(getattr(found, name), rel=ROUNDING)


@pytest.mark.parametrize("design", ["weights_only", "design", "design_fpc"])
def test_effective_size(design: str, service: dict[str, Survey]) -> None:
    found = mean_level(service[design], row_values("sat"), EVERYBODY, 0.95).n_effective
    if design == "weights_only":
        expected = table("kish.csv").set_index("quantity")["value"]["kish_n_eff"]
    else:
        # n over the design effect of svymean.
        expected = 600 / table("survey_means.csv").query("design == @design and name == 'sat'")["deff"].iloc[0]
    np.testing.assert_allclose(found, expected, rtol=AGREEMENT)


def test_effective_size_is_that_of_a_model_on_the_same_answers(service: dict[str, Survey]) -> None:
    values = row_values("sat")
    found = mean_level(service["design"], values, EVERYBODY, 0.95).n_effective
    assert found == pytest.approx(effective_size(service["design"], EVERYBODY, values), rel=ROUNDING)


# Shares


def wilson_cases() -> list[tuple[str, float]]:
    return list(table("shares_wilson.csv")[["what", "level"]].itertuples(index=False, name=None))


@pytest.mark.parametrize(("what", "level"), wilson_cases())
def test_interval_of_wilson(what: str, level: float, service: dict[str, Survey]) -> None:
    expected = table("shares_wilson.csv").query("what == @what and level == @level").iloc[0]
    low, high = wilson(expected["share"], expected["n"], level)
    limits = expected[["wilson_lower", "wilson_upper"]].to_numpy(float)
    np.testing.assert_allclose([low, high], limits, rtol=AGREEMENT)

    # And from the rows, where they are of the two best answers, of promoters or of detractors.
    name = what.removesuffix(" (n = Kish n_eff)").removesuffix("_w")
    if name in {f"t2b_{rating}" for rating in RATINGS} | {"t2b_sat1", "promoter", "detractor"}:
        survey = service["weights_only" if "Kish" in what else "plain"]
        found = share_level(survey, row_values(name.replace("sat1", "sat")), EVERYBODY, level)
        np.testing.assert_allclose(
            [found.estimate, found.n_effective, found.conf_low, found.conf_high],
            [expected["share"], expected["n"], *limits],
            rtol=AGREEMENT,
        )


@pytest.mark.parametrize("design", ["weights_only", "design", "design_fpc"])
@pytest.mark.parametrize("name", ["t2b_sat", "t2b_respect", "t2b_fairness"])
def test_share_and_error_of_svymean(name: str, design: str, service: dict[str, Survey]) -> None:
    expected = table("survey_means.csv").query("design == @design and name == @name").iloc[0]
    found = share_level(service[design], row_values(name), EVERYBODY, 0.95)
    np.testing.assert_allclose(found.estimate, expected["mean"], rtol=AGREEMENT)
    np.testing.assert_allclose(found.std_error, expected["se"], rtol=AGREEMENT)
    if design != "weights_only":
        # Korn and Graubard: n over the design effect of svymean, never more than there are, in Wilson's formula;
        # in a finite population never more than a simple random sample of it is worth.
        data = table("service.csv")
        left = 1 - np.average(12 / data["fpc"], weights=data["w"]) if design == "design_fpc" else 1
        np.testing.assert_allclose(found.n_effective, min(600, 600 / expected["deff"]), rtol=AGREEMENT)
        limits = wilson(expected["mean"], min(600 / left, 600 / expected["deff"]), 0.95)
        np.testing.assert_allclose([found.conf_low, found.conf_high], limits, rtol=AGREEMENT)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_nobody_and_everybody_keep_an_interval(value: float, tmp_path: Path) -> None:
    survey = survey_of(tmp_path, np.full(20, 50.0), clusters=np.arange(20) // 4)
    found = share_level(survey, np.full(20, value), np.ones(20, dtype=bool), 0.95)
    assert (found.estimate, found.std_error, found.n_effective) == (value, 0.0, 20.0)
    assert (found.conf_low, found.conf_high) == wilson(value, 20, 0.95)
    assert found.conf_high - found.conf_low > 0.1


def test_of_no_answers_nothing_is_known(tmp_path: Path) -> None:
    survey = survey_of(tmp_path, np.array([np.nan, 30.0, np.nan]))
    none = share_level(survey, survey.scores["y"].to_numpy(), np.array([True, False, True]), 0.95)
    assert (none.n, none.n_effective) == (0, 0.0)
    assert np.isnan([none.estimate, none.std_error, none.conf_low, none.conf_high]).all()


def test_a_share_of_everybody_asked_is_known(tmp_path: Path) -> None:
    y = (np.arange(20) < 5).astype(float)
    found = share_level(survey_of(tmp_path, y, fpc=np.full(20, 20.0)), y, np.ones(20, dtype=bool), 0.95)
    assert (found.estimate, found.std_error, found.conf_low, found.conf_high) == (0.25, 0.0, 0.25, 0.25)
    assert found.n_effective == 20


# Replicate weights


@pytest.mark.parametrize("kind", ["JKn", "JKn_fpc"])
def test_means_and_differences_by_replicates(kind: str, service: dict[str, Survey]) -> None:
    survey, y = service[kind], row_values("loy")
    replicates = survey.replicates
    assert replicates is not None
    now, before = np.arange(600) % 3 == 0, np.arange(600) % 3 == 1

    def drawn(rows: np.ndarray) -> np.ndarray:
        return np.array([np.average(y[rows], weights=w[rows]) for w in replicates.weights.T])

    def interval(estimate: float, each: np.ndarray, df: int) -> list[float]:
        # R's svrVar around the mean of the replicates; 11/12 is n/(n - 1) upside down, 12 branches a stratum.
        error = np.sqrt(sum(s * (one - each.mean()) ** 2 for s, one in zip(replicates.scales, each, strict=True)))
        return [estimate, error, *stats.t.interval(0.9, df, estimate, error)]

    found = mean_level(survey, y, now, 0.9)
    expected = interval(np.average(y[now], weights=survey.weights[now]), drawn(now), 44)
    np.testing.assert_allclose([found.estimate, found.std_error, found.conf_low, found.conf_high], expected, rtol=1e-10)
    found = difference_level(survey, y, now, before, 0.9)
    estimate = np.average(y[now], weights=survey.weights[now]) - np.average(y[before], weights=survey.weights[before])
    expected = interval(estimate, drawn(now) - drawn(before), 44)
    np.testing.assert_allclose([found.estimate, found.std_error, found.conf_low, found.conf_high], expected, rtol=1e-10)


@pytest.mark.parametrize("kind", ["JKn", "JKn_fpc"])
def test_a_share_by_replicates_has_its_design_effect(kind: str, service: dict[str, Survey]) -> None:
    survey, y, rows = service[kind], row_values("t2b_respect"), np.arange(600) % 2 == 0
    found = share_level(survey, y, rows, 0.95)
    again = mean_level(survey, y, rows, 0.95)
    assert (found.std_error, found.n_effective) == (again.std_error, again.n_effective)
    share = found.estimate
    # Of equal shares the variance is p (1 - p) / (n - 1), and the design effect what the replicates make of it.
    size = rows.sum() * share * (1 - share) / (rows.sum() - 1) / found.std_error**2
    assert found.n_effective == pytest.approx(min(rows.sum(), size), rel=1e-10)
    assert size < rows.sum()
    assert (found.conf_low, found.conf_high) == pytest.approx(wilson(share, size, 0.95), rel=1e-10)


def test_linearised_and_jackknife_errors_are_nearly_the_same(service: dict[str, Survey]) -> None:
    # The jackknife takes the mean's curvature in, which 48 branches hardly show.
    for sampled, replicated in (("design", "JKn"), ("design_fpc", "JKn_fpc")):
        for name in ("sat", "nps", "t2b_speed"):
            found, again = (
                mean_level(service[kind], row_values(name), EVERYBODY, 0.95) for kind in (sampled, replicated)
            )
            assert found.std_error == pytest.approx(again.std_error, rel=0.005)
            assert found.conf_high == pytest.approx(again.conf_high, rel=0.005)


# Differences


def test_difference_of_two_groups_without_a_design(tmp_path: Path) -> None:
    y = np.random.default_rng(133).uniform(0, 100, 80)
    now = np.arange(80) < 30
    found = difference_level(survey_of(tmp_path, y), y, now, ~now, 0.95)
    assert found.estimate == pytest.approx(y[now].mean() - y[~now].mean(), rel=ROUNDING)
    # The sum of both variances, each over n; the sample of both has one factor n / (n − 1).
    expected = np.sqrt(80 / 79 * (y[now].var() / 30 + y[~now].var() / 50))
    assert found.std_error == pytest.approx(expected, rel=ROUNDING)
    assert found.conf_high - found.estimate == pytest.approx(stats.t.ppf(0.975, 79) * expected, rel=ROUNDING)
    assert found.n == 30


def test_difference_of_the_same_people_is_the_paired_t_test(tmp_path: Path) -> None:
    rng = np.random.default_rng(134)
    before = rng.uniform(20, 80, 40)
    after = before + rng.normal(3, 4, 40)
    y, person, now = np.concatenate([before, after]), np.tile(np.arange(40), 2), np.arange(80) >= 40
    found = difference_level(survey_of(tmp_path / "same", y, clusters=person), y, now, ~now, 0.95)
    expected = stats.ttest_rel(after, before).confidence_interval(0.95)
    np.testing.assert_allclose([found.conf_low, found.conf_high], expected, rtol=1e-10)
    others = difference_level(survey_of(tmp_path / "others", y), y, now, ~now, 0.95)
    assert others.std_error > 2 * found.std_error


def test_difference_is_the_effect_of_an_indicator(tmp_path: Path) -> None:
    # Written differently: weighted least squares on being in the first domain, scores summed over branches.
    rng = np.random.default_rng(135)
    y, weights, clusters = rng.uniform(0, 100, 90), rng.uniform(0.5, 3, 90), np.arange(90) // 6
    now = rng.random(90) < 0.4
    x = np.column_stack([np.ones(90), now])
    bread = np.linalg.inv(x.T @ (weights[:, None] * x))
    estimate = bread @ x.T @ (weights * y)
    scores = (weights * (y - x @ estimate))[:, None] * x
    totals = np.array([scores[clusters == c].sum(axis=0) for c in range(15)])
    error = np.sqrt((bread @ (15 / 14 * totals.T @ totals) @ bread)[1, 1])
    found = difference_level(survey_of(tmp_path, y, weights=weights, clusters=clusters), y, now, ~now, 0.95)
    assert found.estimate == pytest.approx(estimate[1], rel=1e-10)
    assert found.std_error == pytest.approx(error, rel=1e-10)


# Few sampling units


def test_a_domain_inside_one_sampling_unit_has_no_error(tmp_path: Path) -> None:
    y, clusters = np.random.default_rng(136).uniform(0, 100, 60), np.arange(60) // 12
    found = mean_level(survey_of(tmp_path, y, clusters=clusters), y, clusters == 2, 0.95)
    assert not found.std_error < 1e-9
    assert found.n_effective <= 12


def test_a_domain_in_three_sampling_units_has_two_degrees_of_freedom(tmp_path: Path) -> None:
    # As svymean on a subset does.
    y, clusters = np.random.default_rng(137).uniform(0, 100, 300), np.arange(300) // 10
    found = mean_level(survey_of(tmp_path, y, clusters=clusters), y, clusters < 3, 0.95)
    reach = (found.conf_high - found.estimate) / found.std_error
    assert reach == pytest.approx(stats.t.ppf(0.975, 2), rel=ROUNDING)


def test_a_difference_of_shares_keeps_its_level_where_few_were_asked_and_hardly_any_did_it(tmp_path: Path) -> None:
    """In 200 and in 15 people one in twenty leaves: t says of nearly half of such samples that fewer of the 15 do."""
    rng = np.random.default_rng(12)
    few = np.arange(215) >= 200
    survey = survey_of(tmp_path, rng.uniform(0, 100, 215))
    wrong = {share_difference: 0, difference_level: 0}
    for _ in range(200):
        left = (rng.random(215) < 0.05).astype(float)
        for interval in wrong:
            level = interval(survey, left, few, ~few, 0.95)
            wrong[interval] += not level.conf_low <= 0 <= level.conf_high
    assert wrong[share_difference] <= 0.08 * 200 and wrong[difference_level] > 0.3 * 200


def test_a_difference_of_shares_is_that_of_newcombe(tmp_path: Path) -> None:
    from statsmodels.stats.proportion import confint_proportions_2indep

    rng = np.random.default_rng(13)
    now = np.arange(2600) < 600
    yes = np.where(now, rng.random(2600) < 0.3, rng.random(2600) < 0.25).astype(float)
    level = share_difference(survey_of(tmp_path, np.arange(2600) % 100), yes, now, ~now, 0.95)
    low, high = confint_proportions_2indep(yes[now].sum(), 600, yes[~now].sum(), 2000, method="newcomb")
    assert level.estimate == pytest.approx(yes[now].mean() - yes[~now].mean())
    assert (level.conf_low, level.conf_high, level.n) == (
        pytest.approx(low, abs=2e-4),
        pytest.approx(high, abs=2e-4),
        600,
    )
