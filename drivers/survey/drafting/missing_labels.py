"""Labels of codes that name kinds of missing answers, in the words of files of statistics programs."""

from __future__ import annotations

from collections.abc import Mapping

from drivers.survey.answers.codes import missing_kind
from drivers.survey.answers.texts import normalise

BEGINNINGS = (
    ("refus", "refused"),
    ("declin", "refused"),
    ("prefer not", "refused"),
    ("not applicable", "not_applicable"),
    ("inapplicable", "not_applicable"),
    ("never used", "not_applicable"),
    ("have not used", "not_applicable"),
    ("did not use", "not_applicable"),
    ("dont know", "dont_know"),
    ("don't know", "dont_know"),
    ("do not know", "dont_know"),
    ("not ascertained", "blank"),
    ("no answer", "blank"),
    ("missing", "blank"),
    ("system missing", "blank"),
    ("skipped", "not_asked"),
    ("not asked", "not_asked"),
)
"""How a label begins, and the kind of missing answer that it names."""


def kind_in_label(label: str) -> str:
    """The kind of missing answer that the label of a code names, "" where it names none.

    >>> kind_in_label("Refused to answer"), kind_in_label("لا أعرف"), kind_in_label("Never")
    ('refused', 'dont_know', '')
    """
    if kind := missing_kind(label):
        return kind
    plain = normalise(label)
    return next((kind for beginning, kind in BEGINNINGS if plain.startswith(beginning)), "")


def kinds_alone(labels: Mapping[str, Mapping[str, str]], declared: Mapping[str, str]) -> dict[str, str] | None:
    """Written code → kind, where every label of a column is that of a missing answer; None where any is an answer's.

    Parameters
    ----------
    labels
        Written code → language → label.
    declared
        Written text → the kind that the file declares, "" without a kind. Such a code without a kind is left out.
    """
    if not labels:
        return None
    kinds: dict[str, str] = {}
    for code, texts in labels.items():
        kind = next((found for text in texts.values() if (found := kind_in_label(text))), declared.get(code))
        if kind is None:
            return None
        if kind:
            kinds[code] = kind
    return kinds
