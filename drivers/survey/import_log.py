"""What was done to every column of a survey, and why."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from drivers.survey.answers.codes import Answers
from drivers.survey.raw_table import Note

WHOLE_FILE = "file"
"""What lines about no single column are used for."""
COUNTED = ("read", "set missing", "no date", "not used")
"""The actions of which a cell meets exactly one."""
LOG_COLUMNS = ("column", "used_for", "action", "found", "became", "count")
"""The columns of an import log."""


class ImportLog:
    """The steps of reading a survey, in order.

    Lines without a column are about the file as a whole, or about one that was ``read beside`` it. For each column and
    use, the counts of the actions in `COUNTED` add up to the rows of the survey; ``recoded`` and ``reversed`` tell what
    happened to answers among those read. The file's ``rows`` are those of the survey and those ``left out``.
    """

    def __init__(self) -> None:
        self._rows: list[tuple[str, str, str, str, str, int]] = []

    def add(self, column: str, used_for: str, action: str, count: int, *, found: str = "", became: str = "") -> None:
        """Note one step: what was found, what it became and in how many rows."""
        self._rows.append((column, used_for, action, found, became, count))

    def add_filled(self, column: str, used_for: str, empty: np.ndarray, *, became: str = "") -> None:
        """Note a column whose cells are read as they are, and those of them that are empty; bool (n,)."""
        self.add(column, used_for, "read", int((~empty).sum()), became=became)
        if empty.any():
            self.add(column, used_for, "set missing", int(empty.sum()), became="blank")

    def add_notes(self, notes: Iterable[Note]) -> None:
        """Note what was done to the file as a whole."""
        for note in notes:
            self.add("", WHOLE_FILE, note.action, note.count, found=note.found, became=note.became)

    def add_beside(self, file: str, used_for: str, rows: int, *, became: str) -> None:
        """Note a file that was read beside the answers."""
        self.add("", f"{WHOLE_FILE} {file}", "read beside", rows, found=used_for, became=became)

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
