"""The scale of a question as it would stand in the codebook, and whether a column's answers can be read by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from pydantic import ValidationError

from drivers.errors import CodebookError
from drivers.survey.answers.codes import read_answers
from drivers.survey.answers.texts import normalise, to_number
from drivers.survey.codebook.scales import Scale
from drivers.survey.drafting.findings import Sureness
from drivers.survey.drafting.profile import Profile, Texts

MOST_STRANGE_TEXTS, MOST_STRANGE_ROWS = 8, 0.02
"""Texts, and part of the answers, that may fit no code of a column's scale; more of them, and it is another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A kind of missing answer that a code or a text stands for."""

    kind: str
    told: bool
    """Whether the file says so; the user is asked otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftScale:
    """A scale as it would stand in the codebook.

    Parameters
    ----------
    key
        The key that it would like to have.
    codes
        Code → labels by language, for ladders.
    low, high
        Ends of a range of numbers.
    missing
        Code or text → what it stands for.
    written
        Text in the file → its code, where labels are to be replaced by words that the file does not have.
    """

    key: str
    type: str
    codes: Mapping[float, Texts] = field(default_factory=dict)
    low: float = 0.0
    high: float = 0.0
    any_step: bool = False
    missing: Mapping[float | str, Missing] = field(default_factory=dict)
    written: Mapping[str, float] = field(default_factory=dict)
    sureness: Sureness
    reason: str
    confirm: str = ""

    @property
    def same(self) -> tuple[object, ...]:
        """What two columns on one scale have in common."""
        labels = tuple((code, tuple(sorted(texts.items()))) for code, texts in self.codes.items())
        return self.type, labels, self.low, self.high, self.any_step

    def model(self) -> Scale:
        """The scale of the codebook."""
        numeric = self.type == "numeric"
        content: dict[str, object] = {
            "type": self.type,
            "codes": {code: dict(texts) for code, texts in self.codes.items()} or None,
            "missing": {code: missing.kind for code, missing in self.missing.items()},
        }
        if numeric:
            content |= {"min": self.low, "max": self.high, **({"step": "any"} if self.any_step else {})}
        return Scale.model_validate(content)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rated:
    """A column with answers on a scale.

    Parameters
    ----------
    reversed
        Whether the labels run from the best to the worst.
    strange
        Texts that fit no code, with their number of rows.
    """

    profile: Profile
    scale: DraftScale
    reversed: bool = False
    strange: Mapping[str, int] = field(default_factory=dict)

    @property
    def answered(self) -> float:
        """The part of all rows with an answer on the scale."""
        rule = self.scale.model().rule({}, declared=self.profile.missing)
        answers = read_answers(pd.Series(list(self.profile.counts), dtype="str"), rule)
        rows = [count for count, kind in zip(self.profile.counts.values(), answers.missing, strict=True) if kind == 0]
        return sum(rows) / self.profile.rows

    @property
    def values(self) -> np.ndarray:
        """The code in each row, turned where it is reversed, NaN where there is none; float (n,)."""
        scale = self.scale.model()
        answers = read_answers(self.profile.cells, scale.rule({}, declared=self.profile.missing))
        low, high = scale.ends
        return low + high - answers.values if self.reversed else answers.values


def fitting(rated: Rated) -> Rated | None:
    """The same with the texts that its scale cannot read; None where they are too many."""
    profile = rated.profile
    told = {code: Missing(kind=kind, told=True) for code, kind in profile.told_missing.items()}
    unsure: dict[float | str, Missing] = {**rated.scale.missing, **told}
    for text in profile.counts:
        if profile.missing_kind(text) == "" and not any(_same_text(text, known) for known in unsure):
            number = to_number(text)
            unsure[text if number is None else number] = Missing(kind="blank", told=False)
    rated = replace(rated, scale=replace(rated.scale, missing=unsure))
    try:
        rule = rated.scale.model().rule({}, declared=profile.missing)
    except (CodebookError, ValidationError):
        return None
    answers = read_answers(pd.Series(list(profile.counts), dtype="str"), rule)
    strange = {text.text: profile.counts[text.text] for text in answers.unreadable}
    if len(strange) > MOST_STRANGE_TEXTS or sum(strange.values()) > max(1.0, MOST_STRANGE_ROWS * profile.filled):
        return None
    if not (answers.missing == 0).any():
        return None
    return replace(rated, strange=strange)


def _same_text(text: str, known: float | str) -> bool:
    number = to_number(text)
    return number == known if isinstance(known, float | int) else normalise(text) == normalise(known)
