"""Files of answers: every cell as it was written, or one sentence that says why not."""

import csv
import gzip
import hashlib
import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from drivers.errors import SurveyError
from drivers.survey.raw_table import RawTable, table_of
from drivers.survey.reading import read_table

CSV = 'Name,Score,Remark\nNora,9,"fine, thanks"\nعمر,٧,\nN/A,,"two\nlines"\nZoë,NULL,say ""no""\n'
CELLS = [
    ["Nora", "9", "fine, thanks"],
    ["عمر", "٧", ""],
    ["N/A", "", "two\nlines"],
    ["Zoë", "NULL", 'say ""no""'],
]
PACKED = gzip.compress(CSV.encode(), mtime=0)


def read(folder: Path, content: str | bytes, name: str = "answers.csv") -> RawTable:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_table(path)


def refusal(folder: Path, content: str | bytes) -> str:
    with pytest.raises(SurveyError) as refused:
        read(folder, content)
    return str(refused.value)


def cells(table: RawTable) -> list[list[str]]:
    return table.frame.to_numpy().tolist()


def workbook() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return content.getvalue()


# What is read


def test_every_cell_is_the_text_that_was_written(tmp_path: Path) -> None:
    table = read(tmp_path, CSV)
    assert table.name == "answers.csv"
    assert list(table.frame.columns) == ["Name", "Score", "Remark"]
    assert cells(table) == CELLS


@pytest.mark.parametrize(
    "written", ["NA", "N/A", "NaN", "null", "None", "-", "1e5", "007", "1.50", " 5 ", "TRUE", "#N/A", "inf"]
)
def test_nothing_is_taken_for_a_number_or_a_gap(tmp_path: Path, written: str) -> None:
    assert cells(read(tmp_path, f"a,b\n{written},{written}\n,x\n")) == [[written, written], ["", "x"]]


@pytest.mark.parametrize(
    "content",
    [
        CSV.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + CSV.encode(),
        CSV.removesuffix("\n").encode(),
        CSV.encode() + b"\n\r\n\n",
        b"\n\n" + CSV.encode(),
        PACKED,
        PACKED + gzip.compress(b""),
    ],
    ids=["windows", "mark", "no last line end", "empty last lines", "empty first lines", "gzip", "two gzip parts"],
)
def test_line_ends_marks_and_packing_do_not_matter(tmp_path: Path, content: bytes) -> None:
    expected = [[cell.replace("\r\n", "\n") for cell in row] for row in cells(read(tmp_path, content))]
    assert expected == CELLS


def test_line_ends_of_old_macs_are_read(tmp_path: Path) -> None:
    table = read(tmp_path, "a,b\r1,2\r\r3,4\r")
    assert cells(table) == [["1", "2"], ["3", "4"]]
    assert table.lines.tolist() == [2, 4]


def test_lines_are_those_where_rows_start(tmp_path: Path) -> None:
    assert read(tmp_path, CSV).lines.tolist() == [2, 3, 4, 6]
    assert read(tmp_path, "\na,b\n\n1,2\n\n\n3,4\n").lines.tolist() == [4, 7]


def test_the_fingerprint_is_of_the_content_and_not_of_its_packing(tmp_path: Path) -> None:
    fingerprint = hashlib.sha256(CSV.encode()).hexdigest()
    assert read(tmp_path, CSV).sha256 == fingerprint
    assert read(tmp_path, PACKED).sha256 == fingerprint


def test_a_quote_within_an_open_cell_is_kept(tmp_path: Path) -> None:
    assert cells(read(tmp_path, 'a,b\n5" pipe,2\n')) == [['5" pipe', "2"]]


def test_a_row_of_empty_cells_is_a_respondent_who_answered_nothing(tmp_path: Path) -> None:
    assert cells(read(tmp_path, "a,b\n1,2\n,\n3,\n")) == [["1", "2"], ["", ""], ["3", ""]]


