"""Themes where replicate weights tell the errors: shares and means made anew in every replicate by hand."""

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import drivers as kda
from drivers.comments.theme_result import CommentThemes
from tests.comments.commented import commented

EXACT = 1e-9
"""Relative: a few sums in another order."""

UNITS, EACH = 20, 15
UNIT = np.repeat(np.arange(UNITS), EACH)
RNG = np.random.default_rng(4)
# Some sampling units have many rude men, some hardly any; one in five says nothing.
RUDE = RNG.random(UNITS * EACH) < RNG.uniform(0.1, 0.7, UNITS)[UNIT]
WROTE = RNG.random(UNITS * EACH) < 0.8
TEXTS = np.where(WROTE, np.where(RUDE, "rude man", "took hours"), "")
WEIGHTS = RNG.choice([0.5, 1.0, 2.0], UNITS * EACH)
SATISFACTION = np.clip(RNG.normal(60, 15, UNITS * EACH) - 12 * RUDE + RNG.normal(0, 6, UNITS)[UNIT], 0, 100).round()
WAVES = np.where(np.arange(UNITS * EACH) % 3 > 0, "late", "early")
REPLICATES = WEIGHTS[:, None] * np.where(UNIT[:, None] == np.arange(UNITS), 0.0, UNITS / (UNITS - 1))
SCALE = (UNITS - 1) / UNITS


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> CommentThemes:
    survey = commented(
        tmp_path_factory.mktemp("themes"),
        TEXTS.tolist(),
        satisfaction=SATISFACTION,
        weights=WEIGHTS,
        replicates=REPLICATES,
        design={"replicate_method": "jk1"},
    )
    return kda.comment_themes(survey, likeness=False)


def share(weights: np.ndarray, part: np.ndarray, whole: np.ndarray) -> float:
    return float(weights[part & whole].sum() / weights[whole].sum())


def mean(weights: np.ndarray, rows: np.ndarray) -> float:
    return float(np.average(SATISFACTION[rows], weights=weights[rows]))


def error(whole: float, again: list[float]) -> float:
    return float(np.sqrt(SCALE * np.sum((np.array(again) - whole) ** 2)))


def test_shares_of_themes_vary_as_in_the_replicates(found: CommentThemes) -> None:
    told = {theme.theme: theme.share for theme in found.themes}
    assert set(told) == {"respect", "speed"}
    for theme, part in (("respect", RUDE), ("speed", ~RUDE)):
        whole = share(WEIGHTS, part, WROTE)
        assert told[theme].estimate == pytest.approx(whole, rel=EXACT)
        again = [share(weights, part, WROTE) for weights in REPLICATES.T]
        assert told[theme].std_error == pytest.approx(error(whole, again), rel=EXACT)
        # Wilson's interval at the size that has this variance, with t of as many degrees of freedom as units less one.
        n = whole * (1 - whole) / error(whole, again) ** 2
        t = stats.t.ppf(0.975, UNITS - 1)
        middle = (whole + t**2 / (2 * n)) / (1 + t**2 / n)
        reach = t / (1 + t**2 / n) * np.sqrt(whole * (1 - whole) / n + t**2 / (4 * n**2))
        assert (told[theme].conf_low, told[theme].conf_high) == pytest.approx((middle - reach, middle + reach))


def test_who_commented_varies_as_in_the_replicates(found: CommentThemes) -> None:
    everybody = np.ones(len(TEXTS), dtype=bool)
    whole = share(WEIGHTS, WROTE, everybody)
    again = [share(weights, WROTE, everybody) for weights in REPLICATES.T]
    assert found.commented.estimate == pytest.approx(whole, rel=EXACT)
    assert found.commented.std_error == pytest.approx(error(whole, again), rel=EXACT)


def test_ratings_of_those_who_blame_less_others_vary_as_in_the_replicates(found: CommentThemes) -> None:
    (link,) = [one for one in found.links if one.theme == "respect" and one.answer == "satisfaction"]
    sides = WROTE & RUDE, WROTE & ~RUDE

    def apart(weights: np.ndarray) -> float:
        return mean(weights, sides[0]) - mean(weights, sides[1])

    whole = apart(WEIGHTS)
    spread = error(whole, [apart(weights) for weights in REPLICATES.T])
    reach = stats.t.ppf(0.975, UNITS - 1) * spread
    one = link.difference
    assert (one.estimate, one.std_error) == pytest.approx((whole, spread), rel=EXACT)
    assert (one.conf_low, one.conf_high) == pytest.approx((whole - reach, whole + reach), rel=EXACT)
    assert one.p_value == pytest.approx(2 * stats.t.sf(abs(whole) / spread, UNITS - 1))


def test_waves_that_share_sampling_units_have_a_surer_difference_than_their_shares(tmp_path: Path) -> None:
    survey = commented(
        tmp_path,
        TEXTS.tolist(),
        satisfaction=SATISFACTION,
        weights=WEIGHTS,
        waves=WAVES,
        replicates=REPLICATES,
        design={"replicate_method": "jk1"},
    )
    trends = {trend.theme: trend for trend in kda.comment_themes(survey, likeness=False).trends}
    early, late = (WROTE & (wave == WAVES) for wave in ("early", "late"))

    def parts(weights: np.ndarray) -> np.ndarray:
        return np.array([share(weights, RUDE, early), share(weights, RUDE, late)])

    whole = parts(WEIGHTS)
    moved = np.array([parts(weights) for weights in REPLICATES.T]) - whole
    covariance = SCALE * moved.T @ moved
    told = trends["respect"].blame
    for place, wave in enumerate(("early", "late")):
        assert told[wave].estimate == pytest.approx(whole[place], rel=EXACT)
        assert told[wave].std_error == pytest.approx(np.sqrt(covariance[place, place]), rel=EXACT)
    (step,) = [one for one in trends["respect"].blame_steps if one.against == "previous"]
    assert step.estimate == pytest.approx(whole[1] - whole[0], rel=EXACT)
    apart = np.hypot(*(told[wave].conf_high - told[wave].conf_low for wave in ("early", "late")))
    assert covariance[0, 1] > 0 and step.conf_high - step.conf_low < 0.95 * apart
