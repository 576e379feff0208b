"""What comments are about: against the truth of service_center, by hand, and where there is too little to say."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import drivers as kda
from drivers.comments.masking import masked
from drivers.comments.theme_result import CommentThemes
from drivers.errors import ModelError
from drivers.results import Unanswered
from drivers.survey.data import Survey
from drivers.survey.synthetic.service_center import SHIPPED_SEED, simulate_service_center
from tests.comments.commented import commented

TRUTH = kda.example_truth("service_center")
PLANTED = tuple(TRUTH["counted"]["comments_that_blame"])

# The words were written without sight of the phrases of the simulated comments, and are not to be fitted to them.
LEAST = {"precision": 0.85, "recall": 0.75, "f1": 0.80}
"""Means over themes on simulated comments; .89, .79 and .84 when they first met."""


@pytest.fixture(scope="module")
def survey() -> Survey:
    return kda.example_survey("service_center")


@pytest.fixture(scope="module")
def result(survey: Survey) -> CommentThemes:
    return kda.comment_themes(survey)


@pytest.fixture(scope="module")
def coded(survey: Survey) -> Survey:
    """The survey with a column of what each comment is truly about."""
    comments = simulate_service_center(seed=SHIPPED_SEED).comments
    assert [str(text) for text in comments.text] == survey.raw["comment"].tolist()
    from dataclasses import replace

    return replace(survey, raw=survey.raw.assign(true_theme=pd.Series(comments.theme, dtype="str")))


def test_themes_are_told_although_the_words_were_not_fitted(coded: Survey) -> None:
    accuracy = {one.theme: one for one in kda.comment_themes(coded, labels="true_theme", likeness=False).accuracy}
    assert set(accuracy) == {*PLANTED, ""}
    for key, least in LEAST.items():
        assert getattr(accuracy[""], key) >= least, key
    assert min(one.recall for one in accuracy.values()) > 0.55


def test_comments_raise_a_theme_a_wave_before_its_rating_falls(survey: Survey, result: CommentThemes) -> None:
    waves = TRUTH["waves"]
    (lead,) = result.leads
    assert (lead.theme, lead.raised_in, lead.rating_fell_in) == (
        waves["theme"],
        waves["theme_raised"],
        waves["theme_rating_falls"],
    )
    assert lead.signal == "rose_and_rating_fell"
    assert result.early_warnings == ()
    # In the wave before nothing but the comments had moved.
    before = kda.comment_themes(survey.select(wave=waves["theme_raised"]), likeness=False)
    assert before.early_warnings == (waves["theme"],)
    assert before.leads == ()
    assert {one.signal for one in before.trends if one.theme != waves["theme"]} == {"steady"}
    calm = kda.comment_themes(survey.select(wave="2024Q2"), likeness=False)
    assert calm.early_warnings == ()


def test_shares_that_blame_are_the_truth_as_far_as_they_are_told(result: CommentThemes, coded: Survey) -> None:
    comments = simulate_service_center(seed=SHIPPED_SEED).comments
    told = {trend.theme: trend.blame for trend in result.trends}
    for theme in PLANTED:
        true = TRUTH["counted"]["comments_that_blame"][theme]
        blamed = (comments.theme == theme) & (comments.mood == "blame")
        written = comments.theme != ""
        for place, wave in enumerate(coded.waves):
            level = told[theme][wave]
            rows = written & (coded.wave_index == place)
            chance = 4 * np.sqrt(true[wave] * (1 - true[wave]) / rows.sum())
            # Half may be missed and one in twenty-five wrongly told: what the words cannot tell.
            assert 0.4 * true[wave] - chance < level.estimate < true[wave] + 0.04 + chance, (theme, wave)
        assert blamed.any()


def test_numbers_are_those_by_hand(tmp_path: Path) -> None:
    texts = ["rude man"] * 30 + ["very quick"] * 40 + ["took hours"] * 20 + ["none"] * 15 + [""] * 95
    satisfaction = np.array([20.0] * 30 + [80.0] * 40 + [40.0] * 20 + [60.0] * 110)
    weights = np.linspace(0.5, 1.5, 200)
    found = kda.comment_themes(commented(tmp_path, texts, satisfaction=satisfaction, weights=weights))
    parts = np.split(weights, [30, 70, 90])
    wrote = sum(part.sum() for part in parts[:3])
    shares = {theme.theme: theme for theme in found.themes}
    assert found.commented.estimate == pytest.approx(wrote / weights.sum())
    assert (found.sample.n, found.sample.n_asked) == (90, 200)
    assert shares["respect"].share.estimate == pytest.approx(parts[0].sum() / wrote)
    assert shares["respect"].parts["blame"].estimate == pytest.approx(parts[0].sum() / wrote)
    assert shares["speed"].parts["praise"].estimate == pytest.approx(parts[1].sum() / wrote)
    assert shares["speed"].parts["blame"].estimate == pytest.approx(parts[2].sum() / wrote)
    link = next(link for link in found.links if (link.theme, link.answer) == ("respect", "satisfaction"))
    others = np.average(satisfaction[30:90], weights=weights[30:90])
    assert link.difference.estimate == pytest.approx(20 - others)
    assert link.clear
    assert found.commenters_less_others is not None
    mean = np.average(satisfaction[:90], weights=weights[:90])
    assert found.commenters_less_others.estimate == pytest.approx(mean - 60)
    assert found.unmatched == ()


def test_a_design_widens_what_is_clustered(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    cluster = np.repeat(np.arange(40), 20)
    texts = np.where(rng.random(40)[cluster] < 0.3, "rude man", "very quick").tolist()
    (tmp_path / "a").mkdir(), (tmp_path / "b").mkdir()
    plain = kda.comment_themes(commented(tmp_path / "a", texts))
    drawn = kda.comment_themes(commented(tmp_path / "b", texts, clusters=cluster))
    one, other = (next(t for t in r.themes if t.theme == "respect").share for r in (plain, drawn))
    assert one.estimate == pytest.approx(other.estimate)
    assert other.std_error == pytest.approx(np.sqrt(20) * one.std_error, rel=0.05)


def test_few_are_not_told_of(tmp_path: Path) -> None:
    texts = ["rude man"] * 9 + ["very quick"] * 40 + ["took hours"] * 5 + ["quick and slow"] * 30
    found = kda.comment_themes(commented(tmp_path, texts))
    assert [theme.theme for theme in found.themes] == ["speed"] and "respect" in found.hidden
    # Five blame it; what hides them is hidden with them.
    assert "blame" not in found.themes[0].parts and len(found.themes[0].parts) <= 2
    assert "respect" not in set(found.tidy()["theme"])
    counts = found.tidy()["n"].dropna()
    assert (counts >= 10).all()


def test_comments_of_no_theme_are_told_as_such(tmp_path: Path) -> None:
    found = kda.comment_themes(commented(tmp_path, ["xyzzy plugh"] * 30 + ["rude man"] * 5))
    assert found.themes == () and "respect" in found.hidden and found.sample.n == 35
    assert "theme" in set(found.tidy().columns)


def test_a_misspelt_column_of_languages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(kda.SurveyError, match=r"expected the column 'langauge' \(comments\.language\), found"):
        commented(tmp_path, ["rude man"] * 30, comments={"language": "langauge"})


@pytest.mark.parametrize(("texts", "code"), [([""] * 60, "few_comments"), (["rude"] * 9 + ["-"] * 60, "few_comments")])
def test_too_few_comments_are_no_answer(texts: list[str], code: str, tmp_path: Path) -> None:
    found = kda.attempt(kda.comment_themes, commented(tmp_path, texts))
    assert isinstance(found, Unanswered)
    assert [(reason.code, dict(reason.values)) for reason in found.reasons] == [(code, {"needed": 10})]


def test_a_survey_without_comments_is_told_so() -> None:
    found = kda.attempt(kda.comment_themes, kda.example_survey("judges"))
    assert isinstance(found, Unanswered)
    assert [reason.code for reason in found.reasons] == ["no_comments"]


def test_unknown_names_are_refused(survey: Survey) -> None:
    with pytest.raises(ModelError, match=r"Expected outcome to be one of .*found 'satisfied'"):
        kda.comment_themes(survey, outcome="satisfied")
    with pytest.raises(ModelError, match="Expected labels= to name a column of the file, found 'hand'"):
        kda.comment_themes(survey, labels="hand")


def test_hand_coded_themes_must_be_known(tmp_path: Path) -> None:
    survey = commented(tmp_path, ["rude man"] * 30, columns={"hand": ["repsect"] * 30})
    with pytest.raises(ModelError) as refused:
        kda.comment_themes(survey, labels="hand")
    assert str(refused.value).endswith("or none, found 'repsect'; did you mean 'respect'?")


def test_drivers_without_a_theme_are_told(tmp_path: Path) -> None:
    ratings = {"wait": np.arange(60.0), "respect": np.arange(60.0)[::-1]}
    found = kda.comment_themes(commented(tmp_path, ["took hours"] * 30 + ["rude man"] * 30, ratings=ratings))
    assert found.unmatched == ("wait",)
    assert {theme.theme: theme.driver for theme in found.themes} == {"speed": None, "respect": "respect"}
    linked = commented(
        tmp_path,
        ["took hours"] * 30 + ["rude man"] * 30,
        ratings=ratings,
        comments={"lexicon": "words.yml"},
        files={"words.yml": "extends: true\nthemes: {speed: {driver: wait}}\n"},
    )
    found = kda.comment_themes(linked)
    assert found.unmatched == ()
    assert {theme.theme: theme.driver for theme in found.themes}["speed"] == "wait"


def test_what_is_not_allowed_is_not_quoted(tmp_path: Path) -> None:
    texts = [f"the clerk at desk {k} was very rude to me today" for k in range(30)]
    (tmp_path / "a").mkdir(), (tmp_path / "b").mkdir()
    silent = kda.comment_themes(commented(tmp_path / "a", texts))
    assert silent.quotes == () and "quotes" not in silent.details
    spoken = kda.comment_themes(commented(tmp_path / "b", texts, comments={"quote": True}))
    (quote,) = spoken.quotes
    assert quote.theme == "respect" and quote.mood == "blame" and quote.text in texts


def test_quotes_are_masked_and_of_ten_or_more(result: CommentThemes, survey: Survey) -> None:
    assert result.quotes
    written = {masked(text) for text in survey.raw["comment"]}
    frequent = {theme.theme for theme in result.themes}
    for quote in result.quotes:
        assert quote.text in written and quote.theme in frequent
        assert masked(quote.text) == quote.text
        assert 25 <= len(quote.text) <= 200


def test_numbers_of_quotes_are_hidden(tmp_path: Path) -> None:
    texts = [f"rude clerk and nobody ever called me on 05012345{k:02} about it" for k in range(30)]
    found = kda.comment_themes(commented(tmp_path, texts, comments={"quote": True}))
    assert found.quotes
    for quote in found.quotes:
        assert "•••" in quote.text and "05012345" not in quote.text


def test_the_same_survey_gives_the_same_numbers(survey: Survey) -> None:
    part = survey.select(unit="b13")
    first, again = (kda.comment_themes(part) for _ in range(2))
    pd.testing.assert_frame_equal(first.tidy(), again.tidy())
    assert first.quotes == again.quotes


def test_shares_of_parts_add_up(result: CommentThemes) -> None:
    for theme in result.themes:
        if len(theme.parts) == 4:
            assert sum(part.estimate for part in theme.parts.values()) == pytest.approx(theme.share.estimate)
    coverage = result.coverage
    assert coverage.by_lexicon + coverage.by_likeness + coverage.no_theme == pytest.approx(1)
