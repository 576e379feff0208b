"""Orders of entry, all or sampled, in analyses of surveys: against all of them, with many drivers, and refusals."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import drivers as kda
from drivers.importance.orders.decomposition import RESAMPLED, AllOrders, sampled_orders
from drivers.importance.orders.subsets import lmg_values
from drivers.moments import weighted_moments
from drivers.resampling import replicate_factors
from drivers.survey.data import Survey
from tests.simulated import make_survey

ROUNDING = 1e-12
"""Of sums of some hundred numbers between 0 and 1."""

FIVE_ERRORS = 5.0
"""Of the Monte-Carlo error of an importance: passed by chance in 1 of 1.7 million, were it normal."""

NOTHING = 1e-9
"""Added to errors that may be 0."""

FEW_PER_CENT = 0.03
"""Of a standard error from the same resamples: what sampling orders adds to it. Measured 0.004 and less."""


def columns(n: int, k: int, seed: int, holes: float = 0.0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = np.clip(50 + 8 * (rng.normal(size=(n, 1)) + rng.normal(size=(n, k))), 0, 100)
    y = np.clip(50 + (x - 50) @ np.linspace(0.5, 0, k) * 4 / k + rng.normal(0, 8, n), 0, 100)
    x[rng.random((n, k)) < holes] = np.nan
    return {f"d{j:02d}": x[:, j] for j in range(k)} | {"y": y}


def survey_of(folder: Path, table: dict[str, np.ndarray], **options: object) -> Survey:
    drivers = {name: column for name, column in table.items() if name != "y"}
    return make_survey(folder, drivers=drivers, outcomes={"y": table["y"]}, **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    return survey_of(tmp_path_factory.mktemp("many"), columns(400, 35, seed=1))


def refusal(survey: Survey, **arguments: object) -> str:
    with pytest.raises(kda.ModelError) as caught:
        kda.relative_importance(survey, **{"n_boot": 0, **arguments})  # type: ignore[arg-type]
    return str(caught.value)


# Against all orders


@pytest.mark.parametrize("k", [8, 9, 10, 11, 12])
@pytest.mark.parametrize("orderings", [256, 4096])
def test_sampled_orders_against_all(k: int, orderings: int, tmp_path: Path) -> None:
    weights = np.random.default_rng(k).lognormal(0, 0.4, 200)
    survey = survey_of(tmp_path, columns(200, k, seed=k), weights=weights)
    exact = kda.relative_importance(survey, n_boot=0)
    found = kda.relative_importance(survey, n_boot=0, orderings=orderings)
    assert (found.ordering_error > 0).all() and not exact.ordering_error.any()
    assert (np.abs(found.importance - exact.importance) < FIVE_ERRORS * found.ordering_error + NOTHING).all()
    assert found.r2 == pytest.approx(exact.r2, abs=ROUNDING)
    assert found.importance.sum() == pytest.approx(exact.r2, abs=ROUNDING)


@pytest.mark.parametrize(
    "arguments", [{"always": ("d00",)}, {"groups": {"g": ("d01", "d02"), "h": ("d03", "d04", "d05")}}], ids=str
)
def test_controls_and_groups(arguments: dict, tmp_path: Path) -> None:
    survey = survey_of(tmp_path, columns(200, 10, seed=2))
    exact = kda.relative_importance(survey, n_boot=0, **arguments)
    found = kda.relative_importance(survey, n_boot=0, orderings=2048, **arguments)
    assert found.drivers == exact.drivers
    assert (np.abs(found.importance - exact.importance) < FIVE_ERRORS * found.ordering_error + NOTHING).all()
    assert (found.r2, found.r2_controls) == pytest.approx((exact.r2, exact.r2_controls), abs=ROUNDING)


@pytest.mark.parametrize("precision", [0.01, 0.002])
def test_a_precision_that_is_asked_for_is_reached(precision: float, many: Survey) -> None:
    found = kda.relative_importance(many, n_boot=0, precision=precision)
    # The length of all errors, of which 95 of 100 are below the precision, is at least the largest's.
    assert found.ordering_error.max() < precision
    assert np.sqrt((found.ordering_error**2).sum()) <= precision


def test_more_orders_err_less(many: Survey) -> None:
    errors = [kda.relative_importance(many, n_boot=0, orderings=n).ordering_error.max() for n in (512, 4096, 16384)]
    assert errors[0] > errors[1] > errors[2]


def test_seeds(many: Survey) -> None:
    one, same, other = (kda.relative_importance(many, n_boot=100, orderings=512, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(one.importance, same.importance)
    np.testing.assert_array_equal(one.replicate_share, same.replicate_share)
    assert (one.importance != other.importance).any()
    error = np.hypot(one.ordering_error, other.ordering_error)
    assert (np.abs(one.importance - other.importance) < FIVE_ERRORS * error).all()


# Many drivers, every kind of analysis


def r2_by_least_squares(survey: Survey) -> float:
    values = survey.scores.to_numpy()
    weights = np.sqrt(survey.weights)
    design = np.column_stack([np.ones(len(values)), values[:, :-1]]) * weights[:, None]
    y = values[:, -1]
    left = y * weights - design @ np.linalg.lstsq(design, y * weights, rcond=None)[0]
    total = (y - np.average(y, weights=survey.weights)) * weights
    return float(1 - left @ left / (total @ total))


@pytest.mark.parametrize(
    "arguments",
    [{"n_boot": 0}, {"n_boot": 100}, {"n_boot": 100, "intervals": "linearised"}, {"n_boot": 100, "intervals": "bca"}],
    ids=str,
)
def test_thirty_five_drivers(arguments: dict, many: Survey) -> None:
    found = kda.relative_importance(many, orderings=512, **arguments)
    assert len(found.drivers) == 35
    assert found.share.sum() == pytest.approx(1, abs=ROUNDING)
    assert found.r2 == pytest.approx(r2_by_least_squares(many), abs=1e-10)
    np.testing.assert_allclose(found.replicate_share.sum(axis=1), 1, rtol=0, atol=1e-8)
    if arguments["n_boot"]:
        assert (found.uncertainty.share.std_error > 5 * found.ordering_error / found.r2).all()
    # Beyond 30 orders are sampled unasked.
    assert (kda.relative_importance(many, n_boot=0).ordering_error > 0).all()


@pytest.mark.parametrize("missing", ["pairwise", "multiple_imputation"])
def test_thirty_five_drivers_with_holes(missing: str, tmp_path: Path) -> None:
    survey = survey_of(tmp_path, columns(400, 35, seed=3, holes=0.01))
    ask = {"missing": missing, "n_boot": 100, "n_imputations": 2, "orderings": 512}
    found = kda.relative_importance(survey, **ask)  # type: ignore[arg-type]
    assert found.share.sum() == pytest.approx(1, abs=ROUNDING)
    assert found.sample.n == 400
    assert (found.ordering_error > 0).all() and np.isfinite(found.uncertainty.share.std_error).all()


def test_thirty_five_drivers_with_weights_and_clusters(tmp_path: Path) -> None:
    weights = np.random.default_rng(4).lognormal(0, 0.5, 400)
    branches = np.arange(400) // 5
    survey = survey_of(tmp_path, columns(400, 35, seed=4), weights=weights, clusters=branches, strata=branches // 40)
    drawn = kda.relative_importance(survey, n_boot=100, orderings=512)
    linear = kda.relative_importance(survey, n_boot=100, orderings=512, intervals="linearised")
    assert drawn.r2 == pytest.approx(r2_by_least_squares(survey), abs=1e-10)
    assert linear.uncertainty.df == 78
    ratio = drawn.uncertainty.share.std_error / linear.uncertainty.share.std_error
    assert abs(np.log(ratio).mean()) < 0.3


# Resamples over few orders


def test_resampled_errors_over_few_orders_are_those_over_all() -> None:
    rng = np.random.default_rng(5)
    k, n = 12, 300
    x = rng.normal(size=(n, 1)) + rng.normal(size=(n, k))
    values = np.column_stack([x, x @ np.linspace(1, 0, k) + 3 * rng.normal(size=n)])
    starts, factors = np.arange(k + 1), np.concatenate(list(replicate_factors(n, n_boot=200, seed=6)))
    matrices = np.stack([weighted_moments(values, factor).scatter for factor in factors])
    sample = weighted_moments(values, np.ones(n)).scatter
    orders = sampled_orders(sample, starts, all_at_sample=True, count=None, precision=None, seed=1)
    few, r2 = orders.resampled(matrices)
    exact, exact_r2 = lmg_values(matrices, starts)
    np.testing.assert_allclose(r2, exact_r2, rtol=0, atol=1e-10)
    np.testing.assert_allclose(few.sum(axis=1), r2[:, 1] - r2[:, 0], rtol=0, atol=1e-10)
    error = exact.std(axis=0)
    assert (np.abs(few.std(axis=0) / error - 1) < FEW_PER_CENT).all()
    assert (np.abs(few.mean(axis=0) - exact.mean(axis=0)) < FEW_PER_CENT * error).all()
    # At the sample nothing is missed.
    np.testing.assert_allclose(orders.resampled(sample[None])[0], orders.found[0], rtol=0, atol=ROUNDING)
    assert RESAMPLED == 512 and not orders.error().any()


def test_twenty_two_drivers_have_exact_values_and_errors_of_exact_resampling(tmp_path: Path) -> None:
    survey = survey_of(tmp_path, columns(300, 22, seed=7))
    found = kda.relative_importance(survey, n_boot=100, seed=2)
    assert not found.ordering_error.any()
    values = survey.scores.to_numpy()
    factors = np.concatenate(list(replicate_factors(300, n_boot=100, seed=2)))[:40]
    matrices = np.stack([weighted_moments(values, factor).scatter for factor in factors])
    exact, r2 = lmg_values(matrices, np.arange(23))
    shares = exact / r2[:, 1:]
    drawn = found.replicate_share[:40]
    error = shares.std(axis=0)
    assert (np.abs(drawn - shares).max(axis=0) < 0.2 * error).all()
    assert (np.abs(drawn.std(axis=0) / error - 1) < FEW_PER_CENT).all()


def test_resamples_of_a_part_that_all_miss_a_domain_are_left_out(tmp_path: Path) -> None:
    branches = np.arange(600) // 30
    survey = survey_of(tmp_path, columns(600, 21, seed=8), clusters=branches, unit=branches // 2)
    # With 129 resamples the last part has one, which for some of these seeds holds neither branch.
    counts = [kda.relative_importance(survey.select(unit="3"), n_boot=129, seed=seed).n_boot for seed in range(6)]
    expected = [
        sum(
            int(chunk[:, branches // 2 == 3].any(axis=1).sum())
            for chunk in replicate_factors(600, n_boot=129, seed=seed, clusters=branches)
        )
        for seed in range(6)
    ]
    assert counts == expected


@pytest.mark.parametrize("way", ["all", "sampled"])
def test_gradients_against_differences(way: str) -> None:
    rng = np.random.default_rng(9)
    x = rng.normal(size=(200, 1)) + rng.normal(size=(200, 5))
    values = np.column_stack([x, x @ np.linspace(1, 0, 5) + rng.normal(size=200)])
    matrix, starts = weighted_moments(values, np.ones(200)).scatter, np.array([1, 2, 3, 4, 5])
    orders = (
        AllOrders("lmg", starts)
        if way == "all"
        else sampled_orders(matrix, starts, all_at_sample=False, count=32, precision=None, seed=1)
    )
    gradient = orders.gradient(matrix)
    exact = AllOrders("lmg", starts)
    for a, b in ((0, 0), (1, 2), (0, 5), (5, 5)):
        step = np.zeros_like(matrix)
        size = 1e-4 * np.sqrt(matrix[a, a] * matrix[b, b])
        step[a, b] = step[b, a] = size
        ahead, behind = (np.column_stack(exact.at_sample(matrix + sign * step)) for sign in (1, -1))
        slope = (ahead - behind)[0] / (2 * size)
        found = (gradient * (step != 0)).sum(axis=(1, 2))
        # With 4 units 1,024 orders are all of them many times over, evenly or nearly so.
        np.testing.assert_allclose(found, slope, rtol=0, atol=(1e-6 if way == "all" else 1e-2) * np.abs(slope).max())


# What is refused


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"orderings": 512, "method": "pratt"},
            "Measure 'pratt' is no average over orders of entry, found orderings=; leave it out, or use method='lmg'.",
        ),
        (
            {"precision": 0.001, "family": "ordered_logit"},
            "Orders of entry are sampled in linear models alone, found precision= with family 'ordered_logit', whose "
            "2**k models up to 15 drivers are all fitted; leave it out.",
        ),
        ({"orderings": 0}, "Expected orderings of at least 1, found 0; use 8192, say."),
        (
            {"precision": -1},
            "Expected a precision above 0, found -1; ask for 0.001, say, of the outcome's variance.",
        ),
        (
            {"drivers": ("d00", "d01", "d02"), "interactions": [("d00", "d01")], "orderings": 512},
            "Sampled orders of entry do not keep an interaction behind its main effects, and all of them are taken of "
            "at most 18 drivers and interactions, found 4; leave interactions= or orderings= and precision= out, or "
            "choose fewer drivers.",
        ),
        (
            {"drivers": tuple(f"d{j:02d}" for j in range(18)), "interactions": [("d00", "d01")]},
            "Sampled orders of entry do not keep an interaction behind its main effects, and all of them are taken of "
            "at most 18 drivers and interactions, found 19; leave interactions= or orderings= and precision= out, or "
            "choose fewer drivers.",
        ),
    ],
)
def test_what_is_refused(arguments: dict, message: str, many: Survey) -> None:
    assert refusal(many, **arguments) == message


# Progress


class StopError(Exception):
    """Raised by whoever has waited enough."""


def analyses(many: Survey) -> dict[str, Callable[..., object]]:
    some = [f"d{j:02d}" for j in range(21)]
    return {
        "sampled": lambda **told: kda.relative_importance(many, orderings=8192, n_boot=128, **told),
        "precision": lambda **told: kda.relative_importance(many, precision=0.001, n_boot=0, **told),
        "all": lambda **told: kda.relative_importance(many, drivers=some, n_boot=128, **told),
    }


@pytest.mark.parametrize("name", ["sampled", "precision", "all"])
def test_progress_goes_from_0_to_1_in_each_stage(name: str, many: Survey) -> None:
    told: list[tuple[float, float]] = []
    analyses(many)[name](progress=lambda done, left: told.append((done, left)))
    done = [part for part, _ in told]
    ends = [place for place, part in enumerate(done) if part == 1.0]
    assert ends and ends[-1] == len(done) - 1
    assert all(0 < part <= 1 and left >= 0 for part, left in told)
    begin = 0
    for end in ends:
        stage = done[begin : end + 1]
        # Until the number of orders is known, how much is left is a guess that may grow.
        assert stage == sorted(stage) or name == "precision"
        begin = end + 1


@pytest.mark.parametrize("name", ["sampled", "precision", "all"])
def test_what_progress_raises_stops_it(name: str, many: Survey) -> None:
    calls = 0

    def stop(done: float, left: float) -> None:
        nonlocal calls
        calls += 1
        raise StopError

    with pytest.raises(StopError):
        analyses(many)[name](progress=stop)
    assert calls == 1
