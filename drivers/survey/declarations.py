"""What columns that become one say of their codes: gathered, and refused where they disagree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from drivers.errors import SurveyError
from drivers.survey.answers.texts import to_number
from drivers.survey.codebook.model import Codebook
from drivers.survey.raw_table import shown


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Said:
    """One of the columns that become one.

    Parameters
    ----------
    place
        What messages call it, such as ``2024.sav, column 'Q1'``.
    cells
        Its texts.
    labels
        Written code → its label.
    missing
        Written text → the kind of missing answer that the file says it is; "" where it does not say why.
    """

    place: str
    cells: pd.Series
    labels: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)


def agreed_labels(columns: Sequence[Said], remedy: str) -> dict[str, str]:
    """The labels of codes in all columns.

    Raises
    ------
    SurveyError
        Where one code has two labels.
    """
    agreed: dict[str, str] = {}
    origin: dict[str, str] = {}
    for said in columns:
        for code, label in said.labels.items():
            known = agreed.setdefault(code, label)
            first = origin.setdefault(code, said.place)
            if known.strip().casefold() != label.strip().casefold():
                raise SurveyError(
                    f"{said.place}: expected code {code} to mean {shown(known)} as in {first}, found {shown(label)}; "
                    f"{remedy}."
                )
    return agreed


def agreed_missing(book: Codebook, name: str, columns: Sequence[Said]) -> dict[str, str]:
    """The texts that any of the columns declares missing, with their kind.

    Parameters
    ----------
    name
        The column that they become.

    Raises
    ------
    SurveyError
        Where one column has as an answer what another one declares missing, and the codebook does not say what it is.
    """
    agreed: dict[str, str] = {}
    origin: dict[str, str] = {}
    for said in columns:
        for text, kind in said.missing.items():
            known = agreed.get(text, "")
            if known and kind and known != kind and not _mapped(book, name, text):
                raise _disagree(book, name, text, said, f"as {kind}", f"{origin[text]} as {known}")
            agreed[text] = known or kind
            origin.setdefault(text, said.place)
    for text, place in origin.items():
        for said in columns:
            if text not in said.missing and not _mapped(book, name, text) and (said.cells == text).any():
                raise _disagree(book, name, text, said, "among its answers", f"{place} as missing")
    return agreed


def _disagree(book: Codebook, name: str, text: str, said: Said, here: str, there: str) -> SurveyError:
    items = [key for key, item in book.items.items() if item.column == name]
    remedy = f"write what it means under items.{items[0]}.answers" if items else "correct one of them"
    return SurveyError(
        f"{said.place}: expected {shown(text)} to mean the same in all that become column {name!r}, found it {here} "
        f"and in {there}; {remedy}."
    )


def _mapped(book: Codebook, name: str, text: str) -> bool:
    """Whether the codebook says of every item of a column what a text means, or no item has the column."""
    number = to_number(text)
    for item in book.items.values():
        if item.column != name:
            continue
        stated = {str(key) for key in (*item.answers, *book.scales[item.scale].missing)}
        if text not in stated and (number is None or number not in {to_number(key) for key in stated}):
            return False
    return True
