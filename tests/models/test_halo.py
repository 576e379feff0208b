"""One impression and straight answers: brute force, planted respondents, unrelated items drawn row by row."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.models.halo import independent_eigenvalues, straight_liners, within_person_variance
from drivers.models.halo_diagnosis import HaloResult, halo
from drivers.survey.codebook.model import Codebook
from drivers.survey.data import Survey, survey_of
from drivers.survey.quality.same_answers import FEWEST_ITEMS, STRAIGHT, straight_answers
from drivers.survey.raw_table import table_of
from drivers.survey.synthetic.service_center import ServiceCenter
from tests.reference_numbers import RATINGS, service_survey
from tests.simulated import make_survey

ROUNDING = 1e-10
"""Relative: the same sums in another order."""

FOUR_STANDARD_ERRORS = 4.0
"""Passed by chance in all but 6 of 100,000 runs, and seeds are fixed."""

NO, WORST, BETWEEN, BEST = range(4)


@pytest.fixture(scope="module")
def center() -> ServiceCenter:
    return kda.simulate_service_center(4000, seed=311, sampling="simple")


@pytest.fixture(scope="module")
def center_survey(center: ServiceCenter) -> Survey:
    return center.survey()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Survey]:
    folder = tmp_path_factory.mktemp("service")
    return {
        "plain": service_survey(folder / "plain"),
        "weighted": service_survey(folder / "weighted", weighted=True),
        "design": service_survey(folder / "design", design=True),
    }


def answered(answers: Mapping[str, list[float | None]], scales: Mapping[str, str], reverse: str = "") -> Survey:
    """A survey of items on scale ``five`` (1–5), ``ten`` (0–10) or ``tenth`` (0–1 in steps of 0.1), as ticked."""
    items = {name: {"column": name, "scale": scales[name], "reversed": name in reverse} for name in answers}
    items["y"] = {"column": "y", "scale": "ten"}
    book = Codebook.model_validate(
        {
            "survey": {"id": "ticked", "title": {"en": "Ticked"}},
            "data": {"file": "none"},
            "scales": {
                "five": {"type": "numeric", "min": 1, "max": 5},
                "ten": {"type": "numeric", "min": 0, "max": 10},
                "tenth": {"type": "numeric", "min": 0, "max": 1, "step": 0.1},
            },
            "items": items,
            "drivers": {name: {"items": [name], "label": {"en": name}} for name in answers},
            "outcomes": {"y": {"items": ["y"], "label": {"en": "y"}}},
        }
    )
    cells = {name: ["" if value is None else f"{value:g}" for value in column] for name, column in answers.items()}
    cells["y"] = ["5"] * len(next(iter(answers.values())))
    return survey_of(book, table_of("ticked", pd.DataFrame(cells, dtype="str")))


def rows(*people: list[float | None], scale: str = "five", reverse: str = "") -> Survey:
    """A survey with a row of answers for each person, to items a, b, … of one scale."""
    names = "abcdefghij"[: len(people[0])]
    columns = {name: [person[j] for person in people] for j, name in enumerate(names)}
    return answered(columns, dict.fromkeys(names, scale), reverse)


def kinds(survey: Survey, fewest: int = FEWEST_ITEMS) -> list[int]:
    return straight_answers(survey, list(survey.codebook.drivers), fewest)[0].tolist()


# Straight-liners that were planted


def test_every_planted_straight_liner_is_found(center: ServiceCenter, center_survey: Survey) -> None:
    planted = center.people.care == 1
    found = straight_liners(center_survey)
    assert planted.sum() > 60
    assert found[planted].all()


def test_attentive_respondents_are_flagged_only_where_all_was_well(
    center: ServiceCenter, center_survey: Survey
) -> None:
    attentive = center.people.care == 0
    kind = halo(center_survey).straight
    assert np.mean(kind[attentive] > 0) < 0.015
    assert np.mean(np.isin(kind[attentive], [WORST, BETWEEN])) < 0.003
    # Who read the scale backwards ticked different answers all the same.
    assert not straight_liners(center_survey)[center.people.care == 2].any()


def test_the_parts_are_those_of_the_truth(center_survey: Survey) -> None:
    planted = kda.example_truth("service_center")["careless"]["straight_liners"]
    # Planted straight-liners tick 1 to 5 in these parts.
    between, worst = 0.75 * planted, 0.05 * planted
    found = halo(center_survey)
    for part, expected in ((found.straight_between, between), (found.straight_worst, worst)):
        allowed = FOUR_STANDARD_ERRORS * np.sqrt(expected / 4000)
        assert expected - allowed < part < expected + allowed + 0.003
    assert found.straight_liners == found.straight_best + found.straight_between + found.straight_worst


# What counts as straight


def test_best_worst_and_between_are_told_apart() -> None:
    survey = rows([5] * 5, [1] * 5, [3] * 5, [4] * 5, [5, 5, 5, 5, 4], [1, 2, 3, 4, 5])
    assert kinds(survey) == [BEST, WORST, BETWEEN, BETWEEN, NO, NO]
    assert straight_liners(survey).tolist() == [True] * 4 + [False] * 2
    assert STRAIGHT == ("no", "worst", "between", "best")


def test_answers_are_compared_as_they_were_ticked() -> None:
    # Item b is worded the other way round: ticking 5 throughout contradicts itself; 5 but for b's 1 does not.
    survey = rows([5] * 5, [5, 1, 5, 5, 5], [3] * 5, [1] * 5, reverse="b")
    assert survey.codes["b"].tolist() == [1, 5, 3, 5]
    assert kinds(survey) == [BETWEEN, NO, BETWEEN, BETWEEN]


def test_items_all_worded_the_other_way_round_are_best_where_the_lowest_is_ticked() -> None:
    assert kinds(rows([1] * 5, [5] * 5, reverse="abcde")) == [BEST, WORST]


def test_rounding_of_turned_items_does_not_hide_a_straight_liner() -> None:
    # 0 + 1 − 0.7 is not 0.3 in binary, nor back.
    survey = rows([0.7] * 5, [0.7, 0.7, 0.7, 0.7, 0.6], scale="tenth", reverse="bd")
    assert kinds(survey) == [BETWEEN, NO]


def test_missing_answers_are_left_aside_where_enough_others_are_there() -> None:
    survey = rows([4, 4, 4, 4, 4, None], [4, 4, 4, 4, None, None], [4, 4, 4, 4, None, 3], [None] * 6)
    assert kinds(survey) == [BETWEEN, NO, NO, NO]
    assert kinds(survey, fewest=4) == [BETWEEN, BETWEEN, NO, NO]
    _, judged = straight_answers(survey, list("abcdef"), 5)
    assert judged.tolist() == [True, False, True, False]


def test_each_scale_has_an_answer_of_its_own() -> None:
    columns = {name: [4, 4, 4, 5, 4] for name in "abcd"} | {"e": [4, 4, 4, 5, 3]}
    columns |= {"f": [7, 7, 4, 10, 7], "g": [7, 6, 4, 10, 7]}
    survey = answered(columns, dict.fromkeys("abcde", "five") | dict.fromkeys("fg", "ten"))
    # The second differs within the second scale, the last within the first; the fourth ticked the best of both.
    assert kinds(survey) == [BETWEEN, NO, BETWEEN, BEST, NO]
    # Seven items, but five of one scale at most.
    assert kinds(survey, fewest=6) == [NO] * 5


def test_all_rows_are_flagged_whatever_is_selected(tmp_path: Path) -> None:
    answers = np.tile([[3.0], [4.0]], (20, 1)) * np.ones(6)
    answers[:4] = np.arange(6)
    drivers = dict(zip("abcdef", answers.T, strict=True))
    unit = np.repeat(["n", "s"], 20)
    survey = make_survey(tmp_path, drivers=drivers, outcomes={"y": answers[:, 0]}, scale=(0, 5), unit=unit)
    expected = [False] * 4 + [True] * 36
    assert straight_liners(survey).tolist() == straight_liners(survey.select(unit="s")).tolist() == expected
    with pytest.raises(ValueError, match="read-only"):
        straight_liners(survey)[0] = True


def test_only_the_named_drivers_are_looked_at() -> None:
    survey = rows([4, 4, 4, 4, 4, 2])
    assert not straight_liners(survey).any()
    assert straight_liners(survey, drivers=list("abcde")).all()


# Unrelated items


def test_eigenvalues_of_unrelated_items_are_those_of_drawn_answers() -> None:
    rng = np.random.default_rng(312)
    drawn = np.array(
        [np.linalg.eigvalsh(np.corrcoef(rng.standard_normal((60, 6)), rowvar=False))[::-1] for _ in range(1500)]
    )
    found = independent_eigenvalues(6, 60.0, 1500, np.random.default_rng(313))
    np.testing.assert_allclose(found.sum(axis=1), 6, rtol=ROUNDING)
    assert (np.diff(found, axis=1) <= 0).all()
    error = np.sqrt((drawn.var(axis=0) + found.var(axis=0)) / 1500)
    assert (np.abs(drawn.mean(axis=0) - found.mean(axis=0)) < FOUR_STANDARD_ERRORS * error).all()
    # Quantiles of 1,500 draws, whose density there is about .1 over a standard deviation.
    deviation = np.abs(np.quantile(drawn, 0.95, axis=0) - np.quantile(found, 0.95, axis=0))
    assert (deviation < FOUR_STANDARD_ERRORS * np.sqrt(2 * 0.05 * 0.95 / 1500) / 0.1 * drawn.std(axis=0)).all()


@pytest.mark.parametrize(("blocks", "dimensions"), [([8], 1), ([4, 4], 2), ([3, 3, 2], 3)])
def test_planted_dimensions_are_counted(blocks: list[int], dimensions: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(314)
    impression = np.repeat(rng.normal(size=(500, len(blocks))), blocks, axis=1)
    assert drawn(tmp_path, impression + rng.normal(size=(500, 8))).dimensions == dimensions


def test_unrelated_items_have_no_dimension_in_19_of_20_surveys(tmp_path: Path) -> None:
    rng = np.random.default_rng(315)
    survey = make_survey(
        tmp_path, drivers=dict.fromkeys("abcde", rng.uniform(0, 100, 150)), outcomes={"y": np.ones(150)}
    )
    found = []
    for _ in range(200):
        codes = pd.DataFrame(rng.uniform(0, 100, (150, 6)), columns=survey.codes.columns)
        found.append(halo(replace(survey, codes=codes)).dimensions > 0)
    assert 0 < np.mean(found) < 0.05 + FOUR_STANDARD_ERRORS * np.sqrt(0.05 * 0.95 / 200)


def drawn(folder: Path, values: np.ndarray, **options: object) -> HaloResult:
    scaled = np.round(10 + 80 * (values - values.min()) / np.ptp(values), 6)
    drivers = dict(zip("abcdefgh", scaled.T, strict=False))
    survey = make_survey(folder, drivers=drivers, outcomes={"y": scaled[:, 0]}, **options)  # type: ignore[arg-type]
    return halo(survey)


def test_a_design_that_is_worth_fewer_respondents_asks_for_more(tmp_path: Path) -> None:
    rng = np.random.default_rng(316)
    values = rng.normal(size=(50, 6)).repeat(10, axis=0) + 0.3 * rng.normal(size=(500, 6))
    plain = drawn(tmp_path / "plain", values)
    clustered = drawn(tmp_path / "clusters", values, clusters=np.arange(500) // 10)
    assert clustered.sample.n_effective < 60 < plain.sample.n_effective
    assert clustered.random_limit[0] > plain.random_limit[0] + 0.2
    np.testing.assert_array_equal(clustered.eigenvalues, plain.eigenvalues)
    expected = independent_eigenvalues(6, clustered.sample.n_effective, 1000, np.random.default_rng(1))
    np.testing.assert_allclose(clustered.random_limit, np.quantile(expected, 0.95, axis=0), rtol=ROUNDING)
    np.testing.assert_allclose(clustered.random_mean, expected.mean(axis=0), rtol=ROUNDING)


# Written differently


def test_impression_by_weighted_sums_over_respondents(service: dict[str, Survey]) -> None:
    survey = service["weighted"]
    found = halo(survey)
    values = 25 * (np.column_stack([survey.codes[f"{name}_1"] for name in RATINGS]) - 1)
    correlation = np.cov(values, rowvar=False, aweights=survey.weights)
    deviation = np.sqrt(np.diag(correlation))
    correlation /= np.outer(deviation, deviation)
    assert found.mean_correlation == pytest.approx(correlation[np.triu_indices(6, 1)].mean(), rel=ROUNDING)
    # The first component is the direction of the greatest variance; loadings are correlations with it.
    direction = np.ones(6)
    for _ in range(500):
        direction = correlation @ direction
        direction /= np.sqrt(direction @ direction)
    score = (values - np.average(values, axis=0, weights=survey.weights)) / deviation @ direction
    loadings = [
        np.cov(column, score, aweights=survey.weights)[0, 1] / np.sqrt(np.cov(score, aweights=survey.weights)) / spread
        for column, spread in zip(values.T, deviation, strict=True)
    ]
    np.testing.assert_allclose(found.loading, loadings, rtol=1e-8)
    assert found.first_eigenvalue_share == pytest.approx(np.sum(np.square(loadings)) / 6, rel=1e-8)


def test_variance_within_persons_person_by_person(service: dict[str, Survey]) -> None:
    survey = service["weighted"]
    values = 25 * (np.column_stack([survey.codes[f"{name}_1"] for name in RATINGS]) - 1)
    total = sum(w * np.var(person, ddof=1) for w, person in zip(survey.weights, values, strict=True))
    assert halo(survey).within_person_sd == pytest.approx(np.sqrt(total / survey.weights.sum()), rel=ROUNDING)


def test_mixing_up_each_item_gives_the_variance_of_unrelated_items() -> None:
    rng = np.random.default_rng(317)
    values = rng.normal(size=(200, 1)) + rng.normal(size=(200, 4)) + [0, 1, 2, 4]
    within, unrelated = within_person_variance(values, np.ones(200))
    mixed = [
        within_person_variance(np.column_stack([rng.permutation(c) for c in values.T]), np.ones(200))[0]
        for _ in range(400)
    ]
    assert abs(np.mean(mixed) - unrelated) < FOUR_STANDARD_ERRORS * np.std(mixed) / np.sqrt(400)
    # What is missing is the mean covariance of two items.
    covariance = np.cov(values, rowvar=False, ddof=0)
    assert unrelated - within == pytest.approx(covariance[np.triu_indices(4, 1)].mean(), rel=ROUNDING)


# Identities


def test_items_that_all_correlate_alike_have_a_known_share(tmp_path: Path) -> None:
    # A column for each sign pattern of a factorial design: correlations are exact.
    base = np.array([[(i >> j) & 1 for j in range(5)] for i in range(32)], dtype=float) - 0.5
    values = base[:, :4] + np.sqrt(1.5) * base[:, [4]]
    found = drawn(tmp_path, values)
    assert found.mean_correlation == pytest.approx(0.6, rel=1e-5)
    assert found.first_eigenvalue_share == pytest.approx((1 + 3 * 0.6) / 4, rel=1e-5)
    np.testing.assert_allclose(found.eigenvalues[1:], 0.4, rtol=1e-5)
    np.testing.assert_allclose(found.loading, np.sqrt(0.7), rtol=1e-5)


def test_whole_weights_are_repeated_rows(tmp_path: Path) -> None:
    rng = np.random.default_rng(318)
    answers = rng.integers(1, 6, (80, 6)).astype(float)
    answers[:12] = answers[:12, [0]]
    counts = rng.integers(1, 4, 80)

    def of(folder: str, values: np.ndarray, **options: object) -> HaloResult:
        drivers = dict(zip("abcdef", values.T, strict=True))
        outcomes = {"y": values[:, 0]}
        return halo(
            make_survey(tmp_path / folder, drivers=drivers, outcomes=outcomes, scale=(1, 5), **options)  # type: ignore[arg-type]
        )

    weighted, repeated = of("w", answers, weights=3.0 * counts), of("r", np.repeat(answers, counts, axis=0))
    for name in (
        "eigenvalues",
        "loading",
        "mean_correlation",
        "within_person_sd",
        "independent_sd",
        "straight_best",
        "straight_between",
        "straight_worst",
    ):
        np.testing.assert_allclose(getattr(weighted, name), getattr(repeated, name), rtol=1e-9, atol=1e-12)
    assert weighted.straight_between > 0


def test_the_same_seed_gives_the_same_result(service: dict[str, Survey]) -> None:
    one, same, other = (halo(service["plain"], seed=seed) for seed in (5, 5, 6))
    assert one.random_limit.tolist() == same.random_limit.tolist() != other.random_limit.tolist()


# The domain


def test_parts_are_of_the_domain_and_of_those_who_can_be_judged(tmp_path: Path) -> None:
    rng = np.random.default_rng(319)
    answers = rng.integers(1, 6, (40, 6)).astype(float)
    answers[0:3], answers[3], answers[20:30] = 5.0, 2.0, 4.0
    answers[4:10, 2:] = np.nan  # two answers say nothing
    weights = np.where(np.arange(40) == 3, 5.0, 1.0)
    weights[2] = 0.0
    survey = make_survey(
        tmp_path,
        drivers=dict(zip("abcdef", answers.T, strict=True)),
        outcomes={"y": answers[:, 0]},
        scale=(1, 5),
        weights=weights,
        unit=np.repeat(["n", "s"], 20),
    ).select(unit="n")
    found = halo(survey)
    # 14 judged: 10 of weight 1 … two of them all best; one of weight 5; one of weight 0.
    assert found.straight_best == pytest.approx(2 / 17)
    assert found.straight_between == pytest.approx(5 / 17)
    assert (found.sample.n_asked, found.sample.n) == (20, 13)
    assert [note.code for note in found.notes] == ["missing_dropped", "weighted"]
    assert dict(found.notes[0].values) == {"n_asked": 20, "n": 13}


# Lights


def lights(found: HaloResult) -> dict[str, str]:
    return {check.code: check.light for check in found.checks}


@pytest.mark.parametrize(
    ("changed", "code", "light"),
    [
        ({"eigenvalues": np.array([2.9, 0.9, 0.8, 0.6, 0.5, 0.3])}, "one_impression", "green"),
        ({"eigenvalues": np.array([3.1, 0.8, 0.7, 0.6, 0.5, 0.3])}, "one_impression", "amber"),
        ({"eigenvalues": np.array([4.3, 0.5, 0.4, 0.3, 0.3, 0.2])}, "one_impression", "red"),
        # As strong, with a second dimension.
        ({"eigenvalues": np.array([4.3, 1.4, 0.1, 0.1, 0.05, 0.05])}, "one_impression", "amber"),
        ({"straight_between": 0.02, "straight_worst": 0.02}, "straight_lining", "green"),
        ({"straight_between": 0.03, "straight_worst": 0.03}, "straight_lining", "amber"),
        ({"straight_between": 0.08, "straight_worst": 0.03}, "straight_lining", "red"),
        # The best answer throughout may be sincere.
        ({"straight_between": 0.0, "straight_worst": 0.0, "straight_best": 0.4}, "straight_lining", "green"),
        ({"straight_best": 0.09}, "all_best", "green"),
        ({"straight_best": 0.11}, "all_best", "amber"),
        ({"straight_best": 0.26}, "all_best", "red"),
    ],
)
def test_what_turns_a_light(changed: dict, code: str, light: str, service: dict[str, Survey]) -> None:
    assert lights(replace(halo(service["plain"]), **changed))[code] == light


def test_fewer_than_five_items_say_nothing_of_straight_lining(service: dict[str, Survey]) -> None:
    found = halo(service["plain"], drivers=RATINGS[:4])
    assert np.isnan([found.straight_liners, found.straight_best, found.straight_between, found.straight_worst]).all()
    assert lights(found).keys() == {"one_impression"}
    assert not found.straight.any()


def test_a_survey_of_judges_is_one_impression() -> None:
    found = halo(kda.example_survey("judges"))
    assert lights(found)["one_impression"] == "red"
    assert found.details["checks"]["one_impression"] == {  # type: ignore[index]
        "light": "red",
        "value": found.first_eigenvalue_share,
        "dimensions": 1,
        "limit": 0.70,
    }


# The result


def test_frames_are_fresh_and_keep_to_the_closed_list(service: dict[str, Survey]) -> None:
    found = halo(service["design"])
    assert {*found.tidy(), *found.scree(), *found.glance()} <= set(COLUMNS)
    frame = found.tidy()
    frame["loading"] = 0.0
    assert found.tidy()["loading"].tolist() == found.loading.tolist()
    assert found.tidy()[["driver", "term"]].to_numpy().tolist() == [[name, f"{name}_1"] for name in RATINGS]
    np.testing.assert_allclose(found.tidy()["share"].sum(), found.eigenvalues[0], rtol=ROUNDING)
    assert found.scree()["dimension"].tolist() == [1, 2, 3, 4, 5, 6]
    row = found.glance().iloc[0]
    assert (row["n"], row["dimensions"], row["straight_best"]) == (600, found.dimensions, found.straight_best)
    for name in ("loading", "eigenvalues", "random_mean", "random_limit", "straight"):
        assert not getattr(found, name).flags.writeable, name
    assert found.n_used == 600 and [note.code for note in found.notes] == ["weighted"]


def test_dimensions_are_counted_from_the_first(service: dict[str, Survey]) -> None:
    found = halo(service["plain"])
    limit = found.eigenvalues + np.array([-1, 1, -1, 1, 1, 1]) * 1e-3
    assert replace(found, random_limit=limit).dimensions == 1
    assert replace(found, random_limit=found.eigenvalues - 1e-3).dimensions == 6
    assert replace(found, random_limit=found.eigenvalues + 1e-3).dimensions == 0


def test_eigenvalues_that_are_no_correlations_are_refused(service: dict[str, Survey]) -> None:
    found = halo(service["plain"])
    with pytest.raises(ValueError, match=r"^Eigenvalues of correlations must sum to the number of columns\.$"):
        replace(found, eigenvalues=found.eigenvalues * 1.001)


# Errors


def refusal(call: object, survey: Survey, **arguments: object) -> str:
    with pytest.raises(kda.ModelError) as caught:
        call(survey, **arguments)  # type: ignore[operator]
    return str(caught.value)


@pytest.mark.parametrize("call", [halo, straight_liners])
def test_drivers_that_do_not_exist_or_twice_are_refused(call: object, service: dict[str, Survey]) -> None:
    assert refusal(call, service["plain"], drivers=["respect", "sped"]) == (
        "Expected driver to be one of 'respect', 'speed', 'information', 'fairness', 'empathy', 'presence', found "
        "'sped'; did you mean 'speed'?"
    )
    assert refusal(call, service["plain"], drivers=["speed", "respect", "speed"]) == (
        "Expected each driver once, found 'speed' twice; remove one."
    )


def test_too_few_items_are_refused(service: dict[str, Survey]) -> None:
    assert refusal(halo, service["plain"], drivers=["speed", "respect"]) == (
        "Expected at least 3 items to look for one impression, found 2; name more drivers."
    )
    assert refusal(straight_liners, service["plain"], drivers=RATINGS[:4]) == (
        "Expected at least 5 items on one scale to see straight-lining, found 4; name more drivers or lower "
        "fewest_items=."
    )
    assert straight_liners(service["plain"], drivers=RATINGS[:4], fewest_items=4).any()
    assert refusal(straight_liners, service["plain"], fewest_items=1) == (
        "Expected fewest_items of at least 2, found 1; a single answer is always the same."
    )


def test_too_few_complete_answers_are_refused() -> None:
    people = [[1, 2, 3], [3, 2, 1], [2, 2, 5], [5, 5, None]]
    with pytest.raises(kda.ModelError) as caught:
        halo(rows(*people))
    assert str(caught.value) == (
        "Expected at least 5 complete answers for 3 items, found 3 of 4 respondents; use fewer drivers or widen the "
        "selection."
    )
    assert (caught.value.code, caught.value.values) == ("few_answers", {"n": 3, "needed": 5})
    assert halo(rows(*people, [1, 1, 4], [4, 5, 5])).sample.n == 5


def test_a_design_worth_too_few_respondents_is_refused(tmp_path: Path) -> None:
    values = np.random.default_rng(320).uniform(0, 100, (3, 4)).repeat(20, axis=0)
    values[:, 0] += np.arange(60) * 1e-3
    drivers = dict(zip("abcd", values.T, strict=True))
    survey = make_survey(
        tmp_path, drivers=drivers, outcomes={"y": values[:, 0]}, scale=(0, 101), clusters=np.arange(60) // 20
    )
    message = refusal(halo, survey)
    assert message.startswith("Expected more than 5 effective respondents for 4 items, found ")
    assert message.endswith("; use fewer drivers or widen the selection.")


def test_a_constant_item_is_refused() -> None:
    people = [[1, 4, 3], [3, 4, 1], [2, 4, 5], [5, 4, 4], [4, 4, 4]]
    with pytest.raises(kda.ModelError) as caught:
        halo(rows(*people))
    assert str(caught.value) == (
        "Item 'b' of driver 'b' is constant: all 5 answers are 75 of 100. Leave the driver out of drivers= or check "
        "its missing codes."
    )
    assert (caught.value.code, caught.value.values) == ("constant_driver", {"driver": "b"})


def test_what_is_no_survey_is_refused() -> None:
    assert refusal(halo, "service_center").startswith("Expected a survey from read_survey()")  # type: ignore[arg-type]
