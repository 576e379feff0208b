"""Files beside the answers: what units counted, and what managers think."""

from pathlib import Path

import numpy as np
import pytest

from drivers.errors import CodebookError, SurveyError
from drivers.survey.data import Survey, read_survey
from tests.survey.small_survey import CODEBOOK, changed, write_survey

BESIDE = """\
records:
  counted: {file: counted.csv, unit: office, wave: [year, round]}
indicators:
  complaints:
    records: counted
    count: complaints
    per: contacts
    times: 1000
    label: {en: Complaints}
    statistic: rate
    better: lower
    target: 5
  again: {records: counted, count: again, per: contacts, label: {en: Came again}, statistic: share, better: lower}
  minutes: {column: Calls, label: {en: Calls}, statistic: mean, better: range, target: [2, 4], missing: [9, x]}
value: {per_customer: Weight, currency: {en: units}, lost: again}
management: {file: managers.csv, manager: who, driver: what, performance: rating, importance: part}
"""
COUNTED = """\
office,year,round,contacts,complaints,again
N1,2023,spring,100,2,7
S1,2023,spring,٢٠٠,,11
S1,2024,spring,300,4,12.5
"""
MANAGERS = """\
who,what,rating,part
a,speed,80,30
a,respect,60.5,70
b,speed,,20
"""


def read(folder: Path, counted: str = COUNTED, managers: str = MANAGERS, beside: str = BESIDE) -> Survey:
    path = write_survey(folder, codebook=CODEBOOK + beside)
    (folder / "counted.csv").write_text(counted, encoding="utf-8")
    (folder / "managers.csv").write_text(managers, encoding="utf-8")
    return read_survey(path)


def test_records_are_numbers_of_units_and_waves(tmp_path: Path) -> None:
    survey = read(tmp_path)
    records = survey.records["counted"]
    assert list(records.unit) == ["N1", "S1", "S1"]
    assert list(records.wave_index) == [0, 0, 1]
    np.testing.assert_array_equal(records.numbers["contacts"], [100, 200, 300])
    np.testing.assert_array_equal(records.numbers["complaints"], [2, np.nan, 4])
    np.testing.assert_array_equal(records.numbers["again"], [7, 11, 12.5])
    assert records.of_unit("").all()
    np.testing.assert_array_equal(records.of_unit("S1"), [False, True, True])
    told = survey.import_log.query("action == 'read beside'")
    assert told[["used_for", "found", "became", "count"]].to_numpy().tolist() == [
        ["file counted.csv", "records 'counted'", "3 columns of numbers", 3],
        ["file managers.csv", "management", "2 managers, 2 drivers", 3],
    ]
    assert set(survey.beside_sha256) == {"counted.csv", "managers.csv"}


def test_records_without_units_are_no_units_own(tmp_path: Path) -> None:
    beside = changed(BESIDE, "unit: office, ", "")
    counted = "year,round,contacts,complaints,again\n2023,spring,100,2,7\n2024,spring,100,2,7\n"
    records = read(tmp_path, counted, beside=beside).records["counted"]
    assert records.unit is None and records.of_unit("").all() and not records.of_unit("S1").any()


def test_measures_are_plain_numbers_of_the_survey(tmp_path: Path) -> None:
    survey = read(tmp_path)
    # 9 is listed as no value, and two cells are empty.
    np.testing.assert_array_equal(survey.measures["minutes"], [np.nan, 2, 4, np.nan, np.nan])
    np.testing.assert_array_equal(survey.measures["value"], [1.5, 0.5, 1, 1, 2])


def test_guesses_are_of_managers_and_drivers(tmp_path: Path) -> None:
    guesses = read(tmp_path).guesses
    assert guesses is not None
    assert list(guesses.columns) == ["manager", "driver", "performance", "importance"]
    assert guesses["driver"].tolist() == ["speed", "respect", "speed"]
    np.testing.assert_array_equal(guesses["performance"], [80, 60.5, np.nan])


def test_records_may_be_called_as_the_managers_file_is(tmp_path: Path) -> None:
    beside = BESIDE.replace("records: counted", "records: management").replace(
        "  counted: {file", "  management: {file"
    )
    survey = read(tmp_path, beside=beside)
    assert list(survey.records) == ["management"] and len(survey.records["management"].numbers) == 3
    assert survey.guesses is not None and survey.guesses["manager"].tolist() == ["a", "a", "b"]


