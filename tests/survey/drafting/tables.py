"""Small tables as files, and the codebooks drafted from them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from drivers.survey.codebook.model import Codebook, read_codebook
from drivers.survey.drafting.composing import content_of
from drivers.survey.drafting.draft import Draft, draft_codebook
from drivers.survey.drafting.form_words import FormWords
from drivers.survey.drafting.writing import as_yaml
from drivers.survey.raw_table import RawTable, as_csv, table_of

Columns = Mapping[str, Sequence[object]]


def written(folder: Path, columns: Columns, name: str = "answers.csv") -> Path:
    """A CSV file of some columns."""
    path = folder / name
    path.write_bytes(as_csv(pd.DataFrame({key: list(map(str, cells)) for key, cells in columns.items()}, dtype="str")))
    return path


def drafted(folder: Path, columns: Columns) -> tuple[Draft, Codebook]:
    """The draft of a CSV file, and the codebook that it is."""
    source = written(folder, columns)
    draft = draft_codebook(source)
    return draft, read_codebook(draft.save(folder / "answers.yml", force=True))


def table(columns: Columns, **more: object) -> RawTable:
    """A table as other formats hand it over, with what they know of its columns."""
    from dataclasses import replace

    frame = pd.DataFrame({key: list(map(str, cells)) for key, cells in columns.items()}, dtype="str")
    return replace(table_of("answers.sav", frame), **more)  # type: ignore[arg-type]


def book_of(folder: Path, raw: RawTable, form: FormWords | None = None) -> Codebook:
    """The codebook drafted from a table."""
    path = folder / "answers.yml"
    path.write_text(as_yaml(content_of(raw, form or FormWords(), {})), encoding="utf-8")
    return read_codebook(path)


def repeated(texts: Sequence[object], rows: int, step: int = 1) -> list[object]:
    """Texts again and again, every `step`-th of them."""
    return [texts[(row * step) % len(texts)] for row in range(rows)]
