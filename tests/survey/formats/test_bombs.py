"""Small files that unpack to a size no survey has are refused in a sentence, before memory is taken for them."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from drivers.cli import main
from drivers.errors import CodebookError, SurveyError
from drivers.survey.forms.sheets import read_sheets
from drivers.survey.reading import read_table


def test_gzip_bomb(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    with gzip.open(path, "wb") as stream:
        stream.write(b"id,Q1\n")
        for _ in range(210):
            stream.write(b"1,2\n" * 250_000)
    with pytest.raises(SurveyError, match=r"a.csv.gz: expected a gzip file of answers, found one that unpacks from"):
        read_table(path)


def test_form_that_is_a_bomb(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book, content = Workbook(), io.BytesIO()
    book.active.title = "survey"
    book.active.append(["type", "name"])
    book.save(content)
    path = tmp_path / "form.xlsx"
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = part.replace(b"</sheetData>", b" " * 60_000_000 + b"</sheetData>")
            new.writestr(name, part)
    with pytest.raises(CodebookError, match=r"whose part 'xl/worksheets/sheet1.xml' unpacks from"):
        read_sheets(path)


def test_memory_that_does_not_suffice(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def full(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("drivers.survey.data.read_survey", full)
    assert main(["check", "judges"]) == 2
    assert capsys.readouterr().err.startswith("drivers: Expected a file that fits into memory")
