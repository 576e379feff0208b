"""Respondents parted by a segment: of the codebook, the unit, any column, or derived from value or loyalty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from drivers.errors import ModelError, remedy
from drivers.models.given import listed_names
from drivers.models.loyalty.satisfied_and_loyal import GROUPS, cuts, loyalty_members
from drivers.models.loyalty.stated import stated
from drivers.results import FEWEST_SHOWN, read_only
from drivers.survey.codebook.model import Grouping
from drivers.survey.data import Survey, check_survey

UNIT, VALUE, LOYALTY = "unit", "value", "loyalty"
"""Segments that no entry of the codebook's segments makes, unless one has their name."""

NOBODY, HIDDEN = -1, -2
"""Codes of respondents without a value, and of those with a value that is not shown."""

THIRDS = ("low", "middle", "high")
"""The parts that `value` is cut into, each of a third of all weight as far as equal values allow."""

MOST_VALUES = 100
"""A column with more values names people or things, and parts nobody into segments."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Partition:
    """The segment's value of each respondent.

    Parameters
    ----------
    segment
        Its name.
    label_kind
        The kind of labels in which the values' labels stand.
    keys
        Values of which something may be shown, in the codebook's order and then by name.
    codes
        Position of each respondent's value in ``keys``, `NOBODY` without one, `HIDDEN` where it is not shown; int (n,).
    hidden
        Values of which nothing is shown: fewer than 10 respondents, or what would tell how many those are.
    made_of
        Outcomes that the segment was made from: in a group chosen by an outcome, what goes with that outcome is
        another thing.
    """

    segment: str
    label_kind: str
    keys: tuple[str, ...]
    codes: np.ndarray
    hidden: tuple[str, ...]
    made_of: tuple[str, ...] = ()

    def members(self, key: str) -> np.ndarray:
        """The respondents of a value; bool (n,)."""
        return self.codes == self.keys.index(key)

    def among(self, rows: np.ndarray) -> Partition:
        """The same of some respondents, values with too few of them hidden.

        Parameters
        ----------
        rows
            bool (n,).
        """
        counts = {key: int((rows & self.members(key)).sum()) for key in self.keys}
        shown = _shown(counts, others=int((rows & (self.codes == HIDDEN)).sum()))
        keys = tuple(key for key in self.keys if key in shown)
        # From the end: what is of nobody, and what was hidden before.
        now = [*(keys.index(key) if key in shown else NOBODY if key == "" else HIDDEN for key in self.keys)]
        codes = np.array([*now, HIDDEN, NOBODY])[self.codes]
        return replace(
            self,
            keys=keys,
            codes=read_only(np.where(rows, codes, NOBODY), np.int64),
            hidden=(*self.hidden, *(key for key in self.keys if key not in shown)),
        )


def default_segments(survey: Survey) -> tuple[str, ...]:
    """The codebook's segments, and `value` where it is known what each customer is worth."""
    names = tuple(survey.codebook.segments)
    return (*names, VALUE) if VALUE in survey.measures and VALUE not in names else names


def asked_segments(survey: Survey, segment: str | Sequence[str] | None) -> list[str]:
    """The segments that are asked for: one, several, or the default ones."""
    if segment is None:
        return list(default_segments(survey))
    return [segment] if isinstance(segment, str) else listed_names(segment, "segment")


