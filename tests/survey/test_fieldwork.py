"""How the answers were gathered: read, logged, refused where it is wrong, and summed up by AAPOR's formulas."""

from typing import Any

import numpy as np
import pytest

from drivers.errors import SurveyError
from drivers.survey.data import Survey
from drivers.survey.import_log import COUNTED
from drivers.survey.quality.gathering import Gathering, gathering
from drivers.survey.quality.health import survey_quality
from tests.survey.quality.made import made

DISPOSITION = {
    "column": "outcome",
    "complete": [1],
    "partial": ["part"],
    "refused": [2],
    "not_contacted": [3],
    "other": [4],
    "unknown_eligibility": [5],
    "not_eligible": [6],
}
PERIOD = {"column": "day", "format": "%Y-%m-%d"}


def survey(n: int, more: dict[str, Any], fieldwork: dict[str, Any], **book: Any) -> Survey:
    cells = [1 + k % 5 for k in range(n)]
    return made({"a": cells, "b": cells[::-1]}, overall=cells, more=more, fieldwork=fieldwork, **book)


def gathered(found: Survey) -> Gathering:
    summed = gathering(found)
    assert summed is not None
    return summed


def steps(found: Survey, used_for: str) -> list[tuple[str, str, str, int]]:
    log = found.import_log[found.import_log["used_for"] == used_for]
    return list(log[["action", "found", "became", "count"]].itertuples(index=False, name=None))


@pytest.mark.parametrize(("unit", "factor"), [("seconds", 1.0), ("minutes", 60.0), ("milliseconds", 0.001)])
def test_durations_are_seconds(unit: str, factor: float) -> None:
    found = survey(3, {"t": ["90", "٤٫٥", ""]}, {"duration": {"column": "t", "unit": unit}})
    assert found.fieldwork is not None and found.fieldwork.seconds is not None
    assert found.fieldwork.seconds == pytest.approx(np.array([90, 4.5, np.nan]) * factor, nan_ok=True)
    assert steps(found, "fieldwork.duration") == [
        ("read", "", f"{unit} → seconds", 2),
        ("set missing", "", "blank", 1),
    ]


@pytest.mark.parametrize("cell", ["soon", "-3", "1:20"])
def test_what_is_no_duration_is_refused(cell: str) -> None:
    with pytest.raises(SurveyError) as refused:
        survey(3, {"t": ["90", cell, ""]}, {"duration": {"column": "t"}})
    assert str(refused.value) == (
        f"made.csv, column 't': expected how many seconds a respondent took, 0 or more, found {cell!r} in line 3; "
        "correct the cells, or empty them."
    )


def test_modes_are_in_the_order_of_their_labels() -> None:
    labels = {"values": {"web": {"en": "On a page"}, "phone": {"en": "By telephone"}}}
    found = survey(4, {"how": ["phone", "paper", "", "web"]}, {"mode": {"column": "how", **labels}})
    assert found.fieldwork is not None and found.fieldwork.mode is not None
    assert found.fieldwork.modes == ("web", "phone", "paper")
    assert found.fieldwork.mode.tolist() == [1, 2, -1, 0]
    assert found.labels.text("mode", "web", "en") == "On a page"
    assert steps(found, "fieldwork.mode") == [("read", "", "3 modes", 3), ("set missing", "", "blank", 1)]


def test_means_of_modes_are_weighted_and_small_modes_left_out() -> None:
    n = 25
    how = ["web"] * 12 + ["phone"] * 10 + ["paper"] * 3
    weights = [1 + k % 3 for k in range(n)]
    found = survey(n, {"how": how, "w": weights}, {"mode": {"column": "how"}}, design={"weight": "w"})
    summed = gathered(found)
    assert [mode.mode for mode in summed.modes] == ["web", "phone"]
    assert summed.modes_left_out == 1
    points = 25.0 * (np.arange(n) % 5)
    for mode, rows in zip(summed.modes, (slice(0, 12), slice(12, 22)), strict=True):
        assert mode.performance == pytest.approx(np.average(points[rows], weights=weights[rows]))
        assert mode.share == pytest.approx(sum(weights[rows]) / sum(weights))


