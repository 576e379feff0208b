"""Whether the customers' codebook has what the staff's survey is joined by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from drivers.survey.codebook.errors import Problem
from drivers.survey.codebook.errors import reference_problem as _problem

if TYPE_CHECKING:
    from drivers.survey.codebook.model import Codebook


def broken_staff(codebook: Codebook) -> Iterator[Problem]:
    """A survey of the staff without units to join it by."""
    if codebook.staff is not None and codebook.unit is None:
        yield _problem(
            ("staff",),
            "expected 'unit:' in the codebook to join the staff's survey by, found none; add it or remove this",
        )
