"""How a file is to be read, where its own signs are not to be trusted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAs:
    """What a codebook's `data` says of a file; None where it is found from the file.

    Parameters
    ----------
    vendor
        A key of `drivers.survey.vendors`.
    sheet
        The sheet of a workbook.
    encoding
        Name of the text encoding, such as ``windows-1256``.
    delimiter
        What stands between two cells.
    totals
        Whether rows at the end that hold totals are left out (``leave_out``) or read as answers (``keep``).
    """

    vendor: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    totals: str = "leave_out"
