"""The plan for a budget where replicate weights tell the errors: against refitting in every replicate by hand."""

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import drivers as kda
from drivers.decisions.spending.corrected_gain import chance, corrected_gain
from drivers.survey.data import Survey
from tests.simulated import make_survey

EXACT = 1e-7
"""Relative: two ways to solve the same least squares."""

UNITS, EACH, TERMS = 24, 12, 4
COSTS = {name: {"per_point": 1.0, "ceiling": 5.0} for name in ("a", "b", "c")}
BUDGET = 8.0
DESIGNS = {
    "jackknife": {"replicate_method": "jk1"},
    "bootstrap": {"replicate_method": "bootstrap", "replicate_center": "mean"},
}


class Answers:
    """Two drivers with an effect and one without, in sampling units that share much of their noise."""

    def __init__(self, kind: str, folder: Path) -> None:
        rng = np.random.default_rng(11)
        self.unit = np.repeat(np.arange(UNITS), EACH)
        n = len(self.unit)
        shared = rng.normal(0, 1, (UNITS, 4))[self.unit]
        self.x = np.clip(60 + 8 * (shared[:, :3] + rng.normal(0, 1, (n, 3))), 0, 100)
        self.y = np.clip(10 + self.x @ [0.4, 0.3, 0.0] + 4 * (shared[:, 3] + rng.normal(0, 1, n)), 0, 100)
        self.weights = rng.choice([0.5, 1.0, 2.0], n)
        if kind == "jackknife":
            factors = np.where(self.unit[:, None] == np.arange(UNITS), 0.0, UNITS / (UNITS - 1))
            self.scale = (UNITS - 1) / UNITS
        else:
            times = rng.multinomial(UNITS - 1, np.full(UNITS, 1 / UNITS), 60).T
            factors = times[self.unit] * UNITS / (UNITS - 1)
            self.scale = 1 / 59
        self.replicates = factors * self.weights[:, None]
        self.survey: Survey = make_survey(
            folder,
            drivers=dict(zip("abc", self.x.T, strict=True)),
            outcomes={"y": self.y},
            weights=self.weights,
            replicates=self.replicates,
            design=DESIGNS[kind],
        )

    def slopes(self, weights: np.ndarray) -> np.ndarray:
        root = np.sqrt(weights)[:, None]
        design = np.column_stack([np.ones(len(self.y)), self.x])
        return np.linalg.lstsq(root * design, root[:, 0] * self.y)[0][1:]

    def again(self) -> np.ndarray:
        """The slopes in each replicate; float (R, 3)."""
        return np.array([self.slopes(weights) for weights in self.replicates.T])


@pytest.fixture(scope="module", params=list(DESIGNS))
def answers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Answers:
    return Answers(request.param, tmp_path_factory.mktemp(request.param))


def squares(answers: Answers, again: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """What replicates vary, about the whole or, of the bootstrap here, about their mean; float (q, q) or a number."""
    centre = whole if answers.scale > 0.5 else again.mean(axis=0)
    return np.asarray(answers.scale * (again - centre).T @ (again - centre))


def test_the_gain_varies_as_that_plan_does_from_replicate_to_replicate(answers: Answers) -> None:
    plan = kda.plan_budget(answers.survey, budget=BUDGET, costs=COSTS, n_boot=0)
    effects, again = answers.slopes(answers.weights), answers.again()
    assert plan.drivers == ("a", "b", "c") and plan.points == pytest.approx([5, 3, 0])
    gain = float(plan.points @ effects)
    error = float(np.sqrt(squares(answers, again @ plan.points, np.asarray(gain))))
    df = np.linalg.matrix_rank(answers.replicates) - 1 - TERMS + 1
    reach = stats.t.ppf(0.975, df) * error
    assert plan.raw == pytest.approx([gain, gain - reach, gain + reach], rel=EXACT)


def test_the_effects_of_single_drivers_have_the_errors_of_the_replicates(answers: Answers) -> None:
    plan = kda.plan_budget(answers.survey, budget=BUDGET, costs=COSTS, n_boot=0)
    effects = answers.slopes(answers.weights)
    errors = np.sqrt(np.diag(squares(answers, answers.again(), effects)))
    reach = stats.t.ppf(0.975, np.linalg.matrix_rank(answers.replicates) - TERMS) * errors
    np.testing.assert_allclose(plan.effect, [effects, effects - reach, effects + reach], rtol=EXACT, atol=EXACT)


def test_the_corrected_gain_is_that_of_errors_drawn_from_the_replicates(answers: Answers) -> None:
    plan = kda.plan_budget(answers.survey, budget=BUDGET, costs=COSTS, n_boot=400, seed=5)
    effects = answers.slopes(answers.weights)
    covariance = squares(answers, answers.again(), effects)
    errors = np.sqrt(np.diag(covariance))
    df = np.linalg.matrix_rank(answers.replicates) - TERMS
    limits = [stats.t.ppf(1 - 0.05 / (2 * left), df) for left in (3, 2, 1)]

    def bought(one: np.ndarray) -> np.ndarray:
        """Holm's test one step after the other, then the clear effects from the largest down: all cost the same."""
        points, left, going_on = np.zeros(3), BUDGET, True
        clear = []
        for j, limit in zip(np.argsort(-np.abs(one) / errors), limits, strict=True):
            going_on = going_on and abs(one[j]) / errors[j] > limit
            if going_on and one[j] > 0:
                clear.append(j)
        for j in sorted(clear, key=lambda j: -one[j]):
            points[j] = min(5.0, left)
            left -= points[j]
        return points

    def choose(many: np.ndarray) -> np.ndarray:
        return np.apply_along_axis(bought, -1, many)

    told = corrected_gain(choose, chance(effects, covariance, n_boot=400, seed=5), 0.95)
    assert plan.corrected == pytest.approx([told.corrected, told.conf_low, told.conf_high], rel=1e-5)


def test_replicates_know_of_sampling_units_that_weights_alone_do_not(tmp_path: Path) -> None:
    replicated = Answers("jackknife", tmp_path / "replicates")
    alone = make_survey(
        tmp_path / "weights",
        drivers=dict(zip("abc", replicated.x.T, strict=True)),
        outcomes={"y": replicated.y},
        weights=replicated.weights,
    )
    one, other = (kda.plan_budget(s, budget=BUDGET, costs=COSTS, n_boot=200) for s in (replicated.survey, alone))
    assert one.raw[0] == pytest.approx(other.raw[0])
    assert np.ptp(one.raw) > 1.2 * np.ptp(other.raw) and np.ptp(one.corrected[1:]) > 1.2 * np.ptp(other.corrected[1:])
