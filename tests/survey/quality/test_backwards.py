"""A scale read backwards: counted, tested and told."""

from dataclasses import replace
from math import comb

import numpy as np
import pytest

from drivers.survey.data import Survey
from drivers.survey.quality.backwards import Contradiction, contradicting, contradictions
from drivers.survey.quality.health import survey_quality
from tests.survey.quality.made import made
from tests.survey.synthetic.samples import example, shipped

CLOSE = 1e-9
"""Logarithms of factorials lose a few digits."""


def survey_of(counts: dict[tuple[int, int], int]) -> Survey:
    """A survey with so many respondents for each pair of satisfaction and recommendation."""
    pairs = [pair for pair, count in counts.items() for _ in range(count)]
    ratings = {name: [3] * len(pairs) for name in "ab"}
    return made(ratings, overall=[s for s, _ in pairs], recommend=[r for _, r in pairs])


HONEST = {(1, 0): 30, (1, 3): 8, (1, 9): 2, (2, 2): 30, (2, 5): 10, (2, 10): 4, (3, 6): 60, (4, 8): 80, (5, 10): 76}
MISREAD = {**HONEST, (1, 10): 30}


def of(survey: Survey, witness: str, end: str) -> Contradiction:
    return next(one for one in contradictions(survey) if (one.witness, one.end) == (witness, end))


def exact(k: int, n: int, k_next: int, n_next: int) -> float:
    """Fisher's p-value by counting, in whole numbers."""
    total = k + k_next
    ways = sum(comb(n, j) * comb(n_next, total - j) for j in range(k, min(n, total) + 1))
    return ways / comb(n + n_next, total)


@pytest.mark.parametrize("counts", [HONEST, MISREAD], ids=["honest", "misread"])
def test_counts_and_p_values(counts: dict[tuple[int, int], int]) -> None:
    found = of(survey_of(counts), "recommend", "worst")
    own = sum(count for (s, _), count in counts.items() if s == 1)
    ends = sum(count for (s, r), count in counts.items() if s == 1 and r >= 9)
    assert (found.n, found.found, found.n_next, found.found_next) == (own, ends, 44, 4)
    assert found.expected == pytest.approx(own * 4 / 44)
    assert found.p_value == pytest.approx(exact(ends, own, 4, 44), rel=CLOSE)


def test_the_best_end_mirrors_the_worst() -> None:
    mirrored = {(6 - s, 10 - r): count for (s, r), count in MISREAD.items()}
    one, other = of(survey_of(MISREAD), "recommend", "worst"), of(survey_of(mirrored), "recommend", "best")
    assert replace(other, end="worst") == one


def test_only_more_than_is_honest_is_told() -> None:
    assert survey_quality(survey_of(HONEST)).misread == ()
    told = survey_quality(survey_of(MISREAD))
    assert [(one.witness, one.end, one.found) for one in told.misread] == [("recommend", "worst", 32)]
    assert {check.code: check.light for check in told.checks}["misread"] == "red"


def test_flagged_rows_are_those_at_both_ends() -> None:
    survey = survey_of(MISREAD)
    expected = (survey.codes["overall"] == 1) & (survey.codes["nps"] >= 9)
    assert contradicting(survey).tolist() == expected.tolist()


def test_ratings_are_a_witness() -> None:
    survey = made({name: [5] * 3 + [1] for name in "abc"}, overall=[1, 2, 5, 5])
    assert contradicting(survey).tolist() == [True, False, False, True]
    assert {one.witness for one in contradictions(survey)} == {"ratings"}


def test_backward_readers_of_the_simulated_survey() -> None:
    care = shipped().people.care
    flagged = contradicting(example())
    # Who reads all scales with words backwards contradicts the scale of numbers: only where the end was reached.
    assert flagged.sum() == 23
    assert (care[flagged] == 2).all()


def test_a_simulated_crowd_of_backward_readers_is_told() -> None:
    survey = example()
    rng = np.random.default_rng(1)
    turned = rng.random(len(survey.codes)) < 0.1
    scores = survey.scores.copy()
    scores["satisfaction"] = np.where(turned, 100 - scores["satisfaction"], scores["satisfaction"])
    told = survey_quality(replace(survey, scores=scores))
    assert [(one.witness, one.end) for one in told.misread if one.witness == "recommend"] == [("recommend", "worst")]
