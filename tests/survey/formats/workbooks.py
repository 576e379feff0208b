"""Small workbooks, made row by row and changed by hand."""

import io
import re
import zipfile
from collections.abc import Callable, Sequence

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

Row = Sequence[object]


def workbook(
    *rows: Row,
    merged: Sequence[str] = (),
    change: Callable[[Worksheet], object] | None = None,
    others: Sequence[tuple[str, Sequence[Row]]] = (),
) -> bytes:
    """A workbook whose first sheet is called Answers."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Answers"
    for row in rows:
        sheet.append(list(row))
    for area in merged:
        sheet.merge_cells(area)
    for title, other in others:
        page = book.create_sheet(title)
        for row in other:
            page.append(list(row))
    if change is not None:
        change(sheet)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def with_part(content: bytes, path: str, change: Callable[[str], str]) -> bytes:
    """The workbook with one part rewritten."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, change(text.decode()).encode() if name == path else text)
    return changed.getvalue()


def with_cell(content: bytes, place: str, xml: str) -> bytes:
    """The workbook with the XML of one cell of its first sheet replaced."""

    def change(text: str) -> str:
        changed, count = re.subn(rf'<c r="{place}"[^>]*?(?:/>|>.*?</c>)', lambda _: xml, text)
        assert count == 1
        return changed

    return with_part(content, "xl/worksheets/sheet1.xml", change)
