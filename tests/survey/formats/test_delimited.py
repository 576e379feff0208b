"""Delimited text: the encoding and the delimiter are found where they are certain, and asked for where not."""

import pytest

from drivers.survey.formats.options import ReadAs
from tests.survey.formats.small_files import Files, cells, noted

ARABIC = "الاسم,الرأي\nنورة,الخدمة ممتازة والموظفون في أماكنهم\nعمر,انتظرت طويلًا، ولم يرد أحد\n"
WESTERN = "Name,Remark\nZoë,très bien\nMüller,Grüße aus Köln\nNuñez,todo está bien\n"


# Encodings


@pytest.mark.parametrize(
    ("text", "encoding", "title", "found_by"),
    [
        ("a,b\n1,2\n", "ascii", "UTF-8", None),
        (ARABIC, "utf-8", "UTF-8", None),
        (ARABIC, "utf-8-sig", "UTF-8", None),
        (ARABIC, "utf-16", "UTF-16", "its mark"),
        (ARABIC, "utf-16-le", "UTF-16", "the zeros between its letters"),
        (ARABIC, "utf-16-be", "UTF-16", "the zeros between its letters"),
        (ARABIC, "cp1256", "Windows-1256 (Arabic)", "its letters"),
        (WESTERN, "cp1252", "Windows-1252 (Western)", "its letters"),
        # The same in both encodings.
        ("a,b\né,“1” – 5 €\n", "cp1252", "Windows-1252 (Western)", "its letters"),
        ("a,b\nنعم,Yes\nلا,No\nنعم,Café\n" + "ممتاز,Good\n" * 60, "cp1256", "Windows-1256 (Arabic)", "its letters"),
    ],
)
def test_an_encoding_is_found_and_announced(
    files: Files, text: str, encoding: str, title: str, found_by: str | None
) -> None:
    table = files.read(text.encode(encoding))
    assert [",".join(row) for row in cells(table)] == [line for line in text.splitlines()[1:]]
    assert noted(table, "format") == [(f"CSV, {title}, separated by commas", "", 0)]
    assert noted(table, "encoding") == ([(found_by, title, 0)] if found_by else [])


@pytest.mark.parametrize("stated", ["windows-1256", "CP1256", "iso-8859-6", "mac_arabic", "utf-16-le", "UTF-8"])
def test_a_stated_encoding_is_used(files: Files, stated: str) -> None:
    table = files.read("س,ص\nنعم,لا\n".encode(stated), ReadAs(encoding=stated))
    assert cells(table) == [["نعم", "لا"]]
    assert [found for found, _, _ in noted(table, "encoding")] == ["data.encoding"]


@pytest.mark.parametrize("stated", ["utf-16", "utf-16-le", "utf_16"])
def test_a_mark_beside_a_stated_encoding_is_no_text(files: Files, stated: str) -> None:
    table = files.read("\ufeffa,b\n1,2\n".encode("utf-16-le"), ReadAs(encoding=stated))
    assert list(table.frame.columns) == ["a", "b"]


UNCERTAIN = (
    "answers.csv: expected text in UTF-8, found bytes of another encoding, which may be Windows-1256 (Arabic), "
    "Windows-1252 (Western) or an older one; save the file as CSV (UTF-8), or write its encoding under data.encoding."
)
OPEN = {
    "one letter": "a,b\nñ,1\n".encode("cp1252"),
    "ISO-8859-6": "س,ص\nهل أنت راض عن الخدمة,نعم\n".encode("iso-8859-6"),
    "MacArabic": "س,ص\nهل أنت راض عن الخدمة,نعم\n".encode("mac-arabic"),
    "Cyrillic": "а,б\nхорошо,плохо\n".encode("cp1251"),
    "Greek": "α,β\nπολύ καλά,κακά\n".encode("cp1253"),
    "Turkish": "a,b\nçok güzel değil,kötü\n".encode("cp1254"),
    "Polish": "a,b\nźle działa,miło\n".encode("cp1250"),
    "DOS": "a,b\nCafé,Müller\n".encode("cp850"),
    "Mac Roman": "a,b\nCafé,Müller\n".encode("mac-roman"),
    "Arabic and Western alike": "a,b\nنعم والله,Café\nلا,Müller\n".encode("cp1252", "ignore")
    + "الخدمة,ممتازة\n".encode("cp1256"),
}


