"""Path analysis of a survey: lavaan's, boot's and pingouin's numbers, designs, the planted chain, what is refused."""

import gzip
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pingouin
import pytest

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.models.chain import path_chance
from drivers.models.chain.chain_columns import ChainAnswers, chain_answers
from drivers.models.chain.path_analysis import paths
from drivers.models.chain.path_chance import acceleration, influences
from drivers.models.chain.path_effects import statistics
from drivers.models.chain.path_result import MEDIATIONS, PATTERNS, PathsResult
from drivers.results import Code
from drivers.survey.data import Survey
from tests.reference_numbers import RATINGS, REFERENCE, service_survey, table
from tests.simulated import make_survey

OPTIMISED = 1e-6
"""Absolute: lavaan's optimiser stops when the likelihood hardly moves."""

ROUNDING = 1e-9
"""Relative: the same sums in another order."""

RESAMPLED = 0.3
"""Standard errors by which two limits from 2,000 resamples each may differ: about four times what chance does."""

BRANCHES = 48
"""Sampling units of the service survey; lavaan multiplies a clustered variance by 48 / 47."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Survey]:
    folder = tmp_path_factory.mktemp("service")
    return {
        "plain": service_survey(folder / "plain"),
        "weighted": service_survey(folder / "weighted", weighted=True),
        "design": service_survey(folder / "design", design=True),
        "JKn": service_survey(folder / "JKn", replicates="JKn"),
    }


@pytest.fixture(scope="module")
def center() -> Survey:
    return kda.example_survey("service_center")


def lavaan(case: str, column: str = "est") -> dict[str, np.ndarray]:
    """Direct, indirect and total effects of the six ratings on loyalty, and both regressions' slopes."""
    found = table("lavaan_paths.csv").query("case == @case").set_index(["lhs", "rhs"])[column].droplevel(1)
    rows = table("lavaan_paths.csv").query("case == @case")
    loy = rows[rows["lhs"] == "loy"].set_index("rhs")[column]
    return {
        "direct": loy[list(RATINGS)].to_numpy(),
        "indirect": found[[f"ind_{name}" for name in RATINGS]].to_numpy(),
        "total": found[[f"tot_{name}" for name in RATINGS]].to_numpy(),
        "sat": rows[rows["lhs"] == "sat"].set_index("rhs")[column][list(RATINGS)].to_numpy(),
        "loy": loy[[*RATINGS, "sat"]].to_numpy(),
    }


def answers_of(survey: Survey, **how: Any) -> ChainAnswers:
    arguments = {"outcomes": ["loy"], "drivers": None, "through": None, "always": None, **how}
    (answers,), _, _ = chain_answers(survey, **arguments)
    return answers


# Other programs


@pytest.mark.parametrize(
    ("case", "survey"),
    [
        ("service_med_full", "plain"),
        ("service_med_full_weighted", "weighted"),
        ("service_med_full_cluster", "plain"),
        ("service_med_full_weighted_cluster", "design"),
    ],
)
def test_estimates_of_lavaan(case: str, survey: str, service: dict[str, Survey]) -> None:
    (found,) = paths(service[survey], outcomes=["loy"], n_boot=0).outcomes
    expected, standardised = lavaan(case), lavaan(f"{case}_stdsol")
    for part in (found.direct, found.indirect, found.total):
        assert part.points[0] == pytest.approx(expected[part.effect], abs=OPTIMISED)
        assert part.standardised[0] == pytest.approx(standardised[part.effect], abs=OPTIMISED)
    first, last = found.steps
    assert (first.target, first.terms) == ("sat", RATINGS)
    assert first.slope[0] == pytest.approx(expected["sat"], abs=OPTIMISED)
    assert (last.target, last.terms) == ("loy", (*RATINGS, "sat"))
    assert last.slope[0] == pytest.approx(expected["loy"], abs=OPTIMISED)


