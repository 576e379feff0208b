"""A table of texts, and how its parts are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from drivers.present.isolation import html, plain
from drivers.present.words import Words


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts; the first column names the row.

    Parameters
    ----------
    caption
        What the table shows.
    headings
        One per column.
    rows
        Cells, each as wide as the headings.
    numeric
        Positions of columns of numbers.
    """

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if any(len(row) != len(self.headings) for row in self.rows):
            raise ValueError("Every row of a table needs one cell for each heading.")

    def html(self) -> Markup:
        """The table as HTML, with scopes and a caption; wide ones scroll by themselves."""
        head = Markup("").join(
            Markup('<th scope="col"{}>{}</th>').format(self._number(position), html(text))
            for position, text in enumerate(self.headings)
        )
        body = Markup("").join(
            Markup("<tr>{}</tr>").format(
                Markup("").join(
                    Markup('<th scope="row"{}>{}</th>').format(self._number(position), html(cell))
                    if position == 0
                    else Markup("<td{}>{}</td>").format(self._number(position), html(cell))
                    for position, cell in enumerate(row)
                )
            )
            for row in self.rows
        )
        return Markup(
            '<div class="table" tabindex="0" role="region" aria-label="{}"><table><caption>{}</caption>'
            "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
        ).format(plain(self.caption), html(self.caption), head, body)

    def _number(self, position: int) -> Markup:
        return Markup(' class="number"') if position in self.numeric else Markup("")

    def _repr_html_(self) -> str:
        return str(self.html())


def headings(keys: Sequence[str], words: Words) -> tuple[str, ...]:
    """The terms of some columns."""
    return tuple(words.term(key) for key in keys)


def all_but_first(columns: Sequence[str]) -> frozenset[int]:
    """Positions of all columns but the one that names the row."""
    return frozenset(range(1, len(columns)))


def p_value(value: float, words: Words) -> str:
    """A p-value as it is shown."""
    return words.ui("less_than", n=words.number(0.001, 3)) if value < 0.0005 else words.number(value, 3)
