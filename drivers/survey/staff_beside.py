"""The staff's survey that a customers' codebook names, read beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.errors import CodebookError
from drivers.labels import Labels
from drivers.survey.codebook.model import read_codebook
from drivers.survey.examples import data_path

if TYPE_CHECKING:
    from drivers.survey.data import Survey

STAFF = "staff:"
"""What stands before the kind of a label that is the staff's."""


def with_staff(survey: Survey, codebook_path: Path, read: Callable[..., Survey], *, outside: bool = False) -> Survey:
    """The survey with that of its staff beside it, where the codebook names one.

    Parameters
    ----------
    survey
        Of the customers.
    read
        `read_survey`, which this stands beside.

    Raises
    ------
    CodebookError
        Where the staff's codebook is not there, lies outside the folder, has no unit, or names staff of its own.
    """
    part = survey.codebook.staff
    if part is None:
        return survey
    path = data_path(survey.codebook, codebook_path, part.codebook, outside=outside, key="staff.codebook")
    where = f"{codebook_path.name}, staff.codebook"
    if not path.is_file():
        raise CodebookError(
            f"{where}: expected a codebook at {path}, found no such file; correct the name, or put the file there."
        )
    book = read_codebook(path)
    if book.staff is not None:
        raise CodebookError(
            f"{where}: expected a codebook without 'staff:' of its own, found {part.codebook!r} with one; name the "
            "staff's, or remove it there."
        )
    if book.unit is None:
        raise CodebookError(
            f"{where}: expected a codebook with 'unit:' to join it by, found {part.codebook!r} without; add it there."
        )
    staff = read(path, outside=outside)
    fingerprints = {part.codebook: staff.codebook_sha256, book.data.file or "staff": staff.data_sha256}
    return replace(survey, staff=staff, beside_sha256={**survey.beside_sha256, **fingerprints, **staff.beside_sha256})


def with_staff_labels(labels: Labels, staff: Survey | None) -> Labels:
    """The customers' labels and, under kinds of their own, those of the staff's drivers and outcomes."""
    if staff is None:
        return labels
    own = staff.codebook.labels().texts
    return Labels({**labels.texts, **{f"{STAFF}{kind}": own[kind] for kind in ("driver", "outcome")}})
