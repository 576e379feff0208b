"""What files declare of codes is kept, or asked about, where several columns become one, or one becomes several."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from drivers.errors import SurveyError
from drivers.survey.data import Survey, read_survey

_CODEBOOK = """survey: {{id: s, title: {{en: S}}}}
data: {data}
scales: {{pct: {{type: numeric, min: 0, max: 100, missing: {missing}}}}}
items:
  a: {{column: Q1, scale: pct, text: {{en: a}}}}
  b: {{column: Q2, scale: pct, text: {{en: b}}}}
  o: {{column: Q3, scale: pct, text: {{en: o}}}}
drivers: {{da: {{items: [a], label: {{en: A}}}}, db: {{items: [b], label: {{en: B}}}}}}
outcomes: {{sat: {{items: [o], label: {{en: Sat}}}}}}
design: {{sample: opt_in{design}}}
"""
_WAVES = """wave: {columns: [y], order: [{values: ["1"], label: {en: "1"}}, {values: ["2"], label: {en: "2"}}]}
"""
_FILES = "{files: [{file: w1.sav, values: [1]}, {file: w2.sav, values: [2]}]}"
_STACK = (
    "{file: a.sav, stack: {into: brand, respondent: person, values: {ours: {Q1: Q1, Q2: Q2, Q3: Q3}, "
    "rival: {Q1: R1, Q2: R2, Q3: R3}}}}"
)
_LONG = "{file: %s, long: {respondent: [id], question: q, answer: ans}}"


def _read(folder: Path, data: str, *, more: str = "", missing: str = "{}", design: str = "") -> Survey:
    path = folder / "c.yml"
    path.write_text(_CODEBOOK.format(data=data, missing=missing, design=design) + more, encoding="utf-8")
    return read_survey(path)


def _answers(columns: str, first: float) -> pd.DataFrame:
    frame = pd.DataFrame({c: np.arange(12.0) + i for i, c in enumerate(columns.split())})
    frame.loc[0, columns.split()[0]] = first
    return frame


def test_a_later_wave_declares_another_code_missing(tmp_path: Path) -> None:
    pyreadstat.write_sav(_answers("Q1 Q2 Q3", 98), tmp_path / "w1.sav", missing_ranges={"Q1": [98]})
    pyreadstat.write_sav(_answers("Q1 Q2 Q3", 99), tmp_path / "w2.sav", missing_ranges={"Q1": [99]})
    with pytest.raises(SurveyError, match="declares '99' missing and does not say why"):
        _read(tmp_path, _FILES, more=_WAVES, missing="{98: refused}")


def test_a_code_that_one_wave_declares_missing_and_another_has_as_answer(tmp_path: Path) -> None:
    pyreadstat.write_sav(
        _answers("Q1 Q2 Q3", 98),
        tmp_path / "w1.sav",
        missing_ranges={"Q1": [98]},
        variable_value_labels={"Q2": {0.0: "None"}},
    )
    pyreadstat.write_sav(_answers("Q1 Q2 Q3", 98), tmp_path / "w2.sav")
    with pytest.raises(SurveyError) as refused:
        _read(tmp_path, _FILES, more=_WAVES)
    assert str(refused.value) == (
        "w2.sav, column 'Q1': expected '98' to mean the same in all that become column 'Q1', found it among its "
        "answers and in w1.sav, column 'Q1' as missing; write what it means under items.a.answers."
    )
    assert int((_read(tmp_path, _FILES, more=_WAVES, missing="{98: refused}").missing["a"] > 0).sum()) == 2


def test_a_second_brand_declares_missing_answers_of_its_own(tmp_path: Path) -> None:
    frame = pd.concat([_answers("Q1 Q2 Q3", 5), _answers("R1 R2 R3", 99)], axis=1)
    pyreadstat.write_sav(frame, tmp_path / "a.sav", missing_ranges={"R1": [99]})
    with pytest.raises(SurveyError, match="declares '99' missing and does not say why"):
        _read(tmp_path, _STACK, design=", cluster: person")


def test_a_second_brand_with_labels_the_other_way_round(tmp_path: Path) -> None:
    frame = pd.concat([_answers("Q1 Q2 Q3", 5), _answers("R1 R2 R3", 5)], axis=1)
    pyreadstat.write_sav(frame, tmp_path / "a.sav", variable_value_labels={"Q1": {0.0: "Worst"}, "R1": {0.0: "Best"}})
    with pytest.raises(SurveyError, match=r"column 'R1': expected code 0 to mean 'Worst' as in a\.sav, column 'Q1'"):
        _read(tmp_path, _STACK, design=", cluster: person")


def test_a_long_file_declares_missing_answers(tmp_path: Path) -> None:
    rows = [(float(i), q, 99.0 if i == 0 else float(i)) for i in range(12) for q in ("Q1", "Q2", "Q3")]
    frame = pd.DataFrame(rows, columns=["id", "q", "ans"])
    pyreadstat.write_sav(frame, tmp_path / "l.sav", missing_ranges={"ans": [99]})
    with pytest.raises(SurveyError, match="declares '99' missing and does not say why"):
        _read(tmp_path, _LONG % "l.sav")


def test_long_rows_of_nobody_are_no_respondent(tmp_path: Path) -> None:
    text = "id,q,ans\n1,Q1,5\n1,Q2,6\n1,Q3,7\n,Q1,5\n,Q2,6\n,Q3,7\n"
    (tmp_path / "l.csv").write_text(text, encoding="utf-8")
    with pytest.raises(SurveyError) as refused:
        _read(tmp_path, _LONG % "l.csv")
    assert str(refused.value) == (
        "l.csv, column 'id': expected a name in every row (data.long.respondent), found an empty cell in 3 rows (lines "
        "5, 6, 7); complete the column."
    )
