"""The parts of a zipped workbook, opened only where they are what they say and not a bomb."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Literal
from xml.etree.ElementTree import ParseError

from drivers.errors import SurveyError
from drivers.survey.formats.refusals import refusal

MOST_TIMES_LARGER = 200
"""How many times its packed size a part may have; workbooks of survey answers stay below 40."""
_SMALL = 50_000_000
"""Bytes of a part that are unpacked whatever its packed size."""
_NOT_ANSWERS = (
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb)", "open it and save it as .xlsx"),
    ("word/document.xml", "a Word document", "ask for the answers as CSV or .xlsx"),
    ("ppt/presentation.xml", "a presentation", "ask for the answers as CSV or .xlsx"),
    ("Index/Document.iwa", "an Apple Numbers or Pages document", "export it as .xlsx"),
    ("content.xml", "an OpenDocument file such as .ods", "open it and save it as .xlsx"),
)
# What reading a damaged archive or a damaged part may raise.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    EOFError,
    OSError,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
    LookupError,
)


def kind_of_archive(name: str, content: bytes) -> Literal["workbook"]:
    """``workbook`` for a zip archive that is an Excel workbook.

    Raises
    ------
    SurveyError
        For any other archive, with what to do.
    """
    with damage_told(name), zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.namelist()
    if "xl/workbook.xml" in parts:
        return "workbook"
    if "[Content_Types].xml" in parts and any(part.startswith("xl/workbook") for part in parts):
        return "workbook"
    what, remedy = next(
        ((what, remedy) for part, what, remedy in _NOT_ANSWERS if part in parts),
        (
            f"a ZIP archive with {len(parts)} file{'s' if len(parts) != 1 else ''}",
            "unpack it and name the file in it",
        ),
    )
    raise refusal(name, what, remedy)


@contextmanager
def damage_told(name: str) -> Iterator[None]:
    """Whatever a damaged workbook raises becomes one sentence."""
    try:
        yield
    except SurveyError:
        raise
    except DAMAGE:
        raise SurveyError(
            f"{name}: expected a whole workbook, found a damaged one; copy it again, or open it and save it as .xlsx."
        ) from None


class Archive:
    """The parts of a workbook by their path.

    Parameters
    ----------
    name
        What messages call the file.
    """

    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        self._archive = zipfile.ZipFile(io.BytesIO(content))
        self._paths = {path.lower(): path for path in self._archive.namelist()}

    def __contains__(self, path: str) -> bool:
        return path.lower() in self._paths

    def refuse_bombs(self) -> None:
        """Refuse the workbook where any of its parts could not be opened."""
        for path in self._paths:
            if not path.endswith("/"):
                self.open(path).close()

    def open(self, path: str) -> IO[bytes]:
        """A part, unpacked while it is read.

        Raises
        ------
        SurveyError
            Where the part would unpack to a size that no table of answers has, or declares entities.
        """
        part = self._archive.getinfo(self._paths[path.lower()])
        if part.file_size > max(_SMALL, MOST_TIMES_LARGER * part.compress_size):
            raise SurveyError(
                f"{self.name}: expected a workbook of answers, found one whose part {path!r} unpacks from "
                f"{part.compress_size} to {part.file_size} bytes; open it and save the table alone as CSV (UTF-8)."
            )
        with self._archive.open(part) as stream:
            # Entities may multiply without end; no program writes them into a workbook.
            declares = re.search(rb"<!(?:DOCTYPE|ENTITY)", stream.read(4096)) is not None
        if declares:
            raise SurveyError(
                f"{self.name}: expected a workbook as spreadsheets write it, found a document type in {path!r}; open "
                "it and save it as .xlsx."
            )
        return self._archive.open(part)