def test_empty_rows_at_the_end_are_what_a_spreadsheet_leaves(tmp_path: Path) -> None:
    table = read(tmp_path, "a,b\n1,2\n,\n3,\n,\n,\n")
    assert cells(table) == [["1", "2"], ["", ""], ["3", ""]]
    assert table.lines.tolist() == [2, 3, 4]
    (note,) = [note for note in table.notes if note.action == "left out"]
    assert (note.found, note.count) == ("empty rows at the end", 2)


def test_many_rows_keep_their_order(tmp_path: Path) -> None:
    rows = [[str(i), str(i % 7)] for i in range(25_001)]  # more than two blocks
    table = read(tmp_path, "a,b\n" + "".join(f"{a},{b}\n" for a, b in rows))
    assert cells(table) == rows
    assert table.lines.tolist() == list(range(2, 25_003))


def test_lines_cannot_be_written_to(tmp_path: Path) -> None:
    assert not read(tmp_path, CSV).lines.flags.writeable


# A table that never was a file

TEXTS = [
    CSV.replace("two\nlines", "two lines"),
    "a,b\n1,\n,2\n,\n",
    'a\n1\n""\n2\n',
    'Name,"a, b","say ""no"""\n\u2028,\u0085x,"x,y"\n"""","\t", \n',
]


@pytest.mark.parametrize("text", TEXTS, ids=["usual", "gaps", "one column", "odd signs"])
def test_a_table_made_of_cells_is_the_one_that_its_file_gives(tmp_path: Path, text: str) -> None:
    from_file = read(tmp_path, text)
    made = table_of("answers.csv", from_file.frame)
    again = read(tmp_path, made.frame.to_csv(index=False, lineterminator="\n"), "again.csv")
    assert made.name == "answers.csv"
    assert cells(made) == cells(from_file) == cells(again)
    assert list(made.frame.columns) == list(again.frame.columns)
    assert made.sha256 == again.sha256
    assert made.lines.tolist() == again.lines.tolist()
    assert not made.lines.flags.writeable


def test_a_made_table_has_the_fingerprint_of_what_was_written(tmp_path: Path) -> None:
    text = 'a,b\n1,نعم\n,"x, y"\n'
    made = table_of("t", pd.DataFrame({"a": ["1", ""], "b": ["نعم", "x, y"]}, dtype="str"))
    assert made.sha256 == hashlib.sha256(text.encode()).hexdigest() == read(tmp_path, text).sha256
    other = table_of("t", pd.DataFrame({"a": ["1", ""], "b": ["نعم", "x, z"]}, dtype="str"))
    assert other.sha256 != made.sha256


def test_a_made_table_names_places_as_its_file_would(tmp_path: Path) -> None:
    text = "a,b\n1,x\n2,y\n3,x\n"
    tables = [read(tmp_path, text), table_of("answers.csv", pd.DataFrame({"a": list("123"), "b": list("xyx")}))]
    places = [table.places(table.counted(table.frame["b"], (table.frame["b"] == "x").to_numpy())) for table in tables]
    assert places == ["'x' in 2 rows (lines 2, 4)"] * 2


# What is refused