@pytest.mark.parametrize(
    ("case", "survey", "clustered"),
    [
        ("service_med_full_mlr", "plain", False),
        ("service_med_full_weighted", "weighted", False),
        ("service_med_full_cluster", "plain", True),
        ("service_med_full_weighted_cluster", "weighted", True),
    ],
)
def test_influence_has_the_robust_errors_of_lavaan(
    case: str, survey: str, clustered: bool, service: dict[str, Survey]
) -> None:
    # Of points alone: lavaan's standardised errors take the drivers' variances as known.
    answers = answers_of(service[survey])
    moved = influences(service[survey], answers)
    factor = 1.0
    if clustered:
        moved = pd.DataFrame(moved).groupby(table("service.csv")["branch"].to_numpy()).sum().to_numpy()
        factor = BRANCHES / (BRANCHES - 1)
    points, _, _, slopes = answers.chain.split(np.sqrt(factor * (moved**2).sum(axis=0)))
    expected = lavaan(case, "se")
    assert points[[0, 1, -1]] == pytest.approx(
        np.stack([expected[name] for name in ("direct", "indirect", "total")]), abs=OPTIMISED
    )
    assert slopes == pytest.approx(np.concatenate([expected["sat"], expected["loy"]]), abs=OPTIMISED)


@pytest.fixture(scope="module")
def counts() -> np.ndarray:
    """How often R's boot drew each of the 600 respondents; float (2000, 600)."""
    with gzip.open(REFERENCE / "boot_counts_2000x600.txt.gz", "rt") as file:
        return np.array([[int(digit) for digit in line.strip()] for line in file], dtype=float)


def r_limits(kind: str, level: float) -> np.ndarray:
    """Lower and upper limits of direct, indirect and total effects; float (3, 6, 2)."""
    rows = table("boot_paths_intervals.csv").query("level == @level").set_index("name")
    return np.array(
        [
            [rows.loc[f"{effect}_{name}", [f"{kind}_lower", f"{kind}_upper"]].to_list() for name in RATINGS]
            for effect in ("c", "ind", "tot")
        ]
    )


def regression_acceleration(survey: Survey, answers: ChainAnswers, counts: np.ndarray) -> np.ndarray:
    """As R's boot::empinf has it: influence from a regression of the replicates on the parts drawn."""
    values, _ = answers.used(survey)
    part = counts / counts.sum(axis=1, keepdims=True)
    mean = part @ values
    squares = (part @ (values[:, :, None] * values[:, None]).reshape(len(values), -1)).reshape(*mean.shape, -1)
    covariance = squares - mean[:, :, None] * mean[:, None]
    replicates = statistics(covariance, answers.chain)
    design = np.column_stack([np.ones(len(counts)), counts[:, 1:] / len(values)])
    moved = np.vstack([np.zeros(replicates.shape[1]), np.linalg.solve(design.T @ design, design.T @ replicates)[1:]])
    moved -= moved.mean(axis=0)
    return np.asarray((moved**3).sum(axis=0) / (6 * (moved**2).sum(axis=0) ** 1.5))


@pytest.mark.parametrize("intervals", ["percentile", "bca"])
def test_limits_of_boot_from_the_rows_it_drew(
    intervals: Any, counts: np.ndarray, service: dict[str, Survey], monkeypatch: pytest.MonkeyPatch
) -> None:
    survey = service["plain"]
    monkeypatch.setattr("drivers.models.resamples.replicate_factors", lambda n, **_: iter(np.array_split(counts, 9)))
    if intervals == "bca":
        by_regression = regression_acceleration(survey, answers_of(survey), counts)
        own = acceleration(survey, answers_of(survey))
        # The regression has 600 slopes from 2,000 replicates, and so is a rough guess at the same.
        assert np.corrcoef(own, by_regression)[0, 1] > 0.8
        assert own == pytest.approx(by_regression, abs=0.03)
        monkeypatch.setattr(path_chance, "acceleration", lambda *_: by_regression)
    for level in (0.9, 0.95, 0.99):
        result = paths(survey, outcomes=["loy"], intervals=intervals, n_boot=2000, conf_level=level)
        (found,) = result.outcomes
        limits = np.stack([part.points[2:].T for part in (found.direct, found.indirect, found.total)])
        assert limits == pytest.approx(r_limits("perc" if intervals == "percentile" else "bca", level), rel=1e-6)
        assert found.intervals == intervals


