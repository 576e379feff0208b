"""drivers init: what it writes, what it says, and what it refuses."""

from pathlib import Path

import pytest

from drivers.cli import main
from tests.survey.drafting.tables import repeated, written

COLUMNS = {
    "overall": [*repeated([1, 2, 3, 4, 5], 60), 98],
    "speed": repeated([1, 2, 3, 4, 5], 61, 2),
    "respect": repeated([1, 2, 3, 4, 5], 61, 3),
    "art": repeated([1, 2, 3, 4, 5], 61, 4),
    "NPS": repeated(range(11), 61),
}


def test_the_draft_stands_beside_the_file_and_check_accepts_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = written(tmp_path, COLUMNS)
    assert main(["init", str(source)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("answers.csv: 61 rows, 5 columns\n\nPart ")
    assert "To confirm: 3\n  - scales.rating_1_5: 98: which kind of missing answer?\n" in said
    assert said.endswith(f"\nWritten: {tmp_path / 'answers.yml'}\nNext: drivers check {tmp_path / 'answers.yml'}\n")
    assert main(["check", str(tmp_path / "answers.yml")]) in (0, 1)


def test_it_does_not_overwrite(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = written(tmp_path, COLUMNS)
    output = tmp_path / "mine.yml"
    output.write_text("mine", encoding="utf-8")
    assert main(["init", str(source), "--output", str(output)]) == 2
    assert capsys.readouterr().err == (
        f"drivers: Expected no file at {output}, found one; name another one with --output, or overwrite it with "
        "--force.\n"
    )
    assert output.read_text(encoding="utf-8") == "mine"
    assert main(["init", str(source), "--output", str(output), "--force"]) == 0


def test_a_codebook_in_another_folder_is_told_where_its_data_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = written(tmp_path, COLUMNS)
    (tmp_path / "books").mkdir()
    output = tmp_path / "books" / "a.yml"
    assert main(["init", str(source), "--output", str(output)]) == 0
    assert capsys.readouterr().out.endswith(
        f"Next: drivers check {output} --data {source}\n"
        "The codebook looks for its data in its own folder: put the file there to read it without --data.\n"
    )
    assert main(["check", str(output), "--data", str(source)]) in (0, 1)


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", str(tmp_path / "none.csv")]) == 2
    assert "no such file" in capsys.readouterr().err
