"""The header conventions of survey programs: detected, announced, and overridable by the codebook's `data.vendor`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from drivers.errors import SurveyError
from drivers.survey.raw_table import Note, listed
from drivers.survey.vendors.google_forms import GOOGLE_FORMS
from drivers.survey.vendors.header import Header, Row, Vendor
from drivers.survey.vendors.kobo import KOBO
from drivers.survey.vendors.limesurvey import LIMESURVEY
from drivers.survey.vendors.microsoft_forms import MICROSOFT_FORMS
from drivers.survey.vendors.personal import personal_columns
from drivers.survey.vendors.plain import PLAIN
from drivers.survey.vendors.qualtrics import QUALTRICS
from drivers.survey.vendors.surveymonkey import SURVEYMONKEY

if TYPE_CHECKING:
    from drivers.survey.raw_table import RawTable

__all__ = ["VENDORS", "Header", "Row", "Vendor", "finished", "personal_columns", "vendor_of"]

# In this order: the strongest evidence first.
VENDORS = {
    vendor.key: vendor for vendor in (QUALTRICS, SURVEYMONKEY, LIMESURVEY, KOBO, MICROSOFT_FORMS, GOOGLE_FORMS, PLAIN)
}


def vendor_of(name: str, head: Sequence[Row], stated: str | None) -> Vendor:
    """The conventions of a file: those that the codebook states, else those its first rows follow.

    Parameters
    ----------
    name
        The file's name.
    head
        Rows at the top; one row of names for a file without header rows.
    stated
        The codebook's `data.vendor`.

    Raises
    ------
    SurveyError
        Where the file does not follow the conventions that the codebook states.
    """
    if stated is None:
        return next((vendor for vendor in VENDORS.values() if vendor.recognise(head)), PLAIN)
    vendor = VENDORS[stated]
    if not vendor.accepts(head):
        raise SurveyError(
            f"{name}: expected an export of {vendor.title} as data.vendor says ({vendor.expects}), found the columns "
            f"{listed(head[0][1], 6)}; correct data.vendor, or remove it to have the program found from the file."
        )
    return vendor


def finished(table: RawTable, stated: str | None) -> RawTable:
    """A table whose names were no header rows, such as one from SPSS, with what the program's own columns say.

    Parameters
    ----------
    stated
        The codebook's `data.vendor`; found from the names where None.

    Raises
    ------
    SurveyError
        Where the file does not follow the conventions that the codebook states.
    """
    names = list(table.frame.columns)
    head = [(1, names)]
    vendor = vendor_of(table.name, head, stated)
    if vendor is PLAIN:
        return table
    note = Note("vendor", vendor.accepts(head), vendor.key, len(names))
    return vendor.finish(replace(table, vendor=vendor.key).noted(note))