def test_pingouin_finds_the_same(service: dict[str, Survey]) -> None:
    data, survey = table("service.csv"), service["plain"]
    # On 0 to 100, as the survey's scores are; pingouin cannot be told weights.
    theirs = pingouin.mediation_analysis(
        data=data, x="respect", m="sat", y="loy", covar=list(RATINGS[1:]), n_boot=2000, seed=1
    ).set_index("path")
    (found,) = paths(survey, outcomes=["loy"], n_boot=2000, intervals="bca").outcomes
    for part, name in ((found.total, "Total"), (found.direct, "Direct"), (found.indirect, "Indirect")):
        estimate, error = part.points[:2, 0]
        assert estimate == pytest.approx(theirs.loc[name, "coef"], rel=1e-8)
        assert error == pytest.approx(theirs.loc[name, "se"], rel=0.15)
    limits = theirs.loc["Indirect", ["CI2.5", "CI97.5"]].to_numpy(dtype=float)
    assert found.indirect.points[2:, 0] == pytest.approx(limits, abs=RESAMPLED * found.indirect.points[1, 0])


def test_a_serial_chain_by_regressions(service: dict[str, Survey]) -> None:
    import statsmodels.formula.api as formula

    scores = service["weighted"].scores.assign(w=service["weighted"].weights)
    result = paths(service["weighted"], outcomes=["nps"], through=["sat", "loy"], n_boot=0)
    rows = result.tidy().set_index(["effect", "through", "driver"])["estimate"]
    six = " + ".join(RATINGS)
    sat, loy, nps, alone = (
        formula.wls(text, data=scores, weights=scores["w"]).fit().params
        for text in (f"sat ~ {six}", f"loy ~ {six} + sat", f"nps ~ {six} + sat + loy", f"nps ~ {six}")
    )
    for name in RATINGS:
        expected = {
            ("direct", ""): nps[name],
            ("indirect", "sat"): sat[name] * nps["sat"],
            ("indirect", "loy"): loy[name] * nps["loy"],
            ("indirect", "sat > loy"): sat[name] * loy["sat"] * nps["loy"],
            ("total", ""): alone[name],
        }
        for (effect, through), value in expected.items():
            assert rows[effect, through, name] == pytest.approx(value, rel=ROUNDING, abs=1e-12)
        ways = sum(rows["indirect", through, name] for through in ("sat", "loy", "sat > loy"))
        assert rows["indirect", "", name] == pytest.approx(ways, rel=ROUNDING)


# Designs, weights and missing answers


def test_replicate_weights_give_t_intervals_of_the_linearised_error(service: dict[str, Survey]) -> None:
    (found,) = paths(service["JKn"], outcomes=["loy"], conf_level=0.9).outcomes
    assert found.intervals == "replicate_weights"
    (drawn,) = paths(service["design"], outcomes=["loy"], n_boot=1000).outcomes
    for part, other in zip(found.effects, drawn.effects, strict=True):
        assert part.points[1] == pytest.approx(other.points[1], rel=0.2)
        reach = (part.points[3] - part.points[2]) / 2
        assert reach == pytest.approx(1.6802300 * part.points[1], rel=1e-6)  # t of 44 degrees of freedom at 95 %
        assert (part.points[3] + part.points[2]) / 2 == pytest.approx(part.points[0])


def test_errors_of_a_design_are_those_of_its_sampling_units(service: dict[str, Survey]) -> None:
    survey = service["design"]
    answers = answers_of(survey)
    totals = path_chance.unit_totals(survey, answers.rows, influences(survey, answers))
    # 12 branches in every stratum.
    linearised = answers.chain.split(np.sqrt(12 / 11 * (totals**2).sum(axis=0)))[0]
    (found,) = paths(survey, outcomes=["loy"], n_boot=2000).outcomes
    drawn = np.stack([part.points[1] for part in found.effects])
    assert drawn == pytest.approx(linearised[[0, 1, -1]], rel=0.12)


def test_few_sampling_units_give_no_interval(tmp_path: Path) -> None:
    result = paths(chain_survey(tmp_path, clusters=np.repeat(np.arange(10), 40)))
    (found,) = result.outcomes
    assert found.intervals == "none"
    assert set(found.patterns) == {"unknown"} and set(found.mediations) == {"no_interval"}
    assert np.isnan(found.mediated).all()


