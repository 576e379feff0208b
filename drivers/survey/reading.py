"""Raw columns from a file of answers, whatever program wrote it."""

from __future__ import annotations

import io
import zlib
from gzip import GzipFile
from pathlib import Path

from drivers.errors import SurveyError
from drivers.survey.formats.delimited import read_delimited
from drivers.survey.formats.kinds import kind_of
from drivers.survey.formats.options import ReadAs
from drivers.survey.raw_table import RawTable
from drivers.survey.vendors import finished

__all__ = ["ReadAs", "read_table"]

MOST_UNPACKED = 8 << 30
"""Bytes to which a gzip file may unpack."""
MOST_TIMES_LARGER = 200
"""How many times its packed size a gzip file may have; answers of surveys stay below 40."""
_SMALL = 200_000_000
"""Bytes to which any gzip file may unpack."""
_BLOCK = 1 << 24


def read_table(path: str | Path, how: ReadAs | None = None) -> RawTable:
    """The raw columns of a file.

    Parameters
    ----------
    path
        A file of answers: CSV or other delimited text, an Excel workbook, Parquet, Feather, SPSS or Stata, as it
        is or packed with gzip. Its kind is found from its content. Empty lines are no rows.
    how
        What the codebook says of the file; all is found from the file where None.

    Raises
    ------
    SurveyError
        Where the file is missing, empty, damaged, of no known kind, or has rows that do not fit its header.
    """
    path, how = Path(path), how or ReadAs()
    name, content = path.name, _content(path)
    kind = kind_of(name, content)
    if kind == "text":
        return read_delimited(name, content, how)
    # Readers of the other kinds bring large libraries with them.
    if kind == "workbook":
        from drivers.survey.formats.workbook import read_workbook

        return read_workbook(name, content, how)
    if kind == "parquet" or kind == "arrow":
        from drivers.survey.formats.columnar import read_columnar

        return finished(read_columnar(name, content, kind), how.vendor)
    from drivers.survey.formats.statistical import read_statistical

    return finished(read_statistical(name, content, kind, how), how.vendor)


def _content(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise SurveyError(f"Expected a file with answers, found the folder {path}; name the file in it.")
        content = path.read_bytes()
    except FileNotFoundError:
        raise SurveyError(f"Expected answers at {path}, found no such file; check data.file in the codebook.") from None
    except (OSError, ValueError) as error:
        raise SurveyError(
            f"Expected answers at {str(path)!r}, found that the file cannot be read "
            f"({getattr(error, 'strerror', None) or error}); check the path and its permissions."
        ) from None
    return _unpacked(path.name, content) if content.startswith(b"\x1f\x8b") else content


def _unpacked(name: str, content: bytes) -> bytes:
    parts, size = [], 0
    try:
        with GzipFile(fileobj=io.BytesIO(content)) as packed:
            while part := packed.read(_BLOCK):
                parts.append(part)
                size += len(part)
                if size > max(_SMALL, MOST_TIMES_LARGER * len(content)):
                    raise SurveyError(
                        f"{name}: expected a gzip file of answers, found one that unpacks from {len(content)} to more "
                        f"than {size} bytes; unpack it, and keep the columns of the survey."
                    )
                if size > MOST_UNPACKED:
                    raise SurveyError(
                        f"{name}: expected a gzip file that unpacks to at most {MOST_UNPACKED >> 30} GiB, found a "
                        "larger one; unpack it, and keep the columns of the survey."
                    )
    except (OSError, EOFError, zlib.error):
        raise SurveyError(f"{name}: expected a whole gzip file, found a damaged one; copy or fetch it again.") from None
    return b"".join(parts)
