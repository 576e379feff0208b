"""Numbers and points in time as people would write them."""

from __future__ import annotations

import datetime
import math

import numpy as np


def number_text(number: float, *, digits: int | None = None) -> str:
    """A number with as many decimals as it has: ``1`` and ``4.5``, never ``1.0``, never an exponent.

    Parameters
    ----------
    digits
        Significant digits that are shown at most, such as the 15 of a spreadsheet; None for all that tell the
        number from its neighbours.
    """
    if not math.isfinite(number):
        return "" if math.isnan(number) else f"{float(number):g}"
    if digits is not None:
        number = float(f"{number:.{digits}g}")
    if float(number).is_integer() and abs(number) < 1e15:
        return str(int(number))
    return np.format_float_positional(number, trim="-")


def moment_text(moment: datetime.datetime) -> str:
    """A point in time by ISO 8601 with a space; the day alone at midnight."""
    if moment.tzinfo is None and moment.time() == datetime.time():
        return moment.date().isoformat()
    return moment.isoformat(sep=" ")