def test_respondents_outside_the_selection_do_not_count(service: dict[str, Survey], tmp_path: Path) -> None:
    part = service["plain"].select(only={"channel": "web"})
    rows = table("service.csv")["channel"] == "web"
    alone = make_survey(
        tmp_path,
        drivers={name: table("service.csv")[name][rows] for name in RATINGS},
        outcomes={
            kind: table("service.csv").loc[rows, [f"{kind}{j}" for j in (1, 2, 3)]].to_numpy()
            for kind in ("sat", "loy")
        },
        scale=(1, 5),
        step=1,
    )
    selected, apart = (paths(survey, outcomes=["loy"], n_boot=200) for survey in (part, alone))
    assert selected.tidy()["estimate"].to_numpy() == pytest.approx(apart.tidy()["estimate"].to_numpy())
    assert selected.tidy()["conf_low"].to_numpy() == pytest.approx(apart.tidy()["conf_low"].to_numpy())


def test_each_outcome_has_the_respondents_who_answered_on_its_way(tmp_path: Path) -> None:
    answers = chain_answers_of(400)
    answers["far"][:150] = np.nan
    answers["loyalty"][390:] = np.nan
    result = paths(survey_of(tmp_path, answers), n_boot=100)
    assert {part.outcome: part.sample.n for part in result.outcomes} == {"loyalty": 390, "far": 250}
    alone = paths(survey_of(tmp_path / "alone", answers), outcomes=["loyalty"], n_boot=100)
    assert alone.outcomes[0].total.points[0] == pytest.approx(result.outcomes[0].total.points[0])


def test_integer_weights_are_repeated_rows(tmp_path: Path) -> None:
    answers = chain_answers_of(200)
    times = np.random.default_rng(3).integers(1, 4, 200)
    weighted = paths(survey_of(tmp_path / "w", answers, weights=times.astype(float)), n_boot=0)
    repeated = paths(
        survey_of(tmp_path / "r", {name: np.repeat(column, times) for name, column in answers.items()}), n_boot=0
    )
    for column in ("estimate", "standardised"):
        assert weighted.tidy()[column].to_numpy() == pytest.approx(repeated.tidy()[column].to_numpy())


def test_same_seed_same_numbers_another_seed_others(service: dict[str, Survey]) -> None:
    one, same, other = (paths(service["design"], n_boot=100, seed=seed).tidy() for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one, same)
    assert (one["conf_low"] != other["conf_low"]).any()
    assert one["estimate"].equals(other["estimate"])


# A chain that is known