def partition(survey: Survey, segment: str) -> Partition:
    """The segment of each respondent of the domain, values of fewer than 10 hidden.

    Parameters
    ----------
    survey
        Whose domain is parted.
    segment
        A segment of the codebook; ``unit``; ``value``, thirds by what each customer is worth; ``loyalty``, the four
        groups of `loyalty_groups`; or any column.

    Raises
    ------
    ModelError
        Where there is no such segment or column, it has more than 100 values, or the survey has nothing to derive it
        from.

    Notes
    -----
    Weights: thirds of value have equal weight; counts are of respondents.
    Missing answers: an empty cell is a value only where the codebook labels it, else that respondent is in no group.
    """
    check_survey(survey)
    book = survey.codebook
    usable = survey.domain & (survey.weights > 0)
    if not isinstance(segment, str):
        raise ModelError(f"Expected the name of one segment, found {segment!r}; name one.")
    if segment in book.segments:
        whole = _of_column(survey, segment, book.segments[segment], f"segment:{segment}")
    elif segment == UNIT and book.unit is not None:
        whole = _of_column(survey, segment, book.unit, "unit")
    elif segment == VALUE and VALUE in survey.measures:
        whole = _thirds(survey, usable)
    elif segment == LOYALTY and segment not in survey.raw.columns:
        whole = _by_loyalty(survey)
    elif segment in survey.raw.columns:
        whole = _of_column(survey, segment, None, f"segment:{segment}")
    else:
        raise ModelError(_unknown(survey, segment))
    return whole.among(usable)


def _of_column(survey: Survey, segment: str, grouping: Grouping | None, label_kind: str) -> Partition:
    column = grouping.column if grouping is not None else segment
    cells = survey.raw[column]
    labelled: Mapping[str, object] = grouping.values if grouping is not None else {}
    found = set(cells[survey.domain].unique())
    keys = [key for key in labelled if key in found]
    keys += sorted(key for key in found - set(labelled) if key.strip())
    if len(keys) > MOST_VALUES and grouping is None:
        raise ModelError(
            f"Expected a column with at most {MOST_VALUES} values, found {len(keys)} in {column!r}; name one that "
            "parts respondents into groups."
        )
    codes = pd.Index(keys, dtype=cells.dtype).get_indexer(pd.Index(cells))
    return Partition(segment=segment, label_kind=label_kind, keys=tuple(keys), codes=codes.astype(np.int64), hidden=())


def _thirds(survey: Survey, usable: np.ndarray) -> Partition:
    """Low, middle and high value; who is worth the same is in the same third."""
    worth = survey.measures[VALUE].to_numpy()
    known = usable & ~np.isnan(worth)
    codes = np.full(len(worth), -1, dtype=np.int64)
    if known.any():
        _, place = np.unique(worth[known], return_inverse=True)
        weight = np.bincount(place, weights=survey.weights[known])
        # A value lies where the middle of its weight does.
        middle = (np.cumsum(weight) - weight / 2) / weight.sum()
        codes[known] = np.minimum((middle * len(THIRDS)).astype(np.int64), len(THIRDS) - 1)[place]
    return Partition(segment=VALUE, label_kind="value_third", keys=THIRDS, codes=codes, hidden=())


def _by_loyalty(survey: Survey) -> Partition:
    data = stated(survey, outcome=None, satisfaction=None)
    codes = np.full(len(data.rows), -1, dtype=np.int64)
    for position, members in enumerate(loyalty_members(data, *cuts(survey, data)).values()):
        codes[members] = position
    return Partition(
        segment=LOYALTY,
        label_kind="loyalty_group",
        keys=GROUPS,
        codes=codes,
        hidden=(),
        made_of=(data.satisfaction, data.outcome),
    )


def _shown(counts: Mapping[str, int], *, others: int) -> set[str]:
    """Values that may be shown: of 10 or more, and so that those left over tell nothing of fewer than 10.

    How many gave no answer is no matter of a group, and may be told.
    """
    shown = {key for key, count in counts.items() if count >= FEWEST_SHOWN}
    left = others + sum(count for key, count in counts.items() if key not in shown and key != "")
    while shown and 0 < left < FEWEST_SHOWN:
        smallest = min(sorted(shown), key=lambda key: counts[key])
        shown.remove(smallest)
        left += counts[smallest]
    return shown


def _unknown(survey: Survey, segment: str) -> str:
    book = survey.codebook
    derived = [UNIT] * (book.unit is not None) + [VALUE] * (VALUE in survey.measures) + [LOYALTY]
    known = dict.fromkeys([*book.segments, *derived, *survey.raw.columns])
    first = ", ".join(map(repr, [*book.segments, *derived]))
    return (
        f"Expected segment to be one of {first} or a column of the answers, found {segment!r}; {remedy(segment, known)}"
    )
