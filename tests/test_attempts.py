"""A reason in place of a result where the answers do not allow one, and how a page says it."""

from pathlib import Path

import numpy as np
import pytest

import drivers as kda
from drivers.errors import ModelError
from drivers.present.channel import SHOWN, bundle
from drivers.present.isolation import plain
from drivers.present.pieces import report
from drivers.results import FEWEST_SHOWN, Code, Unanswered
from drivers.survey.data import Survey
from tests.simulated import make_survey


def small_survey(folder: Path, n: int, *, units: int = 1, **changed: np.ndarray) -> Survey:
    """Two drivers and an outcome from n respondents in each unit."""
    rng = np.random.default_rng(n)
    total = n * units
    a = rng.integers(1, 6, total).astype(float)
    columns = {"a": a, "b": rng.integers(1, 6, total).astype(float), "y": np.clip(a + rng.integers(-1, 2, total), 1, 5)}
    columns |= changed
    return make_survey(
        folder,
        drivers={"a": columns["a"], "b": columns["b"]},
        outcomes={"y": columns["y"]},
        scale=(1, 5),
        step=1,
        unit=np.repeat([f"u{i}" for i in range(units)], n),
    )


def test_a_question_that_can_be_answered_is_answered(tmp_path: Path) -> None:
    survey = small_survey(tmp_path, 80)
    found = kda.attempt(kda.relative_importance, survey, n_boot=0)
    assert found.tidy().equals(kda.relative_importance(survey, n_boot=0).tidy())


@pytest.mark.parametrize("analysis", [kda.outcome_scores, kda.relative_importance, kda.fit_regression])
def test_fewer_than_ten_are_never_shown(analysis, tmp_path: Path) -> None:
    survey = small_survey(tmp_path, FEWEST_SHOWN - 1, units=2).select(unit="u1")
    found = kda.attempt(analysis, survey)
    assert isinstance(found, Unanswered)
    assert found.analysis == analysis.__name__
    assert found.reasons == (Code("suppressed", {"needed": FEWEST_SHOWN}),)
    # How many there are is told nowhere.
    assert str(FEWEST_SHOWN - 1) not in repr(found.details)
    assert len(found.tidy()) == len(found.glance()) == 0
    assert found.n_used is None
    assert not isinstance(kda.attempt(kda.outcome_scores, small_survey(tmp_path / "ten", FEWEST_SHOWN)), Unanswered)


def test_too_few_complete_answers(tmp_path: Path) -> None:
    a = np.full(30, np.nan)
    a[:3] = 1, 2, 3
    found = kda.attempt(kda.relative_importance, small_survey(tmp_path, 30, a=a))
    assert found.reasons == (Code("few_answers", {"n": 3, "needed": 4}),)