EXPECTED = "answers.csv: expected a table of answers (CSV, Excel, Parquet, Feather, SPSS or Stata)"
WORKBOOK = (
    "answers.csv: expected a whole workbook, found a damaged one; copy it again, or open it and save it as .xlsx."
)
REFUSED = {
    "empty": ("", "answers.csv: expected a header row and answers, found an empty file; export the survey again."),
    "blank": (
        b"\xef\xbb\xbf \r\n\t\n",
        "answers.csv: expected a header row and answers, found an empty file; export the survey again.",
    ),
    "packed nothing": (
        gzip.compress(b""),
        "answers.csv: expected a header row and answers, found an empty file; export the survey again.",
    ),
    "header only": (
        "a,b\n",
        "answers.csv: expected answers below the header, found no rows; export the survey with its answers.",
    ),
    "header only, without line end": (
        "a,b",
        "answers.csv: expected answers below the header, found no rows; export the survey with its answers.",
    ),
    "workbook": (workbook(), WORKBOOK),
    "packed workbook": (gzip.compress(workbook()), WORKBOOK),
    "old workbook": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        f"{EXPECTED}, found an old Excel workbook or another old Office document; open it and save it as .xlsx.",
    ),
    "locked workbook": (
        b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"),
        f"{EXPECTED}, found a workbook that is protected by a password; open it, take the password away, and save it "
        "as .xlsx.",
    ),
    "SPSS": (
        b"$FL2@(#) IBM SPSS STATISTICS",
        "answers.csv: expected a whole SPSS file, found a damaged one; copy it again, or save it anew from the program "
        "that wrote it.",
    ),
    "Stata": (
        b"<stata_dta><header>",
        "answers.csv: expected a whole Stata file, found a damaged one; copy it again, or save it anew from the "
        "program that wrote it.",
    ),
    "Parquet": (
        b"PAR1\x15\x04",
        "answers.csv: expected a whole Parquet file, found a damaged one; copy or write it again.",
    ),
    "Feather": (
        b"ARROW1\x00\x00\x04",
        "answers.csv: expected a whole Feather (Arrow) file, found a damaged one; copy or write it again.",
    ),
    "locked Parquet": (
        b"PARE\x15\x04",
        f"{EXPECTED}, found an encrypted Parquet file; write it without encryption.",
    ),
    "old Feather": (
        b"FEA1\x00\x00",
        f"{EXPECTED}, found a Feather file of the first version; write it with the second version, or as Parquet.",
    ),
    "SAS": (
        b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!",
        f"{EXPECTED}, found a SAS transport file; export the table from SAS as CSV, .sav or .dta.",
    ),
    "R": (
        gzip.compress(b"RDX3\nX\n\x00\x00\x00\x03"),
        f"{EXPECTED}, found an R data file; write the table from R with write.csv(), or as Parquet.",
    ),
    "SQLite": (
        b"SQLite format 3\x00\x10",
        f"{EXPECTED}, found an SQLite database; export the table of answers from it as CSV.",
    ),
    "JSON": (
        b'[{"q1": 1, "q2": 2}]',
        f"{EXPECTED}, found JSON; export the answers as CSV or .xlsx.",
    ),
    "RTF": (
        b"{\\rtf1\\ansi a,b}",
        f"{EXPECTED}, found a text document (RTF); save the table as CSV (UTF-8) or .xlsx.",
    ),
    "7z": (b"7z\xbc\xaf'\x1c\x00", f"{EXPECTED}, found a 7z archive; unpack it and name the file in it."),
    "picture": (
        b"\x89PNG\r\n\x1a\n\x00\x00",
        f"{EXPECTED}, found a picture; ask for the answers as CSV or .xlsx.",
    ),
    "document": (b"%PDF-1.7\n", f"{EXPECTED}, found a PDF document; ask for the answers as CSV or .xlsx."),
    "binary": (b"a,b\n\x00\x01\x02", f"{EXPECTED}, found binary content; save it as CSV (UTF-8)."),
    "UTF-32": (
        CSV.encode("utf-32"),
        f"{EXPECTED}, found text in UTF-32; save it as CSV (UTF-8).",
    ),
    "gzip cut short": (
        PACKED[:-9],
        "answers.csv: expected a whole gzip file, found a damaged one; copy or fetch it again.",
    ),
    "gzip with a wrong byte": (
        PACKED[:30] + bytes([PACKED[30] ^ 0xFF]) + PACKED[31:],
        "answers.csv: expected a whole gzip file, found a damaged one; copy or fetch it again.",
    ),
    "gzip with something behind": (
        PACKED + b"more",
        "answers.csv: expected a whole gzip file, found a damaged one; copy or fetch it again.",
    ),
    "gzip twice": (
        gzip.compress(PACKED),
        f"{EXPECTED}, found a gzip file within a gzip file; unpack it once.",
    ),
    "web page": (
        "\n<!DOCTYPE html>\n<html><body>Log in</body></html>",
        f"{EXPECTED}, found a web page or XML; download the file itself, as CSV or .xlsx.",
    ),
    "XML": (
        "<?xml version='1.0'?><rows/>",
        f"{EXPECTED}, found a web page or XML; download the file itself, as CSV or .xlsx.",
    ),
    "row too long": (
        "a,b\n1,2\n3,4,5\n",
        "answers.csv, line 3: expected 2 cells as in the header, found 3; a cell with a comma needs quotes.",
    ),
    "first row too long": (
        "a,b\n1,2,3\n4,5\n",
        "answers.csv, line 2: expected 2 cells as in the header, found 3; a cell with a comma needs quotes.",
    ),
    "all rows too long": (
        "a,b\n1,2,3\n4,5,6\n",
        "answers.csv, line 2: expected 2 cells as in the header, found 3; a cell with a comma needs quotes.",
    ),
    "row too short": (
        "a,b,c\n1,2,3\n4,5\n6,7,8\n",
        "answers.csv, line 3: expected 3 cells as in the header, found 2; complete the row.",
    ),
    "last row cut off": (
        "a,b,c\n1,2,3\n4,5",
        "answers.csv, line 3: expected 3 cells as in the header, found 2; complete the row.",
    ),
    "row of one space": (
        "a,b\n1,2\n \n",
        "answers.csv, line 3: expected 2 cells as in the header, found 1; complete the row.",
    ),
    "row too short below cells of several lines": (
        'a,b\n"1\n1\n1",2\n\n3\n',
        "answers.csv, line 6: expected 2 cells as in the header, found 1; complete the row.",
    ),
    "repeated name": (
        "a,b,a,b,c\n1,2,3,4,5\n",
        "answers.csv, line 1: expected every column name once, found 'a', 'b' more than once; rename them in the file.",
    ),
    "empty name": (
        ",a,b\n1,2,3\n",
        "answers.csv, line 1: expected a name for every column, found none for column 1 of 3; "
        "name it in the file or remove it.",
    ),
    "name of spaces": (
        "a, ,b\n1,2,3\n",
        "answers.csv, line 1: expected a name for every column, found none for column 2 of 3; "
        "name it in the file or remove it.",
    ),
    "comma behind the header": (
        "a,b,\n1,2\n",
        "answers.csv, line 1: expected a name for every column, found none for column 3 of 3; "
        "name it in the file or remove it.",
    ),
    "quote never closed": (
        'a,b\n1,2\n"3,4\n5,6\n',
        "answers.csv, line 3: expected the quote that opens a cell here to be closed, found no end; "
        "close it, or remove it.",
    ),
    "quote of the header never closed": (
        '"a,b\n1,2\n',
        "answers.csv, line 1: expected the quote that opens a cell here to be closed, found no end; "
        "close it, or remove it.",
    ),
    "quote never closed in a long file": (
        'a,b\n1,"2\n' + "1,2\n" * 40_000,
        "answers.csv, line 2: expected a cell of at most 131,072 characters, found a longer one; shorten it, or close "
        "the quote that opens it.",
    ),
    "text behind a quote": (
        'a,b\n1,2\n3,"so"so\n',
        "answers.csv, line 3: expected a comma after the quote that closes a cell, found other text; "
        'write a quote within a cell twice ("").',
    ),
    "quote closed by the next one": (
        'a,b\n1,"2\n3,4\n5,"so"\n',
        "answers.csv, line 2: expected a comma after the quote that closes a cell, found other text; "
        'write a quote within a cell twice ("").',
    ),
}


