"""The workbook of a form: texts alone, and the same bytes whenever it is written."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence

from drivers.survey.forms.roles import SHEET, Cells
from drivers.survey.repeatable import without_times

# What no workbook can hold.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")


def workbook_bytes(sheets: Mapping[str, Sequence[Cells]]) -> bytes:
    """The workbook with these sheets: survey, choices, settings and `SHEET`, each row as heading → text."""
    return without_times(_workbook(sheets))


def _workbook(sheets: Mapping[str, Sequence[Cells]]) -> bytes:
    import openpyxl
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name in ("survey", "choices", "settings", SHEET):
        sheet = book.create_sheet(name)
        rows = sheets[name]
        columns = _in_order(rows)
        for column, heading in enumerate(columns, start=1):
            sheet.cell(1, column, heading).font = Font(bold=True)
            wide = "label" in heading or "hint" in heading
            sheet.column_dimensions[get_column_letter(column)].width = 50 if wide else 18
            for row, cells in enumerate(rows, start=2):
                if text := cells.get(heading, ""):
                    cell = sheet.cell(row, column, _FORBIDDEN.sub(" ", text))
                    # A text that begins with "=" is no formula, and a code no number: forms read texts.
                    cell.data_type = "s"
                    cell.alignment = Alignment(wrap_text=wide, vertical="top", readingOrder=2 * ("(ar)" in heading))
        sheet.freeze_panes = "C2"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


_ORDER = ("type", "list_name", "name", "part", "key", "label", "hint")


def _in_order(rows: Sequence[Cells]) -> list[str]:
    """The headings of a sheet: those that readers look for first."""
    found = dict.fromkeys(heading for row in rows for heading in row)
    rank = {heading: position for position, heading in enumerate(_ORDER)}
    return sorted(found, key=lambda heading: rank.get(heading.partition("::")[0], len(rank)))
