"""Problems and what became of them: the planted truth, brute force, small groups, and what is refused."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.indicators.estimates import difference_level
from drivers.indicators.loyalty.service_recovery import RecoveryResult
from drivers.models.multiplicity import holm
from drivers.survey.data import Survey
from tests.simulated import make_survey

CHANCE = 3.5
"""Standard errors by which an estimate may miss the truth, of ten or so that are looked at."""


@pytest.fixture(scope="module")
def asked() -> Survey:
    return kda.example_survey("service_center")


@pytest.fixture(scope="module")
def center(asked: Survey) -> RecoveryResult:
    return kda.recovery(asked)


def test_events_are_no_answers(asked: Survey) -> None:
    with pytest.raises(kda.ModelError, match=r"Expected outcomes to be one of 'satisfaction', .*found 'left'"):
        kda.recovery(asked, outcomes=["left"])


def test_the_planted_groups_and_differences_are_found(center: RecoveryResult) -> None:
    truth = kda.example_truth("service_center")["recovery"]
    for group, part in truth["parts"].items():
        level = center.sizes[group]
        assert level is not None and abs(level.estimate - part) < CHANCE * level.std_error
    assert center.fast_within == truth["fast_within_days"]
    times = truth["times_for_everybody"]
    for outcome, planted in (
        ("satisfaction", truth["satisfaction_against_no_problem"]),
        ("forgives", truth["tolerance_against_no_problem"]),
    ):
        for one in center.contrasts:
            if one.outcome == outcome:
                assert abs(one.estimate - times * planted[one.group]) < CHANCE * one.std_error
                assert one.std_error < 1.0


def test_the_paradox_holds_where_it_was_planted(center: RecoveryResult) -> None:
    assert dict(center.paradox) == {
        "satisfaction": "not_decided",
        "comes_back": "not_decided",
        "recommends": "not_decided",
        "defends": "not_decided",
        "forgives": "supported",
    }
    unsolved = {one.outcome: one.conclusion for one in center.contrasts if one.group == "unsolved"}
    assert set(unsolved.values()) == {"below"}


def problems(
    folder: Path,
    problem: np.ndarray,
    solved: np.ndarray,
    days: np.ndarray | None,
    satisfaction: np.ndarray,
    **how: Any,
) -> Survey:
    """A survey that asks about problems; NaN = not answered."""
    n = len(problem)
    loyalty = np.column_stack([satisfaction, np.full(n, 50.0) + np.arange(n) % 7])
    make_survey(
        folder,
        drivers={"a": np.arange(n) % 11 * 10.0},
        outcomes={"satisfaction": satisfaction, "loyalty": loyalty},
        **how,
    )
    path = folder / "codebook.yml"
    book = json.loads(path.read_text(encoding="utf-8"))
    book["scales"] |= {"yes_no": {"type": "binary"}, "days": {"type": "numeric", "min": 0, "max": 99}}
    columns = {"problem": problem, "solved": solved}
    book["recovery"] = {"problem": "problem", "solved": "solved"}
    if days is not None:
        columns["days"] = days
        book["recovery"] |= {"days": "days", "fast_within": 3}
    for name in columns:
        book["items"][name] = {"column": name, "scale": "days" if name == "days" else "yes_no"}
    path.write_text(json.dumps(book), encoding="utf-8")
    with (folder / "answers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[0] += columns
    for row, values in zip(rows[1:], zip(*columns.values(), strict=True), strict=True):
        row += ["" if np.isnan(value) else f"{value:g}" for value in values]
    with (folder / "answers.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return kda.read_survey(path)


def drawn(n: int = 400, seed: int = 6) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Problems of a third, solved of two thirds, in 1 to 6 days, and answers that fall with a problem."""
    rng = np.random.default_rng(seed)
    problem = (rng.random(n) < 1 / 3).astype(float)
    solved = np.where(problem == 1, (rng.random(n) < 2 / 3).astype(float), np.nan)
    days = np.where(solved == 1, rng.integers(1, 7, n).astype(float), np.nan)
    satisfaction = np.clip(np.round(60 - 8 * problem + 4 * (days <= 3) + 15 * rng.normal(size=n)), 0, 100)
    return problem, solved, days, satisfaction