@pytest.mark.parametrize("content", OPEN.values(), ids=OPEN)
def test_an_encoding_that_is_open_is_asked_for(files: Files, content: bytes) -> None:
    assert files.refusal(content) == UNCERTAIN


WRONG_BYTES = {
    "cut off within a letter": (
        ARABIC.encode()[:-2],
        None,
        "answers.csv, line 3: expected text in UTF-8, found byte 0xd8; save the file as CSV (UTF-8).",
    ),
    "one wrong byte": (
        ARABIC.encode().replace("نورة".encode(), b"\xe9\xe9"),
        None,
        "answers.csv, line 2: expected text in UTF-8, found byte 0xe9; save the file as CSV (UTF-8).",
    ),
    "one wrong byte behind many lines": (
        b"a,b\n" + "نعم,لا\r\n".encode() * 40_000 + b"\xff,1\n",
        None,
        "answers.csv, line 40002: expected text in UTF-8, found byte 0xff; save the file as CSV (UTF-8).",
    ),
    "no letter of Windows-1252": (
        WESTERN.encode("cp1252") + b"\x81,1\n",
        None,
        "answers.csv, line 5: expected text in Windows-1252 (Western), found byte 0x81; save the file as CSV (UTF-8).",
    ),
    "other than stated": (
        ARABIC.encode("cp1256"),
        "utf-8",
        "answers.csv, line 1: expected text in UTF-8, found byte 0xc7; save the file as CSV (UTF-8), or correct "
        "data.encoding.",
    ),
    "half of UTF-16": (
        "a,b\n1,2\n".encode("utf-16")[:-1],
        None,
        "answers.csv, line 2: expected text in UTF-16, found byte 0x0a; save the file as CSV (UTF-8).",
    ),
    "no encoding": (
        b"a,b\n1,2\n",
        "arabic-please",
        "answers.csv: expected the name of a text encoding under data.encoding, found 'arabic-please'; write one such "
        "as utf-8, windows-1256 or iso-8859-6.",
    ),
    "a codec of other things": (
        b"a,b\n1,2\n",
        "rot13",
        "answers.csv: expected the name of a text encoding under data.encoding, found 'rot13'; write one such as "
        "utf-8, windows-1256 or iso-8859-6.",
    ),
    "a codec of escapes": (
        b"a,b\n1,2\n",
        "unicode_escape",
        "answers.csv: expected the name of a text encoding under data.encoding, found 'unicode_escape'; write one such "
        "as utf-8, windows-1256 or iso-8859-6.",
    ),
    "a mark of another encoding": (
        "\ufeffa,b\n1,2\n".encode(),
        "windows-1256",
        "answers.csv: expected text in windows-1256 as data.encoding says, found the mark of UTF-8 at its start; "
        "remove data.encoding.",
    ),
}


@pytest.mark.parametrize(("content", "stated", "sentence"), WRONG_BYTES.values(), ids=WRONG_BYTES)
def test_wrong_bytes_are_told_and_never_replaced(
    files: Files, content: bytes, stated: str | None, sentence: str
) -> None:
    assert files.refusal(content, ReadAs(encoding=stated)) == sentence


# Delimiters


@pytest.mark.parametrize(
    ("text", "first_row", "word"),
    [
        ("a,b\n1,2\n", ["1", "2"], "comma"),
        ("a;b\n1;2\n", ["1", "2"], "semicolon"),
        ("a\tb\n1\t2\n", ["1", "2"], "tab"),
        ("a|b\n1|2\n", ["1", "2"], "vertical bar"),
        ("س،ص\n1،2\n", ["1", "2"], "Arabic comma"),
        # Decimal commas, and commas in the header that rows do not have.
        ("a;b\n1,5;2,5\n2,5;3\n", ["1,5", "2,5"], "semicolon"),
        ("Well, how?;b\n1,5;2,5\n2;3\n", ["1,5", "2,5"], "semicolon"),
        # Other signs within texts.
        ("a,b\nx;y;z,1\n", ["x;y;z", "1"], "comma"),
        ("السؤال، رقم 1;ب\nنعم، ربما;لا\nلا;نعم، بل لا\n", ["نعم، ربما", "لا"], "semicolon"),
        ('"a;1","b;2"\n"x;y","1"\n', ["x;y", "1"], "comma"),
        ('"a,1";"b,2"\n"x,y";"1"\n', ["x,y", "1"], "semicolon"),
        ('a\tb\n"x\ty"\t1\n', ["x\ty", "1"], "tab"),
        # A cell of several lines.
        ('a;b\n"x,y\n1,2\n3,4";5\n', ["x,y\n1,2\n3,4", "5"], "semicolon"),
        # One column.
        ("a\nx\n", ["x"], "comma"),
        ("السبب، إن وجد\nلا شيء\nنعم، كثير\n", ["لا شيء"], "comma"),
        ("a\nx;y\nz\n", ["x;y"], "comma"),
    ],
)
def test_a_delimiter_is_found_and_announced(files: Files, text: str, first_row: list[str], word: str) -> None:
    table = files.read(text)
    assert cells(table)[0] == first_row
    assert noted(table, "delimiter") == ([] if word == "comma" else [("the first rows", word, 0)])
    kind = "TSV" if word == "tab" else "CSV"
    assert noted(table, "format") == [(f"{kind}, UTF-8, separated by {word}s", "", 0)]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;", "sep=;,,"])
