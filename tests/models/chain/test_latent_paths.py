"""The chain without error: lavaan's numbers through the public function, planted paths, and what it refuses."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.models.chain.latent_result import LatentPathsResult
from drivers.results import Code
from drivers.survey.data import Survey
from tests.models.test_reliability import congeneric
from tests.reference_numbers import RATINGS, service_survey, table
from tests.simulated import make_survey

OPTIMISED = 1e-6
"""Absolute: lavaan's optimiser stops about 3e-7 before the end."""

FIRST_ORDER = 0.03
"""Relative: replicate weights move an estimate to first order, and leave out one branch at a time."""

LOADINGS = np.array([0.8, 0.75, 0.7])


def chain(survey: Survey, **how: Any) -> LatentPathsResult:
    return kda.latent_paths(survey, through="sat", outcome="loy", **how)


def lavaan(case: str) -> dict[tuple[str, str, str], float]:
    found = table("lavaan_latent.csv").query("case == @case")
    return {(row.lhs, row.op, row.rhs): float(row.std_all) for row in found.itertuples()}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, LatentPathsResult]:
    folder = tmp_path_factory.mktemp("service")
    made = {
        "plain": service_survey(folder / "plain"),
        "weighted": service_survey(folder / "weighted", weighted=True),
        "design": service_survey(folder / "design", design=True),
        "JKn": service_survey(folder / "JKn", replicates="JKn"),
    }
    return {name: chain(survey) for name, survey in made.items()}


@pytest.mark.parametrize(
    ("made", "case"), [("plain", "service_latent_full"), ("weighted", "service_latent_full_weighted")]
)
def test_standardised_effects_are_lavaans(results: dict[str, LatentPathsResult], made: str, case: str) -> None:
    result, known = results[made], lavaan(case)
    for k, name in enumerate(RATINGS):
        assert result.first.standardised[0, k] == pytest.approx(known["SAT", "~", name], abs=OPTIMISED)
        assert result.direct.standardised[0, k] == pytest.approx(known["LOY", "~", name], abs=OPTIMISED)
        indirect, total = (f"ind_{name}", ":=", f"a{k + 1}*b"), (f"tot_{name}", ":=", f"c{k + 1}+a{k + 1}*b")
        assert result.indirect.standardised[0, k] == pytest.approx(known[indirect], abs=OPTIMISED)
        assert result.total.standardised[0, k] == pytest.approx(known[total], abs=OPTIMISED)
    assert result.second.standardised[0, 0] == pytest.approx(known["LOY", "~", "SAT"], abs=OPTIMISED)
    items = [*(("SAT", "=~", f"sat{j}") for j in (1, 2, 3)), *(("LOY", "=~", f"loy{j}") for j in (1, 2, 3))]
    assert result.loading[6:] == pytest.approx([known[item] for item in items], abs=OPTIMISED)


@pytest.mark.parametrize(
    ("made", "case"), [("plain", "service_latent_full_mlr"), ("weighted", "service_latent_full_weighted")]
)
def test_robust_fit_is_lavaans(results: dict[str, LatentPathsResult], made: str, case: str) -> None:
    found = table("lavaan_latent_fit.csv").query("case == @case")
    known = dict(zip(found["measure"], found["value"].astype(float), strict=True))
    fit = results[made].fit
    # The design's n / (n − 1) moves the scaling in its third digit.
    assert fit.statistic == pytest.approx(known["chisq.scaled"], rel=2 / 600)
    assert fit.df == known["df"]
    assert fit.cfi == pytest.approx(known["cfi.robust"], abs=1e-4)
    assert fit.tli == pytest.approx(known["tli.robust"], abs=1e-4)
    assert fit.srmr == pytest.approx(known["srmr"], abs=OPTIMISED)
    assert results[made].closeness == "close"


def test_designs_move_errors_and_not_estimates(results: dict[str, LatentPathsResult]) -> None:
    weighted, design, replicated = (results[name] for name in ("weighted", "design", "JKn"))
    assert design.total.points[0] == pytest.approx(weighted.total.points[0], rel=1e-9)
    assert not np.allclose(design.total.points[1], weighted.total.points[1], rtol=0.02)
    assert replicated.total.points[1] == pytest.approx(design.total.points[1], rel=FIRST_ORDER)
    assert (replicated.errors, design.errors) == ("replicates", "linearised")
    assert design.df_resid == replicated.df_resid == 44
    assert design.design and not weighted.design