@pytest.mark.parametrize(("content", "sentence"), REFUSED.values(), ids=REFUSED)
def test_a_wrong_file_gets_one_sentence(tmp_path: Path, content: str | bytes, sentence: str) -> None:
    assert refusal(tmp_path, content) == sentence


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SurveyError) as refused:
        read_table(tmp_path)
    assert str(refused.value) == (f"Expected a file with answers, found the folder {tmp_path}; name the file in it.")


def test_an_absent_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SurveyError) as refused:
        read_table(str(tmp_path / "absent.csv"))
    assert str(refused.value) == (
        f"Expected answers at {tmp_path / 'absent.csv'}, found no such file; check data.file in the codebook."
    )


@pytest.mark.parametrize(
    ("name", "reason"), [("a\0b.csv", "embedded null byte"), ("a" * 300 + ".csv", "File name too long")]
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, name: str, reason: str) -> None:
    path = tmp_path / name
    with pytest.raises(SurveyError) as refused:
        read_table(path)
    assert str(refused.value) == (
        f"Expected answers at {str(path)!r}, found that the file cannot be read ({reason}); "
        "check the path and its permissions."
    )


# Columns by name


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("Waitng", "did you mean 'Waiting'? Correct the codebook."),
        ("WAITING ", "did you mean 'Waiting'? Correct the codebook."),
        ("Loyalty", "correct the codebook or the file."),
    ],
)
def test_a_missing_column_is_refused_with_the_nearest_name(tmp_path: Path, name: str, remedy: str) -> None:
    table = read(tmp_path, "Waiting,Calls\n1,2\n")
    with pytest.raises(SurveyError) as refused:
        table.column(name, "item 'waiting'")
    assert str(refused.value) == (
        f"answers.csv: expected the column {name!r} (item 'waiting'), found 'Waiting', 'Calls'; {remedy}"
    )


