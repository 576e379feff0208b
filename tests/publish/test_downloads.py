"""What lies beside a page: its tables as Excel and CSV, and the schema that its numbers follow."""

import copy
import csv
import hashlib
import html
import io
import itertools
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from markupsafe import Markup
from openpyxl import load_workbook

from drivers.cli import main
from drivers.closed_lists import COLUMNS, NOTES, REASONS
from drivers.labels import LANGUAGES
from drivers.present.isolation import clean
from drivers.present.numerals import DIGITS, MINUS, number_text
from drivers.present.tables import Table
from drivers.publish import report
from drivers.publish.contents import NUMBERS_SCHEMA
from drivers.publish.page import Piece
from drivers.publish.tables import Number, csv_zip_bytes, read_cell, read_tables, workbook_bytes
from drivers.survey.exporting import neutral
from tests.publish.conftest import Report

CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
RUNNABLE = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", '=HYPERLINK("http://x","y")', "#N/A", "#REF!")


def piece(body: str, *, name: str = "importance-bars", heading: str = "Heading") -> Piece:
    return Piece(Markup(body), heading, {"id": name, "section": "what_drives"})


def table(*rows: tuple[str, ...], caption: str = "Caption") -> str:
    wide = max(map(len, rows))
    return str(Table(caption, tuple(f"Column {place}" for place in range(wide)), rows).html())


def opened(content: bytes) -> Any:
    return load_workbook(io.BytesIO(content))


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def csv_rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


# Cells


@pytest.mark.parametrize("digits", DIGITS)
@pytest.mark.parametrize("percent", [False, True])
def test_a_number_is_read_as_it_was_written(digits: str, percent: bool) -> None:
    values = (0, 0.004, 0.5, 1, 9.96, 37, 999.5, 1000, 65432.1, 3067711.2)
    for value, below, decimals, sign in itertools.product(values, (1, -1), (0, 1, 2, 3), (False, True)):
        text = number_text(value * below, decimals=decimals, digits=digits, sign=sign, percent=percent)
        western = number_text(value * below, decimals=decimals, digits="latn", sign=sign, percent=percent)
        found = read_cell(text)
        assert isinstance(found, Number), text
        bare = clean(western).replace(MINUS, "-").replace(",", "")
        assert found.value == (Decimal(bare[:-1]) / 100 if percent else Decimal(bare))
        assert as_excel_shows(float(found.value), found.format) == clean(western)


@pytest.mark.parametrize(
    ("text", "value", "form"),
    [
        ("\u20665.0\u2069", "5.0", "0.0"),
        ("\u206612%\u2069", "0.12", "0%"),
        ("1,811", "1811", "#,##0"),
        ("−1,811.5", "-1811.5", "#,##0.0"),
        ("+0.25", "0.25", "+0.00;-0.00;0.00"),
        ("\u2067−١٬٨١١٫٥\u2069", "-1811.5", "#,##0.0"),
        ("٤٫٢٪", "0.042", "0.0%"),
    ],
)
def test_a_number_has_the_format_of_the_page(text: str, value: str, form: str) -> None:
    assert read_cell(text) == Number(Decimal(value), form)


@pytest.mark.parametrize(
    "text",
    [
        "2024",
        "٢٠٢٤",
        "007",
        "1,23",
        "12,3456",
        "1.",
        ".5",
        "-5",
        "+9.9 *",
        "< 0.001",
        "—",
        "5 %",
        "0.1% (0% to 2%)",
        "²",
    ],
)
def test_what_is_no_number_of_ours_stays_a_text(text: str) -> None:
    assert read_cell(text) == text


# Files


@pytest.mark.parametrize("text", RUNNABLE)
def test_a_text_never_becomes_a_formula(text: str) -> None:
    body = table((text, "1.5"), ("Respect", text), caption=text)
    tables = read_tables([piece(body, heading=text)])
    content = workbook_bytes(tables, language="en", title=text)
    contents, sheet = opened(content).worksheets
    cells = (contents["A1"], contents["B3"], contents["C3"], sheet["A1"], sheet["A3"], sheet["B4"])
    assert [(cell.value, cell.data_type, cell.quotePrefix) for cell in cells] == [(text, "s", True)] * len(cells)
    assert sheet["B3"].data_type == "n"
    assert not any(b"<f>" in part or b't="e"' in part for part in parts(content).values())

    files = {name: csv_rows(part) for name, part in parts(csv_zip_bytes(tables)).items()}
    safe = text if text[0] == "#" else f"'{text}"
    assert files["01-importance-bars.csv"][1:] == [[safe, "1.5"], ["Respect", safe]]
    assert files["00-contents.csv"][1] == ["01-importance-bars.csv", safe, safe]


