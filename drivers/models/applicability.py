"""Who was not concerned: a question that does not apply has no answer that could be imputed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np

from drivers.errors import ModelError
from drivers.results import read_only
from drivers.survey.answers.codes import MISSING_KINDS
from drivers.survey.data import Survey

ApplicabilityRule = Literal["leave_out", "with_indicator", "drop_rare"]
RULES: tuple[ApplicabilityRule, ...] = get_args(ApplicabilityRule)
"""Whom an answer is about where not everything concerns everybody, as closed names."""

FEWEST_CONCERNED = 0.5
"""A driver that concerns a smaller part would make the answer, which is about those whom all drivers concern, one about
a minority."""

NOT_APPLICABLE = 1 + MISSING_KINDS.index("not_applicable")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Concerned:
    """A model's drivers by one of the rules; `follow_rule` makes one.

    Parameters
    ----------
    columns
        Scores and indicators, unit by unit, NaN where a score is missing for another reason; float (n, m).
    terms
        Name of each column; an indicator is called ``driver=not_applicable``.
    starts
        First column of each unit and, last, m; int (k + 1,).
    units
        Unit → its drivers, those that are left.
    rows
        Respondents whom the analysis is about; bool (n,).
    applicable
        False where a column's value stands in for an answer that does not apply; bool (n, m).
    rated
        Whether a column is a score, and so part of a driver's performance; bool (m,).
    rule
        What was followed.
    n_not_concerned
        Driver → respondents whom it does not concern, those above 0, before anybody was left out.
    dropped
        Driver → weighted part of the respondents whom it concerns, for those that were dropped.
    n_left_out
        Respondents whom a driver that is left does not concern, and whom the analysis is therefore not about.
    """

    columns: np.ndarray
    terms: tuple[str, ...]
    starts: np.ndarray
    units: Mapping[str, tuple[str, ...]]
    rows: np.ndarray
    applicable: np.ndarray
    rated: np.ndarray
    rule: ApplicabilityRule
    n_not_concerned: Mapping[str, int] = field(default_factory=dict)
    dropped: Mapping[str, float] = field(default_factory=dict)
    n_left_out: int = 0


def applicable(survey: Survey, names: Sequence[str]) -> np.ndarray:
    """Whether drivers, outcomes or items concern each respondent; bool (n, k).

    Parameters
    ----------
    names
        Of drivers, outcomes or items.

    Notes
    -----
    A driver does not concern a respondent who has no score and called one of its items not applicable. Where the
    items that are left are enough for a score, it does.
    """
    missing = survey.missing
    columns = []
    for name in names:
        if name in survey.scores.columns:
            items = list(survey.codebook.construct(name).items)
            unscored = survey.scores[name].isna().to_numpy()
        else:
            items, unscored = [name], np.ones(len(missing), dtype=bool)
        columns.append(~(unscored & (missing[items] == NOT_APPLICABLE).any(axis=1).to_numpy()))
    return np.column_stack(columns)


def follow_rule(
    rule: ApplicabilityRule,
    scores: np.ndarray,
    concerned: np.ndarray,
    *,
    units: Mapping[str, Sequence[str]],
    rows: np.ndarray,
    weights: np.ndarray,
    fewest_concerned: float = FEWEST_CONCERNED,
) -> Concerned:
    """The columns and respondents of a model by one of the rules for what does not apply.

    Parameters
    ----------
    rule
        ``leave_out``: the analysis is about the respondents whom all drivers concern. ``with_indicator``: it is
        about all, and whether a driver applies counts as part of it. ``drop_rare``: drivers that concern too few
        are left out of the analysis, then respondents as in ``leave_out``.
    scores
        Of the drivers in the order of ``units``; float (n, d), NaN where missing.
    concerned
        As `applicable` gives it; bool (n, d).
    units
        Unit → its drivers.
    rows
        Respondents of the domain with a weight above 0; bool (n,).
    weights
        float (n,).
    fewest_concerned
        Part of the respondents whom a driver must concern by ``drop_rare``.

    Raises
    ------
    ModelError
        Where nobody, or no driver, is left, or two drivers concern the same respondents, so that their indicators
        are one.

    Notes
    -----
    ``with_indicator``: score and indicator are columns of one unit. Which value stands in for the score makes no
    difference to what the unit explains; with the mean of those concerned, the unit's mean is theirs.

    Weights: weighted means and parts.
    Missing answers: those of other kinds stay missing; nothing is imputed here.
    """
    if rule not in RULES:
        shown = ", ".join(map(repr, RULES))
        raise ModelError(f"Expected not_applicable to be one of {shown}, found {rule!r}; choose one of these.")
    drivers = [driver for members in units.values() for driver in members]
    counted = dict(zip(drivers, (rows[:, None] & ~concerned).sum(axis=0).tolist(), strict=True))
    kept, dropped = list(drivers), {}
    if rule == "drop_rare":
        parts = weights[rows] @ concerned[rows] / weights[rows].sum()
        dropped = {driver: float(part) for driver, part in zip(drivers, parts, strict=True) if part < fewest_concerned}
        kept = [driver for driver in drivers if driver not in dropped]
        if not kept:
            raise ModelError(
                f"Expected a driver that concerns at least {fewest_concerned:.0%} of the respondents, found none; "
                "choose not_applicable='with_indicator' or widen the selection.",
                code="few_answers",
                values={
                    "n": int((rows[:, None] & concerned).sum(axis=0).max()),
                    "needed": math.ceil(fewest_concerned * int(rows.sum())),
                },
            )
    place = [drivers.index(driver) for driver in kept]
    about = rows
    if rule != "with_indicator":
        about = rows & concerned[:, place].all(axis=1)
        _refuse_nobody(about, rows, kept, counted)
    columns: list[np.ndarray] = []
    masks: list[np.ndarray] = []
    terms: list[str] = []
    starts = [0]
    left = {unit: tuple(driver for driver in members if driver in kept) for unit, members in units.items()}
    left = {unit: members for unit, members in left.items() if members}
    indicators: dict[str, np.ndarray] = {}
    for members in left.values():
        own: dict[str, np.ndarray] = {}
        for driver in members:
            score, yes = scores[:, drivers.index(driver)], concerned[:, drivers.index(driver)]
            if rule == "with_indicator" and not yes[rows].all():
                columns.append(_filled(driver, score, yes, rows, weights))
                # Drivers of one unit that concern the same respondents share an indicator.
                if not any(_same(yes, other, rows) for other in own.values()):
                    own[driver] = yes
            else:
                columns.append(score)
            masks.append(yes | (rule != "with_indicator"))
            terms.append(driver)
        _refuse_one_indicator(own, indicators, rows)
        indicators |= own
        for driver, yes in own.items():
            columns.append((~yes).astype(float))
            masks.append(np.ones(len(yes), dtype=bool))
            terms.append(f"{driver}=not_applicable")
        starts.append(len(columns))
    return Concerned(
        columns=read_only(np.column_stack(columns)),
        terms=tuple(terms),
        starts=read_only(starts, np.int64),
        units=left,
        rows=read_only(about, bool),
        applicable=read_only(np.column_stack(masks), bool),
        rated=read_only([term in drivers for term in terms], bool),
        rule=rule,
        n_not_concerned={driver: n for driver, n in counted.items() if n},
        dropped=dropped,
        n_left_out=int(rows.sum() - about.sum()),
    )


def _filled(driver: str, score: np.ndarray, yes: np.ndarray, rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """A score with the mean of those concerned where it does not apply."""
    known = rows & yes & ~np.isnan(score)
    if not known.any():
        raise ModelError(
            f"Expected respondents whom driver {driver!r} concerns, found none of {int(rows.sum())}; "
            "remove it from drivers=.",
            code="constant_driver",
            values={"driver": driver},
        )
    return np.where(yes, score, np.average(score[known], weights=weights[known]))


def _same(one: np.ndarray, other: np.ndarray, rows: np.ndarray) -> bool:
    """Whether one indicator tells the other exactly: the same respondents, or just the others."""
    return bool((one == other)[rows].all() or (one != other)[rows].all())


def _refuse_one_indicator(own: Mapping[str, np.ndarray], before: Mapping[str, np.ndarray], rows: np.ndarray) -> None:
    for driver, yes in own.items():
        for other, another in before.items():
            if _same(yes, another, rows):
                raise ModelError(
                    f"Expected drivers that concern different respondents, found that whether {other!r} applies tells "
                    f"whether {driver!r} does; join them with groups=, or choose another rule in not_applicable=.",
                    code="same_ratings",
                    values={"first": other, "second": driver},
                )


def _refuse_nobody(about: np.ndarray, rows: np.ndarray, kept: Sequence[str], counted: Mapping[str, int]) -> None:
    if about.any():
        return
    rarest = max(kept, key=lambda driver: counted[driver])
    raise ModelError(
        f"Expected respondents whom all {len(kept)} drivers concern, found none of {int(rows.sum())}; "
        f"{rarest!r} concerns the fewest: remove it from drivers= or choose not_applicable='with_indicator'.",
        code="few_answers",
        values={"n": 0, "needed": len(kept) + 2},
    )
