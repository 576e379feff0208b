"""What was done to every column of a survey, and why."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from drivers.survey.answers import Answers

LOG_COLUMNS = ("column", "used_for", "action", "found", "became", "count")
"""The columns of an import log."""


class ImportLog:
    """The steps of reading a survey, in order.

    For each item, the counts of ``read`` and ``set missing`` add up to the rows of the file; ``recoded``
    and ``reversed`` tell what happened to answers among those read.
    """

    def __init__(self) -> None:
        self._rows: list[tuple[str, str, str, str, str, int]] = []

    def add(self, column: str, used_for: str, action: str, count: int, *, found: str = "", became: str = "") -> None:
        """Note one step: what was found, what it became and in how many rows."""
        self._rows.append((column, used_for, action, found, became, count))

    def add_answers(self, column: str, item: str, answers: Answers) -> None:
        """Note how the texts of an item became codes and missing answers."""
        used_for = f"item {item!r}"
        self.add(column, used_for, "read", int((answers.missing == 0).sum()))
        for text, (became, count) in answers.recoded.items():
            if isinstance(became, str):
                self.add(column, used_for, "set missing", count, found=text, became=became)
            else:
                self.add(column, used_for, "recoded", count, found=text, became=f"{became:g}")

    def frame(self, columns: Iterable[str], rows: int) -> pd.DataFrame:
        """All steps, and a line for each column of the file that was not used."""
        used = {row[0] for row in self._rows}
        unused = [(column, "", "not used", "", "", rows) for column in columns if column not in used]
        return pd.DataFrame([*self._rows, *unused], columns=list(LOG_COLUMNS))
