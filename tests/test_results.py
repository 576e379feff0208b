"""The shared shape of results: closed lists, verdicts whose parts agree, frames and arrays that stay as they are."""

from dataclasses import FrozenInstanceError

import numpy as np
import pandas as pd
import pytest

from drivers.closed_lists import COLUMNS, NOTES, REASONS
from drivers.results import Code, Result, Sample, Verdict, frame, read_only

DRIVERS = ("speed", "respect", "information")
# Speed is above both others, which cannot be told apart.
ABOVE = [[False, True, True], [False, False, False], [False, False, False]]


def verdict(**changes: object) -> Verdict:
    parts = {
        "status": "ranked",
        "drivers": DRIVERS,
        "leader": "speed",
        "top_group": ("speed",),
        "above": np.array(ABOVE),
        "rank_low": np.array([1, 2, 2]),
        "rank_high": np.array([1, 3, 3]),
    }
    return Verdict(**{**parts, **changes})


class OneNumber(Result):
    """The smallest result."""

    __slots__ = ()
    kind = "one_number"

    def tidy(self) -> pd.DataFrame:
        return frame({"term": ["a"], "estimate": [1.0]})

    def glance(self) -> pd.DataFrame:
        return frame({"n": [1]})


# Closed lists


@pytest.mark.parametrize("names", [COLUMNS, REASONS + NOTES])
def test_closed_lists_hold_machine_names_once(names: tuple[str, ...]) -> None:
    assert len(names) == len(set(names))
    assert all(name.isidentifier() and name == name.lower() for name in names)


def test_a_code_outside_the_closed_list_is_refused() -> None:
    with pytest.raises(ValueError) as refused:
        Code("bad_weather")
    assert str(refused.value) == (f"Unknown code 'bad_weather'; the closed list is {', '.join(REASONS + NOTES)}.")


def test_a_code_holds_its_numbers() -> None:
    code = Code("few_respondents", {"n_effective": 41, "needed": 90})
    assert code == Code("few_respondents", {"needed": 90, "n_effective": 41})
    assert repr(code) == "Code(code='few_respondents', values={'n_effective': 41, 'needed': 90})"
    assert Code("census").values == {}
    with pytest.raises(FrozenInstanceError):
        code.code = "census"


def test_a_column_outside_the_closed_list_is_refused() -> None:
    with pytest.raises(ValueError) as refused:
        frame({"driver": ["speed"], "Pr(>|t|)": [0.05], "weight": [1]})
    assert str(refused.value) == (
        "Columns ['Pr(>|t|)', 'weight'] are not in the closed list of drivers.closed_lists.COLUMNS."
    )


def test_a_frame_has_its_columns_in_the_order_they_were_given() -> None:
    made = frame({"share": [0.6, 0.4], "driver": ["speed", "respect"]})
    assert list(made.columns) == ["share", "driver"]
    assert made["driver"].tolist() == ["speed", "respect"]


# Arrays


def test_a_read_only_array_is_a_copy_in_rows() -> None:
    given = np.asfortranarray([[1, 2], [3, 4]])
    made = read_only(given)
    given[0, 0] = 9
    assert made.tolist() == [[1, 2], [3, 4]]
    assert made.dtype == float and made.flags.c_contiguous
    with pytest.raises(ValueError, match="read-only"):
        made[0, 0] = 9


def test_a_read_only_array_takes_the_type_that_is_asked_for() -> None:
    assert read_only([1, 0], bool).tolist() == [True, False]
    assert read_only(["2024-01-31"], "datetime64[D]").dtype == "datetime64[D]"


# Samples and verdicts


def test_samples_are_compared_by_their_parts() -> None:
    def sample(n: int) -> Sample:
        return Sample(n_asked=10, n=n, n_effective=8.5, weighted=True, missing="complete_cases", sampling="probability")

    assert sample(9) == sample(9) != sample(8)
    with pytest.raises(FrozenInstanceError):
        sample(9).n = 10


def test_drivers_that_cannot_be_told_apart_are_tied() -> None:
    made = verdict()
    assert made.tied_with("speed") == ()
    assert made.tied_with("respect") == ("information",)
    assert made.tied_with("information") == ("respect",)


def test_ties_are_not_transitive() -> None:
    above = np.array([[False, False, True], [False, False, False], [False, False, False]])
    made = verdict(status="tied", leader=None, top_group=(), above=above)
    assert made.tied_with("speed") == ("respect",)
    assert made.tied_with("respect") == ("speed", "information")


@pytest.mark.parametrize("name", ["above", "rank_low", "rank_high"])
def test_a_verdict_does_not_change(name: str) -> None:
    made = verdict()
    with pytest.raises(ValueError, match="read-only"):
        getattr(made, name)[0] = 0
    with pytest.raises(FrozenInstanceError):
        made.status = "tied"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"drivers": DRIVERS[:2]}, "A verdict needs one row and one column for each driver."),
        ({"rank_low": np.array([1, 2])}, "A verdict needs one row and one column for each driver."),
        ({"rank_high": np.array([[1, 3, 3]])}, "A verdict needs one row and one column for each driver."),
        ({"above": np.array(ABOVE)[:2]}, "A verdict needs one row and one column for each driver."),
        (
            {"above": np.array(ABOVE) | np.array(ABOVE).T},
            "A driver cannot be above another that is above it.",
        ),
        ({"above": np.eye(3, dtype=bool)}, "A driver cannot be above another that is above it."),
        (
            {"status": "not_rankable", "leader": None, "top_group": ()},
            "A verdict has reasons exactly where drivers cannot be ranked.",
        ),
        ({"reasons": (Code("weak_model"),)}, "A verdict has reasons exactly where drivers cannot be ranked."),
        ({"status": "tied"}, "Only a ranked verdict has a leader or a top group."),
        ({"status": "tied", "leader": None}, "Only a ranked verdict has a leader or a top group."),
        (
            {"status": "not_rankable", "top_group": (), "reasons": (Code("weak_model"),)},
            "Only a ranked verdict has a leader or a top group.",
        ),
    ],
)
def test_a_verdict_whose_parts_do_not_agree_is_refused(changes: dict, sentence: str) -> None:
    with pytest.raises(ValueError) as refused:
        verdict(**changes)
    assert str(refused.value) == sentence


def test_a_verdict_that_cannot_rank_says_why() -> None:
    reasons = (Code("few_respondents", {"n_effective": 41, "needed": 90}),)
    made = verdict(status="not_rankable", leader=None, top_group=(), reasons=reasons)
    assert made.reasons == reasons


# Results


def test_a_result_has_no_notes_and_no_odd_units_unless_it_says_so() -> None:
    result = OneNumber()
    assert result.notes == ()
    assert dict(result.units) == {}


def test_a_result_must_say_how_it_is_told() -> None:
    class Half(Result):
        def tidy(self) -> pd.DataFrame:
            return frame({})

    with pytest.raises(TypeError, match="glance"):
        Half()


def test_a_frame_of_a_result_is_fresh_at_every_call() -> None:
    result = OneNumber()
    first = result.tidy()
    first.loc[0, "estimate"] = 2.0
    assert result.tidy()["estimate"].tolist() == [1.0]
