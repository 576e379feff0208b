"""What the files of a report hold: its page, every number on it, and its tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from drivers import __version__
from drivers.publish.page import collect, in_page_order, render, title_of
from drivers.publish.request import ReportRequest
from drivers.publish.tables import csv_zip_bytes, read_tables, workbook_bytes

NUMBERS_SCHEMA = "drivers-numbers-1"
"""What the JSON of numbers follows: ``numbers.schema.json``. Another number where a reader of it must change."""


@dataclass(frozen=True, slots=True)
class Contents:
    """A report in one language, as bytes; a workbook and tables only where the page has a table."""

    language: str
    page: bytes
    numbers: bytes
    workbook: bytes | None
    tables: bytes | None

    def files(self, stem: str) -> dict[str, bytes | None]:
        """File name → content, the page last: whoever finds a new page finds what belongs to it."""
        start = f"{stem}.{self.language}"
        return {
            f"{start}.json": self.numbers,
            f"{start}.xlsx": self.workbook,
            f"{start}.csv.zip": self.tables,
            f"{start}.html": self.page,
        }


def contents(executed: Any, request: ReportRequest) -> Iterator[Contents]:
    """What the files of an executed notebook hold, language by language.

    Raises
    ------
    PublishError
        Where nothing was shown, or one piece was shown twice.
    """
    for language in request.languages:
        yield _in_language(executed, request, language)


def _in_language(executed: Any, request: ReportRequest, language: str) -> Contents:
    pieces = collect(executed, language)
    body = render(
        pieces,
        language,
        digits=str(request.given.get("digits", "latn")),
        others=request.languages,
        file_name=f"{request.stem}.{language}.html",
        show_code=request.show_code,
    )
    pieces = in_page_order(pieces)
    shown = [
        {key: value for key, value in piece.numbers.items() if key not in ("heading", "section", "empty")}
        for piece in pieces
    ]
    numbers = {
        "schema": NUMBERS_SCHEMA,
        "notebook": request.source.stem,
        "language": language,
        "version": __version__,
        "parameters": dict(request.given),
        "shown": shown,
    }
    tables = read_tables(pieces)
    return Contents(
        language=language,
        page=body.encode("utf-8"),
        numbers=(json.dumps(numbers, ensure_ascii=False, indent=1, allow_nan=False, sort_keys=True) + "\n").encode(),
        workbook=workbook_bytes(tables, language=language, title=title_of(pieces, language)) if tables else None,
        tables=csv_zip_bytes(tables) if tables else None,
    )
