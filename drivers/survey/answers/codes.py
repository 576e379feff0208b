"""What a person wrote, read as a code of the scale or as a kind of missing answer.

A text is compared whole and only after `normalise`; what neither the codebook nor a known ladder
defines is handed back as unreadable, so that nothing is guessed.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import pandas as pd

from drivers.errors import CodebookError
from drivers.survey.answers.ladders import LADDERS, MISSING_TEXTS, Doubt, Ladder
from drivers.survey.answers.texts import gender_forms, leading_number, normalise, to_number

MISSING_KINDS = ("not_applicable", "dont_know", "refused", "not_asked", "blank")
UNREADABLE = -1
"""Stands in `Answers.missing` where a text could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRule:
    """How the written answers of one item become codes.

    Parameters
    ----------
    codes
        Each code of the scale with its label texts in all languages; labels may be missing.
    missing
        Texts or numbers that the codebook calls missing, with their kind.
    answers
        Texts mapped by hand for this item, each to a code or to a kind of missing answer.
    declared
        Texts that the file itself declares missing, with their kind; what the codebook says comes first. One whose
        kind is "" is unreadable, even where it is a code of the scale.
    minimum, maximum
        Ends within which any number on a step is a code; None where `codes` lists them all.
    step
        Distance between two codes counted from `minimum`, 1.0 for whole numbers; None for any number.
    leading_number
        Whether "10 - محتمل جدًا", "3 stars" and "★★★" are read as their number.

    Raises
    ------
    CodebookError
        Where one label stands for two codes.
    """

    codes: Mapping[float, tuple[str, ...]] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, float | str] = field(default_factory=dict)
    declared: Mapping[str, str] = field(default_factory=dict)
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    leading_number: bool = False

    def __post_init__(self) -> None:
        seen: dict[str, float] = {}
        for code, labels in self.codes.items():
            for label in labels:
                for form in gender_forms(label):
                    if seen.setdefault(form, code) != code:
                        raise CodebookError(
                            f"Expected each label to stand for one code, found {label!r} for both "
                            f"{seen[form]:g} and {code:g}; give one of them another label in the "
                            "scale's codes."
                        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Unreadable:
    """A text that is no answer of its scale.

    Parameters
    ----------
    text
        The text as it was written.
    count
        The number of rows with it.
    first_rows
        Up to five positions of such rows, counted from zero.
    """

    text: str
    count: int
    first_rows: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answers:
    """A column of answers as codes.

    Parameters
    ----------
    values
        The code of each row, NaN where there is none; read-only float64 (n,).
    missing
        0 answered, else 1 + position in `MISSING_KINDS`, or `UNREADABLE`; read-only int8 (n,).
    unreadable
        The texts that could not be read, the most frequent first.
    recoded
        Each text that was read, with the code or the kind of missing answer it became and its
        number of rows; numbers that stand for themselves are left out.
    """

    values: np.ndarray
    missing: np.ndarray
    unreadable: tuple[Unreadable, ...]
    recoded: dict[str, tuple[float | str, int]]


def read_answers(column: pd.Series, rule: AnswerRule) -> Answers:
    """The codes and the kinds of missing answers in a column of texts.

    The first of these that knows a text decides: the item's own answers, the codebook's missing
    answers, those that the file declares missing, an empty cell, a number of the scale, the
    codebook's labels, the ladder that these labels belong to, the known missing answers, a leading
    number.

    Parameters
    ----------
    column
        Texts; an absent text is an empty one.
    rule
        The scale, and what the codebook says of its answers.

    Returns
    -------
    Answers
        Codes and kinds, row by row. Texts that none of the above knows are listed as unreadable.

    Notes
    -----
    Missing answers: kept apart by kind, never turned into codes.

    Whether a few texts of a ladder are read depends on the other texts of the column (`Doubt`), so
    a column is read whole.

    Examples
    --------
    >>> rule = AnswerRule(codes={1.0: ("Disagree",), 2.0: ("Neutral",), 3.0: ("Agree",)})
    >>> answers = read_answers(pd.Series(["٣", "غير موافق", "لا أعرف", "98"]), rule)
    >>> answers.values.tolist(), answers.missing.tolist()
    ([3.0, 1.0, nan, nan], [0, 0, 2, -1])
    """
    positions, uniques = pd.factorize(column.fillna(""))
    texts = [str(text) for text in uniques]
    keys = [_key(text) for text in texts]
    reader = _Reader.of(rule, keys)
    readings = [reader.read(text, key) for text, key in zip(texts, keys, strict=True)]
    counts = np.bincount(positions, minlength=len(texts)).tolist()

    values = np.array([r if isinstance(r, float) else np.nan for r in readings], dtype=np.float64)
    missing = np.array([_kind_number(r) for r in readings], dtype=np.int8)
    unread = [i for i, reading in enumerate(readings) if reading is None]
    rows = _first_rows(positions, unread)
    unreadable = [Unreadable(text=texts[i], count=counts[i], first_rows=rows[i]) for i in unread]
    recoded: dict[str, tuple[float | str, int]] = {
        text: (reading, count)
        for text, key, reading, count in zip(texts, keys, readings, counts, strict=True)
        if reading is not None and not (isinstance(reading, float) and reading == key)
    }
    values, missing = values[positions], missing[positions]
    values.flags.writeable = missing.flags.writeable = False
    return Answers(
        values=values,
        missing=missing,
        unreadable=tuple(sorted(unreadable, key=lambda unread: -unread.count)),
        recoded=recoded,
    )


def missing_kind(text: str) -> str:
    """The kind of missing answer that a whole text is known for; "" where it is known for none.

    >>> missing_kind("Don't know"), missing_kind("لا ينطبق"), missing_kind("Good")
    ('dont_know', 'not_applicable', '')
    """
    kinds = {str(_missing_words()[form]) for form in gender_forms(text) if form in _missing_words()}
    return kinds.pop() if len(kinds) == 1 else ""


@dataclass(frozen=True, slots=True)
class _ByHand:
    """What the codebook says of single texts; None where texts that are read alike differ."""

    exact: Mapping[str, float | str]
    alike: Mapping[float | str, float | str | None]

    @classmethod
    def of(cls, entries: Mapping[str, float | str]) -> _ByHand:
        exact = {text: value if isinstance(value, str) else float(value) for text, value in entries.items()}
        alike: dict[float | str, float | str | None] = {}
        for text, value in exact.items():
            key = _key(text)
            alike[key] = value if alike.get(key, value) == value else None
        return cls(exact, alike)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Everything that is known about the texts of one column."""

    rule: AnswerRule
    by_hand: tuple[_ByHand, ...]
    words: tuple[Mapping[str, float | str], ...]

    @classmethod
    def of(cls, rule: AnswerRule, keys: Collection[float | str]) -> _Reader:
        missing = _ByHand.of(rule.missing)
        labels: dict[str, float | str] = {}
        codes: dict[float, tuple[str, ...]] = {}
        for code, texts in rule.codes.items():
            kind = missing.alike.get(float(code))
            if kind is None:
                codes[float(code)] = texts
            labels.update(dict.fromkeys(_all_forms(texts), float(code) if kind is None else kind))
        words = (labels, _synonyms(codes, keys), _missing_words())
        return cls(rule, (_ByHand.of(rule.answers), missing, _ByHand.of(rule.declared)), words)

    def read(self, text: str, key: float | str) -> float | str | None:
        for table in self.by_hand:
            if text in table.exact:
                return _with_kind(table.exact[text])
            if key in table.alike:
                return _with_kind(table.alike[key])
        if key == "":
            return "blank"
        if isinstance(key, float) and self._on_scale(key):
            return key
        known, reading = self._in_words(text)
        if known or not self.rule.leading_number:
            return reading
        return self._by_leading_number(text)

    def _on_scale(self, number: float) -> bool:
        low, high, step = self.rule.minimum, self.rule.maximum, self.rule.step
        if number in self.rule.codes:
            return True
        if low is None and high is None and self.rule.codes:
            return False
        if (low is not None and number < low) or (high is not None and number > high):
            return False
        if step is None:
            return True
        # Steps such as 0.1 are not exact in binary.
        return abs(math.remainder(number - (low or 0.0), step)) <= 1e-6 * step

    def _in_words(self, text: str) -> tuple[bool, float | str | None]:
        forms = gender_forms(text)
        for words in self.words:
            found = {words[form] for form in forms if form in words}
            if found:
                return True, found.pop() if len(found) == 1 else None
        return False, None

    def _by_leading_number(self, text: str) -> float | str | None:
        number, words = leading_number(text)
        if number is None:
            return None
        reading: float | str | None = number if self._on_scale(number) else None
        for table in reversed(self.by_hand):
            reading = table.alike.get(number, reading)
        known, in_words = self._in_words(words)
        return _with_kind(reading) if not known or in_words == reading else None


def _with_kind(reading: float | str | None) -> float | str | None:
    """The reading, or None for a missing answer whose kind nobody says."""
    return None if reading == "" else reading


def _key(text: str) -> float | str:
    """What is compared where the codebook maps a text: its number, else its normalised text."""
    number = to_number(text)
    return normalise(text) if number is None else number


def _all_forms(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(form for text in texts for form in gender_forms(text))


@cache
def _ladders() -> tuple[Ladder, ...]:
    """The known ladders with normalised texts."""
    return tuple(
        Ladder(
            ladder.name,
            tuple(_all_forms(point) for point in ladder.points),
            tuple(Doubt(_all_forms(doubt.one), _all_forms(doubt.other), doubt.with_labels) for doubt in ladder.doubts),
        )
        for ladder in LADDERS
    )


@cache
def _missing_words() -> Mapping[str, float | str]:
    return {form: kind for kind, texts in MISSING_TEXTS.items() for form in _all_forms(texts)}


def _synonyms(codes: Mapping[float, tuple[str, ...]], keys: Collection[float | str]) -> dict[str, float | str]:
    """The texts of the ladder that the labels belong to, with their codes; empty where none fits."""
    labels = {code: _all_forms(texts) for code, texts in codes.items()}
    fitting: list[dict[str, float | str]] = []
    for ladder in _ladders():
        for order in (sorted(labels), sorted(labels, reverse=True)):
            if _fits(ladder, [labels[code] for code in order]):
                doubtful = _doubtful(ladder, keys, frozenset().union(*labels.values()))
                fitting.append(
                    {text: code for code, point in zip(order, ladder.points, strict=True) for text in point - doubtful}
                )
    if not fitting:
        return {}
    return {text: code for text, code in fitting[0].items() if all(f.get(text) == code for f in fitting)}


def _fits(ladder: Ladder, labels: list[frozenset[str]]) -> bool:
    """Whether each code has a label of its point, and none of another point."""
    if len(labels) != len(ladder.points):
        return False
    known = frozenset().union(*ladder.points)
    return all(own & point and own & known <= point for own, point in zip(labels, ladder.points, strict=True))


def _doubtful(ladder: Ladder, keys: Collection[float | str], labels: frozenset[str]) -> frozenset[str]:
    """The texts that are not read because both sides of a doubt occur."""
    if not ladder.doubts:
        return frozenset()
    answers = _all_forms(key for key in keys if isinstance(key, str))
    texts: frozenset[str] = frozenset()
    for doubt in ladder.doubts:
        occurring = answers | labels if doubt.with_labels else answers
        if doubt.one & occurring and doubt.other & occurring:
            texts |= doubt.one | doubt.other
    return texts


def _kind_number(reading: float | str | None) -> int:
    if reading is None:
        return UNREADABLE
    return 1 + MISSING_KINDS.index(reading) if isinstance(reading, str) else 0


def _first_rows(positions: np.ndarray, unread: list[int]) -> dict[int, tuple[int, ...]]:
    """Up to five rows of each text, by the text's position among the unique ones."""
    rows: dict[int, list[int]] = {i: [] for i in unread}
    for row in np.flatnonzero(np.isin(positions, unread)).tolist():
        of_text = rows[int(positions[row])]
        if len(of_text) < 5:
            of_text.append(row)
    return {i: tuple(of_text) for i, of_text in rows.items()}
