"""Families of outcomes: pseudo-R² and its slopes, what outcomes are accepted, and what refusals say."""

import numpy as np
import pytest
from scipy import stats

from drivers.errors import ModelError
from drivers.importance.likelihood.families import (
    FAMILIES,
    PSEUDO_R2,
    outcome_codes,
    pseudo_r2,
    pseudo_r2_slopes,
    refuse_unfitted,
    saturated_rows,
)

ROUNDING = 1e-12
"""Relative: a formula written in another way."""

DIFFERENCES = 1e-7
"""Relative: derivatives by central differences."""

FITS = ("mcfadden", "cox_snell", "nagelkerke", "estrella", "deviance")

VALUES, NULL, TOTAL, SATURATED = np.array([-400.0, -350.0, -290.0]), -410.0, 600.0, -120.0


def r2(values: np.ndarray, null: float, total: float, saturated: float, fit: str) -> np.ndarray:
    return pseudo_r2(values, null, total, fit=fit, saturated=saturated)


def test_names() -> None:
    assert tuple(PSEUDO_R2) == FAMILIES
    assert {fit for fits in PSEUDO_R2.values() for fit in fits} == {"r2", *FITS}
    assert all(fits[0] == "mcfadden" for family, fits in PSEUDO_R2.items() if family != "linear")


# Pseudo-R²


def test_as_ratios_of_likelihoods() -> None:
    """Written as the papers do, on a sample so small that likelihoods themselves can be had."""
    values, null, n = np.array([-12.0, -9.0, -5.0]), -13.0, 20.0
    likelihood, none = np.exp(values), np.exp(null)
    expected = {
        "mcfadden": 1 - np.log(likelihood) / np.log(none),
        "cox_snell": 1 - (none / likelihood) ** (2 / n),
        "nagelkerke": (1 - (none / likelihood) ** (2 / n)) / (1 - none ** (2 / n)),
        "estrella": 1 - (np.log(likelihood) / np.log(none)) ** (-2 / n * np.log(none)),
    }
    for fit, value in expected.items():
        np.testing.assert_allclose(pseudo_r2(values, null, n, fit=fit), value, rtol=ROUNDING)


def test_deviance_of_counts() -> None:
    rng = np.random.default_rng(1)
    y, mean, weights = rng.poisson(2.0, 50).astype(float), rng.uniform(1, 3, 50), rng.uniform(0.5, 2, 50)
    average = weights @ y / weights.sum()

    def deviance(of: np.ndarray) -> float:
        ratio = np.where(y > 0, y * np.log(np.maximum(y, 1) / of), 0.0)
        return float(2 * weights @ (ratio - (y - of)))

    value, null = (float(weights @ stats.poisson.logpmf(y, of)) for of in (mean, np.full(50, average)))
    saturated = weights @ saturated_rows(y, family="poisson")
    found = pseudo_r2(np.array([value]), null, weights.sum(), fit="deviance", saturated=saturated)
    assert found[0] == pytest.approx(1 - deviance(mean) / deviance(np.full(50, average)), rel=ROUNDING)
    assert (saturated_rows(y, family="logit") == 0).all()


@pytest.mark.parametrize("fit", FITS)
def test_nothing_and_everything_explained(fit: str) -> None:
    none = r2(np.array([NULL]), NULL, TOTAL, SATURATED, fit)[0]
    assert none == pytest.approx(0, abs=ROUNDING)
    every = r2(np.array([SATURATED if fit == "deviance" else -1e-300]), NULL, TOTAL, SATURATED, fit)[0]
    largest = 1 - np.exp(2 * NULL / TOTAL) if fit == "cox_snell" else 1.0
    assert every == pytest.approx(largest, abs=ROUNDING)


@pytest.mark.parametrize("fit", FITS)
def test_scale_of_weights_does_not_matter(fit: str) -> None:
    plain = r2(VALUES, NULL, TOTAL, SATURATED, fit)
    scaled = r2(250 * VALUES, 250 * NULL, 250 * TOTAL, 250 * SATURATED, fit)
    np.testing.assert_allclose(scaled, plain, rtol=ROUNDING)