def test_answers_that_are_all_the_same(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    a = rng.integers(1, 6, 30).astype(float)
    found = {
        "driver": kda.attempt(kda.relative_importance, small_survey(tmp_path / "1", 30, b=np.full(30, 4.0))),
        "outcome": kda.attempt(kda.relative_importance, small_survey(tmp_path / "2", 30, y=np.full(30, 4.0))),
        "both": kda.attempt(kda.relative_importance, small_survey(tmp_path / "3", 30, a=a, b=a)),
    }
    assert found["driver"].reasons == (Code("constant_driver", {"driver": "b"}),)
    assert found["outcome"].reasons == (Code("constant_outcome", {"outcome": "y"}),)
    assert found["both"].reasons == (Code("same_ratings", {"first": "a", "second": "b"}),)


def test_what_an_outcome_does_not_allow(tmp_path: Path) -> None:
    rng = np.random.default_rng(6)
    a = rng.uniform(0, 100, 120)
    columns = {"a": a, "b": rng.uniform(0, 100, 120), "y": np.clip(a + rng.normal(0, 20, 120), 0, 100)}
    drivers = {name: columns[name] for name in ("a", "b")}
    many = make_survey(tmp_path / "many", drivers=drivers, outcomes={"y": columns["y"]})
    told = make_survey(tmp_path / "told", drivers=drivers, outcomes={"y": np.where(a > 50, 100.0, 0.0)})
    found = {
        "steps": kda.attempt(kda.relative_importance, many, top_box=True, family="logit"),
        "ordered": kda.attempt(kda.relative_importance, many, family="ordered_logit"),
        "certain": kda.attempt(kda.relative_importance, told, family="logit"),
        "items": kda.attempt(kda.halo, many),
    }
    assert found["steps"].reasons == (Code("no_steps", {"outcome": "y"}),)
    assert found["ordered"].reasons == (Code("not_ordered", {"outcome": "y"}),)
    assert found["certain"].reasons == (Code("certain", {"outcome": "y"}),)
    assert found["items"].reasons == (Code("few_items", {"n": 2, "needed": 3}),)


def test_more_drivers_than_every_combination_can_be_looked_at(tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    drivers = {f"x{j}": rng.uniform(0, 100, 60) for j in range(31)}
    survey = make_survey(tmp_path, drivers=drivers, outcomes={"y": rng.choice([0.0, 100.0], 60)})
    for analysis, most, arguments in (
        (kda.dominance, 22, {}),
        (kda.commonality, 12, {}),
        (kda.compare_measures, 30, {}),
        (kda.relative_importance, 15, {"family": "logit"}),
    ):
        found = kda.attempt(analysis, survey, **arguments)
        assert found.reasons == (Code("many_drivers", {"n": 31, "most": most}),)


def test_too_few_sampling_units(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    a = rng.uniform(0, 100, 120)
    survey = make_survey(
        tmp_path,
        drivers={"a": a, "b": rng.uniform(0, 100, 120)},
        outcomes={"y": np.clip(a + rng.normal(0, 20, 120), 0, 100)},
        clusters=np.arange(120) % 3,
    )
    assert kda.attempt(kda.fit_regression, survey).reasons == (Code("few_units_left", {"units": 2, "needed": 3}),)
    assert kda.attempt(kda.nonlinearity, survey).reasons == (Code("few_units_to_deal", {"units": 3, "needed": 10}),)


def test_a_wrong_question_is_raised_as_ever(tmp_path: Path) -> None:
    survey = small_survey(tmp_path, 30)
    with pytest.raises(ModelError, match=r"^Expected outcome to be one of 'y', found 'z'"):
        kda.attempt(kda.relative_importance, survey, outcome="z")
    y_again = small_survey(tmp_path / "again", 30, a=np.arange(30) % 5 + 1.0, y=np.arange(30) % 5 + 1.0)
    with pytest.raises(ModelError, match=r"^Expected predictors that differ, found 'a' and 'y'"):
        kda.attempt(kda.relative_importance, y_again)


def test_what_rests_on_no_answer_has_none(tmp_path: Path) -> None:
    small = small_survey(tmp_path, 5, units=2).select(unit="u0")
    place = kda.attempt(kda.importance_performance_map, kda.attempt(kda.relative_importance, small))
    assert isinstance(place, Unanswered)
    assert (place.analysis, place.unit) == ("importance_performance_map", "u0")
    assert place.reasons == (Code("suppressed", {"needed": FEWEST_SHOWN}),)


SENTENCES = {
    "en": "The results of Unit “u0” are not shown, to protect the participants' privacy: fewer than 10 answered.",
    "ar": "لا تُعرض نتائج Unit «u0» حفاظًا على خصوصية المشاركين: عدد المشاركين أقل من 10.",
}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_page_says_why_it_shows_nothing(language: str, tmp_path: Path) -> None:
    survey = small_survey(tmp_path, 5, units=2).select(unit="u0")
    words = kda.wording(language, survey.labels)
    scores = bundle(kda.attempt(kda.outcome_scores, survey), words, as_="headline")
    ranking = kda.attempt(kda.relative_importance, survey)
    assert SENTENCES[language] in plain(report.unanswered(kda.attempt(kda.outcome_scores, survey), words))
    assert scores[SHOWN]["section"] == "headline"
    assert scores["text/html"]
    # Once is enough.
    for as_ in ("summary", "bars", "checks", "method", "glossary"):
        shown = bundle(ranking, words, as_=as_)
        assert shown["text/html"] == ""
        assert shown[SHOWN]["empty"] is True
        assert shown[SHOWN]["records"] == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_ranking_that_cannot_be_made_is_told_in_words(language: str, tmp_path: Path) -> None:
    survey = small_survey(tmp_path, 30, b=np.full(30, 4.0))
    words = kda.wording(language, survey.labels)
    shown = bundle(kda.attempt(kda.relative_importance, survey), words, as_="summary")
    assert "b" in shown["text/html"]
    assert shown[SHOWN]["id"] == "relative-importance-summary"
    assert shown[SHOWN]["details"] == {"reasons": [{"code": "constant_driver", "driver": "b"}]}


def test_few_respondents_are_not_counted_on_the_page(tmp_path: Path) -> None:
    survey = small_survey(tmp_path, 7, units=2).select(unit="u0")
    about = kda.describe(survey, report="manager")
    words = kda.wording("en", survey.labels)
    masthead = bundle(about, words, as_="masthead")
    footer = bundle(about, words, as_="footer")
    assert "Participants: fewer than" in plain(masthead["text/html"])
    assert about.suppressed
    for piece in (masthead, footer):
        assert ">7<" not in piece["text/html"]
        assert piece[SHOWN]["details"]["rows_domain"] is None
        assert piece[SHOWN]["details"]["period"] == []


def test_what_chance_alone_explains_is_not_drawn(tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    columns = {name: rng.integers(1, 6, 60).astype(float) for name in "aby"}
    survey = small_survey(tmp_path, 60, **columns)
    importance = kda.relative_importance(survey, n_boot=200)
    assert "weak_model" in {reason.code for reason in importance.verdict.reasons}
    words = kda.wording("en", survey.labels)
    summary = plain(bundle(importance, words, as_="summary")["text/html"])
    assert "Their shares are therefore not shown." in summary
    assert "explain" not in summary.split("therefore not shown.")[1]
    assert bundle(importance, words, as_="bars")["text/html"] == ""
    assert bundle(kda.importance_performance_map(importance), words, as_="map")["text/html"] == ""
    assert "no more than chance might produce" in bundle(importance, words, as_="checks")["text/html"]
    # Nor do the numbers lie beside the page.
    assert bundle(importance, words, as_="summary")[SHOWN]["records"] == []


def test_waves_in_which_hardly_anybody_answered_are_left_out_without_an_error(tmp_path: Path) -> None:
    rng = np.random.default_rng(6)
    y = np.full(60, np.nan)
    y[:8] = rng.uniform(0, 100, 8)
    survey = make_survey(
        tmp_path, drivers={"a": rng.uniform(0, 100, 60)}, outcomes={"y": y}, waves=np.repeat(["1", "2"], 30)
    )
    found = kda.by_wave(kda.outcome_scores, survey)
    assert found.waves == ()
    assert set(found.left_out) == {"1", "2"}


def test_a_change_needs_ten_in_both_waves(tmp_path: Path) -> None:
    def score(before: int, now: int, folder: str):
        rng = np.random.default_rng(2)
        n = before + now
        survey = make_survey(
            tmp_path / folder,
            drivers={"a": rng.uniform(0, 100, n)},
            outcomes={"y": rng.uniform(0, 100, n)},
            waves=np.repeat(["1", "2"], [before, now]),
        )
        return kda.outcome_scores(survey).scores[0]

    assert score(9, 30, "before").change is None
    assert score(30, 9, "now").change is None
    assert score(10, 10, "both").change is not None


def test_an_outcome_with_few_answers_is_left_out_by_name(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    few = np.full(40, np.nan)
    few[:9] = rng.uniform(0, 100, 9)
    full = rng.uniform(0, 100, 40)
    survey = make_survey(tmp_path / "1", drivers={"a": rng.uniform(0, 100, 40)}, outcomes={"y": full, "z": few})
    found = kda.outcome_scores(survey)
    assert {score.outcome for score in found.scores} == {"y"}
    assert dict(found.left_out) == {"z": 9}
    survey = make_survey(tmp_path / "2", drivers={"a": rng.uniform(0, 100, 40)}, outcomes={"z": few, "y": full})
    with pytest.raises(ModelError, match=r"^Expected at least 10 answers on 'z', found 9; widen the selection\.$"):
        kda.outcome_scores(survey)


def test_weights_count_only_where_they_differ(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    n = 60
    survey = make_survey(
        tmp_path,
        drivers={"a": rng.uniform(0, 100, n), "b": rng.uniform(0, 100, n)},
        outcomes={"y": rng.uniform(0, 100, n)},
        weights=np.repeat([1.0, 3.0], n // 2),
        unit=np.repeat(["x", "z"], n // 2),
    )
    assert survey.weighted
    assert kda.outcome_scores(survey).weighted
    part = survey.select(unit="z")
    assert not kda.outcome_scores(part).weighted
    assert not kda.relative_importance(part, n_boot=0).sample.weighted
    assert kda.relative_importance(survey, n_boot=0).sample.weighted


def test_shares_of_half_the_answers_that_are_needed_are_not_drawn(tmp_path: Path) -> None:
    words = kda.wording("en", small_survey(tmp_path / "words", 30).labels)

    def drawn(n: int) -> bool:
        rng = np.random.default_rng(1)
        a = rng.integers(1, 6, n).astype(float)
        survey = small_survey(tmp_path / str(n), n, a=a, y=np.clip(a + rng.integers(0, 2, n), 1, 5))
        importance = kda.relative_importance(survey, n_boot=200)
        # Not for want of an explanation.
        assert [reason.code for reason in importance.verdict.reasons] == ["few_respondents"]
        checks = bundle(importance, words, as_="checks")["text/html"]
        shown = bool(bundle(importance, words, as_="bars")["text/html"])
        assert ("Explained differences" in checks) == shown
        return shown

    # A ranking needs 50.
    assert not drawn(24)
    assert drawn(26)
