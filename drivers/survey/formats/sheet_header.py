"""The header of a sheet: below lines of title, in one row, or in two whose upper one names groups of columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from drivers.errors import SurveyError
from drivers.survey.answers.texts import to_number
from drivers.survey.formats.sheet import Range, column_letters
from drivers.survey.raw_table import Note, listed, shown
from drivers.survey.vendors import Row

_REMEDY = "write the name of every column in one row, above the answers"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetHeader:
    """Where a sheet's table starts and what its columns are called.

    Parameters
    ----------
    row
        The row with the names, and the names.
    rows
        How many of the first rows are title and header.
    notes
        What was made of them.
    """

    row: Row
    rows: int
    notes: tuple[Note, ...] = ()


def header_of(place: str, head: Sequence[Row], merged: Sequence[Range], *, offset: int = 0) -> SheetHeader:
    """The header among the first rows of a sheet, where it is certain.

    Parameters
    ----------
    place
        What messages call the sheet.
    head
        The first rows that are not empty, all of one width.
    merged
        The merged ranges of the sheet.
    offset
        How many empty columns stand before the first.

    Raises
    ------
    SurveyError
        Where no row is surely the header.
    """
    titles = _titles(head, merged, offset)
    line, cells = head[titles]
    notes = [
        Note("title rows", f"row {title}: {shown(next(filter(None, texts)))}", "no answers", 1)
        for title, texts in head[:titles]
    ]
    groups = _groups(line, cells, merged, offset)
    if groups:
        if titles + 1 == len(head) or head[titles + 1][0] != line + 1:
            raise _no_names(place, line, groups, cells, offset)
        names = _grouped(
            place, line, cells, head[titles + 1][1], groups, [row for _, row in head[titles + 2 :]], offset
        )
        grouped = [name for name, group in zip(names, _of_each(groups, len(cells)), strict=True) if group is not None]
        notes.append(
            Note("header rows", f"rows {line} and {line + 1}", f"Group [Column], such as {grouped[0]}", len(grouped))
        )
        return SheetHeader(row=(line + 1, names), rows=titles + 2, notes=tuple(notes))
    if titles and (
        not all(name.strip() for name in cells) or len(set(cells)) < len(cells) or any(map(_is_number, cells))
    ):
        raise SurveyError(
            f"{place}: expected a header row with a name for every column below the title in row {head[0][0]}, found "
            f"{listed([cell for cell in cells if cell], 6)} in row {line}; take the title away, and {_REMEDY}."
        )
    return SheetHeader(row=(line, cells), rows=titles + 1, notes=tuple(notes))


def _titles(head: Sequence[Row], merged: Sequence[Range], offset: int) -> int:
    """How many rows at the top hold one text alone, above rows with more."""
    width = len(head[0][1])
    titles = 0
    while titles < len(head) and width > 1 and sum(map(bool, head[titles][1])) == 1:
        line, cells = head[titles]
        # A group's title may be the only text of its row; the table's own title is over the first column.
        if not cells[0] and any(group.top == line and group.left < group.right for group in merged):
            break
        titles += 1
    # Where no row has more, each of them is a row of a table with one filled column.
    return titles if titles < len(head) else 0


def _groups(line: int, cells: Sequence[str], merged: Sequence[Range], offset: int) -> dict[int, Range]:
    """Position of the first column → range of each merged cell that spans several columns of a row."""
    return {
        group.left - 1 - offset: group
        for group in sorted(merged, key=lambda group: group.left)
        if group.top == group.bottom == line
        and group.left < group.right
        and 0 <= group.left - 1 - offset < len(cells)
        and cells[group.left - 1 - offset]
    }


def _of_each(groups: Mapping[int, Range], width: int) -> list[int | None]:
    """The first column of the group of each column, or None."""
    of_each: list[int | None] = [None] * width
    for first, group in groups.items():
        for position in range(first, min(width, first + group.right - group.left + 1)):
            of_each[position] = first
    return of_each


def _grouped(
    place: str,
    line: int,
    upper: Sequence[str],
    lower: Sequence[str],
    groups: Mapping[int, Range],
    below: Sequence[Sequence[str]],
    offset: int,
) -> list[str]:
    of_each = _of_each(groups, len(upper))
    names = []
    for position, (above, under, first) in enumerate(zip(upper, lower, of_each, strict=True)):
        if first is None:
            # A name of its own has the other of the two rows to itself, whether merged over both or not.
            if bool(above) == bool(under):
                raise _no_names(place, line, groups, upper, offset)
            names.append(above or under)
            continue
        answers = {row[position] for row in below}
        if not under.strip() or _is_number(under) or under in answers:
            raise _no_names(place, line, groups, upper, offset)
        names.append(f"{upper[first]} [{under}]")
    return names


def _no_names(place: str, line: int, groups: Mapping[int, Range], cells: Sequence[str], offset: int) -> SurveyError:
    first, group = next(iter(groups.items()))
    columns = f"{column_letters(group.left)} to {column_letters(group.right)}"
    return SurveyError(
        f"{place}, row {line}: expected the names of the columns below the merged cell {shown(cells[first])} over the "
        f"columns {columns}, found none that are certain; {_REMEDY}."
    )


def _is_number(text: str) -> bool:
    return to_number(text) is not None
