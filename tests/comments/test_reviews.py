"""Reviews: read beside the answers, told apart by the same words, and never weighted."""

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import drivers as kda
from drivers.comments.plain_samples import mean_difference, plain_mean, plain_share, share_difference
from drivers.comments.review_result import ReviewThemes
from drivers.errors import CodebookError, SurveyError
from drivers.results import Unanswered
from drivers.survey.data import Survey
from drivers.survey.synthetic.service_center import simulate_reviews
from tests.comments.commented import commented

TRUTH = kda.example_truth("service_center")["reviews"]
HEAD = "text,stars,day\n"


@pytest.fixture(scope="module")
def survey() -> Survey:
    return kda.example_survey("service_center")


@pytest.fixture(scope="module")
def result(survey: Survey) -> ReviewThemes:
    return kda.review_themes(survey)


def reviewed(folder: Path, rows: str, **reviews: object) -> Survey:
    part = {"file": "reviews.csv", "text": "text", "stars": "stars", "date": "day", "format": "%Y-%m-%d", **reviews}
    return commented(folder, ["x"] * 30, files={"reviews.csv": HEAD + rows}, book={"reviews": part})


def test_reviews_are_told_as_they_are(result: ReviewThemes) -> None:
    assert (result.n, result.n_text) == (TRUTH["reviews"], TRUTH["with_text"])
    assert result.stars.estimate == pytest.approx(TRUTH["mean_stars"], abs=5e-6)
    shares = {theme.theme: theme.share.n for theme in result.themes}
    # The service as a whole counts only where nothing else is spoken of, and a third of the texts speak of two things.
    named = {theme: count for theme, count in TRUTH["mentions"].items() if theme != "general"}
    for theme, count in named.items():
        assert 0.55 * count < shares[theme] < 1.5 * count, theme
    assert sum(result.parts_by_stars.values()) == pytest.approx(1)


def test_the_theme_that_reviews_raise_is_found(survey: Survey, result: ReviewThemes) -> None:
    assert result.rising == (TRUTH["theme"],)
    assert kda.review_themes(survey.select(wave=TRUTH["theme_raised"])).rising == (TRUTH["theme"],)
    assert kda.review_themes(survey.select(wave="2024Q2")).rising == ()
    honesty = next(theme for theme in result.themes if theme.theme == "honesty")
    assert honesty.stars_less_others is not None and honesty.stars_less_others.conf_high < 0


def test_periods_are_the_survey_s_waves(survey: Survey, result: ReviewThemes) -> None:
    assert result.periods_are == "waves"
    assert tuple(period.period for period in result.periods) == survey.waves
    drawn = simulate_reviews()
    quarter = np.array([f"{day.year}Q{(day.month - 1) // 3 + 1}" for day in drawn.day])
    # The border between waves lies between days of fieldwork, and a quarter's lies at most a few days off.
    counted = [int((quarter == wave).sum()) for wave in survey.waves]
    assert np.abs(np.array([period.stars.n for period in result.periods]) - counted).max() <= 10


def test_quarters_stand_in_for_waves(tmp_path: Path) -> None:
    rows = "".join(f"very rude people,{1 + k % 5},2023-{1 + 3 * (k % 3):02}-10\n" for k in range(60))
    found = kda.review_themes(reviewed(tmp_path, rows))
    assert found.periods_are == "quarters"
    assert [period.period for period in found.periods] == ["2023Q1", "2023Q2", "2023Q3"]
    assert found.themes[0].theme == "respect" and found.themes[0].share.estimate == 1
    assert found.themes[0].stars_less_others is None


def test_a_unit_has_its_own_reviews(survey: Survey) -> None:
    found = kda.review_themes(survey.select(unit="b13"))
    assert survey.reviews is not None
    assert found.n == (survey.reviews["unit"] == "b13").sum()