def test_a_missing_column_among_many_is_refused_shortly(tmp_path: Path) -> None:
    names = [f"q{i}" for i in range(1, 31)]
    table = read(tmp_path, f"{','.join(names)}\n{','.join('1' * 30)}\n")
    with pytest.raises(SurveyError) as refused:
        table.column("overall", "item 'overall'")
    assert str(refused.value) == (
        "answers.csv: expected the column 'overall' (item 'overall'), found 'q1', 'q2', 'q3', 'q4', "
        "'q5', 'q6', "
        "'q7', 'q8', 'q9', 'q10', 'q11', 'q12' and 18 more; correct the codebook or the file."
    )


def test_places_name_the_most_frequent_first_with_their_lines(tmp_path: Path) -> None:
    table = read(tmp_path, 'a,b\n"1\n1",x\n\n2,\n3,y\n4,y\n5,z\n')
    found = table.counted(table.frame["b"], (table.frame["b"] != "z").to_numpy())
    assert found == [("x", 1, (0,)), ("", 1, (1,)), ("y", 2, (2, 3))]
    assert table.places(found) == "'y' in 2 rows (lines 6, 7); 'x' in line 2; an empty cell in line 5"
    assert table.places(found, most=1) == "'y' in 2 rows (lines 6, 7) and 2 more"


# Whatever is in the file


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("answers")


@settings(deadline=None)  # reading may wait for a busy machine
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode) | st.text('a1,"\n\r; \t').map(str.encode))
@example(b"a,b\n1,\x852\n")
@example("a,b\n1,\u2028\n".encode())
@example(b"a,b\n1,\x0b\x0c\x1c\n")
def test_no_file_raises_anything_but_a_survey_error(folder: Path, content: bytes) -> None:
    try:
        table = read(folder, content)
    except SurveyError as refused:
        assert "\n" not in str(refused)
    else:
        assert len(table.frame) == len(table.lines) > 0
        assert all(isinstance(cell, str) for row in cells(table) for cell in row)


NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])).filter(str.strip)
TABLES = st.lists(NAMES, min_size=2, max_size=4, unique=True).flatmap(
    lambda header: st.tuples(
        st.just(header),
        st.lists(
            st.tuples(*[st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))] * len(header)),
            min_size=1,
            max_size=5,
        ).filter(lambda rows: any(rows[-1])),  # empty rows at the end are none
    )
)


@settings(deadline=None)
@given(table=TABLES, line_end=st.sampled_from(["\n", "\r\n", "\r"]))
def test_what_is_written_as_csv_is_read_back(folder: Path, table: tuple, line_end: str) -> None:
    header, rows = table
    content = io.StringIO(newline="")
    writer = csv.writer(content, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    writer.writerow(header)
    writer.writerows(rows)
    found = read(folder, content.getvalue())
    assert list(found.frame.columns) == header
    assert cells(found) == [list(row) for row in rows]
