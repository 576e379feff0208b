"""Numbers with a decimal comma: read where the codebook says so, asked about where it does not."""

from pathlib import Path

import pandas as pd
import pytest

from drivers.errors import SurveyError
from drivers.survey.data import read_survey
from drivers.survey.decimal_commas import with_decimal_points
from drivers.survey.raw_table import table_of

BOOK = """\
survey: {id: shop, title: {en: Shop}}
data: {file: answers.csv}
scales:
  half: {type: numeric, min: 0, max: 10, step: 0.5}
items:
  waited: {column: Waiting, scale: half}
  overall: {column: Overall, scale: half}
drivers:
  speed: {items: [waited], label: {en: Speed}}
outcomes:
  satisfaction: {items: [overall], label: {en: Satisfaction}}
design: {weight: Weight}
"""
ANSWERS = "Waiting;Overall;Weight;Remark\n4,5;7;1.234,5;good, 5\n٣,٥;10,0;0,5;4,5\n;0,5;,25;1,2,3\n"


def write(folder: Path, book: str = BOOK) -> Path:
    (folder / "answers.csv").write_text(ANSWERS, encoding="utf-8")
    path = folder / "codebook.yml"
    path.write_text(book, encoding="utf-8")
    return path


def test_commas_are_decimal_marks_where_the_codebook_says_so(tmp_path: Path) -> None:
    survey = read_survey(write(tmp_path, BOOK.replace("answers.csv", 'answers.csv, decimal: ","')))
    assert survey.codes["waited"].tolist()[:2] == [4.5, 3.5]
    assert survey.codes["overall"].tolist() == [7, 10, 0.5]
    assert survey.weights.tolist() == [1234.5, 0.5, 0.25]
    assert survey.raw["Remark"].tolist() == ["good, 5", "4.5", "1,2,3"]
    log = survey.import_log
    assert log.loc[log["action"] == "decimal", ["found", "became", "count"]].to_numpy().tolist() == [
        ["data.decimal: ','", "a point", 8]
    ]


def test_they_are_asked_about_where_it_does_not(tmp_path: Path) -> None:
    with pytest.raises(SurveyError) as refused:
        read_survey(write(tmp_path))
    first, second = str(refused.value).splitlines()
    assert first == (
        "answers.csv, column 'Waiting': expected answers on scale 'half' (numbers from 0 to 10 in steps of 0.5), found "
        "'4,5' in line 2; '٣,٥' in line 3; write data.decimal: \",\" if commas are decimal marks, correct the scale, "
        "or map "
        "each text under items.waited.answers in the codebook to a code or to one of not_applicable, dont_know, "
        "refused, not_asked, blank."
    )
    assert second.startswith("answers.csv, column 'Overall':") and 'data.decimal: ","' in second


def test_thousands_without_decimals_beside_decimal_commas() -> None:
    frame = pd.DataFrame({"w": ["1.250", "980,5", "12.000.000", "0.250", "4.5"], "id": ["1.250", "2", "3", "4", "5"]})
    table = with_decimal_points(table_of("a.csv", frame.astype("str")))
    assert table.frame["w"].tolist() == ["1250", "980.5", "12000000", "0.250", "4.5"]
    assert table.frame["id"].tolist() == ["1.250", "2", "3", "4", "5"]
    assert table.notes[-1].count == 3