def test_the_delay_since_the_contact() -> None:
    day = ["2024-03-10"] * 12
    contact = ["2024-03-09"] * 5 + ["2024-02-01"] * 5 + ["2024-03-12", ""]
    work = {"contact": {"column": "visit", "format": "%Y-%m-%d"}, "most_days": 30}
    found = survey(12, {"day": day, "visit": contact}, work, period=PERIOD)
    summed = gathered(found)
    assert (summed.n_dated, summed.before_contact, summed.most_days) == (11, 1, 30)
    assert summed.median_days == 19.5
    assert summed.late_share == pytest.approx(5 / 11)
    assert {check.code: check.light for check in survey_quality(found).checks}["late"] == "red"
    assert steps(found, "fieldwork.contact") == [("read", "", "", 11), ("no date", "", "", 1)]


def test_a_contact_that_is_no_date_is_refused() -> None:
    work = {"contact": {"column": "visit", "format": "%Y-%m-%d"}}
    with pytest.raises(SurveyError) as refused:
        survey(2, {"day": ["2024-03-10"] * 2, "visit": ["2024-03-09", "yesterday"]}, work, period=PERIOD)
    assert str(refused.value) == (
        "made.csv, column 'visit': expected dates of the form %Y-%m-%d, found 'yesterday' in line 3; correct the cells "
        "or the codebook's fieldwork.contact.format."
    )


def test_who_did_not_answer_is_no_respondent() -> None:
    outcome = [1] * 12 + ["part"] * 3 + [2] * 5 + [3] * 20 + [4] * 2 + [5] * 8 + [6] * 10
    n = len(outcome)
    # Nobody who did not answer has a weight.
    weights = ["1.5" if code in (1, "part") else "" for code in outcome]
    more = {"outcome": outcome, "w": weights}
    found = survey(n, more, {"disposition": DISPOSITION}, design={"weight": "w"})
    assert len(found.weights) == 15
    log = found.import_log
    left_out = log[log["action"] == "left out"]
    assert left_out[["found", "became", "count"]].values.tolist() == [
        ["2", "refused", 5],
        ["3", "not_contacted", 20],
        ["4", "other", 2],
        ["5", "unknown_eligibility", 8],
        ["6", "not_eligible", 10],
    ]
    assert log.loc[log["action"] == "rows", "count"].sum() - left_out["count"].sum() == 15
    for _, lines in log[log["column"] != ""].groupby(["column", "used_for"]):
        assert lines.loc[lines["action"].isin(COUNTED), "count"].sum() == 15
    rates = gathered(found).rates
    assert rates is not None
    # AAPOR: everybody but the ineligible is in the base of RR1, RR2 and REF1.
    assert (rates.answers, rates.asked) == (15, 50)
    assert rates.complete_rate == pytest.approx(12 / 50)
    assert rates.response_rate == pytest.approx(15 / 50)
    assert rates.cooperation_rate == pytest.approx(15 / (15 + 5 + 2))
    assert rates.refusal_rate == pytest.approx(5 / 50)


def test_a_disposition_that_is_not_listed_is_refused() -> None:
    with pytest.raises(SurveyError) as refused:
        survey(3, {"outcome": [1, 9, ""]}, {"disposition": DISPOSITION})
    assert str(refused.value) == (
        "made.csv, column 'outcome': expected dispositions listed under fieldwork.disposition in the codebook, found "
        "'9' in line 3; an empty cell in line 4; add each to the list that it belongs to."
    )


def test_a_survey_without_respondents_is_refused() -> None:
    with pytest.raises(SurveyError) as refused:
        survey(2, {"outcome": [2, 3]}, {"disposition": DISPOSITION})
    assert str(refused.value) == (
        "made.csv, column 'outcome': expected respondents, listed under complete or partial, found none; correct "
        "fieldwork.disposition."
    )


def test_the_response_rate_of_invitations() -> None:
    rates = gathered(survey(12, {}, {"invited": 48})).rates
    assert rates is not None
    assert (rates.answers, rates.asked, rates.response_rate) == (12, 48, 0.25)
    assert np.isnan([rates.complete_rate, rates.cooperation_rate, rates.refusal_rate]).all()


def test_a_survey_that_says_nothing_of_its_fieldwork_has_no_record() -> None:
    found = made({"a": [1, 2], "b": [2, 1]}, overall=[1, 2])
    assert found.fieldwork is None
    assert gathering(found) is None
