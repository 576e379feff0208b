"""Sentences where there were tracebacks, wrong reasons, or signs that move a cursor."""

import io
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from openpyxl import Workbook

from drivers.cli import main
from drivers.errors import SurveyError
from drivers.survey.data import read_survey
from drivers.survey.reading import read_table


@pytest.mark.parametrize("folder", [".", "..", "./"])
def test_a_folder_in_place_of_answers(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["init", folder]) == 2
    assert "expected a file with answers, found the folder" in capsys.readouterr().err.lower()


def test_names_of_files_move_no_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "no\x1b[31m\u202efile.csv"]) == 2
    error = capsys.readouterr().err
    assert "no\\x1b[31m\\u202efile.csv" in error and error.count("\n") == 1


def test_a_cell_that_is_too_long(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('id,Q1\n1,"' + "a" * 140_000 + '"\n', encoding="utf-8")
    with pytest.raises(SurveyError, match="line 2: expected a cell of at most 131,072 characters, found a longer one"):
        read_table(tmp_path / "a.csv")


def test_a_date_beyond_the_calendar_is_a_number(tmp_path: Path) -> None:
    book, content = Workbook(), io.BytesIO()
    book.active.append(["id", "Q1"])
    book.active.append([1, 9_000_000])
    book.active["B2"].number_format = "dd/mm/yyyy"
    book.save(content)
    (tmp_path / "a.xlsx").write_bytes(content.getvalue())
    assert read_table(tmp_path / "a.xlsx").frame["Q1"].tolist() == ["9000000"]


@pytest.mark.parametrize("missing", ["{}", "{98: dont_know}"])
def test_a_missing_answer_within_the_ends_of_a_numeric_scale(missing: str, tmp_path: Path) -> None:
    frame = pd.DataFrame({name: [98.0, 1.0, 2.0, 3.0] for name in ("Q1", "Q2", "Q3")})
    labels = {98.0: "Don't know"}
    pyreadstat.write_sav(
        frame,
        tmp_path / "a.sav",
        missing_ranges={n: [98] for n in frame},
        variable_value_labels=dict.fromkeys(frame, labels),
    )
    (tmp_path / "c.yml").write_text(
        f"""survey: {{id: s, title: {{en: S}}}}
data: {{file: a.sav}}
scales: {{pct: {{type: numeric, min: 0, max: 100, missing: {missing}}}}}
items:
  a: {{column: Q1, scale: pct, text: {{en: a}}}}
  b: {{column: Q2, scale: pct, text: {{en: b}}}}
  o: {{column: Q3, scale: pct, text: {{en: o}}}}
drivers: {{da: {{items: [a], label: {{en: A}}}}, db: {{items: [b], label: {{en: B}}}}}}
outcomes: {{sat: {{items: [o], label: {{en: Sat}}}}}}
design: {{sample: opt_in}}
""",
        encoding="utf-8",
    )
    assert read_survey(tmp_path / "c.yml").missing["a"].tolist() == [2, 0, 0, 0]
