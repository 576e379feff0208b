"""A file with one row of names at the top."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from drivers.errors import SurveyError
from drivers.survey.raw_table import RawTable, listed, shown
from drivers.survey.vendors.header import Header, Row, Vendor
from drivers.survey.vendors.names import refuse_unnamed


def _header(place: str, head: Sequence[Row]) -> Header:
    line, names = head[0]
    place = f"{place} {line}"
    if len(names) == 1 and (mark := re.search(r"[;\t|]", names[0])):
        raise SurveyError(
            f"{place}: expected column names separated by commas, found {shown(names[0])}, separated by "
            f"{mark[0]!r}; save the file with commas."
        )
    refuse_unnamed(place, names)
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        raise SurveyError(
            f"{place}: expected every column name once, found {listed(repeated)} more than once; rename them in the "
            "file."
        )
    return Header(names=tuple(names), rows=1)


def _finish(table: RawTable) -> RawTable:
    return table


PLAIN = Vendor(
    key="plain",
    title="a plain table",
    expects="one row of names",
    recognise=lambda head: "",
    accepts=lambda head: "one row of names",
    header=_header,
    finish=_finish,
)
