"""What is said of answers that fit no code of their scale."""

from __future__ import annotations

from drivers.survey.answers.codes import MISSING_KINDS, Answers
from drivers.survey.answers.label_check import declared_without_kind
from drivers.survey.codebook.model import Codebook
from drivers.survey.decimal_commas import looks_decimal
from drivers.survey.raw_table import RawTable

_DECIMAL_REMEDY = 'write data.decimal: "," if commas are decimal marks, '


def unreadable(book: Codebook, table: RawTable, name: str, answers: Answers) -> str:
    """One sentence on the answers to an item that could not be read."""
    item = book.items[name]
    found = table.places((text.text, text.count, text.first_rows) for text in answers.unreadable)
    comma = any(looks_decimal(text.text) for text in answers.unreadable)
    return (
        f"{table.name}, column {item.column!r}: expected answers on scale {item.scale!r} "
        f"({book.scales[item.scale].answers_in_words}), found {found}; "
        f"{_DECIMAL_REMEDY if comma else ''}"
        f"{declared_without_kind(book, table, name, answers)}correct the scale, or map each text "
        f"under items.{name}.answers in the codebook to a code or to one of {', '.join(MISSING_KINDS)}."
    )
