"""Units' means drawn together as far as chance parts them: brute force, hidden units, and where there are none."""

from pathlib import Path

import numpy as np
import pytest

from drivers.models.unit_means import every_unit, levels, unit_means
from tests.simulated import make_survey


def columns_of(n: int, units: int, spread: float) -> tuple[np.ndarray, np.ndarray]:
    """Answers to two questions, and the unit of each person; units differ truly in the first alone."""
    rng = np.random.default_rng(2)
    unit = np.arange(n) % units
    true = spread * rng.standard_normal(units)
    return np.column_stack([50 + true[unit] + 10 * rng.standard_normal(n), 50 + 10 * rng.standard_normal(n)]), unit


def test_adjusted_means_vary_as_true_ones_do(tmp_path: Path) -> None:
    table, unit = columns_of(900, 15, 4.0)
    weights = np.random.default_rng(1).uniform(0.5, 1.5, 900)
    names = np.array([f"u{k:02d}" for k in unit])
    survey = make_survey(tmp_path, drivers={"a": table[:, 0]}, outcomes={"y": table[:, 1]}, weights=weights, unit=names)
    found = unit_means(survey, table, every_unit(survey, None))
    assert found.names == tuple(np.unique(names)) and found.counted.tolist() == [15, 15]
    for place in range(2):
        means, chance = [], []
        for name in found.names:
            inside = names == name
            w, x = weights[inside] / weights[inside].sum(), table[inside, place]
            means.append(w @ x)
            # The variance of a weighted mean: n / (n - 1) of the squared moves.
            chance.append(len(x) / (len(x) - 1) * ((w * (x - w @ x)) ** 2).sum())
        assert found.mean[:, place] == pytest.approx(means)
        assert found.chance[:, place] == pytest.approx(chance)
        spread = max(0.0, np.var(means, ddof=1) - np.mean(chance))
        assert found.spread[place] == pytest.approx(spread)
        centre = np.mean(means)
        kept = np.sqrt(spread / (spread + np.array(chance)))
        assert found.adjusted[:, place] == pytest.approx(centre + kept * (np.array(means) - centre))
    # Ranges of true and of chance differences.
    assert np.ptp(found.adjusted[:, 0]) > 2 * np.ptp(found.adjusted[:, 1])


def test_units_of_few_answers_have_no_mean(tmp_path: Path) -> None:
    table, unit = columns_of(100, 5, 2.0)
    table[(unit == 1) & (np.arange(100) > 50), 1] = np.nan  # eleven of twenty answer the second question
    table[(unit == 2) & (np.arange(100) > 40), 1] = np.nan  # eight do
    survey = make_survey(
        tmp_path, drivers={"a": table[:, 0]}, outcomes={"y": table[:, 1]}, unit=np.array([f"u{k}" for k in unit])
    )
    found = unit_means(survey, table, every_unit(survey, None))
    assert found.counted.tolist() == [5, 4]
    assert np.isnan(found.mean[2, 1]) and np.isnan(found.adjusted[2, 1]) and np.isfinite(found.adjusted[1, 1])
    assert found.whole.names == ("u0", "u1", "u3", "u4")
    assert np.isfinite(found.whole.adjusted).all()


def test_without_units_there_are_none(tmp_path: Path) -> None:
    table, _ = columns_of(60, 3, 0.0)
    survey = make_survey(tmp_path, drivers={"a": table[:, 0]}, outcomes={"y": table[:, 1]})
    assert unit_means(survey, table, every_unit(survey, None)).names == ()


def test_rows_of_a_selection_and_a_wave(tmp_path: Path) -> None:
    table, unit = columns_of(60, 3, 0.0)
    survey = make_survey(
        tmp_path,
        drivers={"a": table[:, 0]},
        outcomes={"y": table[:, 1]},
        unit=np.array([f"u{k}" for k in unit]),
        waves=np.array(["one", "two"])[np.arange(60) % 2],
        segments={"sex": np.array(["f", "m"])[np.arange(60) // 30]},
    )
    # A selected unit is one of all units; what else was selected holds for them too.
    part = survey.select(unit="u1", only={"sex": "m"})
    assert every_unit(part, 1).tolist() == ((np.arange(60) >= 30) & (np.arange(60) % 2 == 1)).tolist()


def test_levels_are_joint(tmp_path: Path) -> None:
    table, _ = columns_of(200, 4, 0.0)
    table[:, 1] += table[:, 0]
    table[:20, 1] = np.nan
    survey = make_survey(tmp_path, drivers={"a": table[:, 0]}, outcomes={"y": np.clip(table[:, 1] / 2, 0, 100)})
    found = levels(survey, table, np.ones(200, dtype=bool))
    assert found.mean == pytest.approx([table[:, 0].mean(), np.nanmean(table[:, 1])])
    assert found.n.tolist() == [200, 180]
    assert found.covariance[0, 0] == pytest.approx(table[:, 0].var(ddof=1) / 200)
    both = np.cov(table[20:], rowvar=False)[0, 1]
    assert found.covariance[0, 1] == pytest.approx(both / 200, rel=0.15)