@pytest.mark.parametrize("fit", FITS)
def test_a_set_of_numbers_for_each_replicate(fit: str) -> None:
    many = np.stack([VALUES, VALUES + 20])
    null, total, saturated = np.array([NULL, NULL + 5]), np.array([TOTAL, 500.0]), np.array([SATURATED, -90.0])
    found = pseudo_r2(many, null, total, fit=fit, saturated=saturated)
    slopes = pseudo_r2_slopes(many, null, total, fit=fit, saturated=saturated)
    for i in range(2):
        np.testing.assert_array_equal(found[i], r2(many[i], null[i], total[i], saturated[i], fit))
        one = pseudo_r2_slopes(many[i], null[i], total[i], fit=fit, saturated=saturated[i])
        np.testing.assert_array_equal(slopes.null[i], one.null)


@pytest.mark.parametrize("fit", FITS)
def test_nothing_is_defined_where_all_answers_are_alike(fit: str) -> None:
    assert np.isnan(pseudo_r2(np.zeros((1, 4)), np.zeros(1), np.full(1, 100.0), fit=fit)).all()


@pytest.mark.parametrize("fit", FITS)
def test_slopes_against_differences(fit: str) -> None:
    slopes = pseudo_r2_slopes(VALUES, NULL, TOTAL, fit=fit, saturated=SATURATED)
    step = 1e-3
    numbers = [VALUES, NULL, TOTAL, SATURATED]
    for place, slope in enumerate((slopes.log_likelihood, slopes.null, slopes.weight_total, slopes.saturated)):
        ahead, behind = list(numbers), list(numbers)
        ahead[place], behind[place] = numbers[place] + step, numbers[place] - step
        difference = (r2(*ahead, fit) - r2(*behind, fit)) / (2 * step)
        assert slope.shape == VALUES.shape
        np.testing.assert_allclose(slope, difference, rtol=DIFFERENCES, atol=1e-11)


@pytest.mark.parametrize("fit", FITS)
def test_slopes_leave_no_room_for_the_scale_of_weights(fit: str) -> None:
    slopes = pseudo_r2_slopes(VALUES, NULL, TOTAL, fit=fit, saturated=SATURATED)
    moved = slopes.log_likelihood * VALUES + slopes.null * NULL
    moved += slopes.weight_total * TOTAL + slopes.saturated * SATURATED
    np.testing.assert_allclose(moved, 0, atol=ROUNDING)


@pytest.mark.parametrize("function", [pseudo_r2, pseudo_r2_slopes])
def test_unknown_name(function: object) -> None:
    with pytest.raises(ValueError, match=r"^Unknown pseudo-R² 'tjur'\.$"):
        function(VALUES, NULL, TOTAL, fit="tjur")  # type: ignore[operator]


# Outcomes


def test_codes_follow_the_order_of_answers() -> None:
    assert list(outcome_codes(np.array([100.0, 0.0, 100.0]), family="logit", name="y")) == [1, 0, 1]
    answers = np.array([75.0, 0.0, 100.0, 25.0, 0.0])
    assert list(outcome_codes(answers, family="ordered_logit", name="y")) == [2, 0, 3, 1, 0]
    assert outcome_codes(answers, family="ordered_logit", name="y").dtype == float


def test_answers_that_are_no_codes_stay() -> None:
    answers = np.array([3.0, 0.0, 7.0])
    for family in ("linear", "poisson", "negative_binomial"):
        np.testing.assert_array_equal(outcome_codes(answers, family=family, name="y"), answers)


def test_means_of_items_that_differ_by_rounding_are_one_answer() -> None:
    answers = np.array([(0.1 + 0.2) * 100, 0.3 * 100, 50.0, 80.0])
    assert answers[0] != answers[1]
    assert list(outcome_codes(answers, family="ordered_logit", name="y")) == [0, 0, 1, 2]


