"""Any analysis by segment, one group of respondents after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import pandas as pd

from drivers.errors import ModelError
from drivers.models.given import check_analysis
from drivers.results import Result, read_only
from drivers.segments.partition import UNIT, partition
from drivers.survey.data import Survey


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SegmentResult(Result):
    """An analysis of every value of a segment; `by_segment` makes one.

    Parameters
    ----------
    segment
        Name of the segment.
    label_kind
        The kind of labels in which the values' labels stand.
    groups
        Values that have a result, in the codebook's order.
    results
        One result per group.
    hidden
        Values with fewer than 10 respondents, or that would tell how many those are: nothing else is said of them.
    left_out
        Values that the analysis refused, with the reason.
    analysis
        Kind of the results.
    """

    kind: ClassVar[str] = "segments"

    segment: str
    label_kind: str
    groups: tuple[str, ...]
    results: tuple[Result, ...]
    hidden: tuple[str, ...]
    left_out: Mapping[str, str]
    analysis: str

    def tidy(self) -> pd.DataFrame:
        """The rows of all groups, with their ``segment`` and ``group``."""
        return self._together([result.tidy() for result in self.results])

    def glance(self) -> pd.DataFrame:
        """The models of all groups, with their ``segment`` and ``group``."""
        return self._together([result.glance() for result in self.results])

    def _together(self, frames: list[pd.DataFrame]) -> pd.DataFrame:
        if not frames:
            return pd.DataFrame({"segment": pd.Series(dtype=str), "group": pd.Series(dtype=str)})
        marked = [
            frame.assign(segment=self.segment, group=group) for group, frame in zip(self.groups, frames, strict=True)
        ]
        return pd.concat(marked, ignore_index=True)


def by_segment(analysis: Callable[..., Result], survey: Survey, *, segment: str, **arguments: Any) -> SegmentResult:
    """An analysis of each value of a segment.

    Parameters
    ----------
    analysis
        A function of this package that takes a survey, such as `relative_importance`.
    survey
        Answers; all rows keep their place in the design.
    segment
        A segment of the codebook; ``unit``; ``value``, thirds by what each customer is worth; ``loyalty``, the four
        groups of `loyalty_groups`; or any column.
    **arguments
        Passed on to the analysis.

    Returns
    -------
    SegmentResult
        `tidy()` has the rows of all groups, with ``segment`` and ``group``.

    Raises
    ------
    ModelError
        Where there is no such segment, or the analysis is asked wrongly.

    Notes
    -----
    Groups shown beside each other are not thereby told apart: that is `segment_effects` and `segment_shares`.
    Weights: as the analysis says; thirds of value have equal weight.
    Missing answers: as the analysis says. Values with fewer than 10 respondents are left out, by name; where the
    others would tell how few those are, so is the smallest of the others.

    Examples
    --------
    >>> import drivers as kda
    >>> kda.by_segment(kda.outcome_scores, kda.example_survey("service_center"), segment="language").groups
    ('ar', 'en')
    """
    check_analysis(analysis)
    parts = partition(survey, segment)
    groups: list[str] = []
    results: list[Result] = []
    left_out: dict[str, str] = {}
    refused: ModelError | None = None
    unit = survey.codebook.unit
    named = survey.codebook.segments.get(segment)
    # What may not be told of a unit may not be told of it as a segment.
    column = named.column if named is not None else segment
    of_units = unit is not None and (segment == UNIT or column == unit.column)
    for key in parts.keys:
        part = replace(
            survey,
            in_unit=read_only(survey.in_unit & parts.members(key), bool),
            only={**survey.only, segment: key},
            unit=key if of_units else survey.unit,
        )
        try:
            results.append(analysis(part, **arguments))
        except ModelError as error:
            left_out[key], refused = str(error), error
            continue
        groups.append(key)
    if refused is not None and not refused.code and not results:
        # What no group can do, and not for want of answers, is no matter of a group, such as a misspelt argument.
        raise refused
    return SegmentResult(
        segment=segment,
        label_kind=parts.label_kind,
        groups=tuple(groups),
        results=tuple(results),
        hidden=parts.hidden,
        left_out=left_out,
        analysis=results[0].kind if results else "",
    )
