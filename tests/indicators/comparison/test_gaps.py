"""A gap told in drivers: identities, brute force, the planted truth, and what is refused."""

from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.indicators.comparison.gap_result import GapResult
from drivers.models.unit_means import every_unit, unit_means
from drivers.results import Unanswered
from drivers.survey.data import Survey
from tests.indicators.comparison.rated_rivals import answers, rated


@pytest.fixture(scope="module")
def asked() -> Survey:
    return kda.example_survey("service_center")


@pytest.fixture(scope="module")
def rival(asked: Survey) -> GapResult:
    return kda.rival_drivers(asked)


def adds_up(gap: GapResult) -> None:
    assert gap.parts[0] == pytest.approx(gap.effect[0] * gap.gap[0])
    assert gap.gap[0] == pytest.approx((gap.ours - gap.theirs)[:-1])
    assert gap.total.estimate == pytest.approx(gap.ours[-1] - gap.theirs[-1])
    assert gap.parts[0].sum() + gap.left.estimate == pytest.approx(gap.total.estimate)
    assert set(gap.tidy().columns) <= set(COLUMNS)


# Rivals


def test_the_rival_s_gap_is_that_of_a_regression_of_differences(tmp_path: Path) -> None:
    columns = answers(600)
    gap = kda.rival_drivers(rated(tmp_path, columns))
    adds_up(gap)
    apart = np.column_stack([columns[name] - columns[f"their_{name}"] for name in ("a", "b", "y")])
    apart = apart[~np.isnan(apart).any(axis=1)]
    fit = sm.OLS(apart[:, 2], sm.add_constant(apart[:, :2])).fit(cov_type="HC3")
    assert gap.effect[0] == pytest.approx(fit.params[1:])
    assert gap.effect[1] == pytest.approx(fit.bse[1:])
    # The constant is the effect of the brand, all else alike: what drivers do not explain.
    assert gap.left.estimate == pytest.approx(fit.params[0])
    # HC3 allows for errors that go with the ratings; the parts' errors hold effects and means for apart.
    assert gap.left.std_error == pytest.approx(fit.bse[0], rel=0.05)
    assert gap.sample.n == len(apart)


def test_a_person_s_habit_falls_out(tmp_path: Path) -> None:
    """Both people's ratings go up and down with a habit, which makes plain effects too large, and paired ones right."""
    rng = np.random.default_rng(8)
    n = 1500
    habit = 15 * rng.standard_normal(n)
    columns = {}
    for prefix, ahead in (("", 0.0), ("their_", 3.0)):
        a, b = (50 + ahead + 0.6 * habit + 6 * rng.standard_normal(n) for _ in range(2))
        y = 20 + 0.3 * a + 0.1 * b + 0.5 * habit + 3 * rng.standard_normal(n)
        columns |= {f"{prefix}{name}": np.clip(x, 0, 100) for name, x in zip("aby", (a, b, y), strict=True)}
    survey = rated(tmp_path, columns)
    paired, plain = kda.rival_drivers(survey), kda.fit_regression(survey)
    assert paired.effect[0] == pytest.approx([0.3, 0.1], abs=0.04)
    assert plain.estimate[1:].sum() > 0.6
    assert (paired.effect[2] < [0.3, 0.1]).all() and (paired.effect[3] > [0.3, 0.1]).all()


def test_the_errors_of_parts_are_those_of_resampling(tmp_path: Path) -> None:
    columns = answers(400, seed=4)
    gap = kda.rival_drivers(rated(tmp_path, columns))
    apart = np.column_stack([columns[name] - columns[f"their_{name}"] for name in ("a", "b", "y")])
    apart = apart[~np.isnan(apart).any(axis=1)]
    rng, drawn = np.random.default_rng(5), []
    for _ in range(1000):
        part = apart[rng.integers(0, len(apart), len(apart))]
        slopes = np.linalg.lstsq(np.column_stack([np.ones(len(part)), part[:, :2]]), part[:, 2])[0]
        mean = part.mean(axis=0)
        drawn.append([*(slopes[1:] * mean[:2]), slopes[1:] @ mean[:2], slopes[0]])
    spread = np.std(drawn, axis=0)
    assert [*gap.parts[1], gap.together.std_error, gap.left.std_error] == pytest.approx(spread, rel=0.1)


