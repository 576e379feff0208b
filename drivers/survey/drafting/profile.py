"""What a column is like: its texts with their counts, its numbers, and all that the file says of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property

import numpy as np
import pandas as pd

from drivers.survey.answers.ladders import MISSING_TEXTS
from drivers.survey.answers.texts import gender_forms, leading_number, normalise, to_number
from drivers.survey.drafting.missing_labels import kinds_alone
from drivers.survey.drafting.names import cleaned, language_of, words_of
from drivers.survey.raw_table import RawTable
from drivers.survey.respondents import numbers_in

MOST_TEXTS = 400
"""Different texts of a column that are looked at one by one."""
ASKED_ABOUT = frozenset(
    normalise(text) for text in ("NA", "N.A.", "#N/A", "null", "nan", "none", "غير متوفر", "لا شيء")
)
"""Texts that may be an answer or none: never guessed."""

Texts = Mapping[str, str]
"""Language → text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What the file, or its form, says of a column in words.

    Parameters
    ----------
    texts
        Language → the question's text.
    labels
        Written code → language → its label.
    """

    texts: Texts = field(default_factory=dict)
    labels: Mapping[str, Texts] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, eq=False)
class Profile:
    """A column.

    Parameters
    ----------
    name
        As the header has it.
    position
        Its place in the file, from 1.
    rows
        Rows of the file.
    counts
        Each text that is not empty with its number of rows, the most frequent first; the first `MOST_TEXTS`.
    distinct
        How many different texts there are.
    wording
        What the file says of it in words.
    missing
        Written text → kind of missing answer that the file declares; "" without a kind.
    ordered
        All texts from the lowest to the highest, where the file orders them.
    """

    name: str
    position: int
    rows: int
    filled: int
    counts: Mapping[str, int]
    distinct: int
    wording: Wording
    missing: Mapping[str, str]
    ordered: tuple[str, ...]
    cells: pd.Series

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of its name."""
        return words_of(self.name)

    @cached_property
    def all_words(self) -> tuple[str, ...]:
        """The words of its name and of its question in every language."""
        return (*self.words, *(word for text in self.wording.texts.values() for word in words_of(text)))

    @cached_property
    def is_question(self) -> bool:
        """Whether the name itself is the question's text, as form programs export it."""
        return len(self.name.split()) > 4 or self.name.rstrip().endswith(("?", "؟"))

    @cached_property
    def told_missing(self) -> Mapping[float | str, str]:
        """The codes of a column of which only codes for missing answers have labels: code → kind."""
        kinds = kinds_alone(self.wording.labels, self.missing) or {}
        return {_code(written): kind for written, kind in kinds.items()}

    @cached_property
    def labels(self) -> Mapping[str, Texts]:
        """Written code → its label by language; empty where they are those of missing answers alone."""
        return {} if kinds_alone(self.wording.labels, self.missing) is not None else self.wording.labels

    @property
    def complete(self) -> bool:
        """Whether every row has a text."""
        return self.filled == self.rows

    @property
    def listed(self) -> bool:
        """Whether all its texts are among `counts`."""
        return self.distinct <= MOST_TEXTS

    @cached_property
    def answers(self) -> Mapping[str, int]:
        """The texts that are no known or declared missing answers, with their counts."""
        return {text: count for text, count in self.counts.items() if self.missing_kind(text) is None}

    def missing_kind(self, text: str) -> str | None:
        """The kind of missing answer that a text is known to be, "" where it must be asked, None where it is none."""
        if self.missing.get(text):
            return self.missing[text]
        if told := self.told_missing.get(_code(text)):
            return told
        words = _missing_words()
        known = {words[form] for form in gender_forms(text) if form in words}
        if known:
            return known.pop()
        return "" if normalise(text) in ASKED_ABOUT or text in self.missing else None

    @cached_property
    def numbers(self) -> Mapping[float, int]:
        """Number → rows, where all answers are numbers, or begin with one; empty otherwise."""
        found: dict[float, int] = {}
        if not self.listed:
            return found
        for text, count in self.answers.items():
            number = to_number(text)
            if number is None:
                number = leading_number(text)[0]
            if number is None:
                return {}
            found[number] = found.get(number, 0) + count
        return dict(sorted(found.items()))

    @cached_property
    def whole(self) -> bool:
        """Whether all its numbers are whole."""
        return bool(self.numbers) and all(number.is_integer() for number in self.numbers)

    @cached_property
    def values(self) -> np.ndarray:
        """The number that the cell of each row is, NaN where it is none; float (n,)."""
        return numbers_in(self.cells)

    @cached_property
    def leading_values(self) -> np.ndarray:
        """The number that each cell is or begins with, NaN where there is none; float (n,)."""
        codes, texts = pd.factorize(self.cells)
        found = np.array([_number(str(text)) for text in texts], dtype=float)
        return found[codes] if len(found) else np.full(len(self.cells), np.nan)

    @cached_property
    def all_numbers(self) -> bool:
        """Whether every text is a number, however many there are."""
        return self.filled > 0 and bool(np.isfinite(self.values).sum() == self.filled)


def profiles_of(table: RawTable, wordings: Mapping[str, Wording] | None = None) -> tuple[Profile, ...]:
    """Every column of a table.

    Parameters
    ----------
    wordings
        Column → what a form says of it, which comes before what the file says.
    """
    return tuple(
        _profile(table, str(name), position, (wordings or {}).get(str(name)))
        for position, name in enumerate(table.frame.columns, start=1)
    )


def _profile(table: RawTable, name: str, position: int, wording: Wording | None) -> Profile:
    cells = table.frame[name].str.strip()
    counts = cells[cells != ""].value_counts(sort=False)
    # Equal counts in the order of their texts, so that a draft does not depend on the order of rows.
    texts = sorted(((int(count), str(text)) for text, count in counts.items()), key=lambda pair: (-pair[0], pair[1]))
    return Profile(
        name=name,
        position=position,
        rows=len(cells),
        filled=int(counts.sum()),
        counts={text: count for count, text in texts[:MOST_TEXTS]},
        distinct=len(texts),
        wording=_wording(table, name, wording),
        missing=table.missing.get(name, {}),
        ordered=table.ordered.get(name, ()),
        cells=cells,
    )


def _wording(table: RawTable, name: str, form: Wording | None) -> Wording:
    texts: dict[str, str] = {}
    if text := cleaned(table.texts.get(name, ""), name):
        texts[language_of(text)] = text
    labels = {code: {language_of(label): label} for code, label in table.value_labels.get(name, {}).items() if label}
    if form is None:
        return Wording(texts=texts, labels=labels)
    return Wording(texts=form.texts or texts, labels=form.labels or labels)


@cache
def _missing_words() -> Mapping[str, str]:
    return {form: kind for kind, texts in MISSING_TEXTS.items() for text in texts for form in gender_forms(text)}


def _code(text: str) -> float | str:
    number = to_number(text)
    return text if number is None else number


def _number(text: str) -> float:
    number = to_number(text)
    if number is None:
        number = leading_number(text)[0]
    return math.nan if number is None else number