def test_a_tab_or_a_sign_of_direction_hides_no_formula() -> None:
    tables = read_tables([piece(table(("\t=1+1", "\u200f\u2068=1+1\u2069"), ("\u202e-x", "\x01=1+1")))])
    assert tables[0].rows == (("=1+1", "=1+1"), ("-x", "=1+1"))
    (_, *rows) = csv_rows(parts(csv_zip_bytes(tables))["01-importance-bars.csv"])
    assert rows == [["'=1+1", "'=1+1"], ["'-x", "'=1+1"]]


def test_what_xml_cannot_hold_harms_no_workbook() -> None:
    content = workbook_bytes(read_tables([piece(table(("a\x00\ufffe\uffff\ud800b <&>", "1")))]), language="en")
    assert opened(content).worksheets[1]["A3"].value == "a b <&>"


def test_negative_numbers_are_numbers_in_both_files() -> None:
    tables = read_tables([piece(table(("Speed", "−1,234.50", "−3.5%")))])
    sheet = opened(workbook_bytes(tables, language="en")).worksheets[1]
    assert (sheet["B3"].value, sheet["B3"].number_format) == (-1234.5, "#,##0.00")
    assert (sheet["C3"].value, sheet["C3"].number_format) == (-0.035, "0.0%")
    assert csv_rows(parts(csv_zip_bytes(tables))["01-importance-bars.csv"])[1] == ["Speed", "-1234.50", "-0.035"]


def test_names_of_sheets_and_files_are_valid_and_no_two_alike() -> None:
    body = table(("Speed", "1"))
    names = ("a" * 60, "a" * 60, "A" * 60, "../../etc/passwd", "[x]:*?/\\y'", "", "importance-bars")
    tables = read_tables([piece(body * 20, name=name) for name in names])
    book = opened(workbook_bytes(tables, language="ar"))
    assert len(book.sheetnames) == 1 + 20 * len(names)
    assert len({name.lower() for name in book.sheetnames}) == len(book.sheetnames)
    for name in book.sheetnames[1:]:
        assert re.fullmatch(r"[0-9]{2,3}[A-Za-z0-9_-]*", name) and len(name) <= 31
    assert list(parts(csv_zip_bytes(tables))) == ["00-contents.csv", *(f"{name}.csv" for name in book.sheetnames[1:])]


def test_a_table_that_waits_for_a_script_is_left_out() -> None:
    body = f"<form hidden>{table(('Speed', ''))}</form><details>{table(('Speed', '1'))}</details>"
    assert [one.rows for one in read_tables([piece(body)])] == [(("Speed", Number(Decimal(1), "#,##0")),)]


MADE = """
import hashlib
from drivers.present.tables import Table
from drivers.publish.page import Piece
from drivers.publish.tables import csv_zip_bytes, read_tables, workbook_bytes
table = Table("Caption", ("Aspect", "Share"), (("Respect", "12.5%"), ("السرعة", "−3"))).html()
tables = read_tables([Piece(table, "قسم", {"id": "importance-bars", "section": "what_drives"})])
for content in (workbook_bytes(tables, language="ar", title="عنوان"), csv_zip_bytes(tables)):
    print(hashlib.sha256(content).hexdigest())
"""


def test_two_processes_write_the_same_bytes() -> None:
    # An archive keeps the time to two seconds, so another zone makes sure that there is another time to keep.
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", MADE],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed, zone in (("1", "UTC"), ("2", "Asia/Riyadh"))
    ]
    one, other = (process.communicate(timeout=120)[0] for process in processes)
    assert one == other
    assert len(one.split()) == 2