def test_an_instruction_to_a_spreadsheet_is_no_row(files: Files, line: str, line_end: str) -> None:
    table = files.read(line_end.join([line, "a,1;b", "1;2", '"x', 'y";2', ""]))
    assert list(table.frame.columns) == ["a,1", "b"]
    assert cells(table) == [["1", "2"], [f"x{line_end}y", "2"]]
    assert table.lines.tolist() == [3, 4]
    assert noted(table, "delimiter") == [("sep=; in line 1", "semicolon", 0)]


def test_a_stated_delimiter_is_used(files: Files) -> None:
    table = files.read("sep=;\na:b\n1:2;3\n", ReadAs(delimiter=":"))
    assert cells(table) == [["1", "2;3"]]
    assert noted(table, "format") == [("CSV, UTF-8, separated by ':'", "", 0)]
    assert noted(table, "delimiter") == [("data.delimiter", "':'", 0)]


def test_the_delimiter_of_a_long_file_is_found_from_its_start(files: Files) -> None:
    rows = [f"{i};{'x' * (i % 90)},5" for i in range(5_000)]
    table = files.read("\n".join(["a;b", *rows]))
    assert [";".join(row) for row in cells(table)] == rows


DELIMITERS = {
    "two that would do": (
        "a,b;c\n1,2;3\n",
        None,
        "answers.csv: expected one sign between the cells of a row, found that ',', ';' would all do; write the right "
        "one under data.delimiter.",
    ),
    "none that would do": (
        "a,b;c;d\n1;2,3,4\n5;6\n",
        None,
        "answers.csv: expected rows that one sign splits into as many cells as the header, found none among ',', ';' "
        "that does; write the right one under data.delimiter, or correct the rows; the header is 'a,b;c;d'.",
    ),
    "a quote": (
        "a,b\n1,2\n",
        '"',
        "answers.csv: expected a sign that may stand between cells under data.delimiter, found '\"'; write one such as "
        "';'.",
    ),
    "a line's end": (
        "a,b\n1,2\n",
        "\n",
        "answers.csv: expected a sign that may stand between cells under data.delimiter, found '\\n'; write one such "
        "as ';'.",
    ),
    "row too long": (
        "a;b\n1;2\n3;4;5\n6;7\n",
        None,
        "answers.csv, line 3: expected 2 cells as in the header, found 3; a cell with a semicolon needs quotes.",
    ),
    "row too long, Arabic commas": (
        "س،ص\n1،2\n3،4،5\n6،7\n",
        "،",
        "answers.csv, line 3: expected 2 cells as in the header, found 3; a cell with an Arabic comma needs quotes.",
    ),
    "text behind a quote": (
        'a;b\n1;2\n3;"so"so\n',
        None,
        "answers.csv, line 3: expected a semicolon after the quote that closes a cell, found other text; write a quote "
        'within a cell twice ("").',
    ),
    "a title above": (
        "The survey of 2024\na;b\n1;2\n3;4\n",
        None,
        "answers.csv, line 2: expected 1 cells as in the header, found 2; a cell with a semicolon needs quotes.",
    ),
    "an instruction and nothing else": (
        "sep=;\n",
        None,
        "answers.csv: expected a header row and answers, found an empty file; export the survey again.",
    ),
}


@pytest.mark.parametrize(("content", "stated", "sentence"), DELIMITERS.values(), ids=DELIMITERS)
def test_wrong_delimiters_get_one_sentence(files: Files, content: str, stated: str | None, sentence: str) -> None:
    assert files.refusal(content, ReadAs(delimiter=stated)) == sentence
