"""Small files that are read, or refused with a sentence."""

from pathlib import Path

import pytest

from drivers.errors import SurveyError
from drivers.survey.raw_table import RawTable
from drivers.survey.reading import ReadAs, read_table


class Files:
    """Reads contents as files of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, content: bytes | str, how: ReadAs | None = None, name: str = "answers.csv") -> RawTable:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_table(path, how)

    def refusal(self, content: bytes | str, how: ReadAs | None = None, name: str = "answers.csv") -> str:
        with pytest.raises(SurveyError) as refused:
            self.read(content, how, name)
        return str(refused.value)


def cells(table: RawTable) -> list[list[str]]:
    return table.frame.to_numpy().tolist()


def noted(table: RawTable, action: str) -> list[tuple[str, str, int]]:
    """What was found, what became of it and how often, for the notes of one kind."""
    return [(note.found, note.became, note.count) for note in table.notes if note.action == action]