def test_no_time_is_kept() -> None:
    tables = read_tables([piece(table(("Respect", "1")))])
    for content in (workbook_bytes(tables, language="en"), csv_zip_bytes(tables)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    core = parts(workbook_bytes(tables, language="en"))["docProps/core.xml"]
    assert re.findall(rb"\d{4}-\d\d-\d\dT[^<]*", core) == [b"1980-01-01T00:00:00Z"] * 2


# The files of published reports


@lru_cache(maxsize=2)
def downloads(page: Path) -> tuple[Any, dict[str, bytes]]:
    """The workbook and the CSV files beside a page."""
    return load_workbook(page.with_suffix(".xlsx")), parts(page.with_suffix(".csv.zip").read_bytes())


def bare(fragment: str) -> str:
    return clean(html.unescape(re.sub(r"<[^>]+>", "", fragment)))


def tables_of(page: str) -> list[dict[str, Any]]:
    """The tables that a reader sees, read from the page's text and not by a parser."""
    seen = re.sub(r"<form\b[^>]*\shidden\b.*?</form>", "", page, flags=re.DOTALL)
    found = []
    for match in re.finditer(r"<table\b.*?</table>", seen, flags=re.DOTALL):
        head, body = re.fullmatch(r"(.*?)<tbody>(.*)</tbody></table>", match[0], flags=re.DOTALL).groups()  # type: ignore[union-attr]
        found.append(
            {
                "caption": bare(re.search(r"<caption>(.*?)</caption>", head, flags=re.DOTALL)[1]),  # type: ignore[index]
                "headings": [bare(cell) for cell in re.findall(r"<th\b[^>]*>(.*?)</th>", head, flags=re.DOTALL)],
                "rows": [
                    [bare(cell) for cell in re.findall(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", row, flags=re.DOTALL)]
                    for row in re.findall(r"<tr>(.*?)</tr>", body, flags=re.DOTALL)
                ],
                "section": bare(
                    (re.findall(r"<h2\b[^>]*>(.*?)</h2>", seen[: match.start()], flags=re.DOTALL) or [""])[-1]
                ),
            }
        )
    return found


def as_excel_shows(value: float, form: str) -> str:
    """A number in one of the formats that we write, with the minus of our pages."""
    positive, *signed = form.split(";")
    assert re.fullmatch(r"\+?(0|#,##0)(\.0+)?%?", positive), form
    pattern = positive.lstrip("+")
    assert signed == ([f"-{pattern}", pattern] if positive.startswith("+") else [])
    decimals = len(pattern.rstrip("%").partition(".")[2])
    shown = abs(value) * (100 if pattern.endswith("%") else 1)
    text = f"{shown:{',' if '#' in pattern else ''}.{decimals}f}" + ("%" if pattern.endswith("%") else "")
    return (MINUS if value < 0 else "+" if value > 0 and signed else "") + text


def cell_text(cell: Any) -> str:
    if isinstance(cell.value, int | float):
        return as_excel_shows(cell.value, cell.number_format)
    assert cell.value is None or cell.data_type == "s"
    return cell.value or ""


def test_the_workbook_shows_every_table_of_the_page(published: Report) -> None:
    for language in LANGUAGES:
        book, _ = downloads(published.page(language))
        shown = tables_of(published.html(language))
        assert len(book.worksheets) == 1 + len(shown)
        for sheet, wanted in zip(book.worksheets[1:], shown, strict=True):
            caption, headings, *rows = ([cell_text(cell) for cell in row] for row in sheet.iter_rows())
            assert caption[0] == wanted["caption"]
            assert headings == wanted["headings"]
            assert rows == wanted["rows"]
            assert all(cell.font.bold for cell in sheet[2])
            assert sheet.freeze_panes == "A3"


def test_the_contents_lead_to_every_sheet(published: Report) -> None:
    for language, name in (("en", "Contents"), ("ar", "المحتويات")):
        book, _ = downloads(published.page(language))
        contents, *sheets = book.worksheets
        assert contents.title == name
        assert contents["A1"].value == bare(re.search(r"<title>(.*?)</title>", published.html(language))[1])  # type: ignore[index]
        heads = {"en": ("No.", "Section", "Table"), "ar": ("الرقم", "القسم", "عنوان الجدول")}[language]
        assert tuple(cell.value for cell in contents[2]) == heads
        rows = list(contents.iter_rows(min_row=3))
        assert [row[0].value for row in rows] == list(range(1, len(sheets) + 1))
        assert [row[1].value for row in rows] == [one["section"] for one in tables_of(published.html(language))]
        assert [row[2].value for row in rows] == [sheet["A1"].value for sheet in sheets]
        assert [row[2].hyperlink.location for row in rows] == [f"'{sheet.title}'!A1" for sheet in sheets]


def test_arabic_sheets_run_from_right_to_left(published: Report) -> None:
    for language in LANGUAGES:
        book, _ = downloads(published.page(language))
        assert {bool(sheet.sheet_view.rightToLeft) for sheet in book.worksheets} == {language == "ar"}


def test_the_csv_files_hold_what_the_workbook_holds(published: Report) -> None:
    for language in LANGUAGES:
        book, files = downloads(published.page(language))
        assert list(files) == ["00-contents.csv", *(f"{sheet.title}.csv" for sheet in book.worksheets[1:])]
        for sheet in book.worksheets[1:]:
            content = files[f"{sheet.title}.csv"]
            assert content.startswith(b"\xef\xbb\xbf")
            rows = list(sheet.iter_rows(min_row=2, values_only=True))
            for read, held in zip(csv_rows(content), rows, strict=True):
                for text, value in zip(read, held, strict=True):
                    if isinstance(value, int | float):
                        assert float(text) == value
                    else:
                        assert text == neutral(value or "")


def test_names_of_sheets_are_those_of_the_pieces(published: Report) -> None:
    book, _ = downloads(published.page("en"))
    known = [one["id"] for one in published.numbers("en")["shown"]]
    for number, name in enumerate(book.sheetnames[1:], start=1):
        assert len(name) <= 31
        start, _, rest = name.partition("-")
        assert int(start) == number
        assert any(one.startswith(rest) for one in known)
    arabic, _ = downloads(published.page("ar"))
    assert arabic.sheetnames[1:] == book.sheetnames[1:]


def test_no_sign_of_direction_is_written(published: Report) -> None:
    for language in LANGUAGES:
        page = published.page(language)
        for content in (*parts(page.with_suffix(".xlsx").read_bytes()).values(), *downloads(page)[1].values()):
            assert not re.search(f"[{CONTROLS}]", content.decode("utf-8"))


def test_no_cell_of_a_report_runs(published: Report) -> None:
    for language in LANGUAGES:
        page = published.page(language)
        book, files = downloads(page)
        assert not any(cell.data_type in "fe" for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
        cells = (cell for content in files.values() for row in csv_rows(content) for cell in row)
        assert not [c for c in cells if re.match(r"\s*[=+\-@]", c) and not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", c)]


def test_what_was_written_is_what_the_run_gives(judges: Report) -> None:
    from drivers.publish.page import collect, in_page_order, title_of

    for language in LANGUAGES:
        pieces = in_page_order(collect(judges.executed(), language))
        tables, page = read_tables(pieces), judges.page(language)
        made = workbook_bytes(tables, language=language, title=title_of(pieces, language)), csv_zip_bytes(tables)
        for content, file in zip(made, (page.with_suffix(".xlsx"), page.with_suffix(".csv.zip")), strict=True):
            assert hashlib.sha256(content).digest() == hashlib.sha256(file.read_bytes()).digest()
            assert file.stat().st_mode & 0o777 == 0o644


def test_numbers_of_a_page_are_numbers(customersat: Report) -> None:
    book, _ = downloads(customersat.page("en"))
    values = [cell.value for sheet in book.worksheets[1:] for row in sheet.iter_rows(min_row=3) for cell in row]
    assert sum(isinstance(value, int | float) for value in values) > 20


Shelf = Callable[..., list[report.Published]]


def test_a_report_says_where_its_tables_are(judges: Report, shelf: Shelf, tmp_path: Path) -> None:
    for made in shelf(output=tmp_path):
        stem = made.page.name.removesuffix(".html")
        assert (made.workbook, made.tables) == (
            made.page.with_name(f"{stem}.xlsx"),
            made.page.with_name(f"{stem}.csv.zip"),
        )
        assert made.workbook.read_bytes() == judges.page(made.language).with_suffix(".xlsx").read_bytes()


def test_a_page_without_a_table_leaves_no_files_of_an_earlier_one(
    judges: Report, shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (before,) = shelf(output=tmp_path, languages=["en"])
    assert before.workbook is not None and before.workbook.exists()
    bare_run = copy.deepcopy(judges.executed())
    for cell in bare_run.cells:
        for output in cell.get("outputs", ()):
            for page in output.get("data", {}).get("application/vnd.drivers.pages+json", {}).values():
                page["html"] = re.sub(r"<table\b.*?</table>", "", page["html"], flags=re.DOTALL)
    monkeypatch.setattr(report, "execute", lambda *_: bare_run)
    (after,) = shelf(output=tmp_path, languages=["en"])
    assert (after.workbook, after.tables) == (None, None)
    assert {path.name for path in after.page.parent.iterdir()} == {after.page.name, after.numbers.name}


# The schema of numbers


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    file = resources.files("drivers.publish").joinpath("numbers.schema.json")
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(content)
    return content


def test_the_numbers_of_every_report_follow_their_schema(published: Report, schema: dict[str, Any]) -> None:
    for language in LANGUAGES:
        content = published.numbers(language)
        jsonschema.Draft202012Validator(schema).validate(content)
        assert content["schema"] == NUMBERS_SCHEMA


def shown(content: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in content["shown"] if one["id"] == name)


SLIPS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "an unknown key": lambda content: content.update(more=1),
    "an unknown key of a piece": lambda content: content["shown"][0].update(heading="x"),
    "an unknown column": lambda content: shown(content, "importance-bars")["records"][0].update(shares=0.5),
    "an unknown note": lambda content: content["shown"][0]["notes"].append({"code": "gossip"}),
    "an unknown reason": lambda content: shown(content, "importance-bars")["verdict"]["reasons"].append({"code": "x"}),
    "another schema": lambda content: content.update(schema="drivers-numbers-2"),
    "no schema": lambda content: content.pop("schema"),
    "no pieces": lambda content: content.update(shown=[]),
    "a missing key": lambda content: shown(content, "importance-bars").pop("units"),
    "a text for a number": lambda content: shown(content, "importance-bars")["records"][0].update(share="0.5"),
    "a chance of more than 1": lambda content: shown(content, "importance-bars")["records"][0].update(p_first=1.2),
    "half a rank": lambda content: shown(content, "importance-bars")["records"][0].update(rank=1.5),
    "another status": lambda content: shown(content, "importance-bars")["verdict"].update(status="sure"),
    "a language without pages": lambda content: content.update(language="English"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_refused(slip: str, customersat: Report, schema: dict[str, Any]) -> None:
    content = copy.deepcopy(customersat.numbers("en"))
    SLIPS[slip](content)
    assert not jsonschema.Draft202012Validator(schema).is_valid(content)


def test_the_schema_knows_the_closed_lists(schema: dict[str, Any]) -> None:
    known = schema["$defs"]
    assert list(known["record"]["properties"]) == list(COLUMNS)
    assert known["note"]["properties"]["code"]["enum"] == list(NOTES)
    assert known["reason"]["properties"]["code"]["enum"] == list(REASONS)
    assert all(re.fullmatch(schema["properties"]["language"]["pattern"], language) for language in LANGUAGES)
    assert schema["properties"]["schema"]["const"] == NUMBERS_SCHEMA


def fields(schema: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {}).items()
        yield from schema.get("$defs", {}).items()
    for child in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from fields(child)


def test_every_field_is_described(schema: dict[str, Any]) -> None:
    told = {name: field.get("description") or schema["$defs"][field["$ref"].split("/")[-1]]["description"]
            for name, field in fields(schema) if isinstance(field, dict)}  # fmt: skip
    assert len(told) > len(COLUMNS)
    assert all(text.endswith(".") for text in told.values())


def test_the_command_line_prints_the_schema(schema: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "--numbers"]) == 0
    assert json.loads(capsys.readouterr().out) == schema
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Codebook"