def test_a_part_that_reviews_do_not_tell_apart_has_none(survey: Survey, tmp_path: Path) -> None:
    found = kda.attempt(kda.review_themes, survey.select(only={"sex": "f"}))
    assert isinstance(found, Unanswered) and [reason.code for reason in found.reasons] == ["reviews_of_all"]
    for other, code in ((kda.example_survey("judges"), "no_reviews"), (reviewed(tmp_path, "rude,1,\n"), "few_reviews")):
        found = kda.attempt(kda.review_themes, other)
        assert isinstance(found, Unanswered) and [reason.code for reason in found.reasons] == [code]


@pytest.mark.parametrize(
    ("rows", "change", "error", "message"),
    [
        ("nice,6,2024-01-01\n", {}, SurveyError, "reviews.csv, column 'stars': expected stars from 1 to 5 "
         "(reviews.stars), found '6' in line 2; correct the cells, or reviews.best in the codebook."),
        ("nice,5,01.02.2024\n", {}, SurveyError, "reviews.csv, column 'day': expected dates of the form %Y-%m-%d, "
         "found '01.02.2024' in line 2; correct the cells or the codebook's reviews.format."),
        ("nice,5,2024-01-01\n", {"format": None}, CodebookError, "codebook.yml, line 1, reviews.date: expected "
         "'format' beside it, found none; write both or neither."),
        ("nice,5,2024-01-01\n", {"unit": "branch"}, CodebookError, "codebook.yml, line 1, reviews.unit: expected "
         "'unit:' in the codebook to tell units by, found none; add it or remove this."),
        ("nice,5,2024-01-01\n", {"file": "../r.csv"}, CodebookError, "codebook.yml, reviews.file: expected a file in "
         "the codebook's folder, found '../r.csv'; move the file there, pass the file itself together with codebook=, "
         "or allow it with outside=True (--outside) if you trust the codebook."),
    ],
)  # fmt: skip
def test_wrong_reviews_are_refused(
    rows: str, change: dict[str, object], error: type[Exception], message: str, tmp_path: Path
) -> None:
    with pytest.raises(error) as refused:
        reviewed(tmp_path, rows, **change)
    assert str(refused.value) == message


def test_reviews_are_in_the_log_and_have_a_fingerprint(survey: Survey) -> None:
    assert "service_center_reviews.csv" in survey.beside_sha256
    log = survey.import_log
    assert log.astype(str).apply(lambda row: "service_center_reviews.csv" in " ".join(row), axis=1).sum() == 1


def test_plain_statistics_are_those_of_other_programs() -> None:
    rng = np.random.default_rng(4)
    one, other = rng.normal(3, 1, 40), rng.normal(2.5, 2, 25)
    test = stats.ttest_ind(one, other, equal_var=False)
    found = mean_difference(one, other, 0.95)
    assert found.p_value == pytest.approx(test.pvalue)
    assert (found.conf_low, found.conf_high) == pytest.approx(tuple(test.confidence_interval(0.95)))
    mean = stats.ttest_1samp(one, 0).confidence_interval(0.9)
    assert (plain_mean(one, 0.9).conf_low, plain_mean(one, 0.9).conf_high) == pytest.approx(tuple(mean))
    hits = np.arange(50) < 12
    wilson = stats.binomtest(12, 50).proportion_ci(0.95, method="wilson")
    assert (plain_share(hits, 0.95).conf_low, plain_share(hits, 0.95).conf_high) == pytest.approx(tuple(wilson))
    # Newcombe (1998), table II, the first case: 56/70 against 48/80.
    gap = share_difference(np.arange(70) < 56, np.arange(80) < 48, 0.95)
    assert (gap.conf_low, gap.conf_high) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert gap.p_value == pytest.approx(stats.fisher_exact([[56, 14], [48, 32]]).pvalue)


def test_stars_alike_are_no_test() -> None:
    found = mean_difference(np.full(12, 5.0), np.full(20, 4.0), 0.95)
    assert (found.estimate, found.std_error, found.p_value) == (1.0, 0.0, 0.0)
