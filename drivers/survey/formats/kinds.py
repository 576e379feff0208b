"""What kind of file some bytes are, by their content and never by their name."""

from __future__ import annotations

import json
import re
from typing import Literal

from drivers.errors import SurveyError
from drivers.survey.formats.archive import kind_of_archive
from drivers.survey.formats.refusals import empty_file, refusal

Kind = Literal["text", "workbook", "parquet", "arrow", "sav", "por", "dta"]

_SAVE = "save the table as CSV (UTF-8) or .xlsx"
_UNPACK = "unpack it and name the file in it"
_STARTS: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "a PDF document", "ask for the answers as CSV or .xlsx"),
    (b"\x89PNG\r\n", "a picture", "ask for the answers as CSV or .xlsx"),
    (b"\xff\xd8\xff", "a picture", "ask for the answers as CSV or .xlsx"),
    (b"GIF8", "a picture", "ask for the answers as CSV or .xlsx"),
    (b"{\\rtf", "a text document (RTF)", _SAVE),
    (b"\xff\xfe\x00\x00", "text in UTF-32", "save it as CSV (UTF-8)"),
    (b"\x00\x00\xfe\xff", "text in UTF-32", "save it as CSV (UTF-8)"),
    (b"\x1f\x8b", "a gzip file within a gzip file", "unpack it once"),
    (b"BZh", "a bzip2 file", _UNPACK),
    (b"\xfd7zXZ\x00", "an xz file", _UNPACK),
    (b"(\xb5/\xfd", "a Zstandard file", _UNPACK),
    (b"7z\xbc\xaf'\x1c", "a 7z archive", _UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    (b"SQLite format 3\x00", "an SQLite database", "export the table of answers from it as CSV"),
    (b"PARE", "an encrypted Parquet file", "write it without encryption"),
    (b"FEA1", "a Feather file of the first version", "write it with the second version, or as Parquet"),
    (b"HEADER RECORD*******LIB", "a SAS transport file", "export the table from SAS as CSV, .sav or .dta"),
    (b"\x00" * 12 + b"\xc2\xea\x81\x60\xb3\x14\x11", "a SAS file", "export the table from SAS as CSV, .sav or .dta"),
    (b"RDX", "an R data file", "write the table from R with write.csv(), or as Parquet"),
    (b"X\n\x00\x00\x00", "an R data file", "write the table from R with write.csv(), or as Parquet"),
)
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_OLE = b"\xd0\xcf\x11\xe0"
_PORTABLE = re.compile(rb"SPSSPORT|ASCII SPSS PORT FILE")
_PAGE = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<!--")


def kind_of(name: str, content: bytes) -> Kind:
    """The kind of a file whose outer gzip packing, if any, is undone.

    Parameters
    ----------
    name
        What messages call the file.

    Raises
    ------
    SurveyError
        Where the file is empty or of a kind that holds no answers, with the way to make one of it that does.
    """
    head = content[:1024]
    if not _bare(head).strip() and not _bare(content).strip():
        raise empty_file(name)
    for start, what, remedy in _STARTS:
        if head.startswith(start):
            raise refusal(name, what, remedy)
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return kind_of_archive(name, content)
    if head.startswith(_OLE):
        raise _old_office(name, content)
    if (kind := _typed(head)) is not None:
        return kind
    start_of_text = _bare(head).replace(b"\x00", b"").lstrip().lower()
    if start_of_text.startswith(_PAGE):
        raise refusal(name, "a web page or XML", "download the file itself, as CSV or .xlsx")
    if start_of_text[:1] in (b"{", b"[") and _is_json(content):
        raise refusal(name, "JSON", "export the answers as CSV or .xlsx")
    return "text"


def _bare(content: bytes) -> bytes:
    return next((content[len(mark) :] for mark in _MARKS if content.startswith(mark)), content)


def _typed(head: bytes) -> Kind | None:
    """The kind of a file whose columns have types."""
    if head.startswith((b"$FL2", b"$FL3")):
        return "sav"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"ARROW1"):
        return "arrow"
    # Before version 13 a Stata file starts with its version, the order of bytes, 1 and 0.
    if head.startswith(b"<stata_dta>") or (
        len(head) > 3 and 104 <= head[0] <= 115 and head[1] in (1, 2) and head[2:4] == b"\x01\x00"
    ):
        return "dta"
    return "por" if _PORTABLE.search(head) and head.count(b"0") > 200 else None


def _old_office(name: str, content: bytes) -> SurveyError:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return refusal(
            name, "a workbook that is protected by a password", "open it, take the password away, and save it as .xlsx"
        )
    return refusal(name, "an old Excel workbook or another old Office document", "open it and save it as .xlsx")


def _is_json(content: bytes) -> bool:
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return False
    return True