def test_uncorrected_effects_are_those_of_the_scores(tmp_path: Path) -> None:
    survey = service_survey(tmp_path)
    result, scores = chain(survey), survey.scores
    ratings = scores[list(RATINGS)].to_numpy()
    x = np.column_stack([np.ones(len(ratings)), ratings])
    first = np.linalg.lstsq(x, scores["sat"], rcond=None)[0][1:]
    *direct, second = np.linalg.lstsq(np.column_stack([x, scores["sat"]]), scores["loy"], rcond=None)[0][1:]
    assert result.first.uncorrected[0] == pytest.approx(first, rel=1e-9)
    assert result.direct.uncorrected[0] == pytest.approx(direct, rel=1e-9)
    assert result.indirect.uncorrected[0] == pytest.approx(first * second, rel=1e-9)
    assert result.second.uncorrected[0, 0] == pytest.approx(second, rel=1e-9)


def planted(folder: Path, n: int = 3000, **how: Any) -> Survey:
    """Two drivers, satisfaction and loyalty of three items each, whose factors are bound by known paths."""
    rng = np.random.default_rng(8)
    respect = rng.normal(size=n)
    speed = 0.5 * respect + np.sqrt(0.75) * rng.normal(size=n)
    satisfaction = 0.5 * respect + 0.3 * speed
    satisfaction += np.sqrt(1 - (0.25 + 0.09 + 0.15)) * rng.normal(size=n)
    loyalty = 0.6 * satisfaction + 0.2 * respect
    loyalty += np.sqrt(1 - (0.36 + 0.04 + 0.24 * 0.65)) * rng.normal(size=n)
    return make_survey(
        folder,
        drivers={"respect": congeneric(rng, n, LOADINGS, respect), "speed": congeneric(rng, n, LOADINGS, speed)},
        outcomes={"sat": congeneric(rng, n, LOADINGS, satisfaction), "loy": congeneric(rng, n, LOADINGS, loyalty)},
        **how,
    )


def test_planted_paths_are_found_where_scores_miss_them(tmp_path: Path) -> None:
    result = chain(planted(tmp_path))
    assert result.corrected == "all"
    truth = {
        "first": (result.first.standardised, [0.5, 0.3]),
        "direct": (result.direct.standardised, [0.2, 0.0]),
        "indirect": (result.indirect.standardised, [0.3, 0.18]),
        "total": (result.total.standardised, [0.5, 0.18]),
        "second": (result.second.standardised, [0.6]),
    }
    for found, planted_there in truth.values():
        assert (np.abs(found[0] - planted_there) < 3 * found[1]).all()
        assert (found[1] < 0.05).all()
    assert result.second.uncorrected[1, 0] < 0.5
    assert result.reliability == pytest.approx(np.full(4, 0.79), abs=0.03)
    assert result.mediated[0] == pytest.approx([0.6, 1.0], abs=0.25)
    assert (result.mediated[2] < result.mediated[0]).all() and (result.mediated[0] < result.mediated[3]).all()


def test_the_order_of_drivers_does_not_matter(tmp_path: Path) -> None:
    survey = planted(tmp_path, n=400)
    one, other = chain(survey), chain(survey, drivers=["speed", "respect"])
    assert one.total.points[:, ::-1] == pytest.approx(other.total.points, rel=1e-6)
    assert one.fit.statistic == pytest.approx(other.fit.statistic, rel=1e-9)