def test_the_centre_is_ahead_and_behind_where_it_was_planted(rival: GapResult) -> None:
    adds_up(rival)
    says = dict(zip(rival.drivers, rival.conclusions, strict=True))
    assert says["respect"] == says["fairness"] == "above"
    assert says["speed"] == says["alternatives"] == "below"
    assert says[kda.example_truth("service_center")["importance"]["no_effect"]] == "open"
    assert "access" not in says  # not asked of the rival


# Figures and units


def test_the_gap_to_a_figure_is_effect_times_gap(asked: Survey) -> None:
    gap = kda.gap_in_drivers(asked, against="outside")
    adds_up(gap)
    regression = kda.fit_regression(asked)
    place = [regression.terms.index(name) for name in gap.drivers]
    assert gap.effect[0] == pytest.approx(regression.estimate[place])
    assert gap.theirs[-1] == 62 and gap.theirs[gap.drivers.index("speed")] == 66
    assert gap.wave == "2024Q4"


def test_the_best_units_are_those_of_the_adjusted_means(asked: Survey) -> None:
    gap = kda.gap_in_drivers(asked, against="best_units")
    adds_up(gap)
    columns = asked.scores[[*gap.drivers, "satisfaction"]].to_numpy()
    units = unit_means(asked, columns, every_unit(asked, None)).whole
    assert gap.n_units == len(units.names)
    assert gap.theirs == pytest.approx(np.quantile(units.adjusted, 0.9, axis=0))
    # Means that are drawn together reach less far than plain ones.
    assert (gap.theirs <= np.quantile(units.mean, 0.9, axis=0) + 1e-9).all()


def test_the_worse_branch_falls_short_in_what_was_planted(asked: Survey) -> None:
    gap = kda.gap_in_drivers(asked.select(unit="b17"), against="other_units")
    adds_up(gap)
    assert gap.total.conclusion == "below" and gap.n_units >= 20
    assert dict(zip(gap.drivers, gap.conclusions, strict=True))["speed"] == "below"
    # Effects are those of all branches together, and not of the few who answered there.
    assert gap.sample.n > 5000


# What is refused


def test_what_cannot_be_answered_says_why(tmp_path: Path, asked: Survey) -> None:
    columns = answers(120)
    plain = rated(tmp_path / "a", {name: x for name, x in columns.items() if not name.startswith("their_")})
    for call, options, code in (
        (kda.rival_drivers, {}, "no_rivals"),
        (kda.gap_in_drivers, {"against": "outside"}, "no_outside_figure"),
        (kda.gap_in_drivers, {"against": "best_units"}, "few_units_to_compare"),
    ):
        told = kda.attempt(call, plain, **options)
        assert isinstance(told, Unanswered) and told.reasons[0].code == code
    told = kda.attempt(kda.gap_in_drivers, asked, against="other_units")
    assert isinstance(told, Unanswered) and told.reasons[0].code == "no_unit_selected"
    few = {name: np.where(np.arange(120) < 9, x, np.nan) if "their" in name else x for name, x in answers(120).items()}
    with pytest.raises(kda.ModelError) as refused:
        kda.rival_drivers(rated(tmp_path / "b", few))
    assert str(refused.value) == (
        "Expected at least 10 people who rated both in the outcome and in 2 drivers, found fewer; name fewer drivers "
        "or widen the selection."
    )


def test_names_and_words_that_there_are_not(asked: Survey) -> None:
    with pytest.raises(kda.ModelError) as refused:
        kda.gap_in_drivers(asked, against="rival")
    assert str(refused.value) == (
        "Expected against to be one of 'outside', 'best_units', 'other_units', found 'rival'; use rival_drivers()."
    )
    with pytest.raises(kda.ModelError) as refused:
        kda.rival_drivers(asked, rival="private_ofice")
    assert str(refused.value) == (
        "Expected rival to be one of 'private_office', found 'private_ofice'; did you mean 'private_office'?"
    )
