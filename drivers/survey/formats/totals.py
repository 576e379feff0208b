"""Rows at the end of a sheet that sum its answers up and are no answers themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from drivers.survey.answers.texts import normalise, to_number
from drivers.survey.raw_table import Note
from drivers.survey.vendors import Row

_WORDS = frozenset(
    normalise(word)
    for word in (
        "Total",
        "Totals",
        "Grand total",
        "Sum",
        "Average",
        "Averages",
        "Grand average",
        "Mean",
        "Median",
        "Count",
        "Std dev",
        "Std. dev",
        "Standard deviation",
        "Minimum",
        "Maximum",
        "المجموع",
        "المجموع الكلي",
        "مجموع",
        "الإجمالي",
        "الإجمالي الكلي",
        "إجمالي",
        "المتوسط",
        "المتوسط العام",
        "المتوسط الحسابي",
        "الوسط الحسابي",
        "الوسيط",
        "المعدل",
        "المعدل العام",
        "العدد",
        "العدد الكلي",
        "الانحراف المعياري",
    )
)
_ALSO_AN_ANSWER = frozenset({normalise("Average")})
"""The label of a step of quality scales as well."""


class Totals:
    """Leaves out the rows of totals at the end and remembers them.

    A row is one of totals only where all of this holds: its first text is a word for a total that no other row has in
    this column, all its other cells are numbers, and no row of answers follows. ``Average`` may be an answer, so that
    a formula, a number that is not whole, or an empty row above must speak for it too.

    Parameters
    ----------
    formulas
        Rows in which a formula stands; may grow while rows are read.
    """

    def __init__(self, formulas: Collection[int]) -> None:
        self._formulas = formulas
        self.found: list[tuple[int, str]] = []

    def without(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows that are no totals, in their order."""
        waiting: list[Row] = []
        met: set[tuple[int, str]] = set()
        before = 0
        for line, cells in rows:
            position = next(position for position, cell in enumerate(cells) if cell)
            place = position, normalise(cells[position])
            is_total = place[1] in _WORDS and place not in met
            if is_total and self._sums_up(line, cells, position, apart=bool(waiting) or 0 < before < line - 1):
                waiting.append((line, cells))
            else:
                yield from waiting
                met.update((at, normalise(row[at])) for _, row in waiting for at in (_first(row),))
                waiting.clear()
                if place[1] in _WORDS:
                    met.add(place)
                yield line, cells
            before = line
        self.found = [(line, cells[_first(cells)]) for line, cells in waiting]

    def _sums_up(self, line: int, cells: list[str], position: int, *, apart: bool) -> bool:
        others = [cell for cell in cells[position + 1 :] if cell]
        numbers = [to_number(cell.removesuffix("%")) for cell in others]
        if not others or any(number is None for number in numbers):
            return False
        if normalise(cells[position]) not in _ALSO_AN_ANSWER or apart or line in self._formulas:
            return True
        return any(number is not None and not number.is_integer() for number in numbers)

    def notes(self) -> tuple[Note, ...]:
        """What was left out, row by row; known once all rows were read."""
        return tuple(Note("totals", f"row {line}: {text}", "left out", 1) for line, text in self.found)


def _first(cells: list[str]) -> int:
    return next(position for position, cell in enumerate(cells) if cell)