@pytest.mark.parametrize(
    ("family", "answers", "message"),
    [
        (
            "logit",
            [0, 25, 50, 75, 100],
            "Expected two different answers to outcome 'sat' for family='logit', found 5 (0, 25, 50, 75, 100); use "
            "top_box=True, which asks whether an answer is among the top two, or another family.",
        ),
        (
            "logit",
            range(11),
            "Expected two different answers to outcome 'sat' for family='logit', found 11; use top_box=True, which "
            "asks whether an answer is among the top two, or another family.",
        ),
        (
            "logit",
            [100, 100],
            "Expected two different answers to outcome 'sat' for family='logit', found 1 (100); use top_box=True, "
            "which asks whether an answer is among the top two, or another family.",
        ),
        (
            "ordered_logit",
            [0, 100],
            "Expected 3 to 20 different answers to outcome 'sat' for family='ordered_logit', found 2 (0, 100); use "
            "family='logit'.",
        ),
        (
            "ordered_logit",
            range(21),
            "Expected 3 to 20 different answers to outcome 'sat' for family='ordered_logit', found 21; use "
            "family='linear'.",
        ),
        (
            "poisson",
            [0, 2.5, 3],
            "Expected whole numbers of 0 or more as outcome 'sat' for family='poisson', found 2.5; use "
            "family='linear'.",
        ),
        (
            "negative_binomial",
            [0, 1, -1],
            "Expected whole numbers of 0 or more as outcome 'sat' for family='negative_binomial', found -1; use "
            "family='linear'.",
        ),
        (
            "poisson",
            [0, 20000],
            "Expected counts of at most 10,000 as outcome 'sat' for family='poisson', found 20,000; use "
            "family='linear'.",
        ),
        (
            "poisson",
            [2, 2, 2],
            "Expected different counts as outcome 'sat', found 2 from all 3 respondents; choose another outcome.",
        ),
    ],
)
def test_outcomes_that_are_refused(family: str, answers: list[float], message: str) -> None:
    with pytest.raises(ModelError) as caught:
        outcome_codes(np.array(list(answers), dtype=float), family=family, name="sat")
    assert str(caught.value) == message


def test_twenty_and_three_answers_are_accepted() -> None:
    for levels in (3, 20):
        assert outcome_codes(np.arange(float(levels)), family="ordered_logit", name="y").max() == levels - 1
    assert outcome_codes(np.array([0.0, 10_000.0]), family="poisson", name="y").max() == 10_000


# Fits


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (
            [0, 0, 1, 3, 0, 3, 3, 1],
            "Expected no driver to tell an answer to outcome 'sat' with certainty, found that 'b' does: no finite "
            "effect of family 'logit' fits; join rare answers, or leave it out, or use family='linear'.",
        ),
        (
            [0, 1, 1, 3, 1, 3, 3, 1],
            "Expected no driver to tell an answer to outcome 'sat' with certainty, found that 'a', 'b' and 'c' do: no "
            "finite effect of family 'logit' fits; join rare answers, or leave them out, or use family='linear'.",
        ),
        (
            [0, 0, 0, 3, 0, 3, 3, 1],
            "Expected no driver to tell an answer to outcome 'sat' with certainty, found that all drivers together do: "
            "no finite effect of family 'logit' fits; use fewer drivers or more respondents, or use family='linear'.",
        ),
        (
            [1, 1, 1, 3, 1, 3, 3, 1],
            "Expected no driver to tell an answer to outcome 'sat' with certainty, found that the controls do: no "
            "finite effect of family 'logit' fits; leave out the rare groups among the controls, or use "
            "family='linear'.",
        ),
        (
            [0, 0, 2, 0, 0, 0, 2, 0],
            "Expected all 8 models of outcome 'sat' to settle, found 2 that did not with family 'logit'; use fewer "
            "drivers, or family='linear'.",
        ),
    ],
)
def test_fits_without_a_maximum_are_refused(status: list[int], message: str) -> None:
    with pytest.raises(ModelError) as caught:
        refuse_unfitted(np.array(status), units=("a", "b", "c"), outcome="sat", family="logit")
    assert str(caught.value) == message


def test_fits_that_have_their_maximum_pass() -> None:
    refuse_unfitted(np.zeros(8, dtype=np.int8), units=("a", "b", "c"), outcome="sat", family="logit")