def chain_answers_of(n: int, seed: int = 1) -> dict[str, np.ndarray]:
    """Drivers that act through satisfaction only, both ways, beside it only, in two directions, and not at all."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 5)) + 0.4 * rng.normal(size=(n, 1))
    satisfaction = x @ [0.5, 0.4, 0.0, 0.6, 0.0] + 0.5 * rng.normal(size=n)
    loyalty = 0.6 * satisfaction + x @ [0.0, 0.4, 0.5, -0.9, 0.0] + 0.4 * rng.normal(size=n)
    far = 0.8 * loyalty + 0.5 * rng.normal(size=n)
    names = ("through", "both", "direct", "opposed", "none")
    columns = dict(zip(names, x.T, strict=True)) | {"satisfaction": satisfaction, "loyalty": loyalty, "far": far}
    return {name: np.clip(50 + 8 * column, 0, 100) for name, column in columns.items()}


def survey_of(folder: Path, answers: dict[str, np.ndarray], **how: Any) -> Survey:
    outcomes = {name: answers[name] for name in ("satisfaction", "loyalty", "far") if name in answers}
    return make_survey(
        folder, drivers={name: answers[name] for name in answers if name not in outcomes}, outcomes=outcomes, **how
    )


def chain_survey(folder: Path, n: int = 400, **how: Any) -> Survey:
    answers = chain_answers_of(n)
    del answers["far"]
    return survey_of(folder, answers, **how)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> PathsResult:
    return paths(chain_survey(tmp_path_factory.mktemp("known")), n_boot=400)


def test_what_is_clear_has_its_name(known: PathsResult) -> None:
    (found,) = known.outcomes
    assert dict(zip(known.drivers, found.patterns, strict=True)) == {
        name: name for name in ("through", "both", "direct", "opposed", "none")
    }
    assert dict(zip(known.drivers, found.mediations, strict=True)) == {
        "through": "known",
        "both": "known",
        "direct": "known",
        "opposed": "opposed",
        "none": "total_open",
    }
    assert np.isnan(found.mediated[:, -2:]).all()
    told = found.mediated[:, :3]
    assert (told[2] < [1, 0.375, 0]).all() and (told[3] > [1, 0.375, 0]).all()


def test_the_part_mediated_is_the_ratio(known: PathsResult) -> None:
    (found,) = known.outcomes
    ratio = found.indirect.points[0] / found.total.points[0]
    assert found.mediated[0, :3] == pytest.approx(ratio[:3])


def test_standardised_effects_are_points_in_standard_deviations(service: dict[str, Survey]) -> None:
    survey = service["weighted"]
    (found,) = paths(survey, outcomes=["loy"], n_boot=0).outcomes
    deviation = np.sqrt(np.diag(np.cov(survey.scores[[*RATINGS, "loy"]].T, aweights=survey.weights)))
    for part in found.effects:
        assert part.standardised[0] == pytest.approx(part.points[0] * deviation[:-1] / deviation[-1])


def test_what_is_held_constant_is_no_driver(service: dict[str, Survey]) -> None:
    result = paths(service["plain"], outcomes=["loy"], always=["presence", "channel"], n_boot=0)
    assert result.drivers == RATINGS[:-1] and result.controls == ("presence", "channel")
    assert result.outcomes[0].steps[0].terms[:3] == ("presence", "channel=phone", "channel=web")
    plain = paths(service["plain"], outcomes=["loy"], n_boot=0)
    held = paths(service["plain"], outcomes=["loy"], always=["presence"], n_boot=0)
    for part, other in zip(held.outcomes[0].effects, plain.outcomes[0].effects, strict=True):
        assert part.points[0] == pytest.approx(other.points[0, :-1])


def test_a_segment_has_the_paths_of_its_values(service: dict[str, Survey]) -> None:
    result = paths(service["plain"], outcomes=["loy"], drivers=["respect", "channel"], n_boot=0)
    assert result.drivers == ("respect", "channel=phone", "channel=web")


# The planted chain


def test_the_planted_chain_is_found(center: Survey) -> None:
    """Every path within an interval that holds all 26 of them at once in 95 of 100 surveys."""
    level = 1 - 0.05 / 26
    (found,) = paths(center, outcomes=["loyalty"], conf_level=level).outcomes
    truth = kda.example_truth("service_center")["counted"]["loyalty_paths"]
    drivers = list(center.codebook.default_drivers)
    for i, name in enumerate(drivers):
        for part in (found.direct, found.indirect, found.total):
            assert part.points[2, i] <= truth[name][part.effect] <= part.points[3, i], (name, part.effect)
        if "mediated" in truth[name] and found.mediations[i] == "known":
            assert found.mediated[2, i] <= truth[name]["mediated"] <= found.mediated[3, i], name
    # What acts through satisfaction alone, what acts beside it too, and what does nothing.
    patterns = dict(zip(drivers, found.patterns, strict=True))
    planted = kda.example_truth("service_center")["loyalty"]["paths"]
    for name, path in planted.items():
        expected = "none" if path["total"] == 0 else "through" if path["direct"] == 0 else "both"
        assert patterns[name] == expected, name
    assert {name for name, pattern in patterns.items() if pattern == "both"} == {"respect", "fairness"}
    assert found.mediations[drivers.index("welcome")] == "total_open"
    for name in ("respect", "fairness"):
        assert found.mediated[3, drivers.index(name)] < 1


def test_satisfaction_carries_what_was_planted(center: Survey) -> None:
    (found,) = paths(center, outcomes=["loyalty"], n_boot=200).outcomes
    slope = found.steps[-1].slope[:, -1]
    assert found.steps[-1].terms[-1] == "satisfaction"
    assert slope[2] <= kda.example_truth("service_center")["loyalty"]["per_point_of_satisfaction"] <= slope[3]


def test_the_serial_chain_ends_in_what_was_observed(center: Survey) -> None:
    result = paths(center, through=["satisfaction", "loyalty"], n_boot=200)
    # Recommending is one of the faces of loyalty, and so no outcome of it.
    assert [part.outcome for part in result.outcomes] == ["churn"]
    (found,) = result.outcomes
    assert (found.kind, found.better) == ("event", "lower")
    assert result.glance()["method"].tolist() == ["linear_probability"]
    slope = found.steps[-1].slope[:, -1]
    # Planted: 0.19 percentage points fewer per point of loyalty.
    assert slope[2] <= 100 * kda.example_truth("service_center")["loyalty"]["churn"]["per_point_of_loyalty"] <= slope[3]
    serial = next(part for part in found.effects if part.through == ("satisfaction", "loyalty"))
    respect, welcome = result.drivers.index("respect"), result.drivers.index("welcome")
    assert serial.points[3, respect] < 0
    assert serial.points[2, welcome] <= 0 <= serial.points[3, welcome]
    assert {note.code for note in result.notes} == {"one_time_before_event", "weighted"}


def test_each_face_of_loyalty_may_be_named(center: Survey) -> None:
    result = paths(center, outcomes=["forgives", "recommend", "churn"], n_boot=0)
    assert [(part.outcome, part.kind) for part in result.outcomes] == [
        ("forgives", "item"),
        ("recommend", "nps"),
        ("churn", "event"),
    ]
    assert result.outcomes[2].sample.n < 0.8 * result.outcomes[0].sample.n
    assert [note.code for note in result.notes][:2] == ["one_time", "event_later"]


# What is refused, or answered in words


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"outcomes": "loyalty"},
            "Expected a list of names in outcomes=, found the text 'loyalty'; write ['loyalty'].",
        ),
        (
            {"through": ["loyalty", "loyalty"]},
            "Expected each name once in through=, found 'loyalty' twice; remove one.",
        ),
        ({"through": []}, "Expected at least one outcome in through=, found none; leave it out for the main outcome."),
        ({"outcomes": []}, "Expected at least one outcome in outcomes=, found none; leave it out for all."),
        (
            {"through": ["churn"]},
            "Expected ratings in through=, found the event 'churn'; name it in outcomes=, where a chain ends.",
        ),
        (
            {"outcomes": ["recommend"], "through": ["satisfaction", "loyalty"]},
            "Expected an outcome apart from what lies before it, found 'recommend' with item 'recommends' of "
            "through=('satisfaction', 'loyalty'); a score always goes with its own parts, so leave one of the two out.",
        ),
        (
            {"outcomes": ["loyalty"], "always": ["satisfaction"]},
            "Expected each variable at one place of the chain, found 'satisfaction' in always= as well; remove it "
            "there.",
        ),
        (
            {"intervals": "normal"},
            "Expected intervals to be one of percentile, bca, found 'normal'; choose one of these.",
        ),
        ({"n_boot": 50}, "Expected n_boot of 0 or at least 100 replicates, found 50; use 1000 or more."),
    ],
)
def test_what_is_asked_wrongly_is_raised(center: Survey, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(kda.ModelError) as caught:
        paths(center, **arguments)
    assert (str(caught.value), caught.value.code) == (message, "")


def test_unknown_names_are_raised_with_those_that_there_are(center: Survey) -> None:
    with pytest.raises(kda.ModelError, match=r"^Expected outcomes to be one of 'satisfaction', 'loyalty'.*'loyality'"):
        paths(center, outcomes=["loyality"])
    with pytest.raises(kda.ModelError, match=r"^Expected through to be one of 'satisfaction'.*'overall'"):
        paths(center, through=["overall"])


def test_a_survey_of_satisfaction_alone_has_no_chain() -> None:
    survey = kda.example_survey("customersat")
    with pytest.raises(kda.ModelError) as caught:
        paths(survey)
    assert str(caught.value) == (
        "Expected an outcome beyond 'satisfaction', found none in the codebook; add one, such as loyalty, to outcomes."
    )
    assert kda.attempt(paths, survey).reasons == (Code("one_outcome"),)  # type: ignore[attr-defined]


def test_an_outcome_with_too_few_answers_is_left_out_and_named(tmp_path: Path) -> None:
    answers = chain_answers_of(100)
    answers["far"][8:] = np.nan
    survey = survey_of(tmp_path, answers)
    result = paths(survey, n_boot=0)
    assert [part.outcome for part in result.outcomes] == ["loyalty"]
    assert dict(result.left_out) == {"far": Code("suppressed", {"needed": 10})}
    with pytest.raises(kda.ModelError) as caught:
        paths(survey, outcomes=["far"])
    assert str(caught.value) == (
        "Expected at least 10 complete answers on the way to 'far', found 8 of 100 respondents; use fewer drivers or "
        "widen the selection."
    )
    answers["far"] = np.where(np.arange(100) < 10, 40.0 + np.arange(100) % 3, np.nan)
    assert not paths(survey_of(tmp_path / "ten", answers), outcomes=["far"], n_boot=0).left_out


def test_an_outcome_that_is_constant_is_left_out(tmp_path: Path) -> None:
    answers = chain_answers_of(100)
    answers["far"][:] = 70
    result = paths(survey_of(tmp_path, answers), n_boot=0)
    assert dict(result.left_out) == {"far": Code("constant_outcome", {"outcome": "far"})}


def test_a_driver_that_is_a_sum_of_others_on_the_way_is_told(tmp_path: Path) -> None:
    answers = chain_answers_of(120)
    answers["none"] = np.where(np.isnan(answers["far"]), answers["none"], (answers["both"] + answers["direct"]) / 2)
    answers["none"][60:] = 50
    answers["far"][60:] = np.nan
    result = paths(survey_of(tmp_path, answers), n_boot=0)
    assert dict(result.left_out) == {"far": Code("not_separable_paths")}


def with_event(survey: Survey, name: str, happened: np.ndarray) -> Survey:
    """The survey with one of its outcomes recorded as an event."""
    event = survey.codebook.outcomes[name].model_copy(update={"kind": "event", "better": "lower"})
    book = survey.codebook.model_copy(update={"outcomes": {**survey.codebook.outcomes, name: event}})
    return replace(survey, codebook=book, scores=survey.scores.assign(**{name: 100.0 * happened}))


def test_events_are_straight_lines_in_percentage_points(tmp_path: Path) -> None:
    import statsmodels.api as sm

    survey = survey_of(tmp_path, chain_answers_of(600))
    rng = np.random.default_rng(4)
    happened = (rng.random(600) < 0.01 * (100 - survey.scores["loyalty"])).astype(float)
    survey = with_event(survey, "far", happened)
    result = paths(survey, outcomes=["far"], n_boot=200)
    design = sm.add_constant(survey.scores[list(result.drivers)].to_numpy())
    expected = sm.OLS(100 * happened, design).fit().params[1:]
    assert result.outcomes[0].total.points[0] == pytest.approx(expected, rel=ROUNDING)
    assert result.outcomes[0].better == "lower"


def test_an_event_needs_ten_to_whom_it_happened_and_ten_others(tmp_path: Path) -> None:
    survey = survey_of(tmp_path, chain_answers_of(200))
    for happened in (9, 191):
        few = with_event(survey, "far", (np.arange(200) < happened).astype(float))
        assert dict(paths(few, n_boot=0).left_out) == {"far": Code("few_events", {"needed": 10})}
        with pytest.raises(kda.ModelError) as caught:
            paths(few, outcomes=["far"])
        assert str(caught.value) == (
            "Expected at least 10 respondents with the event 'far' and as many without, found "
            f"{happened} with it among 200; widen the selection."
        )
    assert not paths(with_event(survey, "far", (np.arange(200) < 10).astype(float)), n_boot=0).left_out


def test_resamples_without_an_answer_give_no_interval(tmp_path: Path) -> None:
    answers = chain_answers_of(60)
    # One respondent alone decides this driver: a third of the resamples do not have her.
    answers["none"] = np.where(np.arange(60) == 0, 90.0, 50.0)
    (found, _) = paths(survey_of(tmp_path, answers), n_boot=100).outcomes
    assert found.intervals == "none"
    assert np.isfinite(found.total.points[0]).all()


def test_frames_have_columns_of_the_closed_list(known: PathsResult, service: dict[str, Survey]) -> None:
    serial = paths(service["plain"], outcomes=["nps"], through=["sat", "loy"], n_boot=0)
    for result in (known, serial):
        frames: tuple[Callable[[], pd.DataFrame], ...] = (result.tidy, result.steps, result.glance)
        for made in frames:
            assert set(made().columns) <= set(COLUMNS)
            assert made() is not made()
    assert len(known.tidy()) == 3 * 5 and len(serial.tidy()) == 6 * 6
    assert len(known.steps()) == 5 + 6 and len(serial.steps()) == 6 + 7 + 8
    assert set(known.tidy()["conclusion"]) <= set(PATTERNS)
    assert set(known.details["mediations"]["loyalty"]) <= set(MEDIATIONS)  # type: ignore[index]


def test_effects_that_do_not_add_up_are_no_result(known: PathsResult) -> None:
    (found,) = known.outcomes
    wrong = replace(found.total, points=found.total.points + 1)
    with pytest.raises(ValueError, match="The total effect is the direct one and those through all mediators"):
        replace(found, effects=(*found.effects[:-1], wrong))