def test_whole_weights_are_rows_that_are_repeated(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    times = rng.integers(1, 4, 300)
    common = rng.normal(size=300)
    columns = {name: congeneric(rng, 300, LOADINGS, common + rng.normal(size=300)) for name in ("a", "sat", "loy")}

    def survey(rows: np.ndarray, folder: str, **how: Any) -> Survey:
        return make_survey(
            tmp_path / folder,
            drivers={"a": columns["a"][rows]},
            outcomes={name: columns[name][rows] for name in ("sat", "loy")},
            **how,
        )

    weighted = chain(survey(np.arange(300), "weighted", weights=times.astype(float)))
    repeated = chain(survey(np.repeat(np.arange(300), times), "repeated"))
    assert weighted.indirect.points[0] == pytest.approx(repeated.indirect.points[0], rel=1e-6)
    assert weighted.sample.n == 300 and repeated.sample.n == times.sum()


def test_controls_are_held_constant_and_not_told(tmp_path: Path) -> None:
    survey = planted(tmp_path, n=400)
    held = chain(survey, drivers=["respect"], always=["speed"])
    scored = chain(survey, correct="outcomes")
    assert held.drivers == ("respect",) and held.controls == ("speed",)
    assert held.constructs == ("respect", "sat", "loy")
    # A control enters by its score, and so the other way of entering is another model.
    assert held.total.points[0, 0] != pytest.approx(scored.total.points[0, 0], rel=1e-6)


def test_a_reliability_may_be_given(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    common = rng.normal(size=500)
    survey = make_survey(
        tmp_path,
        drivers={"a": 50 + 10 * (common + 0.5 * rng.normal(size=500))},
        outcomes={
            "sat": 50 + 10 * (common + 0.5 * rng.normal(size=500)),
            "loy": 50 + 10 * (0.5 * common + rng.normal(size=500)),
        },
    )
    given = {"a": 0.9, "sat": 0.85, "loy": 0.95}
    result = chain(survey, reliability=given)
    plain = np.corrcoef(survey.scores[list(given)].T)
    rho = np.sqrt(np.array(list(given.values())))
    assert result.correlation[0, 1] == pytest.approx(plain[0, 1] / (rho[0] * rho[1]), abs=1e-9)
    assert result.first.standardised[0, 0] == pytest.approx(result.correlation[0, 1], abs=1e-9)
    assert dict(zip(result.constructs, result.reliability, strict=True)) == pytest.approx(given)
    assert result.reliability_from == ("given",) * 3
    assert result.closeness == "exact" and np.isnan(result.fit.cfi)


def alike(folder: Path) -> Survey:
    """Two drivers of several items that measure one and the same thing, in nearly the same words."""
    rng = np.random.default_rng(15)
    n = 400
    common = rng.normal(size=n)
    worded = congeneric(rng, n, LOADINGS, common)
    satisfaction = 0.7 * common + 0.7 * rng.normal(size=n)
    return make_survey(
        folder,
        drivers={"a": worded, "b": np.clip(worded + rng.normal(0, 8, worded.shape), 0, 100)},
        outcomes={
            "sat": congeneric(rng, n, LOADINGS, satisfaction),
            "loy": congeneric(rng, n, LOADINGS, 0.6 * satisfaction + 0.8 * rng.normal(size=n)),
        },
    )


def test_drivers_that_cannot_be_told_apart_enter_by_their_scores(tmp_path: Path) -> None:
    survey = alike(tmp_path)
    with pytest.raises(kda.ModelError) as error:
        chain(survey, correct="all")
    assert error.value.code == "improper_solution"
    assert str(error.value) == (
        "Expected a, b, sat, loy to be told apart once the error of their items is left out, found errors below 0, or "
        "some of them to be a sum of others, likelier; use fewer drivers, or correct='outcomes'."
    )
    result = chain(survey)
    assert result.corrected == "outcomes" and Code("drivers_as_scores").code in {note.code for note in result.notes}
    assert result.items[:2] == (("a",), ("b",)) and result.uncorrected == ("a", "b")
    asked = chain(survey, correct="outcomes")
    assert asked.total.points[0] == pytest.approx(result.total.points[0], rel=1e-12)


def test_the_same_seed_gives_the_same_numbers(tmp_path: Path) -> None:
    survey = planted(tmp_path, n=300)
    one, again, other = chain(survey, seed=1), chain(survey, seed=1), chain(survey, seed=2)
    assert (one.indirect.points == again.indirect.points).all()
    assert (one.indirect.points[2:] != other.indirect.points[2:]).all()
    assert one.indirect.points[2:] == pytest.approx(other.indirect.points[2:], abs=0.02)
    assert (one.total.points == other.total.points).all()


def test_a_population_that_was_asked_whole_leaves_nothing_to_chance(tmp_path: Path) -> None:
    survey = service_survey(tmp_path)
    result = chain(replace(survey, fpc=np.ones(len(survey.weights))))
    np.testing.assert_allclose(result.direct.points[1], 0.0, atol=1e-12)
    np.testing.assert_allclose(result.direct.points[0], chain(survey).direct.points[0])
    assert np.isnan([result.fit.statistic, result.fit.p_value]).all()
    assert 0.9 < result.fit.cfi <= 1


def test_wider_levels_are_wider(tmp_path: Path) -> None:
    survey = planted(tmp_path, n=300)
    narrow, wide = chain(survey, conf_level=0.8), chain(survey, conf_level=0.95)
    for one, other in zip(narrow.effects, wide.effects, strict=True):
        assert (one.points[2] > other.points[2]).all() and (one.points[3] < other.points[3]).all()


def test_tables_of_the_result(results: dict[str, LatentPathsResult]) -> None:
    result = results["plain"]
    for made in (result.tidy(), result.loadings(), result.glance()):
        assert set(made.columns) <= set(COLUMNS)
    tidy = result.tidy()
    assert len(tidy) == 4 * 6 + 1
    assert tidy["effect"].value_counts().to_dict() == {"direct": 13, "indirect": 6, "total": 6}
    assert tidy.query("driver == 'sat'")["estimate"].item() == result.second.points[0, 0]
    assert result.loadings()["term"].tolist()[6:] == [f"{name}_{j}" for name in ("sat", "loy") for j in (1, 2, 3)]
    assert result.glance()["df"].item() == 32
    assert result.notes[0].code == "one_time"
    json.dumps(dict(result.details))


def test_one_question_says_nothing_of_its_error(tmp_path: Path) -> None:
    survey = service_survey(tmp_path)
    with pytest.raises(kda.ModelError) as error:
        kda.latent_paths(survey, through="sat", outcome="nps")
    assert str(error.value) == (
        "Expected several items of 'nps', found one, whose error its answers do not tell; give its reliability, as "
        "reliability={'nps': 0.8}, or use paths()."
    )
    assert (error.value.code, dict(error.value.values)) == ("single_outcome", {"outcome": "nps"})
    assert kda.latent_paths(survey, through="sat", outcome="nps", reliability={"nps": 0.8}).outcome == "nps"
    assert kda.attempt(kda.latent_paths, kda.example_survey("customersat")).details == {
        "reasons": [{"code": "one_outcome"}]
    }
    assert kda.latent_paths(survey).outcome == "loy"


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"outcome": "sat"}, "Expected each variable at one place of the chain, found 'sat' twice; remove one."),
        ({"drivers": ["speed", "speed"]}, "Expected each driver once, found 'speed' twice; remove one."),
        (
            {"reliability": {"sat": 0.8}},
            "Expected reliabilities of scores of one item ('respect', 'speed', 'information', 'fairness', 'empathy', "
            "'presence'), found one of 'sat'; ",
        ),
        (
            {"reliability": {"speed": 0.0}},
            "Expected a reliability above 0 and up to 1, found 0.0 of 'speed'; 0.7 to 0.9 are usual.",
        ),
        (
            {"correct": "some"},
            "Expected correct to be one of possible, all, outcomes, found 'some'; choose one of these.",
        ),
        ({"conf_level": 95}, "Expected conf_level from 0.5 to below 1, found 95; use 0.95 for 95 %."),
        ({"seed": -1}, "Expected a seed of 0 or more, found -1; any such number will do."),
        (
            {"drivers": ["respect"], "always": ["respect"]},
            "Expected at least one driver that is no control, found none; name fewer in always=.",
        ),
    ],
)
def test_what_is_asked_wrongly_is_said(tmp_path: Path, how: dict[str, Any], said: str) -> None:
    survey = service_survey(tmp_path)
    with pytest.raises(kda.ModelError) as error:
        kda.latent_paths(survey, through="sat", **how)
    assert str(error.value).startswith(said)


def test_few_answers_are_refused(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    survey = make_survey(
        tmp_path,
        drivers={name: congeneric(rng, 30, LOADINGS) for name in ("a", "b")},
        outcomes={name: congeneric(rng, 30, LOADINGS) for name in ("sat", "loy")},
    )
    with pytest.raises(kda.ModelError, match="Expected more than 30 complete answers for as many loadings") as error:
        chain(survey, correct="all")
    assert (error.value.code, dict(error.value.values)) == ("few_answers", {"n": 30, "needed": 31})
