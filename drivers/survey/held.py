"""Surveys that a process has at hand: `read_survey` gives them without reading."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drivers.survey.data import Survey

_held: dict[Path, Survey] = {}


def hold_survey(codebook: Path, survey: Survey) -> None:
    """From now on `read_survey` gives this survey for a codebook file, in this process."""
    _held[codebook.resolve()] = survey


def held_survey(codebook: Path) -> Survey | None:
    """The survey that is held for a codebook file, if one is."""
    return _held.get(codebook.resolve())