def test_numbers_are_those_of_a_count(tmp_path: Path) -> None:
    problem, solved, days, satisfaction = drawn()
    solved[np.flatnonzero(problem == 1)[:12]] = np.nan
    satisfaction[5:15] = np.nan
    result = kda.recovery(problems(tmp_path, problem, solved, days, satisfaction))
    known = {
        "none": problem == 0,
        "fast": (solved == 1) & (days <= 3),
        "slow": (solved == 1) & (days > 3),
        "unsolved": solved == 0,
    }
    everybody = sum(rows.sum() for rows in known.values())
    assert result.n_unclear == len(problem) - everybody > 11
    for group, rows in known.items():
        size, mean = result.sizes[group], result.means["satisfaction"][group]
        assert size is not None and mean is not None
        assert size.estimate == pytest.approx(rows.sum() / everybody)
        assert mean.estimate == pytest.approx(np.nanmean(satisfaction[rows]))
        assert mean.n == (rows & ~np.isnan(satisfaction)).sum()
        if group != "none":
            part = result.of_problems[group]
            assert part is not None
            assert part.estimate == pytest.approx(rows.sum() / (everybody - known["none"].sum()))
    tidy = result.tidy()
    assert set(tidy.columns) <= set(COLUMNS)
    assert set(tidy["term"]) == {"size", "of_problems", "mean", "difference"}
    assert (tidy["outcome"] == "satisfaction").sum() == 4 + 3
    assert result.glance()["n"].item() == everybody
    json.dumps(dict(result.details))


@pytest.mark.parametrize("designed", [False, True])
def test_differences_are_those_of_the_design(tmp_path: Path, designed: bool) -> None:
    rng = np.random.default_rng(9)
    how: dict[str, Any] = {}
    if designed:
        how = {
            "weights": rng.integers(1, 5, 400).astype(float),
            "strata": np.repeat([1, 2, 3, 4], 100),
            "clusters": np.repeat(np.arange(40), 10),
        }
    problem, solved, days, satisfaction = drawn()
    survey = problems(tmp_path, problem, solved, days, satisfaction, **how)
    result = kda.recovery(survey, outcomes=["satisfaction"], conf_level=0.9)
    for one in result.contrasts:
        rows = {"fast": days <= 3, "slow": days > 3, "unsolved": solved == 0}[one.group]
        expected = difference_level(survey, satisfaction, rows, problem == 0, 0.9)
        found = (one.estimate, one.std_error, one.conf_low, one.conf_high)
        assert found == pytest.approx(
            (expected.estimate, expected.std_error, expected.conf_low, expected.conf_high), rel=1e-9
        )
    assert [one.p_adjusted for one in result.contrasts] == pytest.approx(
        holm(np.array([one.p_value for one in result.contrasts]))
    )


def test_verdicts_follow_the_corrected_test(tmp_path: Path) -> None:
    problem, solved, days, _ = drawn(800)
    noise = np.random.default_rng(1).normal(0, 5, 800)
    fast = (days <= 3).astype(float)
    for effect, says in ((15, "supported"), (-15, "contradicted"), (0, "not_decided")):
        answers = np.round(50 + effect * fast + noise)
        result = kda.recovery(problems(tmp_path / says, problem, solved, days, answers), outcomes=["satisfaction"])
        assert dict(result.paradox) == {"satisfaction": says}