def test_a_survey_without_such_files_has_none(tmp_path: Path) -> None:
    survey = read_survey(write_survey(tmp_path))
    assert survey.records == {} and survey.guesses is None and survey.measures.shape == (5, 0)


FAULTS = {
    "number": (
        {"counted": changed(COUNTED, "300,4", "300,four")},
        "counted.csv, column 'complaints': expected numbers of 0 or more (indicator 'complaints'), found 'four' in "
        "line 4; correct the cells.",
    ),
    "negative": (
        {"counted": changed(COUNTED, "100,2", "-1,2")},
        "counted.csv, column 'contacts': expected numbers of 0 or more (indicator 'complaints'), found '-1' in line 2; "
        "correct the cells.",
    ),
    "more than there were": (
        {"counted": changed(COUNTED, "11", "201")},
        "counted.csv, line 3: expected 'again' to be a part of 'contacts', found 201 of 200; correct the cells, or use "
        "statistic: rate.",
    ),
    "unknown wave": (
        {"counted": changed(COUNTED, "2024,spring", "2024,autumn")},
        "counted.csv, column 'year × round': expected waves listed under wave.order in the codebook, found "
        "'2024 autumn' in line 4; add them in order of time.",
    ),
    "same row twice": (
        {"counted": changed(COUNTED, "S1,2024", "S1,2023")},
        "counted.csv: expected one row for each unit and wave, found another in line 4; add them up or remove one.",
    ),
    "no such column": (
        {"counted": changed(COUNTED, "office", "offices")},
        "counted.csv: expected the column 'office' (records.counted.unit), found 'offices', 'year', 'round', "
        "'contacts', 'complaints', 'again'; did you mean 'offices'? Correct the codebook.",
    ),
    "unknown driver": (
        {"managers": changed(MANAGERS, "respect", "respct")},
        "managers.csv, column 'what': expected the names of drivers (speed, respect), found 'respct' in line 3; did "
        "you mean 'respect'?",
    ),
    "guess out of range": (
        {"managers": changed(MANAGERS, "80", "180")},
        "managers.csv, column 'rating': expected numbers of 0 to 100 (management.performance), found '180' in line 2; "
        "correct the cells.",
    ),
    "manager twice": (
        {"managers": changed(MANAGERS, "b,speed", "a,speed")},
        "managers.csv: expected one row for each manager and driver, found 'a' and 'speed' again in line 4; remove "
        "one.",
    ),
    "measure that is no number": (
        {"beside": changed(BESIDE, "column: Calls", "column: Remark")},
        "answers.csv, column 'Remark': expected numbers (indicator 'minutes'), found 'fine, thanks' in line 2; "
        "'two\\nlines' in line 4; correct the cells, or list those that are no value under indicators.minutes.missing "
        "in the codebook.",
    ),
    "share of other numbers": (
        {
            "beside": changed(
                BESIDE, "statistic: mean, better: range, target: [2, 4]", "statistic: share, better: lower"
            )
        },
        "answers.csv, column 'Calls': expected 0 and 1 (indicator 'minutes'), found '2' in line 3; '4' in line 4; "
        "correct the cells, or list those that are no value under indicators.minutes.missing in the codebook.",
    ),
    "worth that is no number": (
        {"beside": changed(BESIDE, "per_customer: Weight", "per_customer: Language")},
        "answers.csv, column 'Language': expected numbers (value.per_customer), found 'Arabic' in 3 rows "
        "(lines 2, 6, 7); 'English' in 2 rows (lines 3, 4); correct the cells.",
    ),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_gets_one_sentence(tmp_path: Path, fault: tuple[dict[str, str], str]) -> None:
    files, sentence = fault
    with pytest.raises(SurveyError) as refused:
        read(tmp_path, **files)
    assert str(refused.value) == sentence


def test_a_file_outside_the_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CodebookError) as refused:
        read(tmp_path, beside=changed(BESIDE, "file: counted.csv", "file: ../counted.csv"))
    assert str(refused.value) == (
        "codebook.yml, records.counted.file: expected a file in the codebook's folder, found '../counted.csv'; move "
        "the file there, pass the file itself together with codebook=, or allow it with outside=True (--outside) if "
        "you trust the codebook."
    )


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    path = write_survey(tmp_path, codebook=CODEBOOK + BESIDE)
    with pytest.raises(SurveyError) as refused:
        read_survey(path)
    assert str(refused.value) == (
        f"Expected a file at {tmp_path / 'counted.csv'}, found no such file; check records.counted.file in the "
        "codebook, or put the file there."
    )