def test_without_days_there_are_three_groups(tmp_path: Path) -> None:
    problem, solved, _, satisfaction = drawn()
    result = kda.recovery(problems(tmp_path, problem, solved, None, satisfaction))
    assert result.groups == ("none", "solved", "unsolved")
    assert result.best == "solved" and result.fast_within is None
    assert set(result.paradox) == {"satisfaction", "loyalty_1", "loyalty_2"}


def test_small_groups_are_not_shown_and_cannot_be_told(tmp_path: Path) -> None:
    problem, solved, days, satisfaction = drawn()
    # Nine are left unsolved.
    unsolved = np.flatnonzero(solved == 0)
    solved[unsolved[9:]], days[unsolved[9:]] = 1, 2
    result = kda.recovery(problems(tmp_path, problem, solved, days, satisfaction))
    assert result.hidden == ("slow", "unsolved")
    assert result.of_problems["unsolved"] is None and result.means["satisfaction"]["slow"] is None
    assert {one.group for one in result.contrasts} == {"fast"}
    shown = result.tidy().query("group in ['slow', 'unsolved']")
    assert shown[["estimate", "n"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ((40, 0, 6), ("fast", "unsolved")),  # nobody was slow: hiding that would leave six
        ((40, 3, 4), ("fast", "slow", "unsolved")),  # seven together are still fewer than ten
        ((40, 6, 7), ("slow", "unsolved")),
        ((40, 0, 20), ()),
    ],
)
def test_hidden_groups_together_are_ten_at_least(
    tmp_path: Path, counts: tuple[int, int, int], hidden: tuple[str, ...]
) -> None:
    rng = np.random.default_rng(31)
    problem = np.repeat([0.0, 1.0], [60, sum(counts)])
    solved, days = np.full((2, len(problem)), np.nan)
    solved[60:] = np.repeat([1.0, 1.0, 0.0], counts)
    days[60:] = np.repeat([1.0, 9.0, np.nan], counts)
    result = kda.recovery(problems(tmp_path, problem, solved, days, rng.uniform(0, 100, len(problem))))
    assert result.hidden == hidden
    told = sum(level.estimate for level in result.sizes.values() if level is not None)
    assert not 0 < round((1 - told) * len(problem)) < 10


def test_a_handful_of_unclear_answers_is_not_told(tmp_path: Path) -> None:
    problem, solved, days, satisfaction = drawn()
    problem[:4] = np.nan
    result = kda.recovery(problems(tmp_path, problem, solved, days, satisfaction))
    assert result.n_unclear == 4 and result.details["n_unclear"] is None


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_too_few_on_one_side_are_refused(tmp_path: Path, value: float) -> None:
    problem, solved, days, satisfaction = drawn()
    problem[:] = value
    problem[:9] = 1 - value
    survey = problems(tmp_path, problem, solved, days, satisfaction)
    with pytest.raises(kda.ModelError) as error:
        kda.recovery(survey)
    who = "without one" if value else "with a problem"
    assert str(error.value).startswith(f"Expected at least 10 respondents {who}, found ")
    assert (error.value.code, dict(error.value.values)) == ("few_problems", {"needed": 10})


def test_surveys_that_do_not_ask_say_so() -> None:
    answer = kda.attempt(kda.recovery, kda.example_survey("customersat"))
    assert answer.details == {"reasons": [{"code": "no_recovery"}]}


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [
        (
            "satisfaction",
            "Expected a list of names in outcomes=, found the text 'satisfaction'; write ['satisfaction'].",
        ),
        ([], "Expected at least one outcome in outcomes=, found none; leave it out for all."),
        (["nonsense"], "Expected outcomes to be one of 'satisfaction', "),
        (["a_1"], "Expected outcomes to be one of 'satisfaction', "),
    ],
)
def test_what_is_asked_wrongly_is_said(tmp_path: Path, outcomes: Any, said: str) -> None:
    with pytest.raises(kda.ModelError) as error:
        kda.recovery(problems(tmp_path, *drawn()), outcomes=outcomes)
    assert str(error.value).startswith(said)
